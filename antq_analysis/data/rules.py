"""The rules of the house that no schema can say, for observations and for the tables beside them.

A rule sees only cells that passed everything before: it never complains about what another check has named.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import NamedTuple

import pandas as pd
from pandas.api.typing import NaTType

from antq_analysis.data.grammar import POWERS, unaccented
from antq_analysis.data.read import OBSERVATIONS

MAX_WORDS = 8
# The source of the row with which a folder of one's own begins.
EXAMPLE = "vi-du"
DAYS_OF_YEAR = 365.25
# A window that the day of publication cuts short may lack so much of the years its text states.
LACKING = 0.4
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
# Texts in which a person may be named, and the words before names; some families name a province too.
WRITTEN = ("figure_printed", "note_vi", "note_en", "title")
_BEFORE = (
    r"[Ôô]ng|bà|anh|chị|[Đđ]ồng chí|(?:[Đđ]ại|[Tt]hượng|[Tt]rung|[Tt]hiếu) (?:tướng|tá|úy|uý)|M(?:r|s|rs)\.?"
)
_FAMILIES = (
    "Nguy[ễe]n|Tr[ầa]n|Lê|Ph[ạa]m|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ(?! Chí Minh)|Ngô|Lý|"
    "(?<!Hải )(?<!Bình )Dương"
)
_NAME = rf" [{''.join(filter(str.isupper, map(chr, [*range(0x250), *range(0x1E00, 0x1F00)])))}]\w*"
_PERSON = re.compile(rf"(?<!\w)(?:(?:{_BEFORE})(?:{_NAME}){{2,4}}|(?:{_FAMILIES})(?:{_NAME}){{1,3}})")


class Rule(NamedTuple):
    """Mark the rows of a frame that are wrong in `column`, and say what was expected and how to mend it.

    `expected` may name columns of the frame in braces. The rule looks only at rows whose cells in
    `column` and in `needs` are sound. A warning tells what is likely, but need not be, wrong.
    """

    column: str
    needs: tuple[str, ...]
    broken: Callable[[pd.DataFrame], "pd.Series[bool]"]
    expected: str
    remedy: str
    is_warning: bool = False


# ---- spellings of areas ------------------------------------------------------------------------------------


def fold(spelling: str) -> str:
    """Reduce a spelling to what is compared: composed letters, no capitals, single spaces."""
    return " ".join(unicodedata.normalize("NFC", spelling).casefold().split())


def without_accents(text: str) -> str:
    """Reduce a name to what is typed without Vietnamese accents."""
    return unaccented(fold(text)).replace("đ", "d")


def spelled(areas: pd.DataFrame) -> pd.DataFrame:
    """List every accepted spelling of every area, its code included.

    Returns a frame indexed like `areas`, with the columns `spelling` (folded) and `ref_area`, without
    repetitions inside one area.
    """
    texts = (areas["ref_area"] + "|" + areas["spellings"]).str.split("|").explode()
    frame = pd.DataFrame({"spelling": texts.map(fold), "ref_area": areas["ref_area"].reindex(texts.index)})
    return frame[frame["spelling"] != ""].drop_duplicates()


# ---- words in texts ----------------------------------------------------------------------------------------


def persons(texts: "pd.Series[str]", places: Iterable[str]) -> "pd.Series[str]":
    """Find in each text what looks like a person's name; empty where nothing does.

    A name that begins as one of the `places` (folded spellings) does is none.
    """
    known = tuple(places)

    def person(text: str) -> str:
        found = _PERSON.search(text)
        return found[0] if found and not fold(found[0]).startswith(known) else ""

    return texts.map({text: person(text) for text in texts.unique()})


def foreign_units(obs: pd.DataFrame, units: pd.DataFrame) -> list[str]:
    """Find in each printed figure the word of another unit than its own; empty where there is none.

    The longest word behind the number counts: "lượt người" is not "người".
    """
    words = (units["name_vi"] + "|" + units["words_vi"]).map(fold).str.split("|").explode()
    own = {*zip(words, units["unit_measure"].reindex(words.index), strict=True)}
    longest = "|".join(sorted(map(re.escape, filter(None, words)), key=len, reverse=True))
    counted = re.compile(rf"(?:[0-9]|hàng)(?: (?:{POWERS})(?!\w))* ({longest})(?!\w)")
    found = {text: counted.search(fold(text)) for text in obs["figure_printed"].unique()}
    told = zip(map(found.get, obs["figure_printed"]), obs["unit_measure"], strict=True)
    return [word[1] if word and (word[1], unit) not in own else "" for word, unit in told]


# ---- what takes more than a comparison of columns ----------------------------------------------------------


def _at_one_date(obs: pd.DataFrame) -> "pd.Series[bool]":
    return obs["measure_type"].isin(["stock", "count_of_types"])


def _length_differs_from_dates(obs: pd.DataFrame) -> "pd.Series[bool]":
    """Allow the length by the days, to a month, and the years touched or one less, if most of them passed."""
    surplus, longer = obs["years_touched"] - obs["period_years"], obs["period_years"] - obs["years"]
    fits = longer.abs() < 1 / 12
    whole = surplus.isin([0, 1]) & (longer < LACKING)
    return surplus.notna() & ~fits & ~whole


def _spelling_of_two_areas(areas: pd.DataFrame) -> "pd.Series[bool]":
    spellings = spelled(areas)
    taken = spellings[spellings.duplicated("spelling")]
    return pd.Series(areas.index.isin(taken.index), index=areas.index)


def _successor_is_unknown(areas: pd.DataFrame) -> "pd.Series[bool]":
    others = areas["successor"].isin(areas["ref_area"]) & (areas["successor"] != areas["ref_area"])
    return (areas["successor"] != "") & ~others


def _is_date_or_empty(text: str) -> bool:
    if text and not _DATE.fullmatch(text):
        return False
    try:
        datetime.date.fromisoformat(text + "2000-01-01"[len(text) :])
    except ValueError:
        return False
    return True


def last_day(published: str) -> "pd.Timestamp | NaTType":
    """Return the last day on which a source may have appeared, NaT where it is not known."""
    known = _is_date_or_empty(published)
    return pd.Period(published).end_time.normalize() if known and published else pd.NaT


def _no_person(column: str) -> Rule:
    return Rule(column, (), lambda table: table[f"person_{column}"] != "",
                f"no person's name, and {{person_{column}!r}} looks like one",
                "leave names of persons out; let it stand if it is none", is_warning=True)  # fmt: skip


# ---- the rules ---------------------------------------------------------------------------------------------

# Those of observations hold for every table whose name begins so.
RULES: dict[str, list[Rule]] = {
    OBSERVATIONS: [
        # The print against the number.
        Rule("figure_printed", (), lambda obs: obs["read_reason"] != "",
             "a figure that can be read: {read_reason}", "enter the figure as it is printed"),
        Rule("figure_printed", (), lambda obs: obs["figure_printed"].str.count(r"\S+") > MAX_WORDS,
             f"at most {MAX_WORDS} words", "keep the figure and its noun only"),
        Rule("obs_value", ("figure_printed",),
             lambda obs: obs[["obs_value", "read_value"]].notna().all(axis=1)
             & (obs["obs_value"] != obs["read_value"]),
             "{read_value:.15g}, which is what {figure_printed!r} says",
             "enter the printed number, or correct figure_printed"),
        Rule("qualifier", ("figure_printed",), lambda obs: obs["qualifier"] != obs["read_qualifier"],
             "{read_qualifier}, which is what {figure_printed!r} says",
             "enter the qualifier of the wording, or correct figure_printed"),
        Rule("obs_value", ("qualifier",),
             lambda obs: obs["obs_value"].isna() != (obs["qualifier"] == "order_of_magnitude"),
             "a number, or nothing where the qualifier is order_of_magnitude",
             "fill the cell in, or empty it for wording such as 'hàng trăm'"),
        Rule("obs_value", ("indicator",),
             lambda obs: (obs["decimals"] == 0) & (obs["obs_value"].fillna(0) % 1 != 0),
             "a whole number, as {indicator} counts", "correct the number, or the indicator"),
        Rule("indicator", ("figure_printed",),
             lambda obs: obs["read_percent"] & (obs["unit_measure"] != "percent"),
             "an indicator in percent, as {figure_printed!r} is a percentage",
             "use the indicator of the share, or correct figure_printed"),
        Rule("indicator", ("figure_printed",),
             lambda obs: ~obs["read_percent"] & (obs["unit_measure"] == "percent"),
             "an indicator that counts, as {figure_printed!r} is no percentage",
             "use the indicator of the count, or correct figure_printed"),
        Rule("indicator", ("figure_printed",),
             lambda obs: (obs["foreign_unit"] != "") & obs["unit"].notna(),
             "an indicator in {foreign_unit!r}, as {figure_printed!r} says; {indicator} counts {unit!r}",
             "use an indicator of that unit, or add one; another word for one unit goes into its words_vi"),
        Rule("obs_id", ("source_id",),
             lambda obs: obs["obs_id"].str.rsplit(".", n=1).str[0] != obs["source_id"],
             "an obs_id that begins with '{source_id}.'", "correct the obs_id, or the source"),
        Rule("source_id", (), lambda obs: obs["source_id"] == EXAMPLE,
             "a source of your own: this is the example that `antq new` wrote, and it counts on the pages",
             "remove the row and its source", is_warning=True),
        # The period against the kind of measure.
        Rule("period_start", ("indicator",),
             lambda obs: (obs["measure_type"] == "flow") & obs["period_start"].isna(),
             "the first day of the window, as {indicator} is a flow", "fill the cell in"),
        Rule("period_years", ("indicator",),
             lambda obs: (obs["measure_type"] == "flow") & obs["period_years"].isna(),
             "the length of the window, as {indicator} is a flow", "fill the cell in"),
        Rule("period_end", (), lambda obs: obs["period_end"].isna(),
             "the last day of the window, or the date of a stock", "fill the cell in"),
        Rule("period_start", ("indicator",), lambda obs: _at_one_date(obs) & obs["period_start"].notna(),
             "nothing, as {indicator} is a {measure_type} at one date",
             "empty the cell; period_end holds the date"),
        Rule("period_years", ("indicator",), lambda obs: _at_one_date(obs) & obs["period_years"].notna(),
             "nothing, as {indicator} is a {measure_type} at one date", "empty the cell"),
        Rule("period_start", ("indicator", "period_years"),
             lambda obs: (obs["measure_type"] == "share")
             & (obs["period_start"].isna() != obs["period_years"].isna()),
             "a start and a length together, or neither: a share is of a window or at one date",
             "fill in or empty both period_start and period_years"),
        Rule("period_start", ("period_end",), lambda obs: obs["period_start"] > obs["period_end"],
             "a day not after period_end", "correct one of the two dates"),
        Rule("period_end", ("source_id",), lambda obs: obs["period_end"] > obs["published"],
             "a day up to {published:%Y-%m-%d}, when {source_id} was published",
             "cut the window at the day of publication, or correct published_on in the table of sources"),
        Rule("period_years", ("period_start", "period_end"), _length_differs_from_dates,
             "a length that fits its dates, which hold {years:.2g} years",
             "correct the length, or the dates"),
        # The period against the life of the area.
        Rule("period_end", ("ref_area",), lambda obs: obs["period_end"] > obs["valid_to"],
             "a day up to {valid_to:%Y-%m-%d}: {ref_area} ended then and became part of {successor}",
             "correct the date, or enter the figure for the area that followed"),
        Rule("ref_area", ("period_start", "period_end"),
             lambda obs: obs["period_start"].fillna(obs["period_end"]) < obs["valid_from"],
             "an area that was there: {ref_area} began on {valid_from:%Y-%m-%d}",
             "correct the date, or enter the figure for the area as it was then"),
        # A part against its total.
        Rule("part_of", ("obs_id",), lambda obs: obs["total_row"] == obs.index,
             "the obs_id of another row", "name the total, or empty the cell"),
        Rule("part_of", ("indicator",),
             lambda obs: obs["total_unit_measure"].notna()
             & (obs["total_unit_measure"] != obs["unit_measure"]),
             "a total counted in {unit_measure}, as its part is; this one is in {total_unit_measure}",
             "name a total of the same unit, or empty the cell"),
        Rule("part_of", ("ref_area",),
             lambda obs: obs["total_ref_area"].notna() & (obs["total_ref_area"] != obs["ref_area"]),
             "a total of {ref_area}, as its part is; this one is of {total_ref_area}",
             "name a total of the same area, or empty the cell"),
        *map(_no_person, ("figure_printed", "note_vi", "note_en")),
    ],
    "indicators": [
        Rule("indicator", (), lambda table: table["indicator"].isin(["area", "period", "ref_area"]),
             "an id that no column of results has", "give the indicator another id"),
        Rule("unit_measure", ("measure_type",),
             lambda table: (table["measure_type"] == "share") & (table["unit_measure"] != "percent"),
             "percent, as the indicator is a share", "enter percent, or another measure_type"),
    ],
    "areas": [
        Rule("spellings", ("ref_area",), _spelling_of_two_areas,
             "spellings that no other area has", "leave each spelling to one area"),
        Rule("successor", ("ref_area",), _successor_is_unknown,
             "the ref_area of another area", "add that area, or empty the cell"),
        Rule("name_vi", (),
             lambda areas: areas["name_vi"].map(fold).duplicated() & (areas["name_vi"] != ""),
             "a name that no other area has", "tell the two areas apart by name"),
        Rule("valid_to", ("valid_from",), lambda areas: areas["valid_to"] < areas["valid_from"],
             "a day not before valid_from", "correct one of the two dates"),
    ],
    "ratio-parts": [
        Rule("denominator", ("numerator",),
             lambda parts: (parts["numerator"] + "+" + parts["denominator"]).str.split("+")
             .map(lambda terms: len(set(terms)) < len(terms)).astype(bool),
             "indicators other than the numerator, each once",
             "name what it is divided by, or remove the row"),
    ],
    "sources": [
        Rule("published_on", (),
             lambda sources: ~sources["published_on"].map(_is_date_or_empty).astype(bool),
             "a date that exists, as YYYY, YYYY-MM or YYYY-MM-DD", "correct the date, or empty the cell"),
        _no_person("title"),
    ],
}  # fmt: skip
