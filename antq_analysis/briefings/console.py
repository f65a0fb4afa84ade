"""An operator sees how far a run is and why a page failed, in a terminal and in a nightly log alike."""

import time
from collections.abc import Iterable, Iterator
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from antq_analysis.briefings.outcome import Outcome
from antq_analysis.briefings.render import Rendered
from antq_analysis.briefings.safe import safe


def follow(console: Console, outcomes: Iterable[Outcome], total: int) -> Iterator[Outcome]:
    """Pass outcomes on as they come, and show each: a progress bar in a terminal, the time left in a log.

    Pages that stood there are not what is waited for, and are not shown.
    """
    done, start = 0, time.monotonic()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task("Rendering", total=total)
        for outcome in outcomes:
            done, total = done + outcome.is_new, total - (not outcome.is_new)
            if outcome.is_new:
                left = (time.monotonic() - start) / done * (total - done)
                say(console, f"[{done}/{total}] {_line(outcome)}{'' if console.is_terminal else _time(left)}")
            progress.update(task, completed=done, total=total)
            yield outcome


def report(console: Console, rendered: Rendered) -> None:
    """Say what an operator has to look at, one line each, and where the index is."""
    for line in _lines(rendered):
        say(console, line)
    say(console, f"FAILED the index: {rendered.unwritten}" if rendered.unwritten else rendered.index)


def _lines(rendered: Rendered) -> Iterator[str]:
    for remark in dict.fromkeys(remark for outcome in rendered.outcomes for remark in outcome.remarks):
        yield f"note: {remark}"
    for outcome in rendered.outcomes:
        for warning in outcome.warnings:
            yield f"warning: {outcome.slug}: {' '.join(warning.split())}"
    for slug in rendered.dropped:
        yield f"removed {slug}: the plan no longer lists it"
    for outcome in rendered.failed:
        yield f"FAILED {_what(outcome)}: {outcome.failure}{_kept(outcome)}"
    for outcome in rendered.unpictured:
        yield f"FAILED the pictures of {outcome.slug}: {outcome.unpictured}"
    if rendered.unbegun:
        yield f"{_pages(rendered.unbegun)} not begun after the failure; run again for the rest"
    if standing := sum(not outcome.is_new for outcome in rendered.outcomes):
        yield f"{_pages(standing)} unchanged; --force makes them again"


def _pages(count: int) -> str:
    return "1 page is" if count == 1 else f"{count} pages are"


def say(console: Console, text: str) -> None:
    """Print a line as it is: no markup read into it, no breaks put into paths."""
    console.print(safe(text), markup=False, highlight=False, emoji=False, soft_wrap=True)


def _line(outcome: Outcome) -> str:
    state = "failed" if outcome.failure else f"{outcome.seconds:.1f} s"
    return f"{outcome.slug}  {state}"


def _time(left: float) -> str:
    return f"  ({timedelta(seconds=round(left))} left)" if left else ""


def _what(outcome: Outcome) -> str:
    given = ", ".join(f"{name}={value!r}" for name, value in outcome.parameters.items())
    return f"{outcome.notebook} ({given or 'its own parameters'})"


def _kept(outcome: Outcome) -> str:
    return f" (executed so far: {outcome.kept})" if outcome.kept else ""
