"""An operator sees how far a run is and why a page failed, in a terminal and in a nightly log alike."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from antq_analysis.batch.render import Rendered
from antq_analysis.batch.run import Outcome


def follow(console: Console, outcomes: Iterable[Outcome], total: int) -> Iterator[Outcome]:
    """Pass outcomes on as they come, and show each: a progress bar in a terminal, plain lines elsewhere."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task("Rendering", total=total)
        for done, outcome in enumerate(outcomes, 1):
            say(console, f"[{done}/{total}] {_line(outcome)}")
            progress.advance(task)
            yield outcome


def report(console: Console, rendered: Rendered) -> None:
    """Say what an operator has to look at, one line each, and where the index is."""
    for outcome in rendered.outcomes:
        for warning in outcome.warnings:
            say(console, f"warning: {outcome.briefing.slug}: {' '.join(warning.split())}")
    for outcome in rendered.failed:
        say(console, f"FAILED {_what(outcome)}: {outcome.failure}{_kept(outcome)}")
    for outcome in rendered.unpictured:
        say(console, f"FAILED the pictures of {outcome.briefing.slug}: {outcome.unpictured}")
    say(console, str(rendered.index) if rendered.index else f"FAILED the index: {rendered.unindexed}")


def say(console: Console, text: str) -> None:
    """Print a line as it is: no markup read into it, no breaks put into paths."""
    console.print(text, markup=False, highlight=False, emoji=False, soft_wrap=True)


def _line(outcome: Outcome) -> str:
    state = "failed" if outcome.failure else f"{outcome.seconds:.1f} s"
    return f"{outcome.briefing.slug}  {state}"


def _what(outcome: Outcome) -> str:
    given = ", ".join(f"{name}={value!r}" for name, value in outcome.briefing.parameters.items())
    return f"{outcome.briefing.notebook.stem} ({given or 'its own parameters'})"


def _kept(outcome: Outcome) -> str:
    return f" (executed so far: {outcome.kept})" if outcome.kept else ""
