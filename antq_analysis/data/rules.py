"""The rules of the house that no schema can say, for observations and for the tables beside them.

Each rule is one small function over a whole frame that marks the rows breaking it. It sees only cells that
passed everything before: a rule never complains about what another check has already named.
"""

import datetime
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from antq_analysis.data.read import OBSERVATIONS

Broken = Callable[[pd.DataFrame], "pd.Series[bool]"]

MAX_WORDS = 8
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


@dataclass(frozen=True)
class Rule:
    """Say which rows are wrong in `column`, what was expected there and how to mend it.

    `expected` may name columns of the frame in braces. The rule looks only at rows whose cells in
    `column` and in `needs` are sound.
    """

    broken: Broken
    column: str
    needs: tuple[str, ...]
    expected: str
    remedy: str


# The rules of each table; those of observations hold for every table whose name begins so.
RULES: dict[str, list[Rule]] = defaultdict(list)


def rule(
    table: str, column: str, needs: tuple[str, ...] = (), *, expected: str, remedy: str
) -> Callable[[Broken], Broken]:
    """Register the function below as a rule of a table; see `Rule` for what the rest says."""

    def register(broken: Broken) -> Broken:
        RULES[table].append(Rule(broken, column, needs, expected, remedy))
        return broken

    return register


# ---- observations: print against number, periods against the kind of measure ------------------------------


@rule(OBSERVATIONS, "figure_printed",
      expected="a figure that can be read: {read_reason}",
      remedy="enter the figure as it is printed")  # fmt: skip
def _figure_cannot_be_read(obs: pd.DataFrame) -> "pd.Series[bool]":
    return obs["read_reason"] != ""


@rule(OBSERVATIONS, "figure_printed",
      expected=f"at most {MAX_WORDS} words", remedy="keep the figure and its noun only")  # fmt: skip
def _figure_is_a_sentence(obs: pd.DataFrame) -> "pd.Series[bool]":
    return obs["figure_printed"].map(lambda text: len(text.split())) > MAX_WORDS


@rule(OBSERVATIONS, "obs_value", ("figure_printed",),
      expected="{read_value:.15g}, which is what {figure_printed!r} says",
      remedy="enter the printed number, or correct figure_printed")  # fmt: skip
def _value_differs_from_print(obs: pd.DataFrame) -> "pd.Series[bool]":
    return obs["obs_value"].notna() & obs["read_value"].notna() & (obs["obs_value"] != obs["read_value"])


@rule(OBSERVATIONS, "qualifier", ("figure_printed",),
      expected="{read_qualifier}, which is what {figure_printed!r} says",
      remedy="enter the qualifier of the wording, or correct figure_printed")  # fmt: skip
def _qualifier_differs_from_print(obs: pd.DataFrame) -> "pd.Series[bool]":
    return obs["qualifier"] != obs["read_qualifier"]


@rule(OBSERVATIONS, "obs_value", ("qualifier",),
      expected="a number, or nothing where the qualifier is order_of_magnitude",
      remedy="fill the cell in, or empty it for wording such as 'hàng trăm'")  # fmt: skip
def _value_is_missing_or_invented(obs: pd.DataFrame) -> "pd.Series[bool]":
    return obs["obs_value"].isna() != (obs["qualifier"] == "order_of_magnitude")


@rule(OBSERVATIONS, "obs_value", ("indicator",),
      expected="a whole number, as {indicator} counts",
      remedy="correct the number, or the indicator")  # fmt: skip
def _count_is_not_whole(obs: pd.DataFrame) -> "pd.Series[bool]":
    return (obs["decimals"] == 0) & obs["obs_value"].notna() & (obs["obs_value"] % 1 != 0)


@rule(OBSERVATIONS, "indicator", ("figure_printed",),
      expected="an indicator in percent, as {figure_printed!r} is a percentage",
      remedy="use the indicator of the share, or correct figure_printed")  # fmt: skip
def _percentage_under_a_count(obs: pd.DataFrame) -> "pd.Series[bool]":
    return obs["read_percent"] & (obs["unit_measure"] != "percent")


@rule(OBSERVATIONS, "indicator", ("figure_printed",),
      expected="an indicator that counts, as {figure_printed!r} is no percentage",
      remedy="use the indicator of the count, or correct figure_printed")  # fmt: skip
def _count_under_a_percentage(obs: pd.DataFrame) -> "pd.Series[bool]":
    return ~obs["read_percent"] & (obs["unit_measure"] == "percent")


@rule(OBSERVATIONS, "obs_id", ("source_id",),
      expected="an obs_id that begins with '{source_id}.'",
      remedy="correct the obs_id, or the source")  # fmt: skip
def _id_of_another_source(obs: pd.DataFrame) -> "pd.Series[bool]":
    return obs["obs_id"].str.rsplit(".", n=1).str[0] != obs["source_id"]


@rule(OBSERVATIONS, "period_start", ("indicator",),
      expected="the first day of the window, as {indicator} is a flow",
      remedy="fill the cell in")  # fmt: skip
def _flow_without_start(obs: pd.DataFrame) -> "pd.Series[bool]":
    return (obs["measure_type"] == "flow") & obs["period_start"].isna()


@rule(OBSERVATIONS, "period_years", ("indicator",),
      expected="the length of the window, as {indicator} is a flow", remedy="fill the cell in")  # fmt: skip
def _flow_without_length(obs: pd.DataFrame) -> "pd.Series[bool]":
    return (obs["measure_type"] == "flow") & obs["period_years"].isna()


@rule(OBSERVATIONS, "period_end",
      expected="the last day of the window, or the date of a stock", remedy="fill the cell in")  # fmt: skip
def _no_end(obs: pd.DataFrame) -> "pd.Series[bool]":
    return obs["period_end"].isna()


@rule(OBSERVATIONS, "period_start", ("indicator",),
      expected="nothing, as {indicator} is a {measure_type} at one date",
      remedy="empty the cell; period_end holds the date")  # fmt: skip
def _stock_with_start(obs: pd.DataFrame) -> "pd.Series[bool]":
    return _at_one_date(obs) & obs["period_start"].notna()


@rule(OBSERVATIONS, "period_years", ("indicator",),
      expected="nothing, as {indicator} is a {measure_type} at one date",
      remedy="empty the cell")  # fmt: skip
def _stock_with_length(obs: pd.DataFrame) -> "pd.Series[bool]":
    return _at_one_date(obs) & obs["period_years"].notna()


def _at_one_date(obs: pd.DataFrame) -> "pd.Series[bool]":
    return obs["measure_type"].isin(["stock", "count_of_types"])


@rule(OBSERVATIONS, "period_start", ("indicator", "period_years"),
      expected="a start and a length together, or neither: a share is of a window or at one date",
      remedy="fill in or empty both period_start and period_years")  # fmt: skip
def _share_with_half_a_window(obs: pd.DataFrame) -> "pd.Series[bool]":
    return (obs["measure_type"] == "share") & (obs["period_start"].isna() != obs["period_years"].isna())


@rule(OBSERVATIONS, "period_start", ("period_end",),
      expected="a day not after period_end", remedy="correct one of the two dates")  # fmt: skip
def _start_after_end(obs: pd.DataFrame) -> "pd.Series[bool]":
    return obs["period_start"] > obs["period_end"]


@rule(OBSERVATIONS, "period_years", ("period_start", "period_end"),
      expected="the calendar years that the window touches ({years_touched:.0f}), or one less",
      remedy="correct the length, or the dates")  # fmt: skip
def _length_differs_from_dates(obs: pd.DataFrame) -> "pd.Series[bool]":
    surplus = obs["years_touched"] - obs["period_years"].astype("Float64")
    return surplus.notna() & ~surplus.isin([0, 1])


@rule(OBSERVATIONS, "part_of", ("obs_id",),
      expected="the obs_id of another row", remedy="name the total, or empty the cell")  # fmt: skip
def _part_of_itself(obs: pd.DataFrame) -> "pd.Series[bool]":
    return obs["total_row"] == obs.index


@rule(OBSERVATIONS, "part_of", ("indicator",),
      expected="a total counted in {unit_measure}, as its part is; this one is in {total_unit_measure}",
      remedy="name a total of the same unit, or empty the cell")  # fmt: skip
def _part_in_another_unit(obs: pd.DataFrame) -> "pd.Series[bool]":
    return obs["total_unit_measure"].notna() & (obs["total_unit_measure"] != obs["unit_measure"])


@rule(OBSERVATIONS, "part_of", ("ref_area",),
      expected="a total of {ref_area}, as its part is; this one is of {total_ref_area}",
      remedy="name a total of the same area, or empty the cell")  # fmt: skip
def _part_in_another_area(obs: pd.DataFrame) -> "pd.Series[bool]":
    return obs["total_ref_area"].notna() & (obs["total_ref_area"] != obs["ref_area"])


# ---- the small tables beside the observations --------------------------------------------------------------


@rule("indicators", "unit_measure", ("measure_type",),
      expected="percent, as the indicator is a share",
      remedy="enter percent, or another measure_type")  # fmt: skip
def _share_not_in_percent(indicators: pd.DataFrame) -> "pd.Series[bool]":
    return (indicators["measure_type"] == "share") & (indicators["unit_measure"] != "percent")


@rule("areas", "spellings", ("ref_area",),
      expected="spellings that no other area has", remedy="leave each spelling to one area")  # fmt: skip
def _spelling_of_two_areas(areas: pd.DataFrame) -> "pd.Series[bool]":
    spellings = spelled(areas)
    taken = spellings[spellings.duplicated("spelling")]
    return pd.Series(areas.index.isin(taken.index), index=areas.index)


@rule("areas", "successor", ("ref_area",),
      expected="the ref_area of another area", remedy="add that area, or empty the cell")  # fmt: skip
def _successor_is_unknown(areas: pd.DataFrame) -> "pd.Series[bool]":
    others = areas["successor"].isin(areas["ref_area"]) & (areas["successor"] != areas["ref_area"])
    return (areas["successor"] != "") & ~others


@rule("areas", "name_vi",
      expected="a name that no other area has", remedy="tell the two areas apart by name")  # fmt: skip
def _name_of_two_areas(areas: pd.DataFrame) -> "pd.Series[bool]":
    names = areas["name_vi"].map(fold)
    return names.duplicated() & (names != "")


@rule("areas", "valid_to", ("valid_from",),
      expected="a day not before valid_from", remedy="correct one of the two dates")  # fmt: skip
def _ends_before_it_begins(areas: pd.DataFrame) -> "pd.Series[bool]":
    return areas["valid_to"] < areas["valid_from"]


@rule("ratio-parts", "denominator", ("numerator",),
      expected="another indicator than the numerator",
      remedy="name what it is divided by, or remove the row")  # fmt: skip
def _ratio_with_itself(parts: pd.DataFrame) -> "pd.Series[bool]":
    return (parts["numerator"] == parts["denominator"]) & (parts["numerator"] != "")


@rule("sources", "published_on",
      expected="a date that exists, as YYYY, YYYY-MM or YYYY-MM-DD",
      remedy="correct the date, or empty the cell")  # fmt: skip
def _published_on_no_day(sources: pd.DataFrame) -> "pd.Series[bool]":
    return ~sources["published_on"].map(_is_date_or_empty).astype(bool)


def _is_date_or_empty(text: str) -> bool:
    if text == "":
        return True
    if _DATE.fullmatch(text) is None:
        return False
    try:
        datetime.date.fromisoformat(text + "2000-01-01"[len(text) :])
    except ValueError:
        return False
    return True


# ---- spellings of areas ------------------------------------------------------------------------------------


def fold(spelling: str) -> str:
    """Reduce a spelling to what is compared: composed letters, no capitals, single spaces.

    >>> fold("  ĐIỆN   Biên ")
    'điện biên'
    """
    return " ".join(unicodedata.normalize("NFC", spelling).casefold().split())


def spelled(areas: pd.DataFrame) -> pd.DataFrame:
    """List every accepted spelling of every area, its code included.

    Returns a frame indexed like `areas`, with the columns `spelling` (folded) and `ref_area`, without
    repetitions inside one area.
    """
    texts = (areas["ref_area"] + "|" + areas["spellings"]).str.split("|").explode()
    frame = pd.DataFrame({"spelling": texts.map(fold), "ref_area": areas["ref_area"].reindex(texts.index)})
    return frame[frame["spelling"] != ""].drop_duplicates()
