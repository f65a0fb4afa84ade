"""What Vietnamese words around a number say about it, kept apart from the arithmetic that follows from it.

A million printed figures hold a few hundred different sentences: only their digits differ. So a text is
first reduced to its *shape* (every digit a 9), each shape is understood once, and the resulting `Template`
says where the number stands, how it scales and which qualifier it carries.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise

from antq_analysis.data.wordings import (
    MAGNITUDES,
    NUMERAL,
    RANGE,
    SCALES,
    TWICE,
    RefusedError,
    any_of,
    read_wording,
    refuse_if,
    refuse_numeral_after,
)  # fmt: skip

# Beyond 15 digits a float no longer holds every whole number.
MAX_DIGITS = 15
MAX_LENGTH = 500

_MINUS = "a dash before the number may be a minus, and a count cannot be negative; leave the dash out"
_CUT = "a mark is glued to the front of the number, which may lack digits (0,5); write the number out"
_HIDDEN = "it holds a character that cannot be seen or read; type the text anew"
_SIGN = "it holds a numeral that is not one of the digits 0 to 9; write the number in those digits"
_LONG = f"it is longer than {MAX_LENGTH} characters; cut the text to the figure and its noun"
_SPACED = "a space groups its thousands, or parts two numbers; write 5.150, or enter one row for each"
_MIXED = (
    "three digits behind a comma after grouped thousands may be a third group; write 1.234.567 or 1.234,5"
)
_SEVERAL = "it holds several numbers; enter one row for each"
_SCALE = "only nghìn, vạn, triệu, tỷ, % or phần trăm may follow a number; write the figure out in digits"
_SYMBOL = "a sign stands for the wording; write it in words (hơn, gần, khoảng, từ … trở lên)"
_FRACTION = "a fraction is two plain whole numbers such as 36/36; enter wording or scale as separate figures"
_SLASH = (
    "a number joined to letters or a date by '/' is not a figure; cut the text to the figure and its noun"
)
_TOO_LONG = f"it has more than {MAX_DIGITS} digits; check the print"
_DOTS = "'.' groups thousands in threes and decimals take ','; write 5,15 or 5.150"

_NUMBER = re.compile(r"9+(?:[.,]9+|[\u00a0\u202f]999(?!9))*")
_LAYOUT = re.compile(
    r"(?:(?P<groups>9{1,3}(?:(?P<by>[.\u00a0\u202f])999)(?:(?P=by)999)*)|9+)(?:,(?P<decimals>9+))?"
)
_UNIT_AFTER = re.compile(
    rf"(?:(?P<scale>(?:nghìn|ngàn) (?:tỷ|tỉ)|{any_of(SCALES)})(?!\w) ?)?(?P<percent>%|phần trăm(?!\w))?"
)
# Scale words without accents, cut short or English are not read, and neither are other signs of a share.
_NOT_AFTER = re.compile(
    rf"(?:(?:{any_of(MAGNITUDES)}|mươi|rưỡi|lẻ|có lẻ|muôn|điểm (?:%|phần trăm)|o/o"
    r"|phần (?:nghìn|ngàn|vạn|triệu|mười)|tr|trđ|trieu|nghin|ngan|ty|ti|van|k|m|b|t|bn|mn"
    r"|thousand|million|billion|hundred|dozen|percent|pct)(?!\w)|\W*hơn(?!\w)|phần \d|[%‰‱٪％﹪/])"
)
# "tỷ lệ" is a ratio, "triệu chứng" a symptom: there the scale word is part of another word.
_NOT_A_SCALE = re.compile(r"(?:tỷ|tỉ|triệu) (?:lệ|số|trọng|suất|phú|chứng)(?!\w)")
_MAGNITUDE = re.compile(rf"(?<!\w)hàng((?: (?:{any_of(MAGNITUDES)})(?!\w))+)")
_NUMERALS = re.compile(rf"(?<!\w)(?:{NUMERAL}|năm(?!\w))")
_GLUED = re.compile(r"[.,·•'’‘`´]\Z")
_DASHED = re.compile(r"[-−–—‒‐‑﹣－]\s*\Z")
_FAULTY_JOINTS = [
    (re.compile(r"9\s*/\s*9+\s*/|9/[^\W9_]|[^\W9_]/9"), _SLASH),
    (re.compile(r"(?<![\w.,-])9{1,3}(?:[^\S\u00a0\u202f]999)+(?![\d.])"), _SPACED),
    (re.compile(r"9\s*%?\s*[-–—]\s*9|9[^9]*(?<!\w)(?:đến|tới)(?!\w)[^9]*9"), RANGE),
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


def read_shape(shape: str) -> Template:
    """Read the words around a number whose digits are all written 9.

    Returns a `Template`; where the shape is not one figure, its `reason` says why.

    >>> template = read_shape("hơn 9,9 triệu người")
    >>> template.qualifier, template.exponent
    ('more_than', 5)
    """
    try:
        return _read(shape)
    except RefusedError as refused:
        return Template(reason=str(refused))


def _read(shape: str) -> Template:
    _refuse_hidden(shape)
    for joint, reason in _FAULTY_JOINTS:
        refuse_if(joint.search(shape), reason)
    numbers = [match for match in _NUMBER.finditer(shape) if not _is_in_a_name(shape, match)]
    magnitudes = list(_MAGNITUDE.finditer(" ".join(shape.split())))
    if not numbers and not magnitudes:
        raise RefusedError(_why_no_number(shape))
    if len(magnitudes) == 1 and not numbers:
        return _magnitude(magnitudes[0])
    if len(numbers) == 2 and shape[numbers[0].end() : numbers[1].start()].strip() == "/":
        return _fraction(shape, numbers[0], numbers[1])
    refuse_if(len(numbers) + len(magnitudes) > 1, _SEVERAL)
    return _single(shape, numbers[0])


def _refuse_hidden(shape: str) -> None:
    """Refuse what a reader cannot see or a program cannot read: it may hide a wording or a digit."""
    refuse_if(len(shape) > MAX_LENGTH, _LONG)
    before = " "
    for letter in shape:
        hidden = letter == "\ufffd" or unicodedata.category(letter)[0] in "CM"
        refuse_if(hidden and not letter.isspace(), _HIDDEN)
        # The exponent of a unit such as m² belongs to the letter before it.
        refuse_if(letter.isnumeric() and letter != "9" and not before.isalpha(), _SIGN)
        before = letter


def _is_in_a_name(shape: str, number: re.Match[str]) -> bool:
    """Tell A03, COVID19 and covid-19 from numbers."""
    before, after = shape[: number.start()], shape[number.end() :]
    return bool(re.search(r"\w\Z|[^\W9_]-\Z", before) or re.match(r"\w", after))


def _why_no_number(shape: str) -> str:
    if _NUMERALS.search(" ".join(shape.split())):
        return "its number is written in words; enter the digits, or the 'hàng …' form that is printed"
    return "there is no number in it; digits joined to letters (A03) are a name"


def _magnitude(match: re.Match[str]) -> Template:
    """Read "hàng chục", "hàng trăm nghìn": one power of ten, known by its digits only."""
    powers = [MAGNITUDES[word] for word in match[1].split()]
    before, after = match.string[: match.start()].strip(), match.string[match.end() :].strip()
    refuse_if(read_wording(before, after) != "exact", TWICE)
    refuse_numeral_after(after, scaled=True)
    refuse_if(_NOT_AFTER.match(after), _SCALE)
    climbs = all(smaller < larger for smaller, larger in pairwise(powers))
    beside = after.startswith(("%", "phần")) or _NOT_A_SCALE.match(f"{match[1].split()[-1]} {after}")
    refuse_if(not climbs or beside or sum(powers) >= MAX_DIGITS, _SCALE)
    return Template(qualifier="order_of_magnitude", exponent=sum(powers))


def _fraction(shape: str, part: re.Match[str], whole: re.Match[str]) -> Template:
    before, after = _around(shape, part.start(), whole.end())
    _refuse_signs(shape[: part.start()])
    part_layout, whole_layout = _layout(part), _layout(whole)
    plain = read_wording(before, after) == "exact" and part_layout.exponent == whole_layout.exponent == 0
    refuse_if(not plain or _unit(after) != (0, False), _FRACTION)
    return replace(part_layout, total_start=whole_layout.start, total_stop=whole_layout.stop)


def _single(shape: str, number: re.Match[str]) -> Template:
    before, after = _around(shape, number.start(), number.end())
    _refuse_signs(shape[: number.start()])
    whole_of_fraction = before.endswith("/")
    qualifier = read_wording(before.removesuffix("/").strip(), after)
    scale, percent = _unit(after)
    layout = _layout(number)
    mixed = layout.grouped and layout.exponent == -3 and not scale and not percent
    refuse_if(mixed, _MIXED)
    refuse_if(whole_of_fraction and (qualifier != "exact" or scale or percent or layout.exponent), _FRACTION)
    refuse_if(layout.stop - layout.start + scale > MAX_DIGITS, _TOO_LONG)
    return replace(
        layout, qualifier=qualifier, exponent=layout.exponent + scale, scaled=scale > 0, percent=percent,
        three_decimals=layout.three_decimals and not scale and not percent,
    )  # fmt: skip


def _around(shape: str, start: int, stop: int) -> tuple[str, str]:
    return " ".join(shape[:start].split()), " ".join(shape[stop:].split())


def _refuse_signs(before: str) -> None:
    """Refuse a number that a sign before it turns into another one: '- 5', '.5', '≥ 5'."""
    refuse_if(_DASHED.search(before), _MINUS)
    refuse_if(_GLUED.search(before), _CUT)
    refuse_if(_is_symbol(before.rstrip()[-1:]), _SYMBOL)


def _is_symbol(letter: str) -> bool:
    return letter != "" and unicodedata.category(letter) == "Sm"


def _unit(after: str) -> tuple[int, bool]:
    """Read the scale words and the percent sign after a number, as (power of ten, is a percentage)."""
    unit = _UNIT_AFTER.match(after)
    scale, percent = (unit["scale"], unit["percent"]) if unit else (None, None)
    glued = after[unit.end() :] if unit else after
    rest = glued.lstrip()
    refuse_if(_NOT_A_SCALE.match(after) or _NOT_AFTER.match(rest) or _is_symbol(rest[:1]), _SCALE)
    refuse_if(percent == "%" and re.match(r"\w", glued), _SCALE)
    refuse_numeral_after(rest, scaled=scale is not None)
    return sum(SCALES[word] for word in (scale or "").split()), percent is not None


def _layout(number: re.Match[str]) -> Template:
    """Check how the digits are grouped and count those after the decimal comma."""
    layout = _LAYOUT.fullmatch(number[0])
    if layout is None:
        raise RefusedError(_DOTS)
    decimals, digits = len(layout["decimals"] or ""), number[0].count("9")
    refuse_if(digits > MAX_DIGITS, _TOO_LONG)
    grouped, start = layout["groups"] is not None, number.string[: number.start()].count("9")
    return Template(
        start=start, stop=start + digits, exponent=-decimals, grouped=grouped,
        three_decimals=decimals == 3 and digits <= 6 and not grouped,
    )  # fmt: skip
