from datetime import date
from pathlib import Path

import pytest
from made_notebooks import save

from antq_analysis.batch.render import render
from antq_analysis.dataset.bundled import bundled
from antq_analysis.errors import InvalidOption, InvalidPlan

PLAN = """\
[[briefing]]
notebook = "words"

[[briefing]]
notebook = "raises"
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan")
    save(folder / "words.ipynb", "# Câu hỏi?", "print('42')")
    save(folder / "raises.ipynb", "1 / 0")
    (folder / "briefings.toml").write_text(PLAN)
    return folder / "briefings.toml"


@pytest.fixture(scope="module")
def followed():
    return []


@pytest.fixture(scope="module")
def rendered(plan, followed, tmp_path_factory):
    def follow(outcomes, total):
        for outcome in outcomes:
            followed.append((outcome.briefing.slug, total))
            yield outcome

    return render(plan, out=tmp_path_factory.mktemp("out"), jobs=1, follow=follow)


def test_a_run_leaves_a_folder_of_the_day_with_an_index(rendered):
    assert rendered.index.name == "index.html"
    assert date.fromisoformat(rendered.index.parent.name) <= date.today()
    assert sorted(path.name for path in rendered.index.parent.iterdir()) == [
        "index.html",
        "raises.failed.ipynb",
        "words.html",
        "words.ipynb",
    ]


def test_the_outcomes_say_which_failed(rendered):
    assert len(rendered.outcomes) == 2
    assert [outcome.briefing.slug for outcome in rendered.failed] == ["raises"]


def test_the_index_shows_both(rendered):
    html = rendered.index.read_text()
    assert 'href="words.html"' in html
    assert "ZeroDivisionError" in html


def test_who_follows_a_run_sees_each_outcome_and_how_many_there_will_be(rendered, followed):
    assert sorted(followed) == [("raises", 2), ("words", 2)]


def test_a_wrong_plan_writes_nothing(tmp_path):
    (tmp_path / "plan.toml").write_text(PLAN)
    with pytest.raises(InvalidPlan, match="2 faults"):
        render(tmp_path / "plan.toml", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_pictures_of_another_kind_are_refused_before_anything_runs(plan, tmp_path):
    with pytest.raises(InvalidOption, match=r"No pictures of kind 'svg'\. Give some of: pdf, png\."):
        render(plan, out=tmp_path / "out", pictures=("pdf", "svg"))
    assert not (tmp_path / "out").exists()


def test_a_page_without_its_pictures_is_there_and_told(plan, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    made = render(plan, only="words", out=tmp_path / "out", pictures=("pdf",))
    assert made.failed == []
    (outcome,) = made.unpictured
    assert outcome.unpictured.startswith("there is no browser; install Chromium")
    assert 'href="words.html"' in made.index.read_text()


def test_the_default_plan_is_that_of_the_project():
    with pytest.raises(InvalidPlan, match="no briefing; there are dien-bien-ho-so-vi, thanh-hoa-"):
        render(only="no such name")
    assert (bundled("notebooks") / "briefings.toml").exists()


@pytest.mark.skipif(
    not Path("/proc/self").is_dir(), reason="needs a folder that takes no file, even from root"
)
def test_a_folder_of_the_day_that_takes_no_file_is_told_before_anything_runs(plan, tmp_path):
    folder = tmp_path / date.today().isoformat()
    folder.symlink_to("/proc")
    followed = []
    with pytest.raises(InvalidOption) as raised:
        render(plan, out=tmp_path, follow=lambda outcomes, _: followed.extend(outcomes) or followed)
    assert str(raised.value).startswith(f"Cannot write the pages into {folder}: ")
    assert str(raised.value).endswith(". Choose another folder with --out.")
    assert followed == []


def test_a_probe_leaves_nothing_behind(rendered):
    assert [path for path in rendered.index.parent.iterdir() if path.name.startswith(".")] == []


def test_an_index_that_cannot_be_written_does_not_cost_the_outcomes(plan, tmp_path):
    folder = tmp_path / date.today().isoformat()
    (folder / "index.html").mkdir(parents=True)
    made = render(plan, out=tmp_path, jobs=1)
    assert made.index is None
    assert made.unindexed == f"cannot write it into {folder}: Is a directory"
    assert {o.briefing.slug: o.failure is None for o in made.outcomes} == {"words": True, "raises": False}
