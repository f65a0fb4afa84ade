"""What Vietnamese words around a number say about it: how it scales, and which qualifier it carries.

Text that says nothing about a number may stand beside it; a wording that is not understood may not. Whatever
negates, doubles, cuts off or disguises a wording is refused: read as exact it would be a wrong figure.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

QUALIFIERS = ("exact", "more_than", "at_least", "nearly", "about", "order_of_magnitude")
# Beyond 15 digits a float no longer holds every whole number.
MAX_DIGITS = 15
MAX_LENGTH = 500
_SCALES = {"nghìn": 3, "ngàn": 3, "vạn": 4, "triệu": 6, "tỷ": 9, "tỉ": 9}
_MAGNITUDES = {"chục": 1, "trăm": 2, **_SCALES}

# ---- reasons -----------------------------------------------------------------------------------------------

_TWICE = "it carries two wordings at once; cut the text to one figure with one wording"
_RANGE = "a range is two figures; enter each end as a figure of its own"
_UPPER = "an upper-bounded wording (dưới, tối đa, không quá) has no qualifier yet; keep it in a note"
_DATE = "the number belongs to a date or an ordinal; cut the text to the figure and its noun"
_DOCUMENT = "the number belongs to a document or one of its parts; cut the text to the figure and its noun"
_CHANGE = "a word of direction (tăng, giảm) makes it a change and not a level; keep it in a note"
_NEGATIVE = "a count cannot be negative; check the print"
_NEGATED = "a negation stands before the number; keep such a wording in a note"
_APART = "a mark or a word parts the wording from its number; write the wording directly before the number"
_BEHIND = "a wording stands behind the number; write it directly before the number"
_UNCLEAR = "the word before the number may be a wording or not; write hơn, gần or khoảng, or leave it out"
_IN_WORDS = "a part of the number is written in words; write all of it in digits"
_FROM = "'từ' opens a range; write 'từ … trở lên', or the number alone"
_MINUS = "a dash before the number may be a minus, and a count cannot be negative; leave the dash out"
_CUT = "a mark is glued to the front of the number, which may lack digits (0,5); write the number out"
_HIDDEN = "it holds a character that cannot be seen or read; type the text anew"
_FOREIGN = "it holds a letter that is not Latin, which may look like one that is; type the text anew"
_SIGN = "it holds a numeral that is not one of the digits 0 to 9; write the number in those digits"
_LONG = f"it is longer than {MAX_LENGTH} characters; cut the text to the figure and its noun"
_SPACED = "a space groups its thousands, or parts two numbers; write 5.150, or enter one row for each"
_MIXED = "three digits behind a comma and grouped thousands may be a third group; write 1.234.567 or 1.234,5"
_ENGLISH = "one comma with three digits behind it may be English thousands; write 1.234 or 1,23"
_LEADING_ZERO = "a number whose thousands are grouped cannot begin with 0; decimals take ','"
_SEVERAL = "it holds several numbers; enter one row for each"
_SCALE = "only nghìn, vạn, triệu, tỷ, % or phần trăm may follow a number; write the figure out in digits"
_SYMBOL = "a sign stands for the wording; write it in words (hơn, gần, khoảng, từ … trở lên)"
_MISPLACED = "a sign stands before the number; write % directly after it, and leave other signs out"
_FRACTION = "a fraction is two plain whole numbers such as 36/36; enter wording or scale as separate figures"
_NOT_A_PART = "the part of a fraction lies between 0 and a whole above 0; check it, or enter two figures"
_NOTHING_BELOW = "nothing lies below 0; check the print"
_SLASH = "a number joined to letters or a date by '/' is not a figure; cut the text to figure and noun"
_TOO_LONG = f"it has more than {MAX_DIGITS} digits; check the print"
_DOTS = "'.' groups thousands in threes and decimals take ','; write 5,15 or 5.150"
_WRITTEN = "its number is written in words; enter the digits, or the 'hàng …' form that is printed"
_NO_NUMBER = "there is no number in it; digits joined to letters (A03) are a name"

# ---- words -------------------------------------------------------------------------------------------------

# The words directly before a number, by the qualifier they give it or the reason why it is not read. A lone
# "từ" opens a range; of "cỡ", "tầm", "độ" see below.
_CLEAR = {
    "more_than": "hơn, trên, ngoài, quá, vượt, vượt quá, nhiều hơn, lớn hơn",
    "at_least": "ít nhất, tối thiểu, không dưới, không ít hơn, từ, lớn hơn hoặc bằng",
    "nearly": "gần, gần như, ngót, ngót nghét",
    "about": "khoảng, xấp xỉ, suýt soát, chừng, ước, ước tính, ước đạt, trên dưới, vào khoảng, vào cỡ, "
    "vào tầm, cỡ, tầm, độ",
    _UPPER: "dưới, tối đa, nhiều nhất, ít hơn, thấp hơn, nhỏ hơn, kém, hơn kém, không quá, không hơn, "
    "không vượt, không trên, không vượt quá, chưa quá, chưa hơn, chưa vượt, chưa đến, chưa tới, "
    "chưa đầy, không đến, không tới, ít hơn hoặc bằng, nhỏ hơn hoặc bằng, hoặc bằng, hay bằng",
}
_DOUBTFUL = {
    _UNCLEAR: "non, suýt, sát, cận, lối, quãng, áng, sấp xỉ, đến, tới, hon, tren, gan, ngot, khoang, "
    "xap xi, duoi, it nhat, toi da, toi thieu, about, around, over, under, nearly, than, almost, "
    "at least, at most, up to, approximately"
}
# Directly before a number these are no wording, but the number is no figure either.
_NO_FIGURES = {
    _DATE: "ngày, tháng, năm, quý, thứ, phần, lần, đợt, hạng, trang",
    _DOCUMENT: "điều, khoản, mục, chương, phụ lục, chỉ thị, nghị định, nghị quyết, quyết định, thông tư, "
    "thông tri, pháp lệnh, công văn, công điện, văn bản, tờ trình, đề án, kế hoạch, "
    "chương trình, ct, nđ, nđ-cp, nq, qđ, cv, no., số",
    _CHANGE: "tăng, giảm, sụt, hụt, tụt, bớt, hạ, gấp, up, down, minus, plus",
    _NEGATIVE: "âm, trừ",
}
# Clear where the text begins; elsewhere the last syllable of another word (tốc độ, kích cỡ, quá tầm).
_ABOUT_AT_THE_START = ("cỡ", "tầm", "độ")
# Their last syllable looks like one of the words above.
_OTHER_WORDS = (
    "mầm non, hương ước, quy ước, điều ước, công ước, tổng số, con số, trong số, dân số, quân số, sĩ số, "
    "thiểu số, đa số, chỉ số, hệ số, tỷ số, tỉ số, doanh số, huân chương, kỷ niệm chương, huy chương, "
    "tài khoản, tiết mục, nhiều lần"
)
# Words that differ from a clear wording by accents only, and are words of their own before a number.
_OTHER_ACCENTS = (
    "qua, quà, quả, gắn, gán, hòn, hôn, hồn, hỗn, ngọt, tư, tù, tự, tử, tứ, tu, tú, tụ, tủ, đô, đố, đổ, "
    "đồ, đỗ, co, có, cô, cố, cờ, cỗ, cổ, cơ, cọ, cò, tâm, tạm, tấm, tám, tắm, tằm, chứng, chung, chúng, "
    "chùng, kem, kèm"
)
_UNITS_OF_NUMBERS = "một|hai|ba|bốn|sáu|bảy|bẩy|tám|chín|mười|mươi|vài|dăm|mấy|nửa|linh|lẻ|rưỡi|muôn"


def _any_of(words: Iterable[str]) -> str:
    """Write words as one alternative of a pattern, longer ones first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _meanings(*tables: dict[str, str]) -> dict[str, str]:
    """Turn lists of words by their meaning into meanings by word."""
    return {
        word: meaning for table in tables for meaning, words in table.items() for word in words.split(", ")
    }


def unaccented(word: str) -> str:
    """Take the marks of Vietnamese off a word; a đ stays."""
    return "".join(mark for mark in unicodedata.normalize("NFD", word) if unicodedata.category(mark) != "Mn")


_WORDINGS, _ORDINALS = _meanings(_CLEAR, _DOUBTFUL), _meanings(_NO_FIGURES)
_SURE, _OTHER, _ACCENTED = _meanings(_CLEAR), _OTHER_WORDS.split(", "), _OTHER_ACCENTS.split(", ")
POWERS = _any_of(_MAGNITUDES)
# "năm" is five as well as year: five only where a power of ten follows.
_NUMERAL = rf"(?:{_UNITS_OF_NUMBERS}|{POWERS}|năm(?= (?:{POWERS}|mươi)))(?!\w)"
_LAST_WORD = re.compile(rf"(?<!\w)(?:{_any_of([*_WORDINGS, *_ORDINALS, *_OTHER])})$")
_LAST_WORDS = re.compile(r"(?:^|(?<=\W))(?:\w+ )?(\w+)$")
_MISSPELT = {unaccented(word) for word in _SURE}
_NEGATION = re.compile(r"(?<!\w)(?:không|ko|k|kg|hông|khg|chẳng|chả|chưa|đừng|khong|chua|not|no)$")
_FILLERS = re.compile(
    r"(?:(?:^| )(?:đạt|được|có|cả|đủ|phải|bằng|mức|con số|tới|đến|hề|còn|thể|là|thật|sự|hẳn))+$"
)
# What may stand between a word of direction and the number.
_MOVED = re.compile(r"(?:(?:^| )(?:thêm|lên|xuống|đi|mất|được|đến|tới|còn|đạt|so với))+$")
_DIRECTION = re.compile(rf"(?<!\w)(?:{_any_of(_NO_FIGURES[_CHANGE].split(', '))})$")
_MARKS = re.compile(r"[^\w%/]+$")
# Beside a percentage they are a change wherever they stand; "tăng cường" is to reinforce.
_MOVES = r"(?:tăng(?! cường)|giảm|sụt|tụt)(?!\w)"
_CHANGED = re.compile(rf"(?<!\w){_MOVES}")
_CHANGED_BEHIND = re.compile(rf"(?:%|phần trăm)\W*{_MOVES}")
_NUMERAL_BEFORE = re.compile(rf"(?<!\w){_NUMERAL}[\s,;.–—-]*$")
_LINK = r"[\s,;:/(–—-]*(?:(?:đến|tới|hoặc|hay|và|rồi)\s)?"
_NUMERAL_AFTER = re.compile(rf"{_LINK}{_NUMERAL}")
_UPWARDS = re.compile(r"(?<!\w)trở lên(?!\w)")
_DOWNWARDS = re.compile(r"(?<!\w)(?:trở xuống|đổ xuống|đổ lại)(?!\w)")
_WORDING_BEHIND = re.compile(
    rf"^[^\w%/]*hơn(?!\w)|[(\[\"“]\s*(?:{_any_of(_WORDINGS)})\s*[)\]\"”]|^(?:trở lại|trở đi)(?!\w)"
    r"|(?<!\w)(?:hoặc|hay) (?:nhiều |ít |lớn |cao )?hơn(?!\w)|(?<!\w)đổ lên(?!\w)"
    r"|(?<!\w)(?:tối đa|tối thiểu|ít nhất|nhiều nhất|là cùng|chưa tới|chưa đến|không hơn)$"
)

# ---- numbers -----------------------------------------------------------------------------------------------

# Letters of Vietnamese and its neighbours, digits and common marks: none of these hides or imitates another.
_UNUSUAL = re.compile(
    r"[^\s -~\u00a0-\u00a9\u00ab\u00ac\u00ae-\u00b1\u00b4-\u00b8\u00bb\u00bf-\u024f\u1e00-\u1eff‐-‧]"
)
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+|[\u00a0\u202f][0-9]{3}(?![0-9]))*")
_LAYOUT = re.compile(
    r"(?P<whole>[0-9]{1,3}(?P<by>[.\u00a0\u202f])[0-9]{3}(?:(?P=by)[0-9]{3})*|[0-9]+)(?:,(?P<decimals>[0-9]+))?"
)
_UNIT_AFTER = re.compile(
    rf"(?:(?P<scale>(?:nghìn|ngàn) (?:tỷ|tỉ)|{_any_of(_SCALES)})(?!\w) ?)?(?P<percent>%|phần trăm(?!\w))?"
)
# Scale words without accents, cut short, rare or English are not read, nor are other signs of a share.
_NOT_AFTER = re.compile(
    rf"(?:(?:{_any_of(_MAGNITUDES)}|mươi|rưỡi|lẻ|có lẻ|muôn|tá|lố|ức|điểm (?:%|phần trăm)|o/o"
    r"|phần (?:nghìn|ngàn|vạn|triệu|mười)|tr|trđ|trieu|nghin|ngan|ty|ti|van|chuc|tram|k|m|b|t|bn|mn|mio"
    r"|thousands?|millions?|billions?|trillions?|hundreds?|dozens?|lakh|crore|percent|pct"
    r")(?!\w)|\W*hơn(?!\w)|phần [0-9]|[%‰‱٪％﹪/])"
)
# "tỷ lệ" is a ratio, "triệu chứng" a symptom: there the scale word is part of another word.
_NOT_A_SCALE = re.compile(r"(?:tỷ|tỉ|triệu) (?:lệ|số|trọng|suất|phú|chứng)(?!\w)")
_MAGNITUDE = re.compile(rf"(?<!\w)hàng((?: (?:{POWERS})(?!\w))+)")
_NUMERALS = re.compile(rf"(?<!\w)(?:{_NUMERAL}|năm(?!\w))")
_GLUED = re.compile(r"[.,·•'’‘`´]\Z")
_DASHED = re.compile(r"[-−–—‒‐‑﹣－]\s*\Z")
_PERCENT_SIGNS = "%‰‱٪％﹪"
_FAULTY_JOINTS = [
    (re.compile(r"[0-9]\s*/\s*[0-9]+\s*/|[0-9]/[^\W\d_]|[^\W\d_]/[0-9]"), _SLASH),
    (re.compile(r"(?<![\w.,-])[0-9]{1,3}(?:[^\S\u00a0\u202f][0-9]{3})+(?![0-9.])"), _SPACED),
    (re.compile(r"[0-9]\s*%?\s*[-–—]\s*[0-9]|[0-9][^0-9]*(?<!\w)(?:đến|tới)(?!\w)[^0-9]*[0-9]"), _RANGE),
]
_YEARS = range(1900, 2100)


class RefusedError(Exception):
    """Carry the reason why a text is not a figure out of the grammar."""


class Reading(NamedTuple):
    """Say what is printed: `mantissa` times 10**`exponent`, its qualifier, and the whole of a fraction.

    `counted` marks whole things counted one by one, which "more than" moves by one; other numbers (shares,
    bare decimals) are continuous.
    """

    qualifier: str
    mantissa: int
    exponent: int
    counted: bool = True
    percent: bool = False
    total: int | None = None


def read(text: str) -> Reading:
    """Read a text in composed lower-case letters.

    Raises RefusedError where it is not one figure that can be understood.
    """
    _refuse_hidden(text)
    for joint, reason in _FAULTY_JOINTS:
        _refuse_if(joint.search(text), reason)
    numbers = [match for match in _NUMBER.finditer(text) if not _is_in_a_name(text, match)]
    magnitudes = list(_MAGNITUDE.finditer(" ".join(text.split())))
    if not numbers and not magnitudes:
        raise RefusedError(_WRITTEN if _NUMERALS.search(" ".join(text.split())) else _NO_NUMBER)
    if len(magnitudes) == 1 and not numbers:
        return _magnitude(magnitudes[0])
    fraction = len(numbers) == 2 and text[numbers[0].end() : numbers[1].start()].strip() == "/"
    _refuse_if(not fraction and len(numbers) + len(magnitudes) > 1, _SEVERAL)
    start, stop = numbers[0].start(), numbers[-1].end()
    _refuse_signs(text[:start])
    before, after = (" ".join(part.split()) for part in (text[:start], text[stop:]))
    if fraction:
        return _fraction(before, numbers[0][0], numbers[1][0], after)
    return _single(before, numbers[0][0], after)


def last_wording(before: str) -> tuple[int, str]:
    """Return where the wordings that end a lower-case text begin, and the qualifier of the first of them.

    Without one this is the length of the text and "exact"; of a wording that has no qualifier ("dưới") the
    reason comes in its place.

    >>> last_wording("tổ chức được ước khoảng ")
    (13, 'about')
    """
    start, meaning = len(before), "exact"
    while (match := _LAST_WORD.search(before[:start].rstrip())) and match[0] in _SURE:
        if match[0] in _ABOUT_AT_THE_START and match.start():
            break
        start, meaning = match.start(), _SURE[match[0]]
    return start, meaning


def _refuse_if(fault: object, reason: str) -> None:
    if fault:
        raise RefusedError(reason)


def _refuse_hidden(text: str) -> None:
    """Refuse what a reader cannot see, takes for another letter, or a program cannot read."""
    _refuse_if(len(text) > MAX_LENGTH, _LONG)
    for match in _UNUSUAL.finditer(text):
        letter = match[0]
        _refuse_if(letter == "\ufffd" or unicodedata.category(letter)[0] in "CM", _HIDDEN)
        # The exponent of a unit such as m² belongs to the letter before it.
        exponent = letter in "²³" and text[match.start() - 1 : match.start()].isalpha()
        _refuse_if(letter.isnumeric() and not exponent, _SIGN)
        _refuse_if(letter.isalpha() and letter not in "ªºµ", _FOREIGN)


def _is_in_a_name(text: str, number: re.Match[str]) -> bool:
    """Tell A03, COVID19 and covid-19 from numbers."""
    before, after = text[: number.start()], text[number.end() :]
    return bool(re.search(r"\w\Z|[^\W\d_]-\Z", before) or re.match(r"\w", after))


def _magnitude(match: re.Match[str]) -> Reading:
    """Read "hàng chục", "hàng trăm nghìn": one power of ten, known by its digits only."""
    powers = [_MAGNITUDES[word] for word in match[1].split()]
    before, after = match.string[: match.start()].strip(), match.string[match.end() :].strip()
    _refuse_if(_qualifier(before, after) != "exact", _TWICE)
    _refuse_numeral_after(after, scaled=True)
    _refuse_if(_NOT_AFTER.match(after), _SCALE)
    climbs = all(smaller < larger for smaller, larger in pairwise(powers))
    beside = after.startswith(("%", "phần")) or _NOT_A_SCALE.match(f"{match[1].split()[-1]} {after}")
    _refuse_if(not climbs or beside or sum(powers) >= MAX_DIGITS, _SCALE)
    return Reading("order_of_magnitude", 1, sum(powers))


def _fraction(before: str, part: str, whole: str, after: str) -> Reading:
    first, second = (int(digits) if digits.isdecimal() else 0 for digits in (part, whole))
    # A month of a year, or two years of which the second follows on the first.
    date = 1 <= first <= 12 or (first in _YEARS and second - first == 1)
    _refuse_if(date and second in _YEARS, _DATE)
    upper, decimals, *_ = _digits(part)
    lower, others, *_ = _digits(whole)
    plain = _qualifier(before, after) == "exact" and decimals == others == 0
    _refuse_if(not plain or _unit(after) != (0, False), _FRACTION)
    _refuse_if(lower == 0 or upper > lower, _NOT_A_PART)
    return Reading("exact", upper, 0, total=lower)


def _single(before: str, number: str, after: str) -> Reading:
    whole_of_fraction = before.endswith("/")
    _refuse_if(re.search(r"\w/$", before), _SLASH)
    qualifier = _qualifier(before.removesuffix("/").strip(), after)
    scale, percent = _unit(after)
    _refuse_if(percent and (_CHANGED.search(before) or _CHANGED_BEHIND.match(after)), _CHANGE)
    mantissa, decimals, length, grouped = _digits(number)
    leading_zero = len(str(mantissa)) < length
    _refuse_if(grouped and decimals == 3 and not scale and not percent, _MIXED)
    _refuse_if(whole_of_fraction and (qualifier != "exact" or scale or percent or decimals), _FRACTION)
    _refuse_if(length + scale > MAX_DIGITS, _TOO_LONG)
    _refuse_if(decimals == 3 and not grouped and not percent and not leading_zero, _ENGLISH)
    _refuse_if(grouped and leading_zero, _LEADING_ZERO)
    _refuse_if(qualifier == "nearly" and mantissa == 0, _NOTHING_BELOW)
    exponent = scale - decimals
    whole = exponent >= 0 or (scale > 0 and mantissa % 10**-exponent == 0)
    return Reading(qualifier, mantissa, exponent, whole and not percent, percent)


def _refuse_signs(before: str) -> None:
    """Refuse a number that a sign before it turns into another one: '- 5', '.5', '≥ 5', '%5'."""
    _refuse_if(_DASHED.search(before), _MINUS)
    _refuse_if(_GLUED.search(before), _CUT)
    last = before.rstrip()[-1:]
    _refuse_if(last and unicodedata.category(last) == "Sm", _SYMBOL)
    _refuse_if(any(sign in before for sign in _PERCENT_SIGNS), _MISPLACED)
    _refuse_if(last and (last in "#&@*^§†‡\\" or unicodedata.category(last)[0] == "S"), _MISPLACED)


def _unit(after: str) -> tuple[int, bool]:
    """Read the scale words and the percent sign after a number, as (power of ten, is a percentage)."""
    unit = _UNIT_AFTER.match(after)
    scale, percent = (unit["scale"], unit["percent"]) if unit else (None, None)
    glued = after[unit.end() :] if unit else after
    rest = glued.lstrip()
    symbol = rest and unicodedata.category(rest[0]) == "Sm"
    _refuse_if(_NOT_A_SCALE.match(after) or _NOT_AFTER.match(rest) or symbol, _SCALE)
    _refuse_if(percent == "%" and re.match(r"\w", glued), _SCALE)
    _refuse_numeral_after(rest, scaled=scale is not None)
    return sum(_SCALES[word] for word in (scale or "").split()), percent is not None


def _digits(number: str) -> tuple[int, int, int, bool]:
    """Return all digits as a number, how many are decimals, how many there are, whether they are grouped."""
    layout = _LAYOUT.fullmatch(number)
    if layout is None:
        raise RefusedError(_DOTS)
    decimals = layout["decimals"] or ""
    digits = re.sub("[^0-9]", "", layout["whole"]) + decimals
    _refuse_if(len(digits) > MAX_DIGITS, _TOO_LONG)
    return int(digits), len(decimals), len(digits), layout["by"] is not None


# ---- wordings ----------------------------------------------------------------------------------------------


def _qualifier(before: str, after: str) -> str:
    """Find the qualifier of a number: a word directly before it, or "trở lên" after it."""
    _refuse_if(_NUMERAL_BEFORE.search(before), _IN_WORDS)
    words = _words(before.removesuffix(" là"))
    meanings = {_WORDINGS[word] for word in words}
    for meaning in meanings:
        _refuse_if(meaning not in QUALIFIERS, meaning)
    _refuse_if(len(meanings) > 1, _TWICE)
    qualifier = meanings.pop() if meanings else "exact"
    _refuse_if(_DOWNWARDS.search(after), _UPPER)
    _refuse_if(_WORDING_BEHIND.search(after), _BEHIND)
    upwards = _UPWARDS.search(after)
    _refuse_if(upwards and qualifier not in ("exact", "at_least"), _TWICE)
    _refuse_if("từ" in words and not upwards, _FROM)
    return "at_least" if upwards else qualifier


def _words(before: str) -> list[str]:
    """List the wordings that stand directly before the number, the nearest first."""
    words: list[str] = []
    rest = before
    while (match := _LAST_WORD.search(rest)) and match[0] not in _OTHER:
        word, earlier = match[0], rest[: match.start()].rstrip()
        inside = word in _ABOUT_AT_THE_START and re.search(r"\w$", earlier)
        if words and (inside or (word in _ORDINALS and _ORDINALS[word] != _CHANGE)):
            break
        _refuse_if(word in _ORDINALS, _ORDINALS.get(word, ""))
        _refuse_if(inside, _UNCLEAR)
        words.append(word)
        rest = earlier
    _refuse_apart(rest, bool(words))
    return words


def _refuse_apart(rest: str, worded: bool) -> None:
    """Refuse a negation, a direction, a misspelt wording, and one that something parts from the number."""
    _refuse_if(_NEGATION.search(rest), _NEGATED)
    _refuse_if(_DIRECTION.search(_MOVED.sub("", _MARKS.sub("", rest))), _CHANGE)
    near = _LAST_WORDS.search(_MARKS.sub("", rest))
    if not worded and near and near[1] not in _ACCENTED and near[1] not in _SURE:
        _refuse_if({unaccented(near[0]), unaccented(near[1])} & _MISSPELT, _UNCLEAR)
    bare = _FILLERS.sub("", rest).rstrip()
    _refuse_if(_NEGATION.search(bare), _NEGATED)
    unmarked = _MARKS.sub("", _FILLERS.sub("", _MARKS.sub("", bare)).rstrip())
    last = _LAST_WORD.search(unmarked)
    parted = not worded and unmarked != rest and last and last[0] in _WORDINGS
    _refuse_if(parted, _APART)


def _refuse_numeral_after(rest: str, *, scaled: bool) -> None:
    """Refuse a number that goes on in words: "5 nghìn hai trăm", "5 đến sáu"."""
    _refuse_if(re.match(_LINK + r"(?:đến|tới)\s", rest) and _NUMERAL_AFTER.match(rest), _RANGE)
    _refuse_if(_NUMERAL_AFTER.match(rest) or (scaled and re.match(r"(?:tư|lăm)(?!\w)", rest)), _IN_WORDS)
