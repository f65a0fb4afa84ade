"""What Vietnamese words around a number say about it, kept apart from the arithmetic that follows from it.

A million printed figures hold a few hundred different sentences: only their digits differ. So a text is
first reduced to its *shape* (every digit a 9), each shape is understood once, and the resulting `Template`
says where the number stands, how it scales and which qualifier it carries.
"""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

QUALIFIERS = ("exact", "more_than", "at_least", "nearly", "about", "order_of_magnitude")
# Beyond 15 digits a float no longer holds every whole number.
MAX_DIGITS = 15

_UPPER = "an upper-bounded wording (dưới, tối đa, không quá) has no qualifier yet; keep it in a note"
_DATE = "the number belongs to a date or an ordinal; cut the text to the figure and its noun"
_RANGE = "a range is two figures; enter each end as a figure of its own"
_NEGATIVE = "a count cannot be negative; check the print"
_TWICE = "it carries two wordings at once; cut the text to one figure with one wording"
_SEVERAL = "it holds several numbers; enter one row for each"
_SCALE = "only nghìn, vạn, triệu, tỷ, % or phần trăm may follow a number; write the figure out in digits"
_SYMBOL = "a sign stands for the wording; write it in words (hơn, gần, khoảng, từ … trở lên)"
_FRACTION = "a fraction is two plain whole numbers such as 36/36; enter wording or scale as separate figures"
_SLASH = (
    "a number joined to letters or a date by '/' is not a figure; cut the text to the figure and its noun"
)
_TOO_LONG = f"it has more than {MAX_DIGITS} digits; check the print"
_DOTS = "'.' groups thousands in threes and decimals take ','; write 5,15 or 5.150"

# What may stand directly before the number: a qualifier, or the reason why the number cannot be read.
_BEFORE = {
    **dict.fromkeys(["hơn", "trên", "quá", "vượt", "vượt quá", "nhiều hơn"], "more_than"),
    **dict.fromkeys(["ít nhất", "tối thiểu", "không dưới", "không ít hơn", "từ"], "at_least"),
    **dict.fromkeys(["gần", "gần như", "ngót"], "nearly"),
    **dict.fromkeys(["khoảng", "xấp xỉ", "chừng", "ước", "ước tính", "trên dưới"], "about"),
    **dict.fromkeys(["dưới", "tối đa", "nhiều nhất", "ít hơn", "thấp hơn", "nhỏ hơn", "kém"], _UPPER),
    **dict.fromkeys(["không quá", "không hơn", "không vượt", "không trên", "không vượt quá"], _UPPER),
    **dict.fromkeys(["chưa quá", "chưa hơn", "chưa vượt", "chưa đến", "chưa tới", "chưa đầy"], _UPPER),
    **dict.fromkeys(["không đến", "không tới"], _UPPER),
    **dict.fromkeys(["ngày", "tháng", "năm", "quý", "thứ"], _DATE),
    "âm": _NEGATIVE,
}  # fmt: skip
_SCALES = {"nghìn": 3, "ngàn": 3, "vạn": 4, "triệu": 6, "tỷ": 9, "tỉ": 9}
_MAGNITUDES = {"chục": 1, "trăm": 2, **_SCALES}


def _any(words: dict[str, int] | dict[str, str] | list[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_NUMBER = re.compile(r"9+(?:[.,]9+|[\u00a0\u202f]999(?!9))*")
_LAYOUT = re.compile(
    r"(?:(?P<groups>9{1,3}(?:(?P<by>[.\u00a0\u202f])999)(?:(?P=by)999)*)|9+)(?:,(?P<decimals>9+))?"
)
_WORD_BEFORE = re.compile(rf"(?<!\w)({_any(_BEFORE)})(?: là)?$")
_UNIT_AFTER = re.compile(
    rf"(?P<scale>(?:nghìn|ngàn) (?:tỷ|tỉ)|{_any(_SCALES)})?(?!\w) ?(?P<percent>%|phần trăm(?!\w))?"
)
_NOT_AFTER = re.compile(rf"(?:(?:{_any(_MAGNITUDES)}|mươi|rưỡi|lẻ|có lẻ|hơn|phần nghìn)(?!\w)|[%‰+±/])")
# "tỷ lệ" is a ratio, "triệu chứng" a symptom: there the scale word is part of another word.
_NOT_A_SCALE = re.compile(r"(?:tỷ|tỉ|triệu) (?:lệ|số|trọng|suất|phú|chứng)(?!\w)")
_MAGNITUDE = re.compile(rf"(?<!\w)hàng((?: (?:{_any(_MAGNITUDES)})(?!\w))+)")
_NUMERALS = re.compile(
    r"(?<!\w)(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mươi|chục|trăm|nghìn|ngàn|vạn|triệu|tỷ|tỉ|vài|dăm|nửa)(?!\w)"
)
_FAULTY_JOINTS = [
    (re.compile(r"9\s*/\s*9+\s*/|9/[^\W9_]|[^\W9_]/9"), _SLASH),
    (re.compile(r"9\s*%?\s*[-–—]\s*9|9[^9]*(?<!\w)(?:đến|tới)(?!\w)[^9]*9"), _RANGE),
]


@dataclass(frozen=True, kw_only=True)
class Template:
    """Hold what every figure of one shape has in common.

    The number is the digits `start:stop` of all digits in the text, times 10**`exponent`; the whole of a
    fraction is the digits `total_start:total_stop`. A `reason` says why no such figure can be read.
    """

    reason: str = ""
    qualifier: str = "exact"
    start: int = 0
    stop: int = 0
    exponent: int = 0
    total_start: int = 0
    total_stop: int = 0
    scaled: bool = False
    percent: bool = False
    grouped: bool = False
    three_decimals: bool = False


class _RefusedError(Exception):
    """Carry the reason why a shape is not a figure out of the grammar."""


def read_shape(shape: str) -> Template:
    """Read the words around a number whose digits are all written 9.

    Returns a `Template`; where the shape is not one figure, its `reason` says why.

    >>> template = read_shape("hơn 9,9 triệu người")
    >>> template.qualifier, template.exponent
    ('more_than', 5)
    """
    try:
        return _read(shape)
    except _RefusedError as refused:
        return Template(reason=str(refused))


def _read(shape: str) -> Template:
    for joint, reason in _FAULTY_JOINTS:
        _refuse_if(joint.search(shape), reason)
    numbers = [match for match in _NUMBER.finditer(shape) if not _is_in_a_name(shape, match)]
    magnitudes = list(_MAGNITUDE.finditer(" ".join(shape.split())))
    if not numbers and not magnitudes:
        raise _RefusedError(_why_no_number(shape))
    if len(magnitudes) == 1 and not numbers:
        return _magnitude(magnitudes[0])
    if len(numbers) == 2 and shape[numbers[0].end() : numbers[1].start()].strip() == "/":
        return _fraction(shape, numbers[0], numbers[1])
    _refuse_if(len(numbers) + len(magnitudes) > 1, _SEVERAL)
    return _single(shape, numbers[0])


def _refuse_if(fault: object, reason: str) -> None:
    if fault:
        raise _RefusedError(reason)


def _is_in_a_name(shape: str, number: re.Match[str]) -> bool:
    """Tell A03, COVID19 and covid-19 from numbers."""
    before, after = shape[: number.start()], shape[number.end() :]
    return bool(re.search(r"\w$|[^\W9_]-$", before) or re.match(r"\w", after))


def _why_no_number(shape: str) -> str:
    if _NUMERALS.search(" ".join(shape.split())):
        return "its number is written in words; enter the digits, or the 'hàng …' form that is printed"
    return "there is no number in it; digits joined to letters (A03) are a name"


def _magnitude(match: re.Match[str]) -> Template:
    """Read "hàng chục", "hàng trăm nghìn": one power of ten, known by its digits only."""
    powers = [_MAGNITUDES[word] for word in match[1].split()]
    before, after = match.string[: match.start()].strip(), match.string[match.end() :].strip()
    _refuse_if(_WORD_BEFORE.search(before) or "trở lên" in after, _TWICE)
    climbs = all(smaller < larger for smaller, larger in pairwise(powers))
    beside = after.startswith(("%", "phần")) or _NOT_A_SCALE.match(f"{match[1].split()[-1]} {after}")
    _refuse_if(not climbs or beside or sum(powers) >= MAX_DIGITS, _SCALE)
    return Template(qualifier="order_of_magnitude", exponent=sum(powers))


def _fraction(shape: str, part: re.Match[str], whole: re.Match[str]) -> Template:
    before, after = _around(shape, part.start(), whole.end())
    part_layout, whole_layout = _layout(part), _layout(whole)
    plain = _wording(before, after) == "exact" and part_layout.exponent == whole_layout.exponent == 0
    _refuse_if(not plain or _unit(after) != (0, False), _FRACTION)
    return replace(part_layout, total_start=whole_layout.start, total_stop=whole_layout.stop)


def _single(shape: str, number: re.Match[str]) -> Template:
    before, after = _around(shape, number.start(), number.end())
    _refuse_if(re.search(r"[-−–]$", shape[: number.start()]), _NEGATIVE)
    _refuse_if(re.search(r"[<>≤≥~≈±=+]$", before), _SYMBOL)
    whole_of_fraction = before.endswith("/")
    qualifier = _wording(before.removesuffix("/").strip(), after)
    scale, percent = _unit(after)
    layout = _layout(number)
    _refuse_if(whole_of_fraction and (qualifier != "exact" or scale or percent or layout.exponent), _FRACTION)
    _refuse_if(layout.stop - layout.start + scale > MAX_DIGITS, _TOO_LONG)
    return replace(
        layout, qualifier=qualifier, exponent=layout.exponent + scale, scaled=scale > 0, percent=percent,
        three_decimals=layout.three_decimals and not scale and not percent,
    )  # fmt: skip


def _around(shape: str, start: int, stop: int) -> tuple[str, str]:
    return " ".join(shape[:start].split()), " ".join(shape[stop:].split())


def _wording(before: str, after: str) -> str:
    """Find the qualifier: a word directly before the number, or "trở lên" after it."""
    match = _WORD_BEFORE.search(before)
    word = match[1] if match else ""
    qualifier = _BEFORE.get(word, "exact")
    _refuse_if(qualifier not in QUALIFIERS, qualifier)
    _refuse_if(re.search(r"(?<!\w)trở xuống(?!\w)", after), _UPPER)
    upwards = re.search(r"(?<!\w)trở lên(?!\w)", after)
    _refuse_if(upwards and qualifier not in ("exact", "at_least"), _TWICE)
    _refuse_if(word == "từ" and not upwards, "'từ' opens a range; write 'từ … trở lên', or the number alone")
    return "at_least" if upwards else qualifier


def _unit(after: str) -> tuple[int, bool]:
    """Read the scale words and the percent sign after a number, as (power of ten, is a percentage)."""
    unit = _UNIT_AFTER.match(after)
    scale, percent = (unit["scale"], unit["percent"]) if unit else (None, None)
    rest = after[unit.end() :].lstrip() if unit else after
    _refuse_if(_NOT_A_SCALE.match(after) or _NOT_AFTER.match(rest), _SCALE)
    return sum(_SCALES[word] for word in (scale or "").split()), percent is not None


def _layout(number: re.Match[str]) -> Template:
    """Check how the digits are grouped and count those after the decimal comma."""
    layout = _LAYOUT.fullmatch(number[0])
    if layout is None:
        raise _RefusedError(_DOTS)
    decimals, digits = len(layout["decimals"] or ""), number[0].count("9")
    _refuse_if(digits > MAX_DIGITS, _TOO_LONG)
    grouped, start = layout["groups"] is not None, number.string[: number.start()].count("9")
    return Template(
        start=start, stop=start + digits, exponent=-decimals, grouped=grouped,
        three_decimals=decimals == 3 and digits <= 6 and not grouped,
    )  # fmt: skip
