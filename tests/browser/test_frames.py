"""The tables of pandas in a page, seen in a browser: on a phone and a desk, in light and dark, as a CSV."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from made_notebooks import executed
from nbformat.v4 import new_output

from antq_analysis.briefings.page import page

NOTES = [
    "=1+1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "@x",
    "-5",
    "-5x",
    "một ghi chú dài về cách đếm người dự của bài báo",
]
FRAME = pd.DataFrame({"tỉnh": ["Điện Biên"] * 9, "người": [740_001, *range(8)], "ghi chú": NOTES})
LEVELS = FRAME.head(3).set_index(["tỉnh", "người"])
WIDE = pd.DataFrame({f"cột số {number}": range(2) for number in range(20)})
STYLED = FRAME.style.highlight_max(subset=["người"], color="yellow").set_caption("Người dự")
COLOURED = STYLED.map(lambda text: "color: darkblue", subset=["ghi chú"])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shows = [
        new_output("display_data", {"text/html": frame._repr_html_(), "text/plain": "x"})
        for frame in (FRAME, LEVELS, WIDE, COLOURED)
    ]
    path = tmp_path_factory.mktemp("page") / "frames.html"
    path.write_text(page(executed(*shows)), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_they_can_be_read_everywhere(made, visit, width, scheme):
    with visit(made, width=width, color_scheme=scheme) as look:
        assert look.overflow <= 0
        assert look.page.locator("table.data:visible").count() == 4
        found = Axe().run(look.page).response["violations"]
        assert [(each["id"], [node["html"][:80] for node in each["nodes"]]) for each in found] == []
        assert (look.said, look.asked) == ([], [])


def test_numbers_stand_to_the_right_on_a_desk_and_values_beside_their_names_on_a_phone(made, visit):
    aligned = "getComputedStyle(document.querySelector('td.number')).textAlign"
    with visit(made, width=1440) as look:
        assert look.page.evaluate(aligned) == "right"
    with visit(made, width=390) as look:
        assert look.page.evaluate(aligned) != "right"
        named = "getComputedStyle(document.querySelectorAll('td.number')[0], '::before').content"
        assert look.page.evaluate(named) in ("attr(data-label)", '"người"')


def test_their_csv_runs_nothing_in_a_spreadsheet(made, visit):
    with visit(made, width=1440) as look, look.page.expect_download() as waiting:
        look.page.locator("button.tool").first.click()
        saved = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    lines = list(csv.reader(io.StringIO(saved, newline="")))
    assert lines[0][:4] == ["", "tỉnh", "người", "ghi chú"]
    assert lines[1][:4] == ["0", "Điện Biên", "740001", "'=1+1"]
    told = [line[3] for line in lines[1:]]
    assert told == ["'=1+1", "'＝1", "'＋1", "'－1", "'＠x", "'@x", "-5", "'-5x", NOTES[-1]]
