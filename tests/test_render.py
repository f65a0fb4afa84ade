"""A run makes what is not up to date, keeps what is, and leaves a folder that is whole."""

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path

import pytest
from conftest import DataCopy
from made_notebooks import save
from made_runs import plan_of, pool

from antq_analysis.briefings import cluster, output
from antq_analysis.briefings.assets import lacking
from antq_analysis.briefings.output import MANIFEST, Folder
from antq_analysis.briefings.pool import Pool
from antq_analysis.briefings.render import Rendered, render
from antq_analysis.errors import InvalidOption, InvalidPlan

pytestmark = pytest.mark.slow

TODAY = date.today().isoformat()
YESTERDAY = (date.today() - timedelta(1)).isoformat()
CHART = "import plotly.graph_objects as go\ngo.Figure(go.Bar(x=['a', 'b'], y=[1, 2]))"


@pytest.fixture
def good(tmp_path):
    return plan_of(tmp_path, one=["# Một?", CHART], two=["# Hai?", "print('hai')"])


@pytest.fixture(autouse=True)
def shared_pool(monkeypatch):
    """Let one pool stay warm for all tests."""
    monkeypatch.setattr("antq_analysis.briefings.pool.Pool", lambda size: nullcontext(pool()))


def new(made: Rendered) -> list[str]:
    return sorted(job.slug for job, page in made.pages if page.is_new)


def unchanged(made: Rendered) -> list[str]:
    return sorted(job.slug for job, page in made.pages if not page.is_new)


def failed(made: Rendered) -> dict[str, str]:
    return {job.slug: page.failure for job, page in made.pages if page.failure}


def faults(folder: Path) -> list[str]:
    manifest = Folder(folder).manifest()
    assert manifest is not None
    return list(Folder(folder).faults(manifest))


def test_a_run_leaves_pages_notebooks_an_index_and_a_manifest(tmp_path):
    plan = plan_of(tmp_path, words=["# Câu hỏi?", "print('42')"], raises=["1 / 0"])
    made = render(plan, out=tmp_path / "out")
    folder = tmp_path / "out" / TODAY
    assert made.index == folder / "index.html"
    assert sorted(path.name for path in folder.iterdir() if path.name != ".lock") == [
        *(
            "data",
            "index.html",
            "manifest.json",
            "raises.failed.ipynb",
            "words.html",
            "words.ipynb",
            "words.txt",
        )
    ]
    assert failed(made) == {"raises": "cell [1]: ZeroDivisionError: division by zero"}
    index = (folder / "index.html").read_text()
    assert 'href="words.html"' in index
    assert "ZeroDivisionError" in index
    assert faults(folder) == ["raises could not be made: cell [1]: ZeroDivisionError: division by zero"]
    # What failed is tried again, what did not is left alone.
    again = render(plan, out=tmp_path / "out")
    assert (new(again), unchanged(again)) == (["raises"], ["words"])


def test_a_failed_briefing_keeps_its_last_good_page_and_the_index_shows_both(good, tmp_path):
    render(good, out=tmp_path / "out")
    save(tmp_path / "two.ipynb", "# Hai?", "raise ValueError('hỏng')")
    made = render(good, out=tmp_path / "out")
    assert list(failed(made)) == ["two"]
    folder = tmp_path / "out" / TODAY
    assert "hai" in (folder / "two.html").read_text()
    index = (folder / "index.html").read_text()
    assert 'href="two.html"' in index
    assert "ValueError: hỏng" in index


def test_nothing_changed_starts_no_worker(good, tmp_path, monkeypatch):
    render(good, out=tmp_path / "out")
    # Whoever started one would fail.
    monkeypatch.setattr("antq_analysis.briefings.pool.Pool", None)
    made = render(good, out=tmp_path / "out")
    assert (new(made), unchanged(made)) == ([], ["one", "two"])


def changed_notebook(folder: Path) -> None:
    save(folder / "two.ipynb", "# Hai đổi?", "print('hai')")


def changed_input(folder: Path) -> None:
    (folder / "own" / "figures.csv").write_text("2")


def new_input(folder: Path) -> None:
    (folder / "own" / "more.csv").write_text("3")


@pytest.mark.parametrize("change", [changed_notebook, changed_input, new_input])
def test_a_change_of_what_one_page_is_made_from_makes_one_page(tmp_path, change):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "figures.csv").write_text("1")
    cells = ["# Hai?", "print(open('own/figures.csv').read())"]
    plan = plan_of(tmp_path, 'inputs = ["own"]\ntitle = "Hai"', one=["# Một?"], two=cells)
    assert new(render(plan, out=tmp_path / "out")) == ["one", "two"]
    change(tmp_path)
    assert new(render(plan, out=tmp_path / "out")) == ["two"]
    assert new(render(plan, out=tmp_path / "out")) == []


@pytest.mark.parametrize("what", ["a figure", "a library", "the package"])
def test_a_change_of_what_all_pages_are_made_from_makes_all(
    good, tmp_path, data: DataCopy, monkeypatch, what
):
    render(good, out=tmp_path / "out")
    if what == "a figure":
        data.set("observations/press.csv", "dienbientv-2020.02", note_en="another")
        monkeypatch.setattr(output, "bundled", lambda name: data.folder)
    else:
        output._code.cache_clear()
        changed = {"a library": ("versions", dict), "the package": ("_PACKAGE", tmp_path)}[what]
        monkeypatch.setattr(output, *changed)
    assert new(render(good, out=tmp_path / "out")) == ["one", "two"]
    output._code.cache_clear()


def test_data_that_change_while_a_run_goes_on_make_its_pages_again(good, tmp_path, monkeypatch):
    states = iter(["before", "after"])
    monkeypatch.setattr("antq_analysis.briefings.output.installation", lambda: next(states, "after"))
    render(good, out=tmp_path / "out")
    assert new(render(good, out=tmp_path / "out")) == ["one", "two"]


@pytest.mark.parametrize("name", ["one.html", "one.ipynb", "index.html", MANIFEST])
def test_what_was_edited_by_hand_is_made_again(good, tmp_path, name):
    render(good, out=tmp_path / "out")
    folder = Folder(tmp_path / "out" / TODAY)
    folder.write({name: b"edited"})
    made = render(good, out=tmp_path / "out")
    assert new(made) == {"index.html": [], MANIFEST: ["one", "two"]}.get(name, ["one"])
    assert faults(folder.path) == []


ODD = {
    "no JSON": "{",
    "another format": '{"format": 2}',
    "pages that are no table": '{"format": 4, "pages": []}',
    "a name that leads out": '{"format": 4, "pages": {"../one": {"notebook": "a", "lang": "vi"}}}',
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("name", list(ODD))
def test_a_manifest_of_odd_shape_counts_as_none_and_it_is_said(good, tmp_path, name):
    folder = tmp_path / "out" / TODAY
    folder.mkdir(parents=True)
    (folder / MANIFEST).write_text(ODD[name])
    made = render(good, out=tmp_path / "out", only="two")
    assert new(made) == ["two"]
    assert made.remarks == [f"{folder}/{MANIFEST} cannot be read: all pages are made again"]
    assert json.loads((folder / MANIFEST).read_text())["format"] == 4


def test_a_run_of_some_keeps_what_is_known_of_the_others(good, tmp_path):
    render(good, out=tmp_path / "out")
    assert new(render(good, out=tmp_path / "out", only="one", force=True)) == ["one"]
    assert unchanged(render(good, out=tmp_path / "out", only="one")) == ["one"]
    assert 'href="two.html"' in (tmp_path / "out" / TODAY / "index.html").read_text()
    assert unchanged(render(good, out=tmp_path / "out")) == ["one", "two"]
    # With its scripts in another place a page is another.
    assert new(render(good, out=tmp_path / "out", only="two", assets="shared")) == ["two"]


def test_a_page_that_the_plan_no_longer_lists_is_removed_and_told(good, tmp_path):
    render(good, out=tmp_path / "out")
    good.write_text('[[briefing]]\nnotebook = "one"\n')
    made = render(good, out=tmp_path / "out")
    # The other page no longer links it.
    assert (made.dropped, new(made)) == (["two"], ["one"])
    assert not (tmp_path / "out" / TODAY / "two.html").exists()
    assert "two.html" not in (tmp_path / "out" / TODAY / "index.html").read_text()


def test_on_a_new_day_pages_are_carried_over(good, tmp_path):
    render(good, out=tmp_path / "out")
    (tmp_path / "out" / TODAY).rename(tmp_path / "out" / YESTERDAY)
    save(tmp_path / "two.ipynb", "# Hai?", "1 / 0")
    made = render(good, out=tmp_path / "out")
    assert (new(made), unchanged(made)) == (["two"], ["one"])
    folder, before = tmp_path / "out" / TODAY, tmp_path / "out" / YESTERDAY
    assert (folder / "one.html").read_bytes() == (before / "one.html").read_bytes()
    # The failure of today keeps the page of yesterday.
    assert "hai" in (folder / "two.html").read_text()


@pytest.mark.parametrize("spoil", ["edited", "deleted", "a link"])
def test_what_is_not_as_it_was_made_is_not_carried_over(good, tmp_path, spoil):
    render(good, out=tmp_path / "out")
    before = (tmp_path / "out" / TODAY).rename(tmp_path / "out" / YESTERDAY)
    page = before / "two.html"
    if spoil == "edited":
        page.write_text("mine")
    elif spoil == "deleted":
        page.unlink()
    else:
        page.rename(tmp_path / "elsewhere.html")
        page.symlink_to(tmp_path / "elsewhere.html")
    made = render(good, out=tmp_path / "out")
    assert (new(made), unchanged(made)) == (["two"], ["one"])


def test_after_a_failure_who_fails_fast_says_how_many_were_not_begun(tmp_path, monkeypatch):
    monkeypatch.setattr("antq_analysis.briefings.pool.Pool", Pool)
    plan = plan_of(tmp_path, **{f"p{number}": ["1 / 0"] for number in range(4)})
    made = render(plan, out=tmp_path / "out", jobs=1, fail_fast=True)
    assert (len(made.pages), made.unbegun) == (1, 3)


@pytest.mark.parametrize("assets", ["inline", "shared"])
def test_the_same_inputs_give_the_same_bytes_by_whoever_makes_them(good, tmp_path, monkeypatch, assets):
    monkeypatch.setattr(cluster, "Pool", Pool)
    with ThreadPoolExecutor(2) as executor:
        render(good, out=tmp_path / "a", assets=assets, executor=executor)
    render(good, out=tmp_path / "b", assets=assets)
    folders = [tmp_path / name / TODAY for name in "ab"]
    ones, twos = ({path.name: path.read_bytes() for path in folder.glob("*.html")} for folder in folders)
    assert ones.keys() == {"one.html", "two.html", "index.html"}
    assert ones == twos
    assert faults(tmp_path / "a" / TODAY) == []


def test_every_briefing_is_small_enough_to_send(tmp_path):
    if lack := lacking(["bar"]) or lacking(["box"]):
        pytest.fail(lack) if os.environ.get("CI") and shutil.which("npm") else pytest.skip(lack)
    folder = Path(os.environ.get("ANTQ_PAGES") or render(out=tmp_path).index.parent)
    sizes = {path.name: path.stat().st_size for path in folder.glob("*.html")}
    assert len(sizes) > 10
    assert {name: size for name, size in sizes.items() if size > 750_000} == {}


def test_a_wrong_plan_or_option_writes_nothing(good, tmp_path):
    with pytest.raises(InvalidOption, match=r"No pictures of kind 'svg'\. Give some of: pdf, png, docx\."):
        render(good, out=tmp_path / "out", pictures=("pdf", "svg"))
    (tmp_path / "plan.toml").write_text('[[briefing]]\nnotebook = "a"\n[[briefing]]\nnotebook = "b"\n')
    with pytest.raises(InvalidPlan, match="2 faults"):
        render(tmp_path / "plan.toml", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_page_without_its_pictures_is_there_and_told_and_they_are_tried_again(good, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("antq_analysis.briefings.pool.Pool", Pool)
    for _ in range(2):
        made = render(good, only="two", out=tmp_path / "out", pictures=("pdf",))
        assert failed(made) == {}
        ((_, page),) = made.pages
        assert page.unpictured.startswith("there is no browser; install Chromium")
    assert 'href="two.html"' in (tmp_path / "out" / TODAY / "index.html").read_text()
