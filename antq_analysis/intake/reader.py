"""Finds the figures of an article and what each counts, and says of every other number what it is.

Rules on the language, no model; they stand in rules.toml. A number that no rule explains away is a figure.
Every step looks at a window of fixed length, so that the time grows with the text and no faster.
"""

import math
import re
import tomllib
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import combining

import pandas as pd

from antq_analysis.data.dataset import Dataset, load
from antq_analysis.data.figures import PrintedFigure, parse_figure
from antq_analysis.data.grammar import QUALIFIERS, last_wording
from antq_analysis.data.names import Likeness, records
from antq_analysis.data.rules import without_accents
from antq_analysis.errors import UnreadableFigure

COLUMNS = {
    "paragraph": int, "start": int, "end": int, "figure_printed": str, "obs_value": float, "qualifier": str,
    "value_lower": float, "value_upper": float, "noun": str, "period_hint": str, "scope_hint": str,
    "area_hint": str, "suggested_indicator": str, "score": float, "why_not": str,
}  # fmt: skip
# How far a rule looks, in characters: at the words beside a number, at a sentence.
_NEAR, _FAR, _HEADING = 80, 300, 90
_Span = tuple[int, int]


def read_text(text: str, ds: Dataset | None = None) -> pd.DataFrame:
    """Find the figures of an article: a row for each number, in the order of the text.

    `text[start:end]` is the figure with its wording and the noun behind it, `figure_printed` the same in
    composed letters; `paragraph` counts the lines that are not blank, from 1. `why_not` is empty for a
    figure and says of another number what it is: date, duration, document number, name, ordinal, target,
    change ("tăng 5%"), page furniture and so on. Value, qualifier and bounds are those of `parse_figure`;
    a range has no value and the qualifier `range`, "dưới n" has `at_most`: a data set takes neither.
    "36/36 (100%)" is three rows. No text is an error.

    `period_hint`, `scope_hint` and `area_hint` are the nearest words on them. `suggested_indicator` is
    the one of `ds`, by default the bundled data, whose words are most like those around the number;
    `score` (0 to 1) is the cosine of the two, rare words weighing more, lowered where another thing is
    counted. Nothing is suggested below 0.2.

    >>> import antq_analysis as aq
    >>> found = aq.read_text("Năm 2023 tổ chức 35 buổi cho hơn 1.200 lượt người.")
    >>> found["figure_printed"].tolist(), found["why_not"].tolist()
    (['2023', '35 buổi', 'hơn 1.200 lượt người'], ['date', '', ''])
    """
    page, like = _Page(text), _indicators(load() if ds is None else ds)
    rows = [_row(page, found, like) for found in page.numbers()]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


# ---- rules -------------------------------------------------------------------------------------------------


@cache
def _rules() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))


@cache
def _alternatives(table: str, name: str) -> str:
    """Write a rule as one pattern, the parts that it names put in."""
    parts = _rules()["parts"]

    def part(match: re.Match[str]) -> str:
        name = match[0].strip("{}")
        return _alternatives("parts", name) if name in parts else match[0]

    written = [re.sub(r"\{[A-Za-z_]+\}", part, each) for each in _rules()[table][name]]
    return f"(?:{'|'.join(written)})"


@cache
def _pattern(name: str, table: str = "rules") -> re.Pattern[str]:
    return re.compile(_alternatives(table, name))


@cache
def _tokens() -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{kind}>{_alternatives('tokens', kind)})" for kind in _rules()["tokens"]))


@cache
def _words_beside() -> list[tuple[str, re.Pattern[str] | None, re.Pattern[str] | None]]:
    """List what words directly before or behind a number make of it."""
    before = [
        (why, re.compile(rf"(?<!\w){_alternatives('before', why)}$"), None) for why in _rules()["before"]
    ]
    behind = [(why, None, re.compile(rf"\s*{_alternatives('behind', why)}")) for why in _rules()["behind"]]
    return [*before, *behind]


# ---- the text ----------------------------------------------------------------------------------------------


class _Found(NamedTuple):
    """A number at its place, what it is if no figure, and the ways to read it, the best first."""

    start: int
    end: int
    why: str
    readings: tuple[str, ...] = ()
    kind: str = "number"


class _Page:
    """A text in composed letters with its lines, cells and sentences, and the way back to the original."""

    def __init__(self, text: str) -> None:
        self.original = text
        self.text, self.offsets = _compose(text)
        # One letter grows where it is made small.
        self.lower = self.text.replace("İ", "i").lower()
        letters = {letter: without_accents(letter) for letter in set(self.lower)}
        self.bare = self.lower.translate({ord(a): b for a, b in letters.items() if len(b) == 1})
        self.lines: list[_Span] = []
        place = 0
        for line in self.text.splitlines(keepends=True):
            self.lines += [(place, place + len(line.rstrip()))] if line.strip() else []
            place += len(line)
        self.starts = [start for start, _ in self.lines]
        self.sentences, self.long_sentences = (
            [0, *(end for _, end in _spans(_pattern(name), self.text))]
            for name in ("sentence", "long_sentence")
        )
        self.quotes = _spans(_pattern("quote"), self.text)
        # No rule looks beyond a cell of a table, or a line.
        self.cells: list[_Span] = []
        for low, high in self.lines:
            gaps = [match.span() for match in _pattern("cell").finditer(self.text, low, high)]
            self.cells += zip(
                [low, *(end for _, end in gaps)], [*(begin for begin, _ in gaps), high], strict=True
            )
        self.hints = {
            name: _spans(_pattern(name, "hints"), self.text if name == "area" else self.lower)
            for name in _rules()["hints"]
        }
        self.plans, is_plan = set[int](), False
        for index, (low, high) in enumerate(self.lines):
            line = self.lower[low:high]
            starts = len(line) < _HEADING and _pattern("plan_heading").search(line)
            is_plan = bool(starts) or (is_plan and not _pattern("heading").search(line))
            self.plans |= {index} if is_plan and not starts else set()
        areas = Counter(self.text[slice(*span)] for span in self.hints["area"])
        self.main_area = max(areas, key=areas.__getitem__, default="")

    def line(self, place: int) -> int:
        """Return the index of the line that holds a place."""
        return bisect_right(self.starts, place) - 1

    def around(self, start: int, end: int) -> tuple[str, str]:
        """Return the small letters before and behind a number, within its line and cell of a table."""
        low, high = self.cells[bisect_right(self.cells, (start, len(self.text))) - 1]
        low, high = max(low, start - _NEAR), min(high, end + _NEAR)
        return self.lower[low:start], self.lower[end : max(high, end)]

    def sentence(self, start: int, end: int) -> _Span:
        """Return where the sentence of a number begins and ends, if that is not far."""
        index = bisect_right(self.sentences, start)
        behind = self.sentences[index] if index < len(self.sentences) else len(self.text)
        return max(self.sentences[index - 1], start - _FAR), min(max(behind, end), end + _FAR)

    def nearest(self, hint: str, start: int, end: int) -> str:
        """Return the last hint before a figure in its paragraph, else one in its sentence, else the last."""
        spans = self.hints[hint]
        index = bisect_right(spans, (start, start))
        in_paragraph = index and spans[index - 1][0] >= self.lines[self.line(start)][0]
        if not in_paragraph and index < len(spans) and spans[index][1] <= self.sentence(start, end)[1]:
            return self.text[slice(*spans[index])]
        return self.text[slice(*spans[index - 1])] if index else ""

    def numbers(self) -> Iterator[_Found]:
        """Give every number of the text, judged."""
        judges = {"fraction": _fraction, "range": _range, "compound": _compound, "words": _words}
        last = _Found(0, 0, "")
        tokens = (match for cell in self.cells for match in _tokens().finditer(self.text, *cell))
        for match in tokens:
            kind = str(match.lastgroup)
            if kind in judges:
                judged = judges[kind](self, match, last)
            elif kind in ("number", "magnitude"):
                number = re.sub(r"^[^\W\d]+", "hàng", match[0].lower())
                judged = _counted(self, *match.span(), number, last=last)
            elif kind == "spaced" and _pattern("counts").match(self.text, match.end()):
                judged = iter([_Found(*match.span(), "", (match[0].replace(" ", ""),))])
            else:
                numbered = re.search("[0-9]", match[0])
                why = "unreadable" if kind == "spaced" else kind.replace("_", " ")
                judged = iter([_Found(*match.span(), why)] if numbered else [])
            for last in judged:
                yield last


def _spans(pattern: re.Pattern[str], text: str) -> list[_Span]:
    return [match.span() for match in pattern.finditer(text)]


def _compose(text: str) -> tuple[str, list[int]]:
    """Compose letters with the accents behind them; return also where each letter of the result began."""
    if not re.search("[\u0300-\u036f]", text):
        return text, []
    parts: list[str] = []
    offsets: list[int] = []
    for cluster in re.finditer("(?s).[\u0300-\u036f]{0,4}", text):
        parts.append(unicodedata.normalize("NFC", cluster[0]) if len(cluster[0]) > 1 else cluster[0])
        offsets += range(cluster.start(), cluster.start() + len(parts[-1]))
    return "".join(parts), [*offsets, len(text)]


# ---- what a number is --------------------------------------------------------------------------------------


class _Place(NamedTuple):
    """A number with its scale and unit sign, the words beside it, and the number judged before."""

    page: _Page
    start: int
    end: int
    number: str
    last: _Found

    @property
    def beside(self) -> tuple[str, str, str]:
        """Return what stands before its wording, the wording, and what stands behind."""
        before, after = self.page.around(self.start, self.end)
        begin, _ = last_wording(before)
        # A lone "từ" opens a range or a way, and "trên" is "on" as well: who means "more than" rounds.
        upwards = _pattern("upwards").match(after)
        on_a_place = re.fullmatch("[0-9]*[1-9]", self.number) and _pattern("place_of_on").match(after)
        # "97 trên 130" are a part and its whole.
        on = on_a_place or self.page.text[self.last.end : self.start].strip().lower() == "trên"
        # At the head of a sentence "ngoài" is "besides".
        besides = re.search(r"(?:^|[.:!?])\s*$", before[:begin])
        of_form = _pattern("of_form").match(after)
        no_wording = {"từ": not upwards, "trên": on, "dưới": of_form, "ngoài": besides}
        begin = len(before) if no_wording.get(before[begin:].strip()) else begin
        return before[:begin], before[begin:], after

    def is_plain(self, pattern: str) -> bool:
        """Tell whether it is digits of that look and nothing else."""
        return bool(re.fullmatch(pattern, self.number)) and self.end - self.start == len(self.number)


def _counted(page: _Page, start: int, end: int, number: str, *, last: _Found) -> Iterator[_Found]:
    """Judge one number, and take its scale, unit sign and wording in."""
    stop = _tail(page.text, end)
    place = _Place(page, start, stop, number, last)
    _, wording, after = place.beside
    unit = _pattern("glued_unit").search(page.text, end, stop)
    why, core = _why(place), f"{number}{page.text[end : unit.start() if unit else stop]}"
    upwards = _pattern("upwards").match(after)
    span = start - len(wording), stop + (upwards.end() if upwards else 0)
    if last_wording(wording)[1] not in QUALIFIERS:
        yield _Found(*span, why, (core,), "at_most")
        return
    # Of two wordings at once ("khoảng trên") the one nearer to the number is read.
    words = wording.split()
    tried = [" ".join([*words[skipped:], core]) for skipped in range(len(words) or 1)]
    yield _Found(*span, why, tuple(f"{each} trở lên" if upwards else each for each in tried))


def _tail(text: str, end: int) -> int:
    """Return where the scale and the unit sign behind a number end."""
    tail = _pattern("tail").match(text, end)
    return tail.end() if tail else end


def _words(page: _Page, match: re.Match[str], last: _Found) -> Iterator[_Found]:
    """Judge a number in words, if it is one and no part of another word or an article."""
    value, length = _value_of_words(match[0].lower())
    start, end, word = match.start(), match.start() + length, match[0][:length].lower()
    before, after = page.around(start, end)
    # "Cả hai" is both, "cả mười một làng" eleven.
    is_article = bool(_pattern("article").search(before)) and not (" " in word and before.endswith("cả "))
    if word == "một":
        is_article = not (_pattern("one_of_an_event").match(after) and _pattern("event").search(before))
    elif word in _rules()["units"]:
        is_article = is_article or not _pattern("counted", "parts").match(after.lstrip())
    return (
        iter(()) if is_article else _counted(page, start, end, f"{value:.15g}".replace(".", ","), last=last)
    )


def _value_of_words(words: str) -> tuple[float, int]:
    """Return the number that begins a text of numerals, and how many characters of the text it takes."""
    units, powers = _rules()["units"], _rules()["powers"]
    total = group = unit = 0.0
    length = 0
    last = ""
    for match in re.finditer(r"\w+", words):
        word = match[0]
        if word in ("linh", "lẻ"):
            last = "ten"
            continue
        if word == "rưỡi":
            *_, before = words[:length].split() or [""]
            return total + group + powers.get(before, 1) / 2, match.end()
        power = powers.get(word, 0)
        ends = last == "unit" or (word in ("mười", "hăm") and last == "ten")
        if power:
            ends = power <= 100 and last in ("ten", "power")
        if ends or (word in ("mốt", "tư", "lăm", "nhăm") and last != "ten"):
            break
        if word in units:
            unit, last = units[word], "ten" if word in ("mười", "hăm") else "unit"
            group += unit
        elif power > 100:
            total, group, last = total + (group or 1) * power, 0, "power"
        else:
            group += unit * (power - 1) if last else power
            last = "ten" if word == "mươi" else "power"
        length = match.end()
    return total + group, length


def _compound(page: _Page, match: re.Match[str], last: _Found) -> Iterator[_Found]:
    """Judge "3 tỷ 500 triệu", one number of two parts."""
    parts = [_parsed(each) for each in re.findall(r"[0-9.,]+\s\w+", match[0])]
    total = sum(part.value or 0 for part in parts if part)
    return _counted(page, *match.span(), str(int(total)) if all(parts) else match[0], last=last)


def _fraction(page: _Page, match: re.Match[str], last: _Found) -> Iterator[_Found]:
    """Judge a/b: a date, a part and its whole, two counts, or a score."""
    start, end = match.span()
    before, after = page.around(start, end)
    part, whole = (each.strip() for each in match[0].split("/"))
    of_things = _pattern("counts_of_fraction").match(after) or _pattern("result_before").search(before)
    middle = start + match[0].index("/")
    if _pattern("rough_share").fullmatch(match[0]) and _pattern("of_all").match(after):
        yield _Found(start, end, "rough share")
    elif _pattern("day", "parts").fullmatch(match[0]) and not of_things:
        yield _Found(start, end, "date")
    elif why := _why(_Place(page, start, end, match[0], last)):
        yield _Found(start, end, why)
    elif _pattern("street").match(page.text, end):
        yield _Found(start, end, "address")
    elif _parsed(f"{part}/{whole}"):
        yield _Found(start, end, "", (f"{part}/{whole}",))
        yield _Found(middle, end, "", (f"/{whole}",), "whole")
    elif "," in match[0] and not of_things:
        yield _Found(start, end, "", (part,))
    else:
        yield _Found(start, middle, "", (part,), "whole")
        yield _Found(end - len(whole), end, "", (whole,))


def _range(page: _Page, match: re.Match[str], last: _Found) -> Iterator[_Found]:
    """Judge two numbers with a dash or "đến" between them."""
    start, end = match.span()
    (_, first), (second, _) = (each.span() for each in _pattern("N", "parts").finditer(match[0]))
    low, high, stop = match[0][:first], match[0][second:], _tail(page.text, end)
    before, after = page.around(start, end)
    years = all(_pattern("Y", "parts").fullmatch(each) for each in (low, high))
    days = _pattern("date_or_range").fullmatch(match[0]) and not _pattern("counts_of_range").match(after)
    own = match[0][first : _tail(match[0], first)]
    why = "date" if years or days else _why(_Place(page, start, stop, match[0], last))
    opening = re.search(r"(?<!\w)từ\s*$", before)
    begin = start - len(opening[0]) if opening and not why else start
    shared = own if own.strip() else page.text[end:stop]
    yield _Found(begin, stop, why, (low + shared, high + page.text[end:stop]), "range")


def _why(place: _Place) -> str:
    """Say what a number is if it is no figure: the first rule that fits."""
    return next(filter(None, (rule(place) for rule in _RULES)), "")


def _of_the_page(place: _Place) -> str:
    """Find page furniture, numbers of lists and of rows, and names in quotes."""
    page, start, end = place.page, place.start, place.end
    index = page.line(start)
    low, high = page.lines[index]
    in_a_row = re.search(r"\t|\|", page.text[low : min(high, low + 2000)])
    near = [page.text[a : min(b, a + 30)].strip() for a, b in page.lines[max(index - 6, 0) : index + 7]]
    in_a_table = in_a_row or sum(bool(re.fullmatch(r"[0-9.,%]+", each)) for each in near) >= 4
    rules = {"site": _FAR} if in_a_table else {"site": _FAR, "furniture": _HEADING}
    line = page.lower[low : min(high, low + _FAR)]
    if any(high - low < longest and _pattern(rule).search(line) for rule, longest in rules.items()):
        return "page furniture"
    heads_a_row = (
        in_a_row and not page.text[low:start].strip("| \t") and _pattern("next_cell").match(page.text, end)
    )
    numbering = _pattern("numbering").match(page.text, low)
    enclosed = _pattern("enclosed").fullmatch(page.text, max(start - 1, 0), end + 1)
    if enclosed or (heads_a_row and end - start <= 3) or (numbering and start < numbering.end() <= high):
        return "ordinal"
    index = bisect_right(page.quotes, (start, start))
    low, high = page.quotes[index - 1] if index else (0, 0)
    return "name" if low < start and end <= high and high - low <= 62 else ""


def _of_the_words(place: _Place) -> str:
    """Find what the words directly before or behind a number make of it."""
    before, _, after = place.beside
    share = "%" in place.page.text[place.start : place.end]
    if _pattern("attribute").search(before) and _pattern("unit", "parts").match(after.lstrip()):
        return "size"
    for why, words_before, words_behind in _words_beside():
        if words_before and words_before.search(before):
            return why.replace("_", " ")
        if words_behind and words_behind.match(after) and not (share and why == "duration"):
            return why.replace("_", " ")
    return ""


def _of_the_look(place: _Place) -> str:
    """Find names before small plain numbers ("tổ 4"), years, and points that group no thousands ("4.0")."""
    text, end = place.page.text, place.end
    before, wording, after = place.beside
    counts, things = _pattern("counts").match(after), _pattern("counts").match(text, end)
    if place.is_plain("[0-9]{1,4}") and not wording:
        ahead = text[place.start - min(len(before), 40) : place.start]
        at_the_end = _pattern("name_at_the_end").search(ahead) and _pattern("end_of_phrase").match(text, end)
        is_thing = things and not _pattern("place_behind").match(text, end) and things[0].strip() != "tổ"
        named = _pattern("place_name").search(ahead) and not counts and len(place.number) < 3
        if at_the_end or named or (_pattern("weak_name").search(before) and not is_thing):
            return "name"
    if place.is_plain("0?1") and (re.search(r"\w/\s?$", before) or after.startswith(" trong ")):
        return "unit"
    if place.is_plain("11[1-5]") and not counts and _pattern("to_call").search(before):
        return "phone"
    if place.is_plain(_alternatives("parts", "Y")) and (not counts or re.search(r"(?<!\w)năm\s*$", before)):
        return "date"
    if place.is_plain(r"[0-9]{1,2}\.[0-9]{1,2}"):
        return "date" if _pattern("date_or_range").fullmatch(place.number) else "name"
    return ""


def _of_the_sentence(place: _Place) -> str:
    """Tell a rise or a fall, and what is yet to be reached, from what is."""
    page, start = place.page, place.start
    before, wording, after = place.beside
    is_share = "%" in page.text[start : place.end]
    beyond = "vượt" in wording and _pattern("beyond_plan").match(after)
    compared = wording.strip() == "hơn" and _pattern("change").search(before + wording)
    moved = _pattern("change").search(before) or (is_share and _pattern("share_change").search(before))
    signed = re.fullmatch(r"\s*[+−–-]", before) and page.text[start - len(before) - 1] in "\t|"
    if beyond or compared or signed or (moved and not _pattern("level").search(before)):
        return "change"
    if place.last.why == "change" and page.line(place.last.start) == page.line(start):
        carried = _pattern("carried").fullmatch(page.lower, place.last.end, start - len(wording))
        if carried and (is_share or carried[0].rstrip().endswith((",", "và"))):
            return "change"
    if page.line(start) in page.plans:
        return "target"
    low = page.long_sentences[bisect_right(page.long_sentences, start) - 1]
    for why in ("target", "law"):
        said = _pattern(why).search(page.lower, max(low, start - _FAR), start)
        if said and not _pattern("done").search(page.lower, said.end(), start):
            return why
    return ""


_RULES = (_of_the_page, _of_the_words, _of_the_look, _of_the_sentence)


# ---- rows --------------------------------------------------------------------------------------------------


def _parsed(text: str) -> PrintedFigure | None:
    try:
        return parse_figure(text)
    except UnreadableFigure:
        return None


def _row(page: _Page, found: _Found, like: Likeness) -> tuple[Any, ...]:
    value, qualifier, lower, upper = _values(found)
    why = found.why or ("" if qualifier else "unreadable")
    end, noun, hints, suggestion = found.end, "", [""] * 3, ("", 0.0)
    if not why:
        end, noun = _with_noun(page, found, value, qualifier)
        hints = [page.nearest(hint, found.start, found.end) for hint in page.hints]
        suggestion = _suggested(page, found, noun, like)
    # Accents that cannot be composed belong to the letter before them.
    end += next(at for at, letter in enumerate(f"{page.text[end : end + 4]} ") if not combining(letter))
    start, stop = (page.offsets[found.start], page.offsets[end]) if page.offsets else (found.start, end)
    printed = unicodedata.normalize("NFC", page.original[start:stop])
    place = (page.line(found.start) + 1, start, stop, printed)
    period, scope, area = hints
    read = (value, qualifier, lower, upper, noun, period, scope, area or page.main_area * (not why))
    return (*place, *read, *suggestion, why)


def _values(found: _Found) -> tuple[float, str, float, float]:
    """Return value, qualifier, lower and upper bound."""
    readings = [re.sub(r"(?<=[0-9])(?=[^\W\d_])", " ", text) for text in found.readings]
    figures = [figure for figure in map(_parsed, readings) if figure]
    # What goes down is a score.
    if found.kind == "range" and len(figures) == 2 and figures[0].lower <= figures[1].upper:
        return math.nan, "range", figures[0].lower, figures[1].upper
    if not figures or found.kind == "range":
        return math.nan, "", math.nan, math.nan
    value = math.nan if figures[0].value is None else figures[0].value
    if found.kind == "at_most":
        return value, "at_most", 0, value
    return value, figures[0].qualifier, figures[0].lower, figures[0].upper


def _with_noun(page: _Page, found: _Found, value: float, qualifier: str) -> tuple[int, str]:
    """Return where the figure ends with the noun behind it, if that reads the same, and what it counts."""
    before, after = page.around(found.start, found.end)
    spoken = found.kind == "number" and not re.search("[0-9]", page.text[found.start : found.end])
    words = _pattern("noun").match(page.text, found.end, found.end + len(after))
    if words and words[0].strip():
        whole = _parsed(page.text[found.start : words.end()])
        same = whole and whole.qualifier == qualifier and (whole.value == value or whole.value is None)
        taken = (
            found.kind == "number"
            and (same or spoken)
            and len(page.text[found.start : words.end()].split()) <= 8
        )
        return words.end() if taken else found.end, words[0].strip()
    aside = re.match(r"\s*\)?\s*(?:\([^)]*\))?", after)
    behind = _pattern("noun").match(after, aside.end()) if aside and aside.end() else None
    earlier = _pattern("noun_before").search(before)
    return found.end, (behind[0].strip() if behind else "") or (earlier[1] if earlier else "")


@lru_cache(maxsize=2)
def _indicators(ds: Dataset) -> Likeness:
    return Likeness(records(ds.indicators()))


def _suggested(page: _Page, found: _Found, noun: str, like: Likeness) -> tuple[str, float]:
    """Return the indicator that a figure may be of, and the score."""
    low, high = page.sentence(found.start, found.end)
    before = page.bare[max(low, found.start - 2 * _NEAR) : found.start]
    behind = page.bare[found.end : min(high, found.end + _NEAR)]
    is_share = any(sign in page.lower[found.start : found.end] for sign in ("%", "phần trăm"))
    return like.nearest(without_accents(noun), [(before, 0.6), (behind, 1.0)], is_share=is_share)
