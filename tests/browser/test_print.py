"""Prints pages on paper and makes pictures of charts, and reads both back as whoever gets them would."""

import re
import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from browser.conftest import displaying

A4 = (595, 842)
PIXELS = 2400  # of the width of a picture: it stays sharp on a slide
CHART = """\
import plotly.graph_objects as go
go.Figure(go.Bar(x=["Điện Biên", "Thanh Hóa"], y=[1234.5, 2345.5]), {"title": {"text": "Số buổi"}})"""
LONG = "# Điều gì đã được báo cáo?\n\n" + "\n\n".join(
    f"## Phần {number}\n\n{'Không báo cáo nghĩa là nguồn không in số, không phải bằng 0. ' * 40}"
    for number in range(1, 5)
)
# A figure that plotly's Python side would refuse reaches the page by its type alone.
BAD = {"type": "bar", "y": {"dtype": "f8", "bdata": "not base64"}}
BROKEN = displaying({"application/vnd.plotly.v1+json": {"data": [BAD], "layout": {}}})


@pytest.fixture(scope="module")
def pictures(render) -> Path:
    """The folder of three pages with both kinds of pictures; the charts of one cannot be drawn."""
    notebooks = {"two": [LONG, CHART, CHART], "none": ["# Không?"], "broken": ["# Hỏng?", CHART, BROKEN]}
    return render("print", notebooks, "--pdf", "--png", code=1)


@pytest.fixture(scope="module")
def pdf(pictures) -> PdfReader:
    return PdfReader(pictures / "two.pdf")


def test_each_page_has_its_paper_and_a_picture_of_each_chart_unless_one_is_not_drawn(pictures):
    made = {path.name for path in pictures.iterdir() if path.suffix in {".pdf", ".png", ".html"}}
    assert made == {
        *("index.html", "two.html", "none.html", "broken.html"),
        *("two.pdf", "two-1.png", "two-2.png", "none.pdf"),
    }
    assert 'href="two.pdf"' in (pictures / "index.html").read_text(encoding="utf-8")


def test_the_paper_is_a4_and_numbers_its_pages(pdf):
    assert {tuple(round(float(side)) for side in page.mediabox[2:]) for page in pdf.pages} == {A4}
    assert len(pdf.pages) > 2
    for number, page in enumerate(pdf.pages, 1):
        assert f"{number} / {len(pdf.pages)}" in page.extract_text()


def test_the_paper_can_be_searched_read_aloud_and_found_by_its_headings(pdf):
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert "Điều gì đã được báo cáo?" in text
    assert text.count("không phải bằng 0") == 160
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "vi"
    assert pdf.metadata.title.startswith("Điều gì đã được báo cáo?")
    titles = [entry.title for entry in _flat(pdf.outline)]
    # Chromium writes a heading that it moves to the next sheet twice into one entry.
    assert [title[:6] for title in titles if title.startswith("Phần")] == [f"Phần {n}" for n in range(1, 5)]


def test_a_picture_is_sharp(pictures):
    width, height = struct.unpack(">II", (pictures / "two-1.png").read_bytes()[16:24])
    assert PIXELS / 2 < width <= PIXELS
    assert height > 800


# The sheets of a page of each notebook, and its question. These are the sheets with Noto Sans; with a font as
# wide as DejaVu Sans there is one more, with one as narrow as Arial there are as many or one less.
PAGES = {
    "thanh-hoa-ho-so-vi": (12, "Đã công bố những gì về Thanh Hóa, cho những năm nào, chắc chắn đến đâu?"),
    "so-sanh-cac-tinh-vi": (8, "So sánh được gì giữa các tỉnh?"),
    "so-lieu-qua-cac-nam-vi": (17, "Số liệu thay đổi thế nào qua các năm?"),
    "cac-ty-so-vi": (10, "Các tỷ số nói được gì, và không nói được gì?"),
    "chat-luong-so-lieu-vi": (11, "Số liệu này tin được đến đâu?"),
}
OF_EVERY_PAGE = "Số liệu tổng hợp do báo chí và cơ quan thống kê công bố, không có dữ liệu cá nhân"
# A link of one pixel at the head and at the foot of every chart: paper keeps where each of them is.
MARK = """() => document.querySelectorAll(".plot").forEach((plot) => ["top", "bottom"].forEach((end) => {
  const link = document.createElement("a");
  link.href = `https://${end}.example/`;
  Object.assign(link.style, { position: "absolute", [end]: 0, left: 0, width: "1px", height: "1px" });
  plot.append(link);
}))"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_plan_is_printed_whole(name, folder, visit):
    with visit(folder / f"{name}.html", width=1200, reduced_motion="reduce") as look:
        charts = look.page.locator(".plot").count()
        look.page.evaluate(MARK)
        look.page.emulate_media(media="print")
        look.until("document.documentElement.classList.contains('paper')")
        look.page.wait_for_timeout(500)
        paper = PdfReader(BytesIO(look.page.pdf(prefer_css_page_size=True, format="A4")))
    sheets, question = PAGES[name]
    texts = [sheet.extract_text() for sheet in paper.pages]
    assert abs(len(texts) - sheets) <= 1
    assert [number for number, text in enumerate(texts, 1) if len(text) < 100] == []
    text = " ".join(" ".join(texts).split())
    for said in (question, OF_EVERY_PAGE, "Nguồn mới nhất được công bố: 2024 (suy ra)."):
        assert said in text
    tops, bottoms = ([sheet for sheet, end in _marks(paper) if end == which] for which in ("top", "bottom"))
    assert len(tops) == charts > 0
    assert bottoms == tops, "a chart is cut between two sheets"


def _marks(paper: PdfReader) -> Iterator[tuple[int, str]]:
    """List the marks of the charts: the number of the sheet, and which end of its chart it is."""
    for number, sheet in enumerate(paper.pages, 1):
        for annotation in sheet.get("/Annots") or []:
            address = str(annotation.get_object().get("/A", {}).get("/URI", ""))
            if mark := re.fullmatch(r"https://(top|bottom)\.example/", address):
                yield number, mark[1]


def _flat(outline):
    for entry in outline:
        yield from _flat(entry) if isinstance(entry, list) else [entry]
