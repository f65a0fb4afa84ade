"""Prints pages on paper and makes pictures of charts, and reads both back as whoever gets them would."""

import re
import struct
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from antq_analysis.briefings import pdf
from antq_analysis.errors import RenderFailed
from browser.conftest import PAGES, displaying

A4 = (595, 842)
PIXELS = 1920  # of the width of a picture: it stays sharp on a slide
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


def test_each_page_has_its_paper_and_a_sharp_picture_of_each_chart_unless_one_is_not_drawn(pictures):
    made = {path.name for path in pictures.iterdir() if path.suffix in {".pdf", ".png", ".html"}}
    assert made == {
        *("index.html", "two.html", "none.html", "broken.html"),
        *("two.pdf", "two-1.png", "two-2.png", "two-chia-se.png", "none.pdf", "none-chia-se.png"),
    }
    assert 'href="two.pdf"' in (pictures / "index.html").read_text(encoding="utf-8")
    width, height = struct.unpack(">II", (pictures / "two-1.png").read_bytes()[16:24])
    assert (width, height > 1000) == (PIXELS, True)


def test_the_paper_is_a4_numbers_its_pages_and_can_be_searched_read_aloud_and_found_by_its_headings(pictures):
    paper = PdfReader(pictures / "two.pdf")
    assert {tuple(round(float(side)) for side in page.mediabox[2:]) for page in paper.pages} == {A4}
    assert len(paper.pages) > 2
    texts = [page.extract_text() for page in paper.pages]
    assert [f"{number} / {len(texts)}" in text for number, text in enumerate(texts, 1)] == [True] * len(texts)
    text = " ".join(" ".join(texts).split())
    assert "Điều gì đã được báo cáo?" in text
    assert text.count("không phải bằng 0") == 160
    root = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "vi"
    assert paper.metadata.title.startswith("Điều gì đã được báo cáo?")
    titles = [entry.title for entry in _flat(paper.outline)]
    # Chromium writes a heading that it moves to the next sheet twice into one entry.
    assert [title[:6] for title in titles if title.startswith("Phần")] == [f"Phần {n}" for n in range(1, 5)]


def test_pdf_uses_any_supported_browser_and_reports_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    no_browser = (
        "there is no browser; install Chromium, Chrome or Edge, so that one of the commands "
        "chromium, chromium-browser, google-chrome, chrome, msedge is found"
    )
    assert pdf.lacking() == no_browser
    with pytest.raises(RenderFailed, match=no_browser):
        pdf.make_pictures(tmp_path / "page.html", ("png",))
    for name in pdf.BROWSERS:
        program = tmp_path / name
        program.touch(0o755)
        assert pdf.lacking() is None
        program.unlink()
    monkeypatch.setitem(sys.modules, "playwright", None)
    assert pdf.lacking() == "the Python package playwright is not installed; run `pip install playwright`"


@pytest.mark.parametrize("kind", ["pdf", "png"])
def test_a_page_that_never_says_that_its_charts_are_drawn_is_named(browser, tmp_path, monkeypatch, kind):
    monkeypatch.setattr(pdf, "DRAWN_WITHIN", 100)
    (tmp_path / "hai.html").write_text('<figure class="chart"></figure>')
    # In a thread of its own: playwright has one loop a thread, and other tests may hold one here.
    with ThreadPoolExecutor() as pool, pytest.raises(RenderFailed) as raised:
        pool.submit(pdf.make_pictures, tmp_path / "hai.html", (kind,)).result()
    assert str(raised.value) == (
        "hai.html has not said within 0.1 s that its charts are drawn; "
        "open the page in a browser and look at its console"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["hai.html"]


# Points of the smallest text of a chart: a pixel on paper is three quarters of one.
SMALLEST = """() => Math.min(...[...document.querySelectorAll(".plot svg text")]
  .filter((text) => text.textContent.trim())
  .map((text) => [parseFloat(getComputedStyle(text).fontSize), text.closest(".plot").style.zoom || 1])
  .map(([pixels, zoom]) => pixels * zoom * .75))"""
# A link of one pixel at the head and at the foot of every chart: paper keeps where each of them is.
MARK = """() => document.querySelectorAll(".plot").forEach((plot) => ["top", "bottom"].forEach((end) => {
  const link = document.createElement("a");
  link.href = `https://${end}.example/`;
  Object.assign(link.style, { position: "absolute", [end]: 0, left: 0, width: "1px", height: "1px" });
  plot.append(link);
}))"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_printed_whole_its_answer_on_one_sheet_and_its_appendix_from_the_next_on(
    name, folder, visit
):
    with visit(folder / f"{name}.html", width=1200, reduced_motion="reduce") as look:
        charts = look.page.locator(".plot").count()
        look.page.evaluate(MARK)
        look.page.emulate_media(media="print")
        look.until("document.documentElement.classList.contains('paper')")
        look.page.wait_for_timeout(500)
        assert look.page.evaluate(SMALLEST) >= 7
        look.page.evaluate("document.querySelector('.appendix').prepend('#appendix#')")
        paper = PdfReader(BytesIO(look.page.pdf(prefer_css_page_size=True, format="A4")))
    texts = [sheet.extract_text() for sheet in paper.pages]
    assert [number for number, text in enumerate(texts, 1) if len(text) < 100] == []
    assert [number for number, text in enumerate(texts, 1) if "#appendix#" in text] == [2]
    said = "Số liệu tổng hợp đã công bố, không có dữ liệu cá nhân."
    assert name.endswith("en") or said in " ".join(" ".join(texts).split())
    tops, bottoms = ([sheet for sheet, end in _marks(paper) if end == which] for which in ("top", "bottom"))
    assert len(tops) == charts
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
