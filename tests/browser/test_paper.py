"""Prints a real page of each kind, as `--pdf` does, and reads the sheets as whoever gets them would."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from antq_analysis.briefings.pictures import make_pictures

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
PLOT = re.compile(r'<div [^>]*class="plot"[^>]*>')
MARK = '<a href="https://{0}.example/" style="position: absolute; {0}: 0; width: 1px; height: 1px"></a>'
MARKS = MARK.format("top") + MARK.format("bottom")


@pytest.fixture(scope="module")
def paper(kind: Path, tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    """The sheets of a page whose charts are marked."""
    marked = tmp_path_factory.mktemp("paper") / kind.name
    marked.write_text(PLOT.sub(lambda plot: plot[0] + MARKS, kind.read_text("utf-8")), encoding="utf-8")
    # The tests' own browser holds this thread.
    with ThreadPoolExecutor(1) as pool:
        pictures = pool.submit(make_pictures, marked, ("pdf",)).result()
    return PdfReader(BytesIO(pictures[f"{kind.stem}.pdf"]))


def test_a_page_of_every_notebook_is_printed(folder):
    plan = [_notebook(path) for path in folder.glob("*.ipynb")]
    assert sorted(_notebook(folder / f"{name}.ipynb") for name in PAGES) == sorted(set(plan))


def test_a_page_has_the_sheets_expected_of_it(paper, kind):
    assert abs(len(paper.pages) - PAGES[kind.stem][0]) <= 1


def test_what_a_page_says_can_be_searched_on_paper(paper, kind):
    text = " ".join(" ".join(sheet.extract_text() for sheet in paper.pages).split())
    assert PAGES[kind.stem][1] in text
    assert OF_EVERY_PAGE in text
    assert "Nguồn mới nhất được công bố: 2024 (suy ra)." in text


def test_no_chart_is_cut_between_sheets(paper, kind):
    charts = len(PLOT.findall(kind.read_text("utf-8")))
    tops, bottoms = ([sheet for sheet, end in _marks(paper) if end == name] for name in ("top", "bottom"))
    assert len(tops) == charts > 0
    assert bottoms == tops


def test_no_sheet_is_blank(paper):
    assert [number for number, sheet in enumerate(paper.pages, 1) if len(sheet.extract_text()) < 100] == []


def _notebook(executed: Path) -> str:
    return str(json.loads(executed.read_text("utf-8"))["metadata"]["papermill"]["input_path"])


def _marks(paper: PdfReader) -> Iterator[tuple[int, str]]:
    """List the marks of the charts: the number of the sheet, and which end of its chart it is."""
    for number, sheet in enumerate(paper.pages, 1):
        for annotation in sheet.get("/Annots") or []:
            address = str(annotation.get_object().get("/A", {}).get("/URI", ""))
            if mark := re.fullmatch(r"https://(top|bottom)\.example/", address):
                yield number, mark[1]
