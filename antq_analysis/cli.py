"""The `antq` command: thin, and quick to say what it can do, since each command imports what it needs."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Checked figures, honest comparisons and offline briefings.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ALL_GOOD, SOME_FAILED, NOTHING_RAN, INTERRUPTED = 0, 1, 2, 130


def main() -> None:
    """Run the `antq` command."""
    app()


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"antq_analysis {version('antq-analysis')}")
        raise typer.Exit


@app.callback()
def _antq(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


@app.command()
def render(
    plan: Annotated[Path | None, typer.Argument(metavar="[PLAN]", help="By default the project's.")] = None,
    *,
    only: Annotated[str, typer.Option(metavar="GLOB", help="Match names of pages or notebooks.")] = "*",
    jobs: Annotated[int | None, typer.Option(min=1, metavar="N", help="By default one per core.")] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Holds a folder a day.")] = Path("outputs"),
    pdf: Annotated[bool, typer.Option("--pdf", help="Print each page on A4 as well.")] = False,
    png: Annotated[bool, typer.Option("--png", help="Make a picture of each chart as well.")] = False,
) -> None:
    """Render the briefings of a plan as self-contained HTML pages with an index.

    Exit code 0: all is there; 1: some pages or pictures, or the index, failed, one line each;
    2: nothing could run.
    """
    from functools import partial

    from rich.console import Console

    from antq_analysis.batch import console as operator
    from antq_analysis.batch.render import render as render_plan
    from antq_analysis.errors import AntqError

    console = Console()
    pictures, lack = _pictures(pdf=pdf, png=png)
    follow = partial(operator.follow, console)
    try:
        rendered = render_plan(plan, only=only, jobs=jobs, out=out, pictures=pictures, follow=follow)
    except AntqError as error:
        raise _stop(str(error), NOTHING_RAN) from None
    except KeyboardInterrupt:
        raise _stop(
            "Interrupted: the pages made so far are whole; run again for the rest.", INTERRUPTED
        ) from None
    operator.report(console, rendered)
    lost = rendered.failed or rendered.unpictured or rendered.unindexed or lack
    raise typer.Exit(SOME_FAILED if lost else ALL_GOOD)


@app.command()
def check(
    data: Annotated[Path | None, typer.Argument(metavar="[DATA]", help="A folder of data.")] = None,
) -> None:
    """Check a dataset and print every problem, with its place and how to mend it.

    Exit code 0: no problem; 1: some; 2: there is nothing to check.
    """
    from antq_analysis.dataset.load import check as problems_in
    from antq_analysis.dataset.load import load
    from antq_analysis.errors import MissingData

    try:
        problems = problems_in(data)
    except MissingData as error:
        raise _stop(str(error), NOTHING_RAN) from None
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        raise typer.Exit(SOME_FAILED)
    dataset = load(data)
    typer.echo(f"{len(dataset)} figures from {len(dataset.sources())} sources: no problem")


def _pictures(**wanted: bool) -> tuple[list[str], str | None]:
    """Return the kinds of pictures to make, none where the machine cannot, and what it lacks."""
    from antq_analysis.batch.pictures import lacking

    kinds = [kind for kind, is_wanted in wanted.items() if is_wanted]
    if kinds and (lack := lacking()):
        asked = " or ".join(kind.upper() for kind in kinds)
        typer.echo(f"Pages only, no {asked}: {lack}.", err=True)
        return [], lack
    return kinds, None


def _stop(message: str, code: int) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(code)
