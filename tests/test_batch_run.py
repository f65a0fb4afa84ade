import json
from pathlib import Path

import nbformat
import pytest
from made_notebooks import PLOTLY, save

from antq_analysis.batch.page import charts_in
from antq_analysis.batch.plan import Briefing
from antq_analysis.batch.run import run

LOST = "from IPython.display import display\ndisplay({'application/vnd.plotly.v2+json': {}}, raw=True)"
NOTEBOOKS = {
    "good": [
        "# Câu hỏi?",
        "import plotly.graph_objects as go\ngo.Figure(go.Bar(y=[1, 2]))",
        "import os, sys, warnings\nprint(repr(code), areas, sorted(os.listdir()))",
        "print('careful', file=sys.stderr)",
    ],
    "raises": ["ds = 1", "raise ValueError('Không có\\nsố liệu')"],
    "leaves": ["import sys\nsys.exit(0)", "print('never')"],
    "loses": [LOST],
    "no_kernel": ["1"],
}
# Those of the good page are out of date once it is made again; the others are of other pages.
EARLIER_PICTURES = ["good.pdf", "good-1.png", "good-12.png", "good-x.png", "good-1-1.png", "raises.pdf"]
CELL = 'code: str = ""\nareas: list[str] = []'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages {x}")


@pytest.fixture(scope="module")
def outcomes(folder):
    """One real run of good and bad notebooks, by the name of the notebook."""
    for name, cells in NOTEBOOKS.items():
        kernel = {"name": "no-such-kernel", "display_name": "?", "language": "python"}
        options = {"kernel": kernel} if name == "no_kernel" else {}
        save(folder / f"{name}_source.ipynb", *cells, parameters=CELL, **options)
    # What an earlier run left: a good page that now fails, and a failure that is now mended.
    (folder / "raises.html").write_text("earlier")
    (folder / "good.failed.ipynb").write_text("earlier")
    for name in EARLIER_PICTURES:
        (folder / name).write_text("earlier")
    parameters = {"code": "01", "areas": ["Điện Biên"]}
    briefings = [
        Briefing(folder / f"{name}_source.ipynb", name, subtitle="Tỉnh", parameters=parameters)
        for name in NOTEBOOKS
    ]
    return {o.briefing.slug: o for o in run(briefings, folder, jobs=2, published="2024-04-19")}


def test_every_briefing_has_an_outcome(outcomes):
    assert outcomes.keys() == NOTEBOOKS.keys()
    assert [name for name, outcome in outcomes.items() if outcome.failure is None] == ["good"]


def test_a_good_page_shows_the_figures_of_its_notebook(outcomes, folder):
    html = (folder / "good.html").read_text()
    notebook = nbformat.read(folder / "good.ipynb", as_version=4)
    figures = [
        out.data[PLOTLY]
        for cell in notebook.cells
        for out in cell.get("outputs", [])
        if PLOTLY in out.get("data", {})
    ]
    assert charts_in(html) == figures
    assert [trace["type"] for figure in figures for trace in figure["data"]] == ["bar"]
    assert "<h1>Câu hỏi?</h1>" in html
    assert "Nguồn mới nhất được công bố: 19/04/2024." in html


def test_parameters_reach_the_notebook_with_their_type(outcomes, folder):
    assert "&#39;01&#39; [&#39;Điện Biên&#39;]" in (folder / "good.html").read_text().replace("'", "&#39;")


def test_a_notebook_runs_in_an_empty_folder_of_its_own(outcomes, folder):
    assert "[]\n</pre>" in (folder / "good.html").read_text()


def test_stderr_is_told_to_the_operator_and_not_to_the_reader(outcomes, folder):
    assert outcomes["good"].warnings == ("careful",)
    assert "careful" not in (folder / "good.html").read_text()


def test_the_executed_notebook_does_not_say_on_which_machine_it_was_made(outcomes, folder):
    recorded = json.loads((folder / "good.ipynb").read_text())["metadata"]["papermill"]
    assert (recorded["input_path"], recorded["output_path"]) == ("good_source.ipynb", "good.ipynb")


def test_a_mended_failure_is_cleared_away(outcomes, folder):
    assert not (folder / "good.failed.ipynb").exists()


def test_the_pictures_of_an_earlier_page_go_with_it(outcomes, folder):
    left = [name for name in EARLIER_PICTURES if (folder / name).exists()]
    assert left == ["good-x.png", "good-1-1.png", "raises.pdf"]
    assert outcomes["good"].unpictured is None


@pytest.mark.parametrize(
    ("name", "failure"),
    [
        ("raises", "cell [4]: ValueError: Không có số liệu"),
        ("leaves", "cell [3]: SystemExit: 0"),
        (
            "loses",
            "cell [3]: A figure was displayed without the type application/vnd.plotly.v1+json "
            'and would be lost. Keep plotly.io.renderers.default = "plotly_mimetype".',
        ),
        ("no_kernel", "NoSuchKernel: No such kernel named no-such-kernel"),
    ],
)
def test_a_failure_is_told_in_one_line_with_its_cell(outcomes, name, failure):
    assert outcomes[name].failure == failure


@pytest.mark.parametrize("name", ["raises", "leaves", "loses"])
def test_what_was_executed_of_a_failed_briefing_is_kept(outcomes, folder, name):
    assert outcomes[name].kept == folder / f"{name}.failed.ipynb"
    assert nbformat.read(outcomes[name].kept, as_version=4).cells
    assert not (folder / f"{name}.ipynb").exists()


def test_a_failed_briefing_leaves_the_last_good_page(outcomes, folder):
    assert (folder / "raises.html").read_text() == "earlier"
    assert not (folder / "loses.html").exists()


def test_nothing_half_made_is_left(outcomes, folder):
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_a_process_that_is_killed_fails_its_briefing_and_says_so(tmp_path):
    # The kernel's parent is the worker that renders it.
    notebook = save(tmp_path / "kill.ipynb", "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)")
    (outcome,) = run([Briefing(Path(notebook), "kill")], tmp_path, jobs=1, published="")
    assert outcome.failure == "its process was ended from outside, perhaps for want of memory"
    assert not (tmp_path / "kill.html").exists()


def test_an_english_page_and_its_notebook_are_english_and_the_source_stays(tmp_path):
    source = save(tmp_path / "01_words.ipynb", "# Câu hỏi?", "print(lang)", parameters='lang: str = "vi"')
    (tmp_path / "locale").mkdir()
    catalogue = 'msgid ""\nmsgstr ""\n\nmsgid "# Câu hỏi?"\nmsgstr "# A question?"\n'
    (tmp_path / "locale" / "en.po").write_text(catalogue)
    before = source.read_bytes()
    briefing = Briefing(source, "words-en", lang="en", parameters={"lang": "en"})
    (outcome,) = run([briefing], tmp_path, jobs=1, published="")
    assert outcome.failure is None
    html, kept = ((tmp_path / f"words-en.{kind}").read_text() for kind in ("html", "ipynb"))
    assert "<h1>A question?</h1>" in html
    assert "A question?" in kept
    assert "Câu hỏi" not in html + kept
    assert source.read_bytes() == before


def test_a_catalogue_that_lost_a_cell_since_the_plan_was_checked_fails_the_page(tmp_path):
    source = save(tmp_path / "01_words.ipynb", "# Câu hỏi?", parameters='lang: str = "vi"')
    (outcome,) = run([Briefing(source, "words-en", lang="en")], tmp_path, jobs=1, published="")
    assert outcome.failure == "no locale/en.po beside the notebook translates its cells; write one"


def test_why_a_briefing_failed_is_told_where_its_notebook_cannot_be_kept(tmp_path):
    source = save(tmp_path / "source.ipynb", "1 / 0")
    (outcome,) = run([Briefing(source, "x")], tmp_path / "gone", jobs=1, published="")
    assert outcome.failure == "cell [1]: ZeroDivisionError: division by zero"
    assert outcome.kept is None
