"""The explorer without a browser: what it makes of its options, and its page in a batch."""

import json
import shutil
import subprocess
import sys

import pytest
from bs4 import BeautifulSoup

import antq_analysis as aq
from antq_analysis.data import bundled

PLAN = """
[[briefing]]
notebook = "00_explore"
slug = "{subject}-{lang}"
[briefing.matrix]
lang = ["vi", "en"]
subject = ["propaganda_sessions", "population", "classes_fire_safety"]
"""


def every_subject():
    ds = aq.load()
    reported = ds.indicators().query("indicator in @ds.distinct('indicator')")
    return [*reported["concept"].unique(), *reported["indicator"]]


@pytest.mark.parametrize(
    ("lang", "options"), [("vi", {}), ("en", {"per": None, "wording": "strict", "since": 2019})]
)
def test_every_subject_is_shown_and_its_code_gives_its_rows(lang, options):
    aq.set_language(lang)
    for subject in every_subject()[::4]:
        view = aq.explore(aq.load(), subject=subject, **options)
        space = {}
        exec(view.code.replace("print(aq.explain(rows, ds=ds))", ""), space)
        assert space["rows"].equals(view.rows), subject


def test_a_folder_of_ones_own_stands_in_the_code(data):
    view = aq.explore(aq.load(data.folder), data=str(data.folder))
    assert f"ds = aq.load({str(data.folder)!r}).read_as('convention')" in view.code


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"subject": "sesions"}, "No indicator 'sesions'"),
        ({"areas": "Điện"}, "No area 'Điện'"),
        ({"wording": "loose"}, "wording='loose'"),
        ({"since": 2024, "until": 2020}, "Năm đầu (2024) sau năm cuối (2020); hãy đổi lại."),
    ],
)
def test_where_nobody_can_choose_anew_a_fault_is_raised(options, fault):
    with pytest.raises(aq.AntqError) as raised:
        aq.explore(aq.load(), **options)
    assert fault in str(raised.value)


def test_widgets_are_imported_by_nothing_but_a_front_end():
    code = "import sys, antq_analysis as aq; aq.explore(aq.load()); assert 'ipywidgets' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
def test_the_page_of_a_batch_shows_the_view_of_its_parameters(tmp_path):
    shutil.copytree(bundled("notebooks"), tmp_path / "notebooks")
    (tmp_path / "notebooks" / "own.toml").write_text(PLAN, encoding="utf-8")
    command = [sys.executable, "-c", "from antq_analysis.cli import main; main()", "render"]
    command += [str(tmp_path / "notebooks" / "own.toml"), "--out", str(tmp_path / "out")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (folder,) = (tmp_path / "out").iterdir()
    for path in folder.glob("*-*.html"):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        assert page.select_one("pre.code").text.startswith("import antq_analysis as aq\n")
        assert "data-antq" not in str(page.main)
        assert len(page.select("figure.chart")) == ("classes" not in path.name)
    for path in folder.glob("*.ipynb"):
        made = json.loads(path.read_text(encoding="utf-8"))
        assert "widgets" not in made["metadata"]
        assert "widget-view" not in json.dumps(made["cells"])
