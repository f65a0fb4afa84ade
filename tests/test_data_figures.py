"""Printed figures: what is read, how it is bounded, what is refused, and that the texts print them."""

import hashlib
import math
import re
import unicodedata
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

import antq_analysis as aq

INF = math.inf
WORDS = ["hơn", "trên", "gần", "khoảng", "từ", "ít nhất", "xấp xỉ", ""]
AFTER = ["", "%", " nghìn", " triệu người", " tỷ", " xã", " trở lên", " phần trăm"]
COUNTS = st.integers(min_value=0, max_value=999_999_999_999)

# What is printed without a wording, and its number.
EXACT = {
    "105 phóng sự": 105, "04 tập thể": 4, "1.645 cơ quan": 1645, "1\u00a0645 cơ quan": 1645,
    "1\u202f234\u202f645": 1234645, "875,38 nghìn người": 875380, "82,5 %": 82.5, "100 phần trăm": 100,
    "1,5": 1.5, "0,234": 0.234, "1.234,56": 1234.56, "1.234,567 nghìn": 1234567,
    "trường mầm non 50 lớp": 50, "(100%) xã": 100, "5 năm": 5, "5 m² đất": 5, "36/36 xã": 36, "/36": 36,
    "trên địa bàn 5 xã": 5, "tổng số 36 xã": 36, "dân số 1,2 triệu người": 1200000, "tăng cường 5 đợt": 5,
    "tăng cường 100% quân số": 100,
    "gắn 5 camera": 5, "kết quả 5 vụ": 5, "8/20 xã": 8, "36/2.014 xã": 36, "0,234 nghìn": 234,
    "5,123%": 5.123, "40 tin của A03 và COVID-19": 40,
}  # fmt: skip
# What else is printed, its value, qualifier, and its bounds by convention and by strict meaning.
PRINTED = [
    ("trên 80 phần trăm", 80, "more_than", (80, 90), (80, 100)),
    ("từ 82 phần trăm trở lên", 82, "at_least", (82, 100), (82, 100)),
    ("ước tính khoảng 50", 50, "about", (45, 55), (0, INF)),
    ("suýt soát 50", 50, "about", (45, 55), (0, INF)),
    ("độ 50", 50, "about", (45, 55), (0, INF)),
    ("ngót nghét 50", 50, "nearly", (45, 49), (0, 49)),
    ("tốc độ hơn 50", 50, "more_than", (51, 59), (51, INF)),
    ("trong năm trên 30 đợt", 30, "more_than", (31, 39), (31, INF)),
    ("hơn\n1,8 triệu", 1_800_000, "more_than", (1_800_001, 1_899_999), (1_800_001, INF)),
    ("hơn 1,8 triệu người", 1_800_000, "more_than", (1_800_001, 1_899_999), (1_800_001, INF)),
    ("hơn 1,5 tỉ đồng", 1_500_000_000, "more_than", (1_500_000_001, 1_599_999_999), (1_500_000_001, INF)),
    ("hơn 2 nghìn tỷ", 2 * 10**12, "more_than", (2 * 10**12 + 1, 3 * 10**12 - 1), (2 * 10**12 + 1, INF)),
    ("vượt quá 50", 50, "more_than", (51, 59), (51, INF)),
    ("hơn 35", 35, "more_than", (36, 44), (36, INF)),
    ("hơn 0", 0, "more_than", (1, 9), (1, INF)),
    ("trên 95%", 95, "more_than", (95, 96), (95, 100)),
    ("trên 90%", 90, "more_than", (90, 100), (90, 100)),
    ("trên 100%", 100, "more_than", (100, 200), (100, INF)),
    ("hơn 1,5", 1.5, "more_than", (1.5, 1.6), (1.5, INF)),
    ("5 lớp trở lên", 5, "at_least", (5, INF), (5, INF)),
    ("ít nhất là 5", 5, "at_least", (5, INF), (5, INF)),
    ("không dưới 5", 5, "at_least", (5, INF), (5, INF)),
    ("gần 4.000 lượt", 4000, "nearly", (3500, 3999), (0, 3999)),
    ("ngót 35", 35, "nearly", (30, 34), (0, 34)),
    ("gần 1", 1, "nearly", (0, 0), (0, 0)),
    ("gần 5%", 5, "nearly", (4.5, 5), (0, 5)),
    ("gần như 100%", 100, "nearly", (50, 100), (0, 100)),
    ("xấp xỉ 5", 5, "about", (0, 10), (0, INF)),
    ("trên dưới 50", 50, "about", (45, 55), (0, INF)),
    ("khoảng 100%", 100, "about", (50, 100), (0, 100)),
    ("khoảng 0,5", 0.5, "about", (0.45, 0.55), (0, INF)),
    ("hàng chục cơ quan", None, "order_of_magnitude", (10, 99), (10, INF)),
    ("hàng trăm đối tượng", None, "order_of_magnitude", (100, 999), (100, INF)),
    ("hàng vạn", None, "order_of_magnitude", (10000, 99999), (10000, INF)),
    ("hàng chục nghìn", None, "order_of_magnitude", (10000, 99999), (10000, INF)),
    ("hàng tỷ đồng", None, "order_of_magnitude", (10**9, 9_999_999_999), (10**9, INF)),
]

# What is refused, by a part of the reason.
REFUSED = {
    "written in words": ["5 nghìn hai trăm", "5 triệu hai trăm nghìn", "hai nghìn 500", "một triệu 5",
        "5 ngàn hai", "hơn chục 5", "5 nghìn năm trăm", "5 triệu tư", "hàng trăm, nghìn", "5-sáu",
        "hai, 5 xã", "một trăm", "vài chục"],
    "a negation stands before": ["không đủ 50", "chưa được 50", "không nhiều hơn 5", "không phải là 50",
        "không hàng trăm"],
    "upper-bounded": ["ít hơn hoặc bằng 5", "không quá trên 5", "chưa tới gần 5", "dưới 5", "tối đa 5",
        "không quá 5", "không vượt quá 5", "ít hơn 5", "chưa đến 5", "5 lớp trở xuống"],
    "a negation": ["ko quá 5"],
    "two wordings": ["gần hơn 50", "hơn gần 50", "khoảng hơn 50", "từ hơn 5 trở lên", "hơn 5 trở lên",
        "gần hàng trăm"],
    "parts the wording from its number": ["hơn: 50", "hơn (50)", "gần (50)", "hơn \"50\"", "gần đạt 50"],
    "behind the number": ["50 (hơn)", "50 hoặc hơn", "5 triệu (hơn)", "50 tối đa"],
    "may be a wording or not": ["non 50", "trình độ 50", "lên đến 50", "hon 50", "tren 80%", "gân 5",
        "gân: 5", "trển 5", "qúa 5", "khoáng 5", "xấp xĩ 5", "tôi thiểu 5", "dươi 5"],
    "cannot be seen or read": ["hơn\u200b5", "5\ud800", "5\x00", "5\ufffd", "5\u20e3"],
    "may follow a number": ["5 tá", "5 lố", "5 ức", "5 dozens", "5 trillion", "5 chuc", "5 tr", "5 M", "5%o",
        "5 trieu", "5％", "5 điểm phần trăm", "5 triệu, hơn", "5+", "5 chục", "3 trăm", "1,8 triệu hơn",
        "2 triệu rưỡi", "5‰", "5 nghìn triệu", "5 tỷ lệ", "5 triệu phú", "hàng trăm phần trăm",
        "hàng nghìn trăm"],
    "English thousands": ["1,234", "1,800 tỷ", "1,800 triệu", "1000,000", "12345,678 người"],
    "a date or an ordinal": ["12/2014", "07/2014", "2014/2015", "ngày 15", "năm 2014", "lần thứ 5", "lần 5",
        "hai phần 3"],
    "a document or one of its parts": ["Điều 5", "khoản 2 người", "Chỉ thị số 07", "Nghị định 06", "số 07",
        "văn bản số 12", "QĐ 15"],
    "a change and not a level": ["giảm 5", "tăng 5%", "gia tăng 5", "giảm hơn 5%", "giảm được 5 vụ",
        "tăng thêm 5", "gấp 5 lần", "giảm 15,3%", "tăng 20%", "giảm (15,3%)", "giảm: 5", "15,3% giảm",
        "tăng trưởng 20 phần trăm", "giảm so với cùng kỳ 15,3%", "giảm bình quân 15%"],
    "a sign stands": ["%5", "% 5", "tỷ lệ (%): 5", "#5", "$5", "↓5"],
    "a letter that is not Latin": ["h\u043en 5", "h\u03bfn 5", "5 x\u0430", "\uff48ơn 5", "𝐡ơn 5"],
    "glued to the front": [".5", ",5", "xã.5", ".5/10"],
    "may be a minus": ["- 5", "− 5%", "xã – 5 vụ", "- 3/4"],
    "a space groups its thousands": ["5\u2009150", "5 150", "1 234 567", "1 645"],
    "may be a third group": ["1.000,000", "1.234,567"],
    "not one of the digits 0 to 9": ["5 ½", "hơn٥ 5"],
    "a range is two figures": ["5 đến sáu", "hàng trăm đến nghìn", "5-10", "từ 5 đến 10"],
    "longer than 500 characters": ["x" * 600 + " 5"],
    "there is no number in it": ["", "nhiều lớp"],
    "digits joined to letters": ["A03", "COVID19", "5kg"],
    "write 5,15 or 5.150": ["5.15", "1.64", "12.3456", "1,234,567"],
    "cannot begin with 0": ["0.234"],
    "several numbers": ["35 tin, 27 phóng sự", "hàng trăm vụ trong 10 năm", "hàng chục, hàng trăm",
        "36/36 (100%)"],
    "cannot be negative": ["-5", "âm 5"],
    "'từ' opens a range": ["từ 5 xã"],
    "the part of a fraction": ["24/7", "5/0"],
    "two plain whole numbers": ["hơn 30/36", "36/40 nghìn", "1,5/3", "hơn /36"],
    "'/' is not a figure": ["07/CT-BCA", "06/2014/NĐ-CP", "15/8/2014", "T12/2014", "5 đồng/kg/9"],
    "a sign stands for the wording": [">5", "≈ 5"],
    "nothing lies below 0": ["gần 0"],
    "more than 15 digits": ["1.000.000.000.000.000", "1.000.000.000 triệu"],
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), EXACT.items())
def test_a_number_without_a_wording_is_exact(text: str, value: float) -> None:
    for wording in ("convention", "strict"):
        figure = aq.parse_figure(text, wording=wording)
        assert (figure.value, figure.qualifier, figure.lower, figure.upper) == (value, "exact", value, value)


@pytest.mark.parametrize("printed", PRINTED, ids=lambda printed: printed[0])
def test_printed_figures_are_read(printed: tuple[Any, ...]) -> None:
    text, value, qualifier, convention, strict = printed
    figure, meaning = aq.parse_figure(text), aq.parse_figure(text, wording="strict")
    assert (figure.value, figure.qualifier) == (value, qualifier)
    assert (figure.lower, figure.upper) == convention
    assert (meaning.lower, meaning.upper) == strict


@pytest.mark.parametrize(
    ("text", "reason"), [(text, why) for why, texts in REFUSED.items() for text in texts]
)
def test_what_cannot_be_read_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(aq.UnreadableFigure) as caught:
        aq.parse_figure(text)
    assert caught.value.text == text
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("text", "wording", "bases"),
    [
        ("105", "convention", ("printed", "printed")),
        ("hơn 105", "convention", ("meaning", "convention")),
        ("hơn 105", "strict", ("meaning", "none")),
        ("trên 80%", "strict", ("meaning", "logical")),
        ("từ 82% trở lên", "convention", ("meaning", "logical")),
        ("gần 40", "convention", ("convention", "meaning")),
        ("khoảng 40", "convention", ("convention", "convention")),
        ("hàng trăm", "convention", ("meaning", "convention")),
    ],
)
def test_each_bound_says_what_it_rests_on(text: str, wording: str, bases: tuple[str, str]) -> None:
    figure = aq.parse_figure(text, wording=wording)
    assert (figure.lower_basis, figure.upper_basis, figure.wording) == (*bases, wording)


def test_a_figure_keeps_its_parts() -> None:
    figure = aq.parse_figure("36/40")
    assert (figure.text, figure.total, figure.percent, figure.granularity) == ("36/40", 40, False, 1)
    share = aq.parse_figure("82,5%")
    assert (share.total, share.percent, share.granularity) == (None, True, 0.1)
    assert isinstance(aq.parse_figure("1,8 triệu").value, int)
    assert isinstance(share.value, float)


def test_another_wording_is_refused_with_the_two_there_are() -> None:
    with pytest.raises(
        aq.InvalidOption, match=r"wording='loose' is not possible\. Use 'convention' or 'strict'\."
    ):
        aq.parse_figure("5", wording="loose")


def test_something_that_is_no_text_is_refused() -> None:
    with pytest.raises(aq.UnreadableFigure, match="a figure is read from text"):
        aq.parse_figure(5)  # type: ignore[arg-type]


@given(st.sampled_from(WORDS), COUNTS, st.sampled_from(AFTER))
def test_bounds_contain_the_value_and_strict_contains_convention(word: str, number: int, after: str) -> None:
    text = f"{word} {format_decimal(number, locale='vi')}{after}"
    try:
        figure, strict = aq.parse_figure(text), aq.parse_figure(text, wording="strict")
    except aq.UnreadableFigure as unreadable:
        with pytest.raises(aq.UnreadableFigure, match=re.escape(unreadable.reason)):
            aq.parse_figure(text, wording="strict")
        return
    share = after in ("%", " phần trăm")
    assert figure.percent is share
    assert 0 <= strict.lower <= figure.lower <= figure.upper <= strict.upper
    assert figure.value is not None
    if figure.qualifier == "more_than":
        assert figure.lower >= figure.value if share else figure.lower > figure.value
    elif figure.qualifier == "nearly":
        assert figure.upper <= figure.value if share else figure.upper < figure.value
    else:
        assert figure.lower <= figure.value <= figure.upper


def bounds_of(text: str) -> tuple[float, float, float]:
    figure = aq.parse_figure(text)
    return figure.lower, figure.upper, figure.granularity


@given(st.integers(1, 10**12))
def test_counts_are_bounded_exactly(value: int) -> None:
    grain = max(10 ** (len(str(value)) - len(str(value).rstrip("0"))), 10)
    printed = format_decimal(value, locale="vi")
    assert bounds_of(f"hơn {printed}") == (value + 1, value + grain - 1, grain)
    assert bounds_of(f"gần {printed}") == (max(value - grain // 2, 0), value - 1, grain)
    assert bounds_of(f"khoảng {printed}") == (max(value - grain // 2, 0), value + grain // 2, grain)


@given(st.integers(1, 10**9), st.integers(1, 6).filter(lambda decimals: decimals != 3))
def test_decimals_are_rounded_once_and_correctly(mantissa: int, decimals: int) -> None:
    grain = Fraction(10 ** (len(str(mantissa)) - len(str(mantissa).rstrip("0"))), 10**decimals)
    value = Fraction(mantissa, 10**decimals)
    digits = f"{mantissa:0{decimals + 1}}"
    text = f"khoảng {digits[:-decimals]},{digits[-decimals:]}"
    lower, upper = max(value - grain / 2, Fraction(0)), value + grain / 2
    assert bounds_of(f"{text}%")[:2] == (
        float(lower),
        float(min(upper, max(Fraction(100), upper * (value > 100)))),
    )
    assert bounds_of(text) == (float(lower), float(upper), float(grain))


WORDS_AND_MARKS = ["hơn", "gần", "từ", "trở lên", "hàng", "trăm", "nghìn", "triệu", "đợt", "giảm", "số"]
PIECES = st.sampled_from([*WORDS_AND_MARKS, *"%/-,. \u00a0"])
TEXTS = st.lists(st.one_of(PIECES, st.integers(0, 99_999).map(str), st.text(max_size=3)), max_size=6).map(
    "".join
)


def read(text: str) -> tuple[Any, ...] | str:
    try:
        figure = aq.parse_figure(text)
    except aq.UnreadableFigure as unreadable:
        return unreadable.reason
    return tuple(value for name, value in vars(figure).items() if name != "text")


@given(TEXTS)
def test_composed_and_decomposed_letters_read_the_same_and_nothing_else_is_raised(text: str) -> None:
    assert read(unicodedata.normalize("NFC", text)) == read(unicodedata.normalize("NFD", text))


# Every figure is found again in its paragraph of the text it was taken from. The texts are under press
# copyright and not part of the repository; where they are missing, the test skips.
SOURCES = Path(__file__).resolve().parents[2] / "shared" / "sources"


def paragraphs() -> dict[str, list[str]]:
    """Read the texts by the checksum that sources.csv has of each; blank lines are no paragraphs."""
    files = sorted(SOURCES.glob("*.txt"))
    if not files:
        pytest.skip("the five press texts are not beside this checkout")
    return {
        hashlib.sha256(file.read_bytes()).hexdigest(): [
            line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
        ]
        for file in files
    }


def test_each_figure_stands_in_its_paragraph() -> None:
    texts, dataset = paragraphs(), aq.load()
    checksums = dataset.sources().set_index("source_id")["sha256"]
    press = dataset.observations[dataset.observations["source_id"].map(checksums).isin(list(texts))]
    assert set(press["source_id"].map(checksums)) == set(texts)
    missing = [
        row.obs_id
        for row in press.itertuples()
        if row.figure_printed
        not in unicodedata.normalize("NFC", texts[checksums[row.source_id]][row.paragraph - 1])
    ]
    assert missing == []
