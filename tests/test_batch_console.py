import io

import pytest
from rich.console import Console

from antq_analysis.briefings.console import follow, report
from antq_analysis.briefings.outcome import Outcome
from antq_analysis.briefings.render import Rendered

GOOD = Outcome("hai", "02_compare", seconds=2.04, warnings=("old\n  function", "[bold]late"))
BAD = Outcome(
    "ba",
    "03_trends",
    {"code": "01", "areas": ["Điện Biên"]},
    seconds=1.0,
    failure="cell [3]: ValueError: no [red] figure " + "x" * 100,
    kept="out/ba.failed.ipynb",
)
BARE = Outcome("hai", "02_compare", seconds=2.0, unpictured="[bold] no browser")
EARLY = Outcome("tư", "03_trends", failure="gone", remarks=("slow: no fork",))
STANDING = Outcome("một", "01_profile", is_new=False, remarks=("slow: no fork",))


@pytest.fixture
def said():
    return io.StringIO()


@pytest.fixture
def log(said):
    """A console that is no terminal, as under cron."""
    return Console(file=said, force_terminal=False, width=40)


def test_each_outcome_is_passed_on_and_told_in_a_plain_line(log, said):
    assert list(follow(log, iter([GOOD, BAD]), 2)) == [GOOD, BAD]
    assert said.getvalue() == "[1/2] hai  2.0 s  (0:00:00 left)\n[2/2] ba  failed\n"


def test_in_a_log_the_time_left_is_reckoned_from_what_has_been_made(log, said, monkeypatch):
    clock = iter([0.0, 100.0, 150.0, 170.0])
    monkeypatch.setattr("antq_analysis.briefings.console.time.monotonic", lambda: next(clock))
    list(follow(log, iter([STANDING, GOOD, GOOD, BAD]), 40))
    assert said.getvalue().splitlines() == [
        "[1/39] hai  2.0 s  (1:03:20 left)",
        "[2/39] hai  2.0 s  (0:46:15 left)",
        "[3/39] ba  failed  (0:34:00 left)",
    ]


def test_pages_that_stand_are_not_what_is_waited_for(log, said):
    assert list(follow(log, iter([STANDING, GOOD]), 2)) == [STANDING, GOOD]
    assert said.getvalue() == "[1/1] hai  2.0 s\n"


def test_a_terminal_has_a_progress_bar_with_the_time_left_as_well(said):
    list(follow(Console(file=said, force_terminal=True, width=100), iter([GOOD]), 1))
    assert "[1/1] hai  2.0 s" in said.getvalue()
    assert "━" in said.getvalue()
    assert "0:00:00" in said.getvalue()


def test_the_report_gives_each_thing_to_look_at_a_line_and_ends_with_the_index(log, said):
    outcomes = [STANDING, GOOD, BAD, EARLY, BARE]
    report(log, Rendered("out/index.html", outcomes, unbegun=2, dropped=["năm"]))
    assert said.getvalue().splitlines() == [
        "note: slow: no fork",
        "warning: hai: old function",
        "warning: hai: [bold]late",
        "removed năm: the plan no longer lists it",
        f"FAILED 03_trends (code='01', areas=['Điện Biên']): cell [3]: ValueError: no [red] figure "
        f"{'x' * 100} (executed so far: out/ba.failed.ipynb)",
        "FAILED 03_trends (its own parameters): gone",
        "FAILED the pictures of hai: [bold] no browser",
        "2 pages are not begun after the failure; run again for the rest",
        "1 page is unchanged; --force makes them again",
        "out/index.html",
    ]


def test_the_report_is_given_without_an_index_too(log, said):
    why = "cannot write it into out: No space left on device"
    report(log, Rendered("out/index.html", [BAD], unwritten=why))
    assert said.getvalue().splitlines()[-1] == f"FAILED the index: {why}"
