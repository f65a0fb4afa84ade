import os
import shutil
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path

import pytest
from made_notebooks import save
from made_runs import crew, plan_of

from antq_analysis.briefings.assets import lacking
from antq_analysis.briefings.crew import Crew
from antq_analysis.briefings.folder import folder_at
from antq_analysis.briefings.manifest import NAME, differences, read_manifest
from antq_analysis.briefings.render import render
from antq_analysis.data import bundled
from antq_analysis.errors import InvalidOption, InvalidPlan

TODAY = date.today().isoformat()
YESTERDAY = (date.today() - timedelta(1)).isoformat()
CHART = "import plotly.graph_objects as go\ngo.Figure(go.Bar(x=['a', 'b'], y=[1, 2]))"


@pytest.fixture
def plan(tmp_path):
    return plan_of(tmp_path, words=["# Câu hỏi?", "print('42')"], raises=["1 / 0"])


@pytest.fixture
def good(tmp_path):
    return plan_of(tmp_path, one=["# Một?", CHART], two=["# Hai?", "print('hai')"])


@pytest.fixture(autouse=True)
def shared_crew(monkeypatch):
    """Let one crew stay warm for all tests but those that say otherwise."""
    monkeypatch.setattr("antq_analysis.briefings.render.Crew", lambda size, scheduler: nullcontext(crew()))


@pytest.fixture
def own_crew(monkeypatch, shared_crew):
    monkeypatch.setattr("antq_analysis.briefings.render.Crew", Crew)


def new(made):
    return sorted(outcome.slug for outcome in made.outcomes if outcome.is_new)


def unchanged(made):
    return sorted(outcome.slug for outcome in made.outcomes if not outcome.is_new)


def test_a_run_leaves_a_folder_of_the_day_with_an_index_and_a_manifest(plan, tmp_path):
    followed = []

    def follow(outcomes, total):
        for outcome in outcomes:
            followed.append((outcome.slug, total))
            yield outcome

    made = render(plan, out=tmp_path / "out", jobs=1, follow=follow)
    folder = tmp_path / "out" / TODAY
    assert made.index == f"{folder}/index.html"
    assert sorted(path.name for path in folder.iterdir() if path.name != ".lock") == [
        *("index.html", "manifest.json", "raises.failed.ipynb", "words.html", "words.ipynb")
    ]
    assert sorted(followed) == [("raises", 2), ("words", 2)]
    assert [outcome.slug for outcome in made.failed] == ["raises"]
    index = (folder / "index.html").read_text()
    assert 'href="words.html"' in index
    assert "ZeroDivisionError" in index
    # What failed is tried again, what did not is left alone.
    again = render(plan, out=tmp_path / "out", jobs=1)
    assert (new(again), unchanged(again)) == (["raises"], ["words"])


def test_a_failed_briefing_keeps_its_last_good_page_and_the_index_shows_both(good, tmp_path):
    render(good, out=tmp_path / "out")
    save(tmp_path / "two.ipynb", "# Hai?", "raise ValueError('hỏng')")
    made = render(good, out=tmp_path / "out")
    assert [outcome.slug for outcome in made.failed] == ["two"]
    folder = tmp_path / "out" / TODAY
    assert "hai" in (folder / "two.html").read_text()
    index = (folder / "index.html").read_text()
    assert 'href="two.html"' in index
    assert "ValueError: hỏng" in index


def test_nothing_changed_starts_no_worker_and_is_told_page_by_page(good, tmp_path, monkeypatch):
    render(good, out=tmp_path / "out")
    # Whoever started one would fail.
    monkeypatch.setattr("antq_analysis.briefings.render.Crew", None)
    made = render(good, out=tmp_path / "out")
    assert (new(made), unchanged(made)) == ([], ["one", "two"])
    assert unchanged(render(good, out=tmp_path / "out")) == ["one", "two"]


@pytest.mark.parametrize("name", ["one.html", "one.ipynb", "index.html", NAME])
def test_what_was_deleted_or_edited_by_hand_is_made_again(good, tmp_path, name):
    render(good, out=tmp_path / "out")
    place = folder_at(tmp_path / "out" / TODAY)
    before = place.read(name)
    place.write({name: b"edited"})
    made = render(good, out=tmp_path / "out")
    assert new(made) == {"index.html": [], NAME: ["one", "two"]}.get(name, ["one"])
    assert list(differences(place, read_manifest(place))) == []
    if name == "index.html":
        assert place.read(name) == before


def test_a_change_of_one_notebook_makes_one_page(good, tmp_path):
    render(good, out=tmp_path / "out")
    save(tmp_path / "two.ipynb", "# Hai đổi?", "print('hai')")
    made = render(good, out=tmp_path / "out")
    assert (new(made), unchanged(made)) == (["two"], ["one"])
    assert "Hai đổi?" in (tmp_path / "out" / TODAY / "two.html").read_text()


def test_a_run_of_some_keeps_what_is_known_of_the_others(good, tmp_path):
    render(good, out=tmp_path / "out")
    assert new(render(good, out=tmp_path / "out", only="one", force=True)) == ["one"]
    assert unchanged(render(good, out=tmp_path / "out", only="one")) == ["one"]
    assert 'href="two.html"' in (tmp_path / "out" / TODAY / "index.html").read_text()
    made = render(good, out=tmp_path / "out")
    assert (new(made), unchanged(made)) == ([], ["one", "two"])


def test_a_page_that_the_plan_no_longer_lists_is_removed_and_told(good, tmp_path):
    render(good, out=tmp_path / "out")
    good.write_text('[[briefing]]\nnotebook = "one"\n')
    made = render(good, out=tmp_path / "out")
    assert (made.dropped, unchanged(made)) == (["two"], ["one"])
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
    assert list(differences(folder_at(folder), read_manifest(folder_at(folder)))) == []


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


def test_after_a_failure_who_fails_fast_says_how_many_were_not_begun(tmp_path, own_crew):
    plan = plan_of(tmp_path, **{f"p{number}": ["1 / 0"] for number in range(4)})
    made = render(plan, out=tmp_path / "out", jobs=1, fail_fast=True)
    assert (len(made.outcomes), made.unbegun) == (1, 3)


def test_the_same_inputs_give_the_same_bytes(good, tmp_path, own_crew):
    for assets in ("inline", "shared"):
        for jobs in (1, 2):
            render(good, out=tmp_path / f"{assets}{jobs}", assets=assets, jobs=jobs, force=True)
        folders = [tmp_path / f"{assets}{jobs}" / TODAY for jobs in (1, 2)]
        ones, twos = ({path.name: path.read_bytes() for path in folder.glob("*.html")} for folder in folders)
        assert ones.keys() == {"one.html", "two.html", "index.html"}
        assert ones == twos


@pytest.fixture(scope="module")
def briefings(tmp_path_factory):
    """The folder of all briefings: rendered already where ANTQ_PAGES names it, else now."""
    if made := os.environ.get("ANTQ_PAGES"):
        return Path(made)
    out = tmp_path_factory.mktemp("outputs")
    assert render(out=out).failed == []
    return out / TODAY


def test_a_briefing_made_again_has_the_same_bytes(briefings, tmp_path, own_crew):
    slug = "dien-bien-ho-so-vi"
    made = render(out=tmp_path, only=slug, jobs=1, force=True)
    assert new(made) == [slug]
    assert (tmp_path / TODAY / f"{slug}.html").read_bytes() == (briefings / f"{slug}.html").read_bytes()


def test_every_briefing_is_small_enough_to_send(briefings):
    if lack := lacking(["bar"]) or lacking(["box"]):
        pytest.fail(lack) if os.environ.get("CI") and shutil.which("npm") else pytest.skip(lack)
    sizes = {path.name: path.stat().st_size for path in briefings.glob("*.html")}
    assert len(sizes) > 10
    assert {name: size for name, size in sizes.items() if size > 750_000} == {}


def test_another_choice_of_assets_makes_pages_again(good, tmp_path):
    render(good, out=tmp_path / "out", only="two")
    assert new(render(good, out=tmp_path / "out", only="two", assets="shared")) == ["two"]


@pytest.mark.parametrize("url", ["memory://{}/out", "file://{}/out"])
def test_pages_go_wherever_a_url_leads(good, tmp_path, url):
    place = url.format(tmp_path)
    assert new(render(good, out=place, only="two")) == ["two"]
    assert unchanged(render(good, out=place, only="two")) == ["two"]
    folder = folder_at(place).child(TODAY)
    assert b"hai" in folder.read("two.html")
    assert list(differences(folder, read_manifest(folder))) == []


def test_a_wrong_plan_writes_nothing(tmp_path):
    (tmp_path / "plan.toml").write_text('[[briefing]]\nnotebook = "a"\n[[briefing]]\nnotebook = "b"\n')
    with pytest.raises(InvalidPlan, match="2 faults"):
        render(tmp_path / "plan.toml", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_wrong_option_is_refused_before_anything_runs(plan, tmp_path):
    with pytest.raises(InvalidOption, match=r"No pictures of kind 'svg'\. Give some of: pdf, png\."):
        render(plan, out=tmp_path / "out", pictures=("pdf", "svg"))
    assert not (tmp_path / "out").exists()


def test_a_page_without_its_pictures_is_there_and_told_and_they_are_tried_again(
    good, tmp_path, own_crew, monkeypatch
):
    monkeypatch.setenv("PATH", "")
    for _ in range(2):
        made = render(good, only="two", out=tmp_path / "out", pictures=("pdf",))
    assert made.failed == []
    (outcome,) = made.unpictured
    assert outcome.unpictured.startswith("there is no browser; install Chromium")
    assert 'href="two.html"' in (tmp_path / "out" / TODAY / "index.html").read_text()


def test_the_default_plan_is_that_of_the_project(tmp_path):
    with pytest.raises(
        InvalidOption, match=r"no briefing of the plan\. There are dien-bien-ho-so-vi, thanh-"
    ):
        render(only="no such name", out=tmp_path / "out")
    assert (bundled("notebooks") / "briefings.toml").exists()


def test_an_index_that_cannot_be_written_does_not_cost_the_outcomes(plan, tmp_path):
    folder = tmp_path / TODAY
    (folder / "index.html").mkdir(parents=True)
    made = render(plan, out=tmp_path, jobs=1)
    assert made.unwritten == f"cannot write it into {folder}: Is a directory"
    assert {o.slug: o.failure is None for o in made.outcomes} == {"words": True, "raises": False}
    assert read_manifest(folder_at(folder)).pages.keys() == {"words", "raises"}
