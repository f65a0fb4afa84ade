"""The `antq` command. Each command imports what it needs, so that help and errors come at once."""

import shlex
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from antq_analysis.errors import AntqError, InvalidData, InvalidOption, MissingData, safe, told_once

if TYPE_CHECKING:
    from rich.console import Console

    from antq_analysis.briefings.output import Manifest
    from antq_analysis.briefings.render import Pages, Rendered
    from antq_analysis.briefings.worker import Job, Made
    from antq_analysis.data.dataset import Dataset

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
def render(  # noqa: PLR0913 - each is an option of the command
    context: typer.Context,
    plan: Annotated[Path | None, typer.Argument(metavar="[PLAN]", help="By default the project's.")] = None,
    *,
    only: Annotated[str, typer.Option(metavar="GLOB", help="Match names of pages or notebooks.")] = "*",
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="Data of your own; see antq new.")] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Holds a folder a day.")] = Path("outputs"),
    force: Annotated[bool, typer.Option("--force", help="Make pages that are up to date as well.")] = False,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast/--keep-going", help="Begin nothing after a failure.")
    ] = False,
    jobs: Annotated[int | None, typer.Option(metavar="N", help="By default one more than cores.")] = None,
    timeout: Annotated[
        float, typer.Option(metavar="S", help="Seconds that one page may take; 0 for no limit.")
    ] = 600,
    memory: Annotated[
        float | None, typer.Option(metavar="GB", help="Most memory for one page; by default no limit.")
    ] = None,
    assets: Annotated[
        str, typer.Option(metavar="inline|shared", help="Scripts in each page, or once beside them.")
    ] = "inline",
    pdf: Annotated[bool, typer.Option("--pdf", help="Print each page on A4 as well.")] = False,
    png: Annotated[bool, typer.Option("--png", help="Make pictures: each chart, one to share.")] = False,
    docx: Annotated[bool, typer.Option("--docx", help="Make Word files: a report, a letter.")] = False,
    scheduler: Annotated[
        str | None, typer.Option(metavar="tcp://…", help="Render on a running dask cluster.")
    ] = None,
    verify: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Only check a folder against its manifest.")
    ] = None,
) -> None:
    """Render the briefings of a plan as HTML pages with an index; pages that are up to date stay.

    Exit code 0: all is there; 1: some pages or pictures, or the index, failed, one line each;
    2: nothing could run; 130: interrupted, what was made is whole.
    """
    with _ending():
        if verify is not None:
            raise typer.Exit(_verify(verify, context))
        from rich.console import Console

        from antq_analysis.briefings.render import render as render_plan

        console, lack = Console(), None
        pictures = tuple(
            kind for kind, is_wanted in (("pdf", pdf), ("png", png), ("docx", docx)) if is_wanted
        )
        if pictures:
            from antq_analysis.briefings.pdf import lacking

            if lack := lacking(pictures):
                typer.echo(f"Pages only, no {' or '.join(map(str.upper, pictures))}: {lack}.", err=True)
                pictures = ()
        rendered = render_plan(
            plan,
            follow=lambda pages, total: _follow(console, pages, total),
            **{"only": only, "data": data, "out": out, "force": force, "fail_fast": fail_fast, "jobs": jobs},
            **{"assets": assets, "pictures": pictures, "scheduler": scheduler},
            timeout=timeout or None,
            # A number that is none is refused as one.
            memory=None if memory is None else memory * 1e9,
        )
    for line in _report(rendered):
        _say(console, line)
    failed = any(made.failure or made.unpictured for _, made in rendered.pages)
    raise typer.Exit(SOME_FAILED if failed or rendered.unwritten or lack else ALL_GOOD)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is not there yet.")],
    *,
    with_press: Annotated[bool, typer.Option("--with-press", help="Add bundled press figures.")] = False,
    standalone: Annotated[bool, typer.Option("--standalone", help="Copy all lookup tables.")] = False,
    notebooks: Annotated[bool, typer.Option("--notebooks", help="Copy the notebooks and plan.")] = False,
) -> None:
    """Make a folder for data of your own: tables to fill in, an example row, a README in Vietnamese.

    It takes provinces, indicators, units and official series from the bundled data.
    Exit code 2: the folder is there and not empty, or cannot be written.
    """
    with _ending():
        from antq_analysis.intake import scaffold

        files = scaffold.new(folder, with_press=with_press, standalone=standalone, notebooks=notebooks)
    # What begins with a dash would be an option.
    place = shlex.quote(f"{'./' * str(folder).startswith('-')}{folder}")
    typer.echo(safe(f"{folder} has {len(files)} files. Read its README.md, enter your figures, then:"))
    render = f"{place}/notebooks/briefings.toml" if notebooks else f"--data {place}"
    typer.echo(f"  antq check {place}\n  antq render {render}")


@app.command()
def check(
    data: Annotated[Path | None, typer.Argument(metavar="[DATA]", help="A folder of data.")] = None,
    fix: Annotated[bool, typer.Option("--fix", help="First describe new CSV files.")] = False,
) -> None:
    """Check a dataset and print every problem and warning, with its place and how to mend it.

    Exit code 0: no problem, warnings at most; 1: some; 2: there is nothing to check.
    """
    from antq_analysis.data import dataset

    try:
        if fix:
            from antq_analysis.intake.scaffold import name_files

            if data is None:
                raise InvalidOption("--fix changes your own data alone: antq check DATA --fix.")
            for line in name_files(data):
                typer.echo(safe(line))
        problems = dataset.check(data)
    except (MissingData, InvalidOption) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(NOTHING_RAN) from None
    for line in told_once(problems):
        typer.echo(line)
    if not all(problem.is_warning for problem in problems):
        raise typer.Exit(SOME_FAILED)
    ds, count = dataset.load(data), len(problems)
    warnings = f", {count} warning{'s' * (count > 1)}" if count else ""
    typer.echo(f"{len(ds)} figures from {len(ds.distinct('source_id'))} sources: no problem{warnings}")


@app.command()
def export(
    data: Annotated[Path | None, typer.Argument(metavar="[DATA]", help="A folder of data.")] = None,
    *,
    format: Annotated[
        str | None,
        typer.Option(metavar="xlsx|csv|parquet|sdmx-csv|jsonld|datapackage", help="By default from --out."),
    ] = None,
    out: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help="Ends in .xlsx, .csv, .sdmx.csv, .parquet, .jsonld; else a folder."
        ),
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
) -> None:
    """Write all figures, with their bounds and sources, into a file for other programs.

    Bounds that the wording leaves open are empty. Exit code 0: written; 2: nothing was.
    """
    from antq_analysis.data.dataset import load
    from antq_analysis.intake.export import export as write

    with _refusing():
        ds = load(data)
        place = write(ds, out, format=format, overwrite=force)
    typer.echo(safe(f"{place}: {len(ds)} figures from {len(ds.distinct('source_id'))} sources"))


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A folder of data, or outputs/<date>.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Another one.")],
) -> None:
    """Say which figures are new, corrected or withdrawn, which grades changed, and which pages of two runs.

    Notes and paragraphs alone are no change. Exit code 0: nothing changed; 1: something; 2: cannot compare.
    """
    from antq_analysis.analysis.changes import KINDS, changes
    from antq_analysis.i18n import set_language

    set_language("en")
    try:
        (before, earlier), (after, later) = _compared(old), _compared(new)
        if before.description.files[0] == after.description.files[0]:
            raise InvalidOption(f"{old} and {new} are the same folder. Give two.")
        rows = changes(before, after)
    except AntqError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(NOTHING_RAN) from None
    counts = rows["kind"].value_counts().reindex(KINDS, fill_value=0)
    typer.echo("Figures: {} added, {} corrected, {} withdrawn. Grades: {} changed.".format(*counts))
    for row in rows.to_dict("records"):
        said = [row["obs_id"], f"{row['area']}, {row['period']}, {row['indicator']}: {row['shown']}"]
        said += [f"({', '.join(row['changed'])})"] if row["changed"] else []
        typer.echo(safe("  ".join(said)))
    pages = list(_page_changes(earlier, later)) if earlier and later else []
    typer.echo("\n".join(pages), nl=bool(pages))
    raise typer.Exit(SOME_FAILED if len(rows) or pages else ALL_GOOD)


def _compared(folder: Path) -> "tuple[Dataset, Manifest | None]":
    """Load the data of a folder, and the manifest if it is that of a run."""
    from antq_analysis.briefings.output import DATA, Folder
    from antq_analysis.data.dataset import load

    manifest = Folder(folder).manifest()
    if manifest and not manifest.data:
        raise InvalidOption(f"{folder} keeps no data: it was made by an older antq_analysis. Render again.")
    try:
        return load(folder / DATA if manifest else folder), manifest
    except MissingData:
        way = "give a folder of data, or one that antq render has made"
        raise MissingData(str(folder), way) from None
    except InvalidData as invalid:
        raise InvalidOption(f"The data of {folder} cannot be compared. {invalid}") from None


def _page_changes(old: "Manifest", new: "Manifest") -> Iterator[str]:
    """Say which pages of two runs are new, gone or not the same."""
    before, after = (
        {name: page.files.get(f"{name}.html") for name, page in run.pages.items()} for run in (old, new)
    )
    for name in sorted({*before, *after}):
        one, other = before.get(name), after.get(name)
        if one != other:
            yield f"{name}.html {'has changed' if one and other else 'is new' if other else 'is gone'}"


@app.command()
def read(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Text, HTML or .docx; - for standard input.")],
    *,
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="Suggest indicators of this data.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print every column, separated by commas.")] = False,
    add: Annotated[str, typer.Option(metavar="SOURCE_ID", help="Write a workbook to complete.")] = "",
    into: Annotated[Path | None, typer.Option(metavar="DIR", help="The data it is meant for.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="BOOK", help="By default SOURCE_ID.xlsx.")] = None,
) -> None:
    """List the figures of an article, with what each may count, and what every other number is.

    With --add SOURCE_ID --into DIR they are written into a workbook, for a person to complete and
    `antq import` to add. Exit code 0: the text was read; 2: it cannot be.
    """
    from antq_analysis.data.dataset import load
    from antq_analysis.intake.documents import text_of
    from antq_analysis.intake.reader import read_text

    with _refusing():
        try:
            content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        except (OSError, ValueError) as error:
            way = "Give a file, or - for standard input."
            raise InvalidOption(
                f"Cannot read {file}: {getattr(error, 'strerror', None) or error}. {way}"
            ) from None
        text = text_of(content, file)
        if add or into or out:
            _write_review(text, add, into, out)
            return
        found = read_text(text, load(data))
    if as_csv:
        typer.echo(safe(found.to_csv(index=False)), nl=False)
        return
    shown = found[["paragraph", "figure_printed", "obs_value", "qualifier", "suggested_indicator", "why_not"]]
    shown = shown.assign(
        obs_value=found["obs_value"].map(lambda value: "" if isnan(value) else f"{value:,.12g}")
    )
    typer.echo(
        safe(shown.to_string(index=False, justify="left")) if len(found) else "No number in this text."
    )
    figures = (found["why_not"] == "").sum()
    typer.echo(f"{figures} figures, {len(found) - figures} other numbers")


def _write_review(text: str, source: str, into: Path | None, out: Path | None) -> None:
    """Write the workbook of `antq read --add` and say what to do with it."""
    from antq_analysis.data.dataset import load
    from antq_analysis.intake.workbook import write_review

    if not source or into is None:
        raise InvalidOption("A workbook takes both: antq read FILE --add SOURCE_ID --into DIR.")
    book = out or Path(f"{source}.xlsx")
    count = write_review(text, source, load(into), book)
    way = f"antq import {shlex.quote(str(book))} --into {shlex.quote(str(into))}"
    typer.echo(safe(f"{book}: {count} figures to complete. Then:\n  {way}"))


@app.command()
def template(
    form: Annotated[Path, typer.Argument(metavar="FORM.xlsx", help="A file that is not there yet.")],
    *,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Ask for the indicators of this data.")
    ] = None,
    area: Annotated[str, typer.Option(metavar="NAME", help="Fill in the province.")] = "",
) -> None:
    """Write the form in which a province reports its figures: a row for each indicator, with its definition.

    Filled in, `antq import` takes it. Exit code 0: written; 2: it cannot be.
    """
    from antq_analysis.data.dataset import load
    from antq_analysis.intake.workbook import write_form

    with _refusing():
        count = write_form(form, load(data), area=area)
    typer.echo(safe(f"{form}: {count} indicators to report"))


@app.command("import")
def import_(
    book: Annotated[Path, typer.Argument(metavar="BOOK", help="A workbook (.xlsx) or a CSV file.")],
    *,
    into: Annotated[Path, typer.Option(metavar="DIR", help="A folder of data of your own; see antq new.")],
) -> None:
    """Add the figures of a workbook or a CSV file to a folder of data: all, or none if one has a fault.

    Faults are listed, and marked in a copy of the book, BOOK.checked.xlsx. A figure that is there stays as
    it is. Exit code 0: the folder has them all; 1: the book has faults; 2: book or folder cannot be used.
    """
    from antq_analysis.intake.importer import import_book, marked

    with _refusing():
        try:
            done = import_book(book, into)
        except InvalidData as invalid:
            typer.echo("\n".join(told_once(invalid.problems)))
            copy = marked(book)
            way = f"The faults are marked in {copy}" if copy.is_file() else "No copy of it could be written"
            typer.echo(safe(f"Nothing was added. {way}; mend them in {book}."), err=True)
            raise typer.Exit(SOME_FAILED) from None
    for note in done.notes:
        typer.echo(safe(f"note: {note}"))
    told = {"already there": done.already, "without a figure": done.empty, "left out by the book": done.left}
    rest = "".join(f", {count} {what}" for what, count in told.items() if count)
    typer.echo(safe(f"{into}: {len(done.added)} figures and {len(done.sources)} sources added{rest}"))


@app.command()
def verify(
    data: Annotated[Path | None, typer.Argument(metavar="[DATA]", help="A folder of data.")] = None,
    *,
    texts: Annotated[Path, typer.Option(metavar="DIR", help="Holds <source_id>.txt, .html or .docx.")],
) -> None:
    """Look for each printed figure in its paragraph of the text, and for figures of the text that no row has.

    Exit code 0: each is where the data say; 1: some are not; 2: there is nothing to compare.
    """
    from antq_analysis.data.dataset import load
    from antq_analysis.intake.verify import verify as compare

    with _refusing():
        done = compare(texts, load(data))
    typer.echo(safe("\n".join([*done.misplaced, *done.uncovered])), nl=bool(done.misplaced or done.uncovered))
    right = f"{done.looked_for - len(done.misplaced)} of {done.looked_for} figures are where the data say"
    typer.echo(f"{right}; {len(done.uncovered)} figures of the texts are in no row")
    raise typer.Exit(SOME_FAILED if done.misplaced else ALL_GOOD)


@contextmanager
def _refusing() -> Iterator[None]:
    """End with exit code 2 and the message where a command can do nothing."""
    try:
        yield
    except AntqError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(NOTHING_RAN) from None


@contextmanager
def _ending() -> Iterator[None]:
    """Let a run that comes to nothing end with a message; end on SIGTERM and SIGHUP as on Ctrl-C."""
    for name in ("SIGTERM", "SIGHUP"):
        if number := getattr(signal, name, None):
            signal.signal(number, signal.default_int_handler)
    try:
        yield
    except AntqError as error:
        told = [str(error)]
        if isinstance(error, InvalidData):
            told = ["Nothing was rendered: the data have faults.", *map(str, error.problems)]
        typer.echo("\n".join(told), err=True)
        raise typer.Exit(NOTHING_RAN) from None
    except KeyboardInterrupt:
        way = "run the same command again for the rest"
        typer.echo(f"Interrupted: the pages made so far are whole; {way}.", err=True)
        raise typer.Exit(INTERRUPTED) from None


def _verify(path: Path, context: typer.Context) -> int:
    """Say what in a folder of pages is not as it was made; return the exit code."""
    from antq_analysis.briefings.output import MANIFEST, Folder

    sources = {each: context.get_parameter_source(str(each.name)) for each in context.command.params}
    given = [each for each, source in sources.items() if source and source.name == "COMMANDLINE"]
    others = ["PLAN" if each.name == "plan" else each.opts[0] for each in given if each.name != "verify"]
    if others:
        raise InvalidOption(f"--verify DIR only checks a folder: leave out {', '.join(others)}.")
    folder = Folder(path)
    manifest = folder.manifest()
    if manifest is None:
        way = "Give a folder that antq render has made."
        raise InvalidOption(f"{path} has no {MANIFEST} that can be read. {way}")
    found = list(folder.faults(manifest))
    told = found or [f"{len(manifest.files())} files are as they were made"]
    typer.echo(safe("\n".join(told)))
    return SOME_FAILED if found else ALL_GOOD


def _follow(console: "Console", pages: "Pages", total: int) -> "Iterator[tuple[Job, Made]]":
    """Pass pages on as they come, and show each: a progress bar in a terminal, the time left in a log.

    Pages that are up to date are not what is waited for, and are not shown.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    done, start = 0, time.monotonic()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Rendering", total=total)
        for job, made in pages:
            done, total = done + made.is_new, total - (not made.is_new)
            if made.is_new:
                left = timedelta(seconds=round((time.monotonic() - start) / done * (total - done)))
                time_left = f"  ({left} left)" if left and not console.is_terminal else ""
                state = "failed" if made.failure else f"{made.seconds:.1f} s"
                _say(console, f"[{done}/{total}] {job.slug}  {state}{time_left}")
            progress.update(task, completed=done, total=total)
            yield job, made


def _report(rendered: "Rendered") -> Iterator[str]:
    """Say what an operator has to look at, a line each, and where the index is."""
    pages = rendered.pages
    remarks = [*rendered.remarks, *(remark for _, made in pages for remark in made.remarks)]
    yield from (f"note: {remark}" for remark in dict.fromkeys(remarks))
    for job, made in pages:
        yield from (f"warning: {job.slug}: {' '.join(text.split())}" for text in made.warnings)
    yield from (f"removed {slug}: the plan no longer lists it" for slug in rendered.dropped)
    for job, made in pages:
        if made.failure:
            given = ", ".join(f"{name}={value!r}" for name, value in job.parameters.items())
            kept = f" (executed so far: {made.kept})" if made.kept else ""
            notebook = job.notebook.stem
            yield f"FAILED {notebook} ({given or 'its own parameters'}): {made.failure}{kept}"
        elif made.unpictured:
            yield f"FAILED the pictures of {job.slug}: {made.unpictured}"
    if rendered.unbegun:
        yield f"{_pages(rendered.unbegun)} not begun after the failure; run again for the rest"
    if standing := sum(not made.is_new for _, made in pages):
        yield f"{_pages(standing)} unchanged; --force makes them again"
    yield f"FAILED the index: {rendered.unwritten}" if rendered.unwritten else str(rendered.index)


def _pages(count: int) -> str:
    return "1 page is" if count == 1 else f"{count} pages are"


def _say(console: "Console", text: str) -> None:
    """Print a line as it is: no markup read into it, no breaks put into paths."""
    console.print(safe(text), markup=False, highlight=False, emoji=False, soft_wrap=True)
