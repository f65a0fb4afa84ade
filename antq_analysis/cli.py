"""The `antq` command: thin, and quick to say what it can do, since each command imports what it needs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from antq_analysis.batch.outcome import Outcome

app = typer.Typer(
    help="Checked figures, honest comparisons and offline briefings.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_GO_ON = "Interrupted: the pages made so far are whole; run the same command again for the rest."

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
def render(  # noqa: PLR0913 - each is an option of the command
    plan: Annotated[Path | None, typer.Argument(metavar="[PLAN]", help="By default the project's.")] = None,
    *,
    only: Annotated[str, typer.Option(metavar="GLOB", help="Match names of pages or notebooks.")] = "*",
    out: Annotated[str, typer.Option(metavar="DIR", help="Holds a folder a day; may be a URL.")] = "outputs",
    force: Annotated[bool, typer.Option("--force", help="Make pages again that are unchanged.")] = False,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast/--keep-going", help="Begin nothing after a failure.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="By default one more than cores.")
    ] = None,
    timeout: Annotated[
        float, typer.Option(metavar="S", help="Seconds that one cell may take; 0 for no limit.")
    ] = 600,
    memory: Annotated[
        float, typer.Option(metavar="GB", help="Memory that one notebook may take; 0 for no limit.")
    ] = 0,
    assets: Annotated[
        str, typer.Option(metavar="inline|shared", help="Scripts in each page, or once beside them.")
    ] = "inline",
    pdf: Annotated[bool, typer.Option("--pdf", help="Print each page on A4 as well.")] = False,
    png: Annotated[bool, typer.Option("--png", help="Make a picture of each chart as well.")] = False,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Report to a CI system.")] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="tcp://…", help="Render on a running dask cluster.")
    ] = None,
    verify: Annotated[
        str | None, typer.Option(metavar="DIR", help="Only check a folder against its manifest.")
    ] = None,
) -> None:
    """Render the briefings of a plan as HTML pages with an index; pages that are unchanged stay.

    Exit code 0: all is there; 1: some pages or pictures, or the index, failed, one line each;
    2: nothing could run; 130: interrupted, what was made is whole.
    """
    from functools import partial

    from rich.console import Console

    from antq_analysis.batch import console as operator
    from antq_analysis.batch.render import render as render_plan
    from antq_analysis.errors import AntqError

    console = Console()
    try:
        if verify is not None:
            raise typer.Exit(_verify(verify))
        pictures, lack = _pictures(pdf=pdf, png=png)
        rendered = render_plan(
            plan,
            follow=partial(operator.follow, console),
            **{"only": only, "out": out, "force": force, "fail_fast": fail_fast, "jobs": jobs},
            **{"timeout": timeout or None, "memory": int(memory * 1e9) or None, "scheduler": scheduler},
            **{"assets": assets, "pictures": pictures},
        )
    except AntqError as error:
        raise _stop(str(error), NOTHING_RAN) from None
    except KeyboardInterrupt:
        raise _stop(_GO_ON, INTERRUPTED) from None
    operator.report(console, rendered)
    unreported = junit is not None and not _report(junit, rendered.outcomes)
    lost = rendered.failed or rendered.unpictured or rendered.unwritten or lack or unreported
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


def _verify(folder: str) -> int:
    """Say what in a folder of pages is not as it was made; return the exit code."""
    from antq_analysis.batch.folder import folder_at
    from antq_analysis.batch.manifest import NAME, differences, read_manifest

    place = folder_at(folder)
    manifest = read_manifest(place)
    if manifest is None:
        typer.echo(
            f"{folder} has no {NAME} that can be read. Give a folder that antq render has made.", err=True
        )
        return NOTHING_RAN
    found = list(differences(place, manifest))
    for name, fault in found:
        typer.echo(f"{name} {fault}; render again")
    if not found:
        typer.echo(f"{len(manifest.digests())} files are as they were made")
    return SOME_FAILED if found else ALL_GOOD


def _report(file: Path, outcomes: "list[Outcome]") -> bool:
    """Write the report for a CI system; say why where that fails, and return whether it is there."""
    from antq_analysis.batch.junit import write_junit

    try:
        write_junit(file, outcomes)
    except OSError as error:
        typer.echo(f"FAILED the report {file}: {error.strerror or error}", err=True)
        return False
    return True


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
