"""Finds the figures of an article and what each counts, and says of every other number what it is.

Rules on the language, no model; they stand in rules.toml. A number that no rule explains away is a figure. Every
step looks at a window of fixed length, so that the time grows with the text and no faster.
"""

import math
import re
import tomllib
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from antq_analysis.data.dataset import Dataset, load, records
from antq_analysis.data.figures import PrintedFigure, parse_figure
from antq_analysis.data.grammar import QUALIFIERS, last_wording
from antq_analysis.data.rules import without_accents
from antq_analysis.errors import UnreadableFigure

COLUMNS = {
    "paragraph": int, "start": int, "end": int, "figure_printed": str, "obs_value": float, "qualifier": str,
    "value_lower": float, "value_upper": float, "noun": str, "period_hint": str, "scope_hint": str,
    "area_hint": str, "suggested_indicator": str, "score": float, "why_not": str,
}  # fmt: skip
# How far a rule looks, in characters: at the words beside a number, at a sentence.
_NEAR, _FAR = 80, 300
# A suggestion that is less like the text than this is none.
_LEAST_SCORE = 0.2
_UNITS = {"một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5, "sáu": 6,
          "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9, "mười": 10}  # fmt: skip
_POWERS = {"mươi": 10, "chục": 10, "trăm": 100, "nghìn": 10**3, "ngàn": 10**3, "vạn": 10**4,
           "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}  # fmt: skip
_SPOKEN_AFTER_TEN = ("mốt", "tư", "lăm", "nhăm")

_Span = tuple[int, int]


def read_text(text: str, ds: Dataset | None = None) -> pd.DataFrame:
    """Find the figures of an article: a row for each number, in the order of the text.

    `text[start:end]` is the figure with its wording and the noun behind it, and `figure_printed` the same in
    composed letters; `paragraph` counts the lines that are not blank, from 1. `why_not` is empty for a figure and
    says of another number what it was taken for: date, duration, document number, name, ordinal, change
    ("tăng 5%"), target, page furniture and so on. Value, qualifier and bounds are those of `parse_figure`;
    a range has no value and the qualifier `range`, "dưới n" has `at_most`, and a data set takes neither as it is.
    "36/36 (100%)" is three rows.

    `period_hint`, `scope_hint` and `area_hint` are the nearest words on them. `suggested_indicator` is the
    indicator of `ds`, by default the bundled data, whose words are most like those around the number, with a
    `score` from 0 to 1: the share of weight that they have in common (cosine of rarity-weighted words).

    >>> found = read_text("Năm 2023 tổ chức 35 buổi cho hơn 1.200 lượt người.")
    >>> found["figure_printed"].tolist(), found["why_not"].tolist()
    (['2023', '35 buổi', 'hơn 1.200 lượt người'], ['date', '', ''])
    """
    page, suggest = _Page(text), _Suggestions(load() if ds is None else ds)
    rows = [_row(page, found, suggest) for found in page.numbers()]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


# ---- rules -------------------------------------------------------------------------------------------------


@cache
def _rules() -> dict[str, dict[str, list[str]]]:
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
    """A number at its place in the composed text, what it is if no figure, and how to read it, best way first."""

    start: int
    end: int
    why: str
    readings: tuple[str, ...] = ()
    kind: str = "number"


class _Page:
    """A text in composed letters with its lines, cells and sentences, and the way back to the text as given."""

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
            [0, *(end for _, end in _spans(_pattern(name), self.text))] for name in ("sentence", "long_sentence")
        )
        self.cells, self.quotes = (_spans(_pattern(name), self.text) for name in ("cell", "quote"))
        self.hints = {
            name: _spans(_pattern(name, "hints"), self.text if name == "area" else self.lower)
            for name in _rules()["hints"]
        }
        areas = Counter(self.text[slice(*span)] for span in self.hints["area"])
        self.main_area = max(areas, key=areas.__getitem__, default="")

    def line(self, place: int) -> int:
        """Return the index of the line that holds a place."""
        return bisect_right(self.starts, place) - 1

    def around(self, start: int, end: int) -> tuple[str, str]:
        """Return the small letters before and behind a number, within its line and cell of a table."""
        low, high = self.lines[self.line(start)]
        index = bisect_right(self.cells, (start, start))
        low = max(low, start - _NEAR, self.cells[index - 1][1] if index else 0)
        high = min(high, end + _NEAR, self.cells[index][0] if index < len(self.cells) else high)
        return self.lower[low:start], self.lower[end : max(high, end)]

    def sentence(self, start: int, end: int) -> _Span:
        """Return where the sentence of a number begins and ends, if that is not far."""
        index = bisect_right(self.sentences, start)
        behind = self.sentences[index] if index < len(self.sentences) else len(self.text)
        return max(self.sentences[index - 1], start - _FAR), min(max(behind, end), end + _FAR)

    def nearest(self, hint: str, start: int, end: int) -> str:
        """Return the last hint before a figure in its paragraph, else the next in its sentence, else the last."""
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
        for match in _tokens().finditer(self.text):
            kind = str(match.lastgroup)
            if kind in judges:
                judged = judges[kind](self, match, last)
            elif kind in ("number", "magnitude"):
                number = re.sub(r"^[^\W\d]+", "hàng", match[0].lower())
                judged = iter([_counted(self, match.start(), match.end(), number, last)])
            else:
                numbered = re.search("[0-9]", match[0])
                judged = iter([_Found(*match.span(), kind.replace("_", " "))] if numbered else [])
            for last in judged:
                yield last


def _spans(pattern: re.Pattern[str], text: str) -> list[_Span]:
    return [match.span() for match in pattern.finditer(text)]


def _compose(text: str) -> tuple[str, list[int]]:
    """Compose letters with the accents behind them; return also where each letter of the result began."""
    if not re.search("[\u0300-\u036f]", text):
        return text, []
    parts, offsets = [], []
    for cluster in re.finditer("(?s).[\u0300-\u036f]{0,4}", text):
        parts.append(unicodedata.normalize("NFC", cluster[0]) if len(cluster[0]) > 1 else cluster[0])
        offsets += [cluster.start()] * len(parts[-1])
    return "".join(parts), [*offsets, len(text)]


# ---- what a number is --------------------------------------------------------------------------------------


def _counted(page: _Page, start: int, end: int, number: str, last: _Found) -> _Found:
    """Judge one number with its scale and unit sign, and take its wording in."""
    tail = _pattern("tail").match(page.text, end)
    stop = tail.end() if tail else end
    before, after = page.around(start, stop)
    begin, meaning = last_wording(before)
    upwards = _pattern("upwards").match(after)
    wording = before[begin:]
    # "trên" is "on" as well: who means more than so many roads rounds the number.
    on = re.fullmatch("[0-9]*[1-9]", number) and _pattern("place_of_on").match(after)
    if (wording.strip() == "từ" and not upwards) or (wording.strip() == "trên" and on):
        begin, wording, meaning = len(before), "", "exact"
    why = _why(page, (start, stop), number, last)
    core = f"{number}{page.text[end:stop]}"
    begin, stop = start - len(wording), stop + (upwards.end() if upwards else 0)
    if meaning not in QUALIFIERS:
        return _Found(begin, stop, why, (core,), "at_most")
    # Of two wordings at once ("khoảng trên") the one nearer to the number is read.
    words = wording.split()
    tried = [" ".join([*words[skipped:], core]) for skipped in range(len(words) or 1)]
    return _Found(begin, stop, why, tuple(f"{each} trở lên" if upwards else each for each in tried))


def _words(page: _Page, match: re.Match[str], last: _Found) -> Iterator[_Found]:
    """Judge a number in words, if it is one and no part of another word or an article."""
    value, length = _value_of_words(match[0].lower())
    start, end = match.start(), match.start() + length
    word = match[0][:length].lower()
    before, after = page.around(start, end)
    is_article = _pattern("article").search(before)
    if word == "một":
        is_article = not (_pattern("one_of_an_event").match(after) and _pattern("event").search(before))
    elif word in _UNITS:
        is_article = is_article or not re.match(rf"\s*{_alternatives('parts', 'counted')}", after)
    if not is_article:
        yield _counted(page, start, end, str(value), last)


def _compound(page: _Page, match: re.Match[str], last: _Found) -> Iterator[_Found]:
    """Judge "3 tỷ 500 triệu", one number of two parts."""
    parts = [_parsed(each) for each in re.findall(r"[0-9.,]+\s\w+", match[0])]
    total = sum(part.value or 0 for part in parts if part)
    yield _counted(page, *match.span(), str(int(total)) if all(parts) else match[0], last)


def _fraction(page: _Page, match: re.Match[str], last: _Found) -> Iterator[_Found]:
    """Judge a/b: a date, a part and its whole, two counts, or a score."""
    start, end = match.span()
    before, after = page.around(start, end)
    part, whole = (each.strip() for each in match[0].split("/"))
    is_of_things = _pattern("counts_of_fraction").match(after) or _pattern("result_before").search(before)
    middle = start + match[0].index("/")
    if _pattern("rough_share").fullmatch(match[0]) and _pattern("of_all").match(after):
        yield _Found(start, end, "rough share")
    elif re.fullmatch(_alternatives("parts", "day"), match[0]) and not is_of_things:
        yield _Found(start, end, "date")
    elif why := _why(page, (start, end), match[0], last) or _street(page, start, end):
        yield _Found(start, end, why)
    elif _parsed(f"{part}/{whole}"):
        yield _Found(start, end, "", (f"{part}/{whole}",))
        yield _Found(middle, end, "", (f"/{whole}",), "whole")
    elif part.isdecimal() and whole.isdecimal():
        yield _Found(start, middle, "", (part,), "whole")
        yield _Found(end - len(whole), end, "", (whole,))
    else:
        yield _Found(start, end, "", (part,))


def _street(page: _Page, start: int, end: int) -> str:
    """Tell the number of a house from a fraction by the two capitals of the street behind it."""
    capital = _alternatives("parts", "capital")
    return "address" if re.match(rf"\s{capital}\w*\s{capital}", page.text[end : end + _NEAR]) else ""


def _range(page: _Page, match: re.Match[str], last: _Found) -> Iterator[_Found]:
    """Judge two numbers with a dash or "đến" between them."""
    start, end = match.span()
    numbers = _spans(re.compile(_alternatives("parts", "N")), match[0])
    low, high = match[0][slice(*numbers[0])], match[0][slice(*numbers[1])]
    before, after = page.around(start, end)
    year = _alternatives("parts", "Y")
    is_date = _pattern("date_or_range").fullmatch(match[0]) and not _pattern("counts_of_range").match(after)
    if is_date or (re.fullmatch(year, low) and re.fullmatch(year, high)):
        yield _Found(start, end, "date")
        return
    own, tail = _pattern("tail").match(match[0], len(low)), _pattern("tail").match(page.text, end)
    stop = tail.end() if tail else end
    why = _why(page, (start, stop), match[0], last)
    shared = own[0] if own and own[0].strip() else page.text[end:stop]
    opening = re.search(r"(?<!\w)từ\s*$", before)
    begin = start - (len(opening[0]) if opening else 0)
    yield _Found(begin, stop, why, (low + shared, high + page.text[end:stop]), "range")


def _why(page: _Page, span: _Span, number: str, last: _Found) -> str:
    """Say what a number is if it is no figure: the first rule that fits."""
    start, end = span
    before, after = page.around(start, end)
    begin, _ = last_wording(before)
    plain = before if before[begin:].strip() == "từ" else before[:begin]
    if why := _why_there(page, start, end, number):
        return why
    for why, words_before, words_behind in _words_beside():
        spelt = why != "duration" or "%" not in page.text[start:end]
        if (words_before and words_before.search(plain)) or (
            words_behind and spelt and words_behind.match(after)
        ):
            return why.replace("_", " ")
    counts, share = _pattern("counts").match(after), "%" in page.text[start:end]
    is_plain = re.fullmatch("[0-9]{1,4}", number) and end - start == len(number)
    if is_plain and _is_named(page, span, before):
        return "name"
    if number in ("1", "01") and re.search(r"\w/\s?$", plain):
        return "unit"
    if is_plain and re.fullmatch("11[1-5]", number) and not counts:
        return "phone"
    is_year = re.fullmatch(_alternatives("parts", "Y"), number)
    if is_year and is_plain and (not counts or re.search(r"(?<!\w)năm\s*$", plain)):
        return "date"
    if re.fullmatch(r"[0-9]{1,2}\.[0-9]{1,2}", number) and not share:
        return "date" if _pattern("date_or_range").fullmatch(number) else "name"
    return _change_or_target(page, span, last)


def _is_named(page: _Page, span: _Span, before: str) -> bool:
    """Tell whether the words around a small plain number make it a name, as in "tổ 4", "thôn Lão 1"."""
    start, end = span
    things = _pattern("counts").match(page.text, end)
    place = _pattern("place_behind").match(page.text, end)
    if _pattern("weak_name").search(before):
        return not things or bool(place) or things[0].strip() == "tổ"
    ahead = page.text[start - min(len(before), 40) : start]
    return bool(_pattern("name_at_the_end").search(ahead) and _pattern("end_of_phrase").match(page.text, end))


def _why_there(page: _Page, start: int, end: int, number: str) -> str:
    """Say what the place in its line makes of a number: page furniture, a number of a list, a quoted name."""
    index = page.line(start)
    low, high = page.lines[index]
    in_a_row = re.search(r"\t|\|", page.text[low : min(high, low + 2000)])
    near = [page.text[a : min(b, a + 30)].strip() for a, b in page.lines[max(index - 6, 0) : index + 7]]
    in_a_table = in_a_row or sum(bool(re.fullmatch(r"[0-9.,%]+", each)) for each in near) >= 4
    if high - low < 90 and not in_a_table and _pattern("furniture").search(page.lower[low:high]):
        return "page furniture"
    numbering = _pattern("numbering").match(page.text, low)
    heads_a_row = in_a_row and not page.text[low:start].strip("| \t") and end - start <= 3
    if numbering and start < numbering.end() <= high:
        return "ordinal"
    if heads_a_row and re.match(r"[ \u00a0]*[\t|][ \u00a0]*[^\W\d_]", page.text[end : min(high, end + 20)]):
        return "ordinal"
    enclosed = page.text[max(start - 1, 0) : start] + page.text[end : end + 1]
    if enclosed in ("()", "[]") and re.fullmatch("[0-9]{1,2}", page.text[start:end]):
        return "ordinal"
    index = bisect_right(page.quotes, (start, start))
    low, high = page.quotes[index - 1] if index else (0, 0)
    return "name" if low < start and end <= high and high - low <= 62 else ""


def _change_or_target(page: _Page, span: _Span, last: _Found) -> str:
    """Tell a rise or a fall, and what is yet to be reached, from what is."""
    start, end = span
    before, after = page.around(start, end)
    begin, _ = last_wording(before)
    plain, figure = before if before[begin:].strip() == "từ" else before[:begin], page.text[start:end]
    if "vượt" in before[begin:] and _pattern("beyond_plan").match(after):
        return "change"
    if not _pattern("level").search(plain):
        compared = re.search(r"\w hơn\s*$", before) and _pattern("change").search(before)
        if compared or _pattern("change").search(plain):
            return "change"
        if "%" in figure and _pattern("share_change").search(plain):
            return "change"
    if last.why == "change" and page.line(last.start) == page.line(start):
        between = page.lower[last.end : start - len(before) + begin]
        carried = _pattern("carried").fullmatch(between)
        if carried and (between.rstrip()[-1:] in (",", "à") or "%" in figure):
            return "change"
    low = page.long_sentences[bisect_right(page.long_sentences, start) - 1]
    target = _pattern("target").search(page.lower, max(low, start - _FAR), start)
    return "target" if target and not _pattern("done").search(page.lower, target.end(), start) else ""


def _value_of_words(words: str) -> tuple[int, int]:
    """Return the number that begins a text of numerals, and how many characters of the text it takes."""
    total = group = unit = length = 0
    last = ""
    for match in re.finditer(r"\w+", words):
        word = match[0]
        if word in _UNITS:
            spoken_wrong = word in _SPOKEN_AFTER_TEN and last != "ten"
            if last == "unit" or spoken_wrong or (word == "mười" and last not in ("", "power")):
                break
            unit, last = _UNITS[word], "ten" if word == "mười" else "unit"
            group += unit
        elif word in ("linh", "lẻ"):
            last = "ten"
        elif (power := _POWERS[word]) > 100:
            total, group, last = total + max(group, 1) * power, 0, "power"
        elif last in ("unit", ""):
            group += unit * (power - 1) if last else power
            last = "ten" if word == "mươi" else "power"
        else:
            break
        length = match.end()
    return total + group, length


# ---- rows --------------------------------------------------------------------------------------------------


def _parsed(text: str) -> PrintedFigure | None:
    try:
        return parse_figure(text)
    except UnreadableFigure:
        return None


def _row(page: _Page, found: _Found, suggest: "_Suggestions") -> tuple[Any, ...]:
    value, qualifier, lower, upper = _values(found)
    why = found.why or ("" if qualifier else "unreadable")
    end, noun, hints, suggestion = found.end, "", ("", "", ""), ("", 0.0)
    if not why:
        end, noun = _with_noun(page, found, value, qualifier)
        hints = tuple(page.nearest(hint, found.start, found.end) for hint in page.hints)
        suggestion = suggest(page, found, noun)
    start, stop = (page.offsets[found.start], page.offsets[end]) if page.offsets else (found.start, end)
    printed = unicodedata.normalize("NFC", page.original[start:stop])
    place = (page.line(found.start) + 1, start, stop, printed)
    period, scope, area = hints
    return (
        *place,
        value,
        qualifier,
        lower,
        upper,
        noun,
        period,
        scope,
        area or page.main_area * (not why),
        *suggestion,
        why,
    )


def _values(found: _Found) -> tuple[float, str, float, float]:
    """Return value, qualifier, lower and upper bound."""
    readings = [re.sub(r"(?<=[0-9])(?=[^\W\d_])", " ", text) for text in found.readings]
    figures = [figure for figure in map(_parsed, readings) if figure]
    if found.kind == "range" and len(figures) == 2:
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


class _Suggestions:
    """Finds the indicator whose words are most like those around a number; rare words weigh more."""

    def __init__(self, ds: Dataset) -> None:
        told = {"definition_vi": 0.5, "name_vi": 1.0, "counts_vi": 1.0}
        self.indicators = records(ds.indicators())
        words = [
            {
                term: weight
                for column, weight in told.items()
                for term in _terms(without_accents(str(row[column])))
            }
            for row in self.indicators
        ]
        common = Counter(term for each in words for term in each)
        self.rarity = {term: math.log(1 + len(words) / count) for term, count in common.items()}
        self.places: dict[str, list[tuple[int, float]]] = {term: [] for term in common}
        for place, each in enumerate(words):
            for term, weight in self.weighed(each).items():
                self.places[term].append((place, weight))

    def weighed(self, words: dict[str, float]) -> dict[str, float]:
        """Weigh words by their rarity, to the length of one."""
        weights = {term: weight * self.rarity[term] for term, weight in words.items() if term in self.rarity}
        size = math.hypot(*weights.values()) or 1.0
        return {term: weight / size for term, weight in weights.items()}

    def __call__(self, page: _Page, found: _Found, noun: str) -> tuple[str, float]:
        """Return the indicator and its score, no name where the score is low."""
        low, high = page.sentence(found.start, found.end)
        before = page.bare[max(low, found.start - 2 * _NEAR) : found.start]
        behind = page.bare[found.end : min(high, found.end + _NEAR)]
        told = [(before, 0.6), (behind, 1.0), (without_accents(noun), 3.0)]
        asked = self.weighed({term: weight for text, weight in told for term in _terms(text)})
        share = any(sign in page.lower[found.start : found.end] for sign in ("%", "phần trăm"))
        likeness: Counter[int] = Counter()
        for term, weight in asked.items():
            for place, other in self.places[term]:
                likeness[place] += weight * other  # type: ignore[assignment]
        for place, score in likeness.most_common():
            if (self.indicators[place]["unit_measure"] == "percent") == share:
                name = str(self.indicators[place]["indicator"])
                return name if score >= _LEAST_SCORE else "", round(score, 3)
        return "", 0.0


def _terms(bare: str) -> list[str]:
    """Return the syllables of a text without accents, and each two that stand side by side."""
    syllables = re.findall(r"[^\W\d_]+", bare)
    return syllables + [" ".join(pair) for pair in pairwise(syllables)]
