"""What the words around a number make of it: a qualifier, or a reason why it is not read.

Text that says nothing about a number may stand beside it; a wording that is not understood may not. Whatever
negates, doubles, cuts off or disguises a wording is refused: read as exact it would be a wrong figure.
"""

import re

QUALIFIERS = ("exact", "more_than", "at_least", "nearly", "about", "order_of_magnitude")
SCALES = {"nghìn": 3, "ngàn": 3, "vạn": 4, "triệu": 6, "tỷ": 9, "tỉ": 9}
MAGNITUDES = {"chục": 1, "trăm": 2, **SCALES}

TWICE = "it carries two wordings at once; cut the text to one figure with one wording"
RANGE = "a range is two figures; enter each end as a figure of its own"
_UPPER = "an upper-bounded wording (dưới, tối đa, không quá) has no qualifier yet; keep it in a note"
_DATE = "the number belongs to a date or an ordinal; cut the text to the figure and its noun"
_MINUS = "a count cannot be negative; check the print"
_NEGATED = "a negation stands before the number; keep such a wording in a note"
_APART = "a mark or a word parts the wording from its number; write the wording directly before the number"
_BEHIND = "a wording stands behind the number; write it directly before the number"
_UNCLEAR = (
    "the word before the number may be a wording or not; write hơn, gần or khoảng, or leave the word out"
)
_IN_WORDS = "a part of the number is written in words; write all of it in digits"

_AT_LEAST = ["ít nhất", "tối thiểu", "không dưới", "không ít hơn", "từ", "lớn hơn hoặc bằng"]
_ABOUT = ["khoảng", "xấp xỉ", "suýt soát", "chừng", "ước", "ước tính", "ước đạt", "trên dưới", "vào khoảng"]
# Clear where the text begins; elsewhere the last syllable of another word (tốc độ, kích cỡ, quá tầm).
_ABOUT_AT_THE_START = ["cỡ", "tầm", "độ"]
_WORDINGS = {
    **dict.fromkeys(["hơn", "trên", "quá", "vượt", "vượt quá", "nhiều hơn", "lớn hơn"], "more_than"),
    **dict.fromkeys(_AT_LEAST, "at_least"),
    **dict.fromkeys(["gần", "gần như", "ngót", "ngót nghét"], "nearly"),
    **dict.fromkeys([*_ABOUT, *_ABOUT_AT_THE_START], "about"),
    **dict.fromkeys(["dưới", "tối đa", "nhiều nhất", "ít hơn", "thấp hơn", "nhỏ hơn", "kém"], _UPPER),
    **dict.fromkeys(["không quá", "không hơn", "không vượt", "không trên", "không vượt quá"], _UPPER),
    **dict.fromkeys(["chưa quá", "chưa hơn", "chưa vượt", "chưa đến", "chưa tới", "chưa đầy"], _UPPER),
    **dict.fromkeys(["không đến", "không tới", "hơn kém"], _UPPER),
    **dict.fromkeys(["ít hơn hoặc bằng", "nhỏ hơn hoặc bằng", "hoặc bằng", "hay bằng"], _UPPER),
    **dict.fromkeys(["non", "suýt", "sát", "cận", "lối", "quãng", "áng", "sấp xỉ", "đến", "tới"], _UNCLEAR),
    **dict.fromkeys(["hon", "tren", "gan", "ngot", "khoang", "xap xi", "duoi", "it nhat"], _UNCLEAR),
    **dict.fromkeys(["toi da", "toi thieu", "about", "around", "over", "under", "nearly"], _UNCLEAR),
    **dict.fromkeys(["than", "almost", "at least", "at most", "up to", "approximately"], _UNCLEAR),
}  # fmt: skip
# Directly before a number these are no wording, but the number is no figure either.
_ORDINALS = {
    **dict.fromkeys(["ngày", "tháng", "năm", "quý", "thứ", "phần"], _DATE),
    "âm": _MINUS, "trừ": _MINUS,
}  # fmt: skip
# Their last syllable looks like a wording.
_OTHER_WORDS = ["mầm non", "hương ước", "quy ước", "điều ước", "công ước"]
_UNITS_OF_NUMBERS = "một|hai|ba|bốn|sáu|bảy|bẩy|tám|chín|mười|mươi|vài|dăm|mấy|nửa|linh|lẻ|rưỡi|muôn"


def any_of(words: object) -> str:
    """Write words as one alternative of a pattern, longer ones first.

    >>> any_of(["a", "ab"])
    'ab|a'
    """
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))  # type: ignore[call-overload]


_POWERS = any_of(MAGNITUDES)
# "năm" is five as well as year: five only where a power of ten follows.
NUMERAL = rf"(?:{_UNITS_OF_NUMBERS}|{_POWERS}|năm(?= (?:{_POWERS}|mươi)))(?!\w)"
_LAST_WORD = re.compile(rf"(?<!\w)(?:{any_of([*_WORDINGS, *_ORDINALS, *_OTHER_WORDS])})$")
_NEGATION = re.compile(r"(?<!\w)(?:không|ko|k|kg|hông|khg|chẳng|chả|chưa|đừng|khong|chua|not|no)$")
_FILLERS = re.compile(
    r"(?:(?:^| )(?:đạt|được|có|cả|đủ|phải|bằng|mức|con số|tới|đến|hề|còn|thể|là|thật|sự|hẳn))+$"
)
_MARKS = re.compile(r"[^\w%/]+$")
_NUMERAL_BEFORE = re.compile(rf"(?<!\w){NUMERAL}[\s,;.–—-]*$")
_LINK = r"[\s,;:/(–—-]*(?:(?:đến|tới|hoặc|hay|và|rồi)\s)?"
_NUMERAL_AFTER = re.compile(rf"{_LINK}{NUMERAL}")
_UPWARDS = re.compile(r"(?<!\w)trở lên(?!\w)")
_DOWNWARDS = re.compile(r"(?<!\w)(?:trở xuống|đổ xuống|đổ lại)(?!\w)")
_WORDING_BEHIND = re.compile(
    rf"^[^\w%/]*hơn(?!\w)|[(\[\"“]\s*(?:{any_of(_WORDINGS)})\s*[)\]\"”]|^(?:trở lại|trở đi)(?!\w)"
    r"|(?<!\w)(?:hoặc|hay) (?:nhiều |ít |lớn |cao )?hơn(?!\w)|(?<!\w)đổ lên(?!\w)"
    r"|(?<!\w)(?:tối đa|tối thiểu|ít nhất|nhiều nhất|là cùng|chưa tới|chưa đến|không hơn)$"
)


class RefusedError(Exception):
    """Carry the reason why a text is not a figure out of the grammar."""


def refuse_if(fault: object, reason: str) -> None:
    """Raise RefusedError with the reason where there is a fault."""
    if fault:
        raise RefusedError(reason)


def read_wording(before: str, after: str) -> str:
    """Find the qualifier of a number: a word directly before it, or "trở lên" after it.

    `before` and `after` are the text around the number, in lower case and with single spaces.

    Raises RefusedError where the words cannot be honoured.

    >>> read_wording("thu hút hơn", "người")
    'more_than'
    """
    refuse_if(_NUMERAL_BEFORE.search(before), _IN_WORDS)
    words = _words(before.removesuffix(" là"))
    meanings = {_WORDINGS[word] for word in words}
    for meaning in meanings:
        refuse_if(meaning not in QUALIFIERS, meaning)
    refuse_if(len(meanings) > 1, TWICE)
    qualifier = meanings.pop() if meanings else "exact"
    refuse_if(_DOWNWARDS.search(after), _UPPER)
    refuse_if(_WORDING_BEHIND.search(after), _BEHIND)
    upwards = _UPWARDS.search(after)
    refuse_if(upwards and qualifier not in ("exact", "at_least"), TWICE)
    refuse_if("từ" in words and not upwards, "'từ' opens a range; write 'từ … trở lên', or the number alone")
    return "at_least" if upwards else qualifier


def refuse_numeral_after(rest: str, *, scaled: bool) -> None:
    """Refuse a number that goes on in words: "5 nghìn hai trăm", "5 đến sáu".

    >>> refuse_numeral_after("xã", scaled=False)
    """
    refuse_if(re.match(_LINK + r"(?:đến|tới)\s", rest) and _NUMERAL_AFTER.match(rest), RANGE)
    refuse_if(_NUMERAL_AFTER.match(rest) or (scaled and re.match(r"(?:tư|lăm)(?!\w)", rest)), _IN_WORDS)


def _words(before: str) -> list[str]:
    """List the wordings that stand directly before the number, the nearest first."""
    words: list[str] = []
    rest = before
    while (match := _LAST_WORD.search(rest)) and match[0] not in _OTHER_WORDS:
        word, earlier = match[0], rest[: match.start()].rstrip()
        inside = word in _ABOUT_AT_THE_START and re.search(r"\w$", earlier)
        if words and (inside or word in _ORDINALS):
            break
        refuse_if(word in _ORDINALS, _ORDINALS.get(word, ""))
        refuse_if(inside, _UNCLEAR)
        words.append(word)
        rest = earlier
    _refuse_apart(rest, bool(words))
    return words


def _refuse_apart(rest: str, worded: bool) -> None:
    """Refuse a negation, and a wording that a mark or a word parts from the number."""
    refuse_if(_NEGATION.search(rest), _NEGATED)
    bare = _FILLERS.sub("", rest).rstrip()
    refuse_if(_NEGATION.search(bare), _NEGATED)
    unmarked = _MARKS.sub("", _FILLERS.sub("", _MARKS.sub("", bare)).rstrip())
    last = _LAST_WORD.search(unmarked)
    parted = not worded and unmarked != rest and last and last[0] in _WORDINGS
    refuse_if(parted, _APART)
