import io
from pathlib import Path

import pytest
from rich.console import Console

from antq_analysis.batch.console import follow, report
from antq_analysis.batch.plan import Briefing
from antq_analysis.batch.render import Rendered
from antq_analysis.batch.run import Outcome

GOOD = Outcome(Briefing(Path("02_compare.ipynb"), "hai"), 2.04, warnings=("old\n  function", "[bold]late"))
BAD = Outcome(
    Briefing(Path("03_trends.ipynb"), "ba", parameters={"code": "01", "areas": ["Điện Biên"]}),
    1.0,
    failure="cell [3]: ValueError: no [red] figure " + "x" * 100,
    kept=Path("out/ba.failed.ipynb"),
)
BARE = Outcome(Briefing(Path("02_compare.ipynb"), "hai"), 2.0, unpictured="[bold] no browser")
EARLY = Outcome(Briefing(Path("03_trends.ipynb"), "tư"), 0.0, failure="gone")


@pytest.fixture
def said():
    return io.StringIO()


@pytest.fixture
def log(said):
    """A console that is no terminal, as under cron."""
    return Console(file=said, force_terminal=False, width=40)


def test_each_outcome_is_passed_on_and_told_in_a_plain_line(log, said):
    assert list(follow(log, iter([GOOD, BAD]), 2)) == [GOOD, BAD]
    assert said.getvalue() == "[1/2] hai  2.0 s\n[2/2] ba  failed\n"


def test_a_terminal_has_a_progress_bar_as_well(said):
    list(follow(Console(file=said, force_terminal=True, width=100), iter([GOOD]), 1))
    assert "[1/1] hai  2.0 s" in said.getvalue()
    assert "━" in said.getvalue()


def test_the_report_gives_every_warning_and_failure_a_line_and_ends_with_the_index(log, said):
    report(log, Rendered(Path("out/index.html"), [GOOD, BAD, EARLY, BARE]))
    assert said.getvalue().splitlines() == [
        "warning: hai: old function",
        "warning: hai: [bold]late",
        f"FAILED 03_trends (code='01', areas=['Điện Biên']): cell [3]: ValueError: no [red] figure "
        f"{'x' * 100} (executed so far: out/ba.failed.ipynb)",
        "FAILED 03_trends (its own parameters): gone",
        "FAILED the pictures of hai: [bold] no browser",
        "out/index.html",
    ]


def test_the_report_is_given_without_an_index_too(log, said):
    report(log, Rendered(None, [EARLY], "cannot write it into out: No space left on device"))
    assert said.getvalue().splitlines() == [
        "FAILED 03_trends (its own parameters): gone",
        "FAILED the index: cannot write it into out: No space left on device",
    ]
