"""The `antq` command: thin, and quick to say what it can do, since each command imports what it needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from antq_analysis.briefings.outcome import Outcome

app = typer.Typer(
    help="Checked figures, honest comparisons and offline briefings.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_GO_ON = "Interrupted: the pages made so far are whole; run the same command again for the rest."
_BEGUN = "The run ended before it could report."

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
    context: typer.Context,
    plan: Annotated[Path | None, typer.Argument(metavar="[PLAN]", help="By default the project's.")] = None,
    *,
    only: Annotated[str, typer.Option(metavar="GLOB", help="Match names of pages or notebooks.")] = "*",
    out: Annotated[str, typer.Option(metavar="DIR", help="Holds a folder a day; may be a URL.")] = "outputs",
    force: Annotated[bool, typer.Option("--force", help="Make pages again that are unchanged.")] = False,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast/--keep-going", help="Begin nothing after a failure.")
    ] = False,
    jobs: Annotated[int | None, typer.Option(metavar="N", help="By default one more than cores.")] = None,
    timeout: Annotated[
        float, typer.Option(metavar="S", help="Seconds that one cell may take; 0 for no limit.")
    ] = 600,
    memory: Annotated[
        float | None, typer.Option(metavar="GB", help="Most memory for one notebook; by default no limit.")
    ] = None,
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

    from antq_analysis.briefings import console as operator
    from antq_analysis.briefings.options import in_bytes
    from antq_analysis.briefings.render import render as render_plan

    if verify is not None:
        with _ending(None):
            _refuse_others(context)
            raise typer.Exit(_verify(verify))
    console = Console()
    with _ending(junit):
        limits = {"timeout": timeout or None, "memory": None if memory is None else in_bytes(memory)}
        pictures, lack = _pictures(pdf=pdf, png=png)
        rendered = render_plan(
            plan,
            follow=partial(operator.follow, console),
            **{"only": only, "out": out, "force": force, "fail_fast": fail_fast, "jobs": jobs},
            **{"assets": assets, "pictures": pictures, "scheduler": scheduler, **limits},
        )
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
    from antq_analysis.data.dataset import check as problems_in
    from antq_analysis.data.dataset import load
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


@contextmanager
def _ending(junit: Path | None) -> Iterator[None]:
    """Let a run that comes to nothing end with a message, and with a report that says the same."""
    from antq_analysis.errors import AntqError

    if junit is not None:
        # An old report would be taken for that of this run, however this one ends.
        _begin(junit)
    try:
        yield
    except AntqError as error:
        raise _stop(str(error), NOTHING_RAN, junit) from None
    except KeyboardInterrupt:
        raise _stop(_GO_ON, INTERRUPTED, junit) from None


def _begin(junit: Path) -> None:
    from antq_analysis.briefings.junit import write_unrun

    try:
        write_unrun(junit, _BEGUN)
    except OSError as error:
        why = f"Cannot write the report {junit}: {error.strerror or error}. Choose another file with --junit."
        raise _stop(why, NOTHING_RAN) from None


def _refuse_others(context: typer.Context) -> None:
    """Refuse what else was asked for beside a check of a folder. Raises InvalidOption."""
    from antq_analysis.errors import InvalidOption

    sources = {each: context.get_parameter_source(str(each.name)) for each in context.command.params}
    given = [each for each, source in sources.items() if source and source.name == "COMMANDLINE"]
    others = ["PLAN" if each.name == "plan" else each.opts[0] for each in given]
    others.remove("--verify")
    if others:
        raise InvalidOption(f"--verify DIR only checks a folder: leave out {', '.join(others)}.")


def _verify(folder: str) -> int:
    """Say what in a folder of pages is not as it was made; return the exit code."""
    from antq_analysis.briefings.folder import folder_at
    from antq_analysis.briefings.manifest import NAME, differences, read_manifest
    from antq_analysis.briefings.safe import safe

    place = folder_at(folder)
    manifest = read_manifest(place)
    if manifest is None:
        typer.echo(
            f"{folder} has no {NAME} that can be read. Give a folder that antq render has made.", err=True
        )
        return NOTHING_RAN
    found = list(differences(place, manifest))
    for name, fault in found:
        typer.echo(safe(f"{name} {fault}; render again"))
    if not found:
        typer.echo(f"{len(manifest.digests())} files are as they were made")
    return SOME_FAILED if found else ALL_GOOD


def _report(file: Path, became: "list[Outcome] | str") -> bool:
    """Write for a CI system what became of a run, or why of nothing; return whether it is there."""
    from antq_analysis.briefings.junit import write_junit, write_unrun

    try:
        write_unrun(file, became) if isinstance(became, str) else write_junit(file, became)
    except OSError as error:
        typer.echo(f"FAILED the report {file}: {error.strerror or error}", err=True)
        return False
    return True


def _pictures(**wanted: bool) -> tuple[list[str], str | None]:
    """Return the kinds of pictures to make, none where the machine cannot, and what it lacks."""
    from antq_analysis.briefings.pictures import lacking

    kinds = [kind for kind, is_wanted in wanted.items() if is_wanted]
    if kinds and (lack := lacking()):
        asked = " or ".join(kind.upper() for kind in kinds)
        typer.echo(f"Pages only, no {asked}: {lack}.", err=True)
        return [], lack
    return kinds, None


def _stop(message: str, code: int, junit: Path | None = None) -> typer.Exit:
    from antq_analysis.briefings.safe import safe

    if junit is not None:
        _report(junit, message)
    typer.echo(safe(message), err=True)
    return typer.Exit(code)
