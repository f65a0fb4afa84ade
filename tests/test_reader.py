"""The reader of articles: what it takes for a figure, how it reads it, and what files it takes."""

import io
import runpy
import unicodedata
import zipfile
from math import isnan
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import antq_analysis as aq
from antq_analysis.cli import app
from antq_analysis.intake.documents import text_of

ROOT = Path(__file__).parents[1]
BENCHMARK = runpy.run_path(str(ROOT / "benchmarks" / "reader.py"))


@pytest.mark.parametrize("group", ["press", "articles"])
def test_recall_and_precision(group: str) -> None:
    places = {"press": ROOT.parent / "shared" / "sources", "articles": ROOT / "tests" / "articles"}
    texts = BENCHMARK[group](places[group])
    if not texts:
        pytest.skip("the five press texts are not beside this checkout")
    scores = [BENCHMARK["score"](text, gold) for text, gold in texts.values()]
    recall, precision = BENCHMARK["rates"](scores)
    assert recall >= 0.98, [each.missed for each in scores]
    assert precision >= 0.95, [each.wrong for each in scores]


@pytest.mark.parametrize(
    ("text", "printed", "value", "qualifier", "lower", "upper"),
    [
        ("12/15 hộ (80%)", ["12/15 hộ", "/15", "80%"], [12, 15, 80], ["exact"] * 3,
         [12, 15, 80], [12, 15, 80]),
        ("có 1.042/1.165 hộ", ["1.042/1.165 hộ", "/1.165"], [1042, 1165], ["exact"] * 2,
         [1042, 1165], [1042, 1165]),
        ("đạt từ 82% trở lên", ["từ 82% trở lên"], [82], ["at_least"], [82], [100]),
        ("gần hai nghìn người", ["gần hai nghìn người"], [2000], ["nearly"], [1500], [1999]),
        ("hai mươi ba vụ", ["hai mươi ba vụ"], [23], ["exact"], [23], [23]),
        ("một trăm linh năm hộ", ["một trăm linh năm hộ"], [105], ["exact"], [105], [105]),
        ("hàng trăm lượt", ["hàng trăm lượt"], [None], ["order_of_magnitude"], [100], [999]),
        ("từ 3 đến 5 triệu đồng", ["từ 3 đến 5 triệu"], [None], ["range"], [3e6], [5e6]),
        ("80-85% số hộ", ["80-85%"], [None], ["range"], [80], [85]),
        ("chi 3 tỷ 500 triệu đồng", ["3 tỷ 500 triệu"], [3.5e9], ["exact"], [3.5e9], [3.5e9]),
        ("còn dưới 3% số hộ", ["dưới 3%"], [3], ["at_most"], [0], [3]),
        ("khoảng trên 300 hộ", ["khoảng trên 300"], [300], ["more_than"], [301], [399]),
        ("tuần tra trên 12 tuyến phố", ["12 tuyến phố"], [12], ["exact"], [12], [12]),
        ("thu 1,4kg heroin", ["1,4kg"], [1.4], ["exact"], [1.4], [1.4]),
    ],
)  # fmt: skip
def test_figures_are_read(text, printed, value, qualifier, lower, upper) -> None:
    found = aq.read_text(text)
    assert found["figure_printed"].tolist() == printed
    assert found["obs_value"].map(lambda each: None if isnan(each) else each).tolist() == value
    assert found["qualifier"].tolist() == qualifier
    assert found["value_lower"].tolist() == lower
    assert found["value_upper"].tolist() == upper
    assert set(found["why_not"]) == {""}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ngày 15/8/2014; sáng 11-9; từ 20-30/6; 05 tháng 3 năm 2020; tháng 8, giai đoạn 2021-2025", "date"),
        ("lúc 16:46, 17h30, 8 giờ 30", "time"),
        (
            "Kế hoạch số 156/KH-UBND, Nghị quyết 36-NQ/TW, 06/2014/NĐ-CP, Đề án 06, Chỉ thị 07",
            "document number",
        ),
        (
            "Ban Chỉ đạo 138, “5 không, 3 sạch”, 4 tại chỗ, Khu phố 3, xã 135, QL1A, km 12+300, Covid-19",
            "name",
        ),
        ("trong 5 năm qua, 6 tháng đầu năm, 24 giờ", "duration"),
        (
            "tăng 12,5% so với cùng kỳ, giảm 3 vụ (10%), cao hơn 2,5 điểm phần trăm, vượt 5% kế hoạch",
            "change",
        ),
        ("từ 18 đến 35 tuổi, sinh năm 1990", "age"),
        ("đứng thứ 5/63, xếp thứ 2", "rank"),
        ("theo Điều 5, khoản 2", "law article"),
        ("hotline 1900 9095; số điện thoại 0912.345.678; gọi 114", "phone"),
        ("phấn đấu đạt 95%, 100% số xã", "target"),
        ("12 bình luận", "page furniture"),
        ("1.234 cán bộ, 1,234 cán bộ"[13:], "unreadable"),
    ],
)
def test_other_numbers_are_said_to_be_what_they_are(text: str, why: str) -> None:
    assert set(aq.read_text(text)["why_not"]) == {why}


def test_an_article_or_a_weekday_in_words_is_no_number() -> None:
    assert aq.read_text("Thứ Hai, một số xã trong năm, cả ba và một trong những mô hình; tỷ lệ cao").empty


def test_hints_and_suggestions_come_from_the_words_around() -> None:
    row = aq.read_text(
        "Trong 5 năm qua, tỉnh Điện Biên, lực lượng Công an nhận 734 nguồn tin có giá trị."
    ).iloc[1]
    assert (row["period_hint"], row["area_hint"]) == ("Trong 5 năm qua", "tỉnh Điện Biên")
    assert (row["noun"], row["scope_hint"]) == ("nguồn tin có giá trị", "lực lượng Công an")
    assert row["suggested_indicator"].startswith("valuable_tips")
    assert aq.read_text("Cao 32 m.")["suggested_indicator"].tolist() == [""]


WORDS = [
    "hơn", "gần", "từ", "trở lên", "hàng", "trăm", "nghìn", "một", "hai", "năm", "ngày", "tháng",
    "tăng", "số", "xã", "vụ", "người", "km", "hotline", "triệu", "đến", "tuổi", "%", "(", ")", "/",
    "-", "–", ".", ",", ";", ":", "|", "\n", "\t", "“", "”", "\"", "2024", "36", "1.165", "04",
    "1,5", "07/CT", "QL1A", "Điện", "Ấ", "İ", "ß", "\u0301", "\u0323", "\u2028", "٣", "²",
]  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=25).map("".join),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_any_text_is_read_with_figures_at_their_place(text: str) -> None:
    found = aq.read_text(text)
    assert found.equals(aq.read_text(text))
    for row in found.itertuples():
        assert unicodedata.normalize("NFC", text[row.start : row.end]) == row.figure_printed != ""
        assert any(row.figure_printed in unicodedata.normalize("NFC", line) for line in text.splitlines())
        assert row.why_not or row.value_lower <= row.value_upper
    assert found["start"].is_monotonic_increasing


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_values_are_those_of_parse_figure(text: str) -> None:
    for row in (
        aq.read_text(text).query("why_not == '' and qualifier not in ['range', 'at_most']").itertuples()
    ):
        try:
            figure = aq.parse_figure(row.figure_printed)
        except aq.UnreadableFigure:
            continue
        assert (figure.qualifier, figure.lower, figure.upper) == (
            row.qualifier,
            row.value_lower,
            row.value_upper,
        )


def test_decomposed_letters_are_read_alike() -> None:
    text = (ROOT / "tests" / "articles" / "03_nong_thon_moi.txt").read_text(encoding="utf-8")
    columns = [
        "paragraph",
        "figure_printed",
        "obs_value",
        "qualifier",
        "noun",
        "why_not",
        "suggested_indicator",
    ]
    apart = unicodedata.normalize("NFD", text)
    assert aq.read_text(apart)[columns].equals(aq.read_text(unicodedata.normalize("NFC", text))[columns])


# ---- files -------------------------------------------------------------------------------------------------


def docx(body: str) -> bytes:
    file, space = io.BytesIO(), "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(
            "word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
        )
    return file.getvalue()


CELLS = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("\ufeff35 buổi\r\n2 lớp".encode(), ["35 buổi", "2 lớp"]),
        ("35 buổi".encode("utf-16"), ["35 buổi"]),
        (
            "<html><head><style>p {top: 3px}</style></head><body><p>Có <b>35</b> buổi</p>"
            "<table><tr><td>1</td><td>Xã A</td></tr></table><script>a = 7</script></body></html>".encode(),
            ["Có 35 buổi", "1\tXã A"],
        ),
        (
            docx("<w:p><w:r><w:t>Có </w:t></w:r><w:r><w:t>35 buổi</w:t></w:r></w:p><w:tbl><w:tr>"
                 + CELLS.format("1") + CELLS.format("Xã A") + "</w:tr></w:tbl>"),
            ["Có 35 buổi", "1\tXã A"],
        ),
    ],
)  # fmt: skip
def test_texts_of_files(content: bytes, lines: list[str]) -> None:
    found = [line.strip() for line in text_of(content, "file").splitlines() if line.strip()]
    assert found == lines


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Le caf\xe9 a 12 places", "not UTF-8.*save it as UTF-8.*UniKey"),
        ("Trong n¨m qua, c«ng an tØnh ®· tæ chøc ®­îc 35 buæi, ®¹t kÕ ho¹ch ®Ò ra".encode(), "TCVN3.*UniKey"),
        (
            "Trong naêm qua, coâng an tænh ñaõ toå chöùc ñöôïc 35 buoåi, ñaït keá hoaïch".encode(),
            "VNI.*UniKey",
        ),
        ("Trong năm qua, đã tổ chức được nhiều buổi".encode().decode("latin-1").encode(), "another encoding"),
        (b"%PDF-1.7", "a PDF.*save it as .docx"),
        (b"\x00\x01\x02", "characters of a program"),
        (b"PK\x03\x04 broken", "archive without a Word text"),
        (b"1 " * 1_500_000, "more than 2 MB"),
    ],
)
def test_files_that_would_be_spoilt_are_refused(content: bytes, told: str) -> None:
    with pytest.raises(aq.InvalidData, match=told):
        text_of(content, "file")


def test_the_command_lists_figures_and_says_what_it_cannot_read(tmp_path: Path) -> None:
    run = CliRunner().invoke
    article = tmp_path / "bài.txt"
    article.write_text("Ngày 3/5, có hơn 1.200 lượt người.", encoding="utf-8")
    shown = run(app, ["read", str(article)])
    assert shown.exit_code == 0
    assert "hơn 1.200 lượt người" in shown.output
    assert "1 figures, 1 other numbers" in shown.output
    rows = run(app, ["read", "-", "--csv"], input="có 35 buổi")
    assert rows.output.splitlines()[1].startswith("1,3,10,35 buổi,35.0,exact")
    missing = run(app, ["read", str(tmp_path / "none.txt")])
    assert (missing.exit_code, "Cannot read" in missing.output) == (2, True)
