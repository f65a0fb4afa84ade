"""Makes paper and slides of pages in the browser, and reads them back as whoever gets them would."""

import struct
import subprocess
import sys
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from made_notebooks import save
from made_runs import job, rendered
from pypdf import PdfReader

from antq_analysis.briefings.folder import LOCK, folder_at
from antq_analysis.briefings.pictures import SCALE, WIDTH, lacking, make_pictures

CHART = """\
import plotly.graph_objects as go
go.Figure(go.Bar(x=["Điện Biên", "Thanh Hóa"], y=[1234.5, 2345.5]), {"title": {"text": "Số buổi"}})"""
LONG = "# Điều gì đã được báo cáo?\n\n" + "\n\n".join(
    f"## Phần {number}\n\n{'Không báo cáo nghĩa là nguồn không in số, không phải bằng 0. ' * 40}"
    for number in range(1, 5)
)
# A figure that plotly's Python side would refuse reaches the page by its type alone.
BROKEN = """\
from IPython.display import display
figure = {"data": [{"type": "bar", "y": {"dtype": "f8", "bdata": "not base64"}}], "layout": {}}
display({"application/vnd.plotly.v1+json": figure}, raw=True)"""
A4 = (595, 842)


@pytest.fixture(scope="module")
def outcomes(browser, tmp_path_factory):
    """One real run with both kinds of pictures, by the name of the page; the folder is theirs."""
    folder = tmp_path_factory.mktemp("pictures")
    both = {"pictures": ("pdf", "png")}
    jobs = [
        job("hai-bieu-do", LONG, CHART, CHART, **both),
        job("khong-bieu-do", "# Không có biểu đồ?", **both),
        job("hong", "# Hỏng?", CHART, BROKEN, **both),
    ]
    return rendered(folder_at(folder), *jobs) | {"folder": folder}


@pytest.fixture
def folder(outcomes) -> Path:
    return outcomes["folder"]


@pytest.fixture
def pdf(folder) -> PdfReader:
    return PdfReader(folder / "hai-bieu-do.pdf")


def test_a_page_has_its_paper_and_a_picture_of_each_chart_beside_it(outcomes, folder):
    assert outcomes["hai-bieu-do"].unpictured is None
    assert sorted(path.name for path in folder.glob("hai-bieu-do*")) == [
        "hai-bieu-do-1.png",
        "hai-bieu-do-2.png",
        "hai-bieu-do.html",
        "hai-bieu-do.ipynb",
        "hai-bieu-do.pdf",
    ]


def test_a_page_without_charts_has_its_paper_only(outcomes, folder):
    assert outcomes["khong-bieu-do"].unpictured is None
    assert (folder / "khong-bieu-do.pdf").exists()
    assert list(folder.glob("khong-bieu-do*.png")) == []


def test_the_paper_is_a4_and_numbers_its_pages(pdf):
    assert {tuple(round(float(side)) for side in page.mediabox[2:]) for page in pdf.pages} == {A4}
    assert len(pdf.pages) > 2
    numbers = [f"{number} / {len(pdf.pages)}" for number in range(1, len(pdf.pages) + 1)]
    assert all(number in page.extract_text() for number, page in zip(numbers, pdf.pages, strict=True))


def test_the_text_on_paper_can_be_searched_in_vietnamese(pdf):
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert "Điều gì đã được báo cáo?" in text
    assert text.count("không phải bằng 0") == 160


def test_the_paper_can_be_read_aloud_and_found_by_its_headings(pdf):
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "vi"
    assert pdf.metadata.title.startswith("Điều gì đã được báo cáo?")
    titles = [entry.title for entry in _flat(pdf.outline)]
    # Chromium writes a heading that it moves to the next sheet twice into one entry.
    assert [title[:6] for title in titles if title.startswith("Phần")] == [f"Phần {n}" for n in range(1, 5)]


def test_a_picture_is_sharp_and_light(folder):
    width, height, corner = _picture(folder / "hai-bieu-do-1.png")
    assert WIDTH * SCALE / 2 < width <= WIDTH * SCALE
    assert height > 400 * SCALE
    assert corner == b"\xff\xff\xff"


def test_a_chart_that_is_not_drawn_costs_the_pictures_and_not_the_page(outcomes, folder):
    assert outcomes["hong"].failure is None
    assert outcomes["hong"].unpictured == ("the browser drew 1 of 2 charts; open the page in it to see why")
    assert sorted(path.name for path in folder.glob("hong*")) == ["hong.html", "hong.ipynb"]


def test_nothing_half_made_is_left(folder):
    assert [path.name for path in folder.glob(".*") if path.name != LOCK] == []


def test_a_page_is_given_no_network(browser, tmp_path):
    asked = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = tmp_path / "asks.html"
    page.write_text(f'<p>One<img src="http://127.0.0.1:{server.server_port}/x.png">')
    made = _in_a_thread(make_pictures, page, ("pdf",))
    server.shutdown()
    server.server_close()
    assert asked == []
    assert "One" in PdfReader(BytesIO(made["asks.pdf"])).pages[0].extract_text()


def test_with_a_browser_nothing_is_lacking(browser):
    assert lacking() is None


def test_the_command_makes_both_and_links_the_paper(browser, tmp_path):
    save(tmp_path / "one.ipynb", "# Một?", CHART)
    (tmp_path / "plan.toml").write_text('[[briefing]]\nnotebook = "one"\n')
    code = "from antq_analysis.cli import main; main()"
    command = [sys.executable, "-c", code, "render", "plan.toml", "--pdf", "--png", "--out", "out"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    index = tmp_path / run.stdout.splitlines()[-1]
    assert {path.name for path in index.parent.iterdir()} == {
        LOCK,
        "index.html",
        "manifest.json",
        "one-1.png",
        "one.html",
        "one.ipynb",
        "one.pdf",
    }
    assert 'href="one.pdf"' in index.read_text()


def test_a_page_that_is_not_there_is_a_failure_not_a_blank_sheet(browser, tmp_path):
    with pytest.raises(Exception, match="ERR_FILE_NOT_FOUND"):
        _in_a_thread(make_pictures, tmp_path / "none.html", ("pdf",))
    assert list(tmp_path.iterdir()) == []


def _in_a_thread(function, *arguments):
    # The tests' own browser holds this thread.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *arguments).result()


def _flat(outline):
    for entry in outline:
        yield from _flat(entry) if isinstance(entry, list) else [entry]


def _picture(path: Path) -> tuple[int, int, bytes]:
    """Read the width, the height and the colour of the first pixel of a PNG file."""
    data = path.read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    chunks, place = b"", 8
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        if data[place + 4 : place + 8] == b"IDAT":
            chunks += data[place + 8 : place + 8 + length]
        place += length + 12
    # Whatever the filter of the first row, its first pixel stands there as it is.
    return width, height, zlib.decompress(chunks)[1:4]
