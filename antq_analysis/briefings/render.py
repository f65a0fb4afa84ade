"""Render the briefings of a plan: make what is not up to date, write it, and write their index.

What takes long to import is imported where it is needed: a run that finds nothing changed needs none of it.
"""

import os
import re
import time
import tomllib
from collections.abc import Callable, Generator, Iterable, Iterator, Set
from concurrent.futures import Executor
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, get_args

from antq_analysis.briefings import output
from antq_analysis.briefings.output import DATA, INDEX, MANIFEST, Failure, Folder, Manifest, News, PageRecord
from antq_analysis.briefings.worker import Assets, Job, Made, undisturbed
from antq_analysis.data import bundled
from antq_analysis.errors import AntqError, InvalidOption

if TYPE_CHECKING:
    from antq_analysis.briefings.cluster import Remote
    from antq_analysis.briefings.pool import Pool
    from antq_analysis.data.dataset import Dataset

PICTURES = ("pdf", "png", "docx")

# Whoever waits counts milliseconds, in 31 bits.
_LEAST, _MOST = 0.001, 1_000_000


@dataclass(frozen=True, kw_only=True)
class Options:
    """Hold the options of a run.

    `only` keeps the briefings whose file name or notebook matches a pattern. `data` is a folder of data of
    one's own, by default the one that the plan names, else the bundled data. `out` is a folder. `jobs` is the
    number of pages made at a time, by default one more than cores; `scheduler` the address of a dask
    scheduler whose workers make the pages instead, `executor` whatever has the interface of
    `concurrent.futures.Executor`. `pictures` may hold "pdf", "png" and "docx"; `assets` is where pages have
    scripts and styles, "inline" or "shared" beside them. `force` makes pages that are up to date as well,
    `fail_fast` begins nothing after a failure. `timeout` is in seconds for a page, `memory` in bytes for a
    page beyond what an empty one takes; None for no limit. Raises InvalidOption.
    """

    only: str = "*"
    data: str | Path | None = None
    out: str | Path = Path("outputs")
    jobs: int | None = None
    scheduler: str | None = None
    executor: Executor | None = None
    pictures: tuple[str, ...] = ()
    assets: Assets = "inline"
    force: bool = False
    fail_fast: bool = False
    # Long for a briefing, short for a night.
    timeout: float | None = 600.0
    memory: float | None = None

    def __post_init__(self) -> None:
        if unknown := set(self.pictures) - set(PICTURES):
            raise InvalidOption(f"No pictures of kind {min(unknown)!r}. Give some of: {', '.join(PICTURES)}.")
        if self.assets not in get_args(Assets):
            places = ", ".join(get_args(Assets))
            raise InvalidOption(f"assets={self.assets!r} is no place. Give one of: {places}.")
        if self.jobs is not None and self.jobs <= 0:
            raise InvalidOption(f"jobs={self.jobs!r} leaves nothing to run. Give a number above 0.")
        gigabytes = None if self.memory is None else self.memory / 1e9
        for name, value, unit, no_limit in (
            ("timeout", self.timeout, "s", "--timeout 0"),
            ("memory", gigabytes, "GB", "no --memory"),
        ):
            # What is no number is neither below nor above anything.
            if value is not None and not _LEAST <= value <= _MOST:
                way = f"Give {_LEAST} to {_MOST:,} {unit}; for no limit, None or {no_limit}."
                raise InvalidOption(f"A {name} of {value:g} {unit} is no limit. {way}")

    def workers(self) -> "AbstractContextManager[Pool | Remote]":
        """Return what makes pages, on this machine or on others."""
        # While one page waits for its cells to begin or to end, another has the core.
        usable = getattr(os, "sched_getaffinity", None)
        jobs = self.jobs or (len(usable(0)) if usable else os.cpu_count() or 1) + 1
        if self.scheduler:
            from antq_analysis.briefings.cluster import dask

            return dask(self.scheduler)
        if self.executor:
            from antq_analysis.briefings.cluster import Remote

            return Remote(self.executor, lambda: jobs)
        from antq_analysis.briefings.pool import Pool

        return Pool(jobs)


@dataclass(frozen=True)
class Rendered:
    """Hold what a run left behind: where its index is, and what became of each page that it came to.

    `unbegun` counts the pages that a failure kept it from, `dropped` are the names of the pages that it
    removed because the plan no longer lists them; `unwritten` says why the index could not be written,
    `remarks` what else an operator should know.
    """

    index: Path
    pages: list[tuple[Job, Made]] = field(default_factory=list)
    unbegun: int = 0
    dropped: list[str] = field(default_factory=list)
    unwritten: str | None = None
    remarks: list[str] = field(default_factory=list)


Pages = Iterable[tuple[Job, Made]]
Follow = Callable[[Pages, int], Pages]


def render(plan: Path | None = None, *, follow: Follow = lambda pages, _: pages, **options: Any) -> Rendered:
    """Render the briefings of a plan into `out/<today>/`, those not up to date, and write their index.

    `options` are those of `Options`; `follow` is given the pages as they come and their number, to show
    progress. Raises InvalidPlan and InvalidOption before anything runs.
    """
    asked = Options(**options)
    plan = (plan or bundled("notebooks") / "briefings.toml").resolve()
    folder = Folder(Path(asked.out) / date.today().isoformat())
    with folder.held():
        run = _Run(plan, asked, folder)
        return run.unchanged() or run.make(follow)


def _data_folder(plan: Path, asked: str | Path | None) -> Path | None:
    """Return the folder of data of one's own: that of the option, else that of the plan; None for neither."""
    if asked is None:
        with suppress(OSError, ValueError, RecursionError, KeyError, TypeError):  # read_plan tells them
            asked = plan.parent / tomllib.loads(plan.read_text(encoding="utf-8-sig"))["data"]
    if not asked:
        return None
    from antq_analysis.data.read import existing

    return existing(Path(asked)).resolve()


class _Run:
    """One run of a plan into a folder."""

    def __init__(self, plan: Path, asked: Options, folder: Folder) -> None:
        self._plan, self._asked, self._folder = plan, asked, folder
        self._data = _data_folder(plan, asked.data)
        self._state = output.installation()
        # All that a run looks at to find out what to do, but for the inputs of its plan.
        read = sorted([*plan.parent.glob("*.ipynb"), *plan.parent.glob("locale/*.po")])
        options = [asked.only, sorted(asked.pictures), asked.assets, str(self._data)]
        # A file that the description does not name is a fault.
        if self._data:
            home = self._data if self._data.is_dir() else self._data.parent
            options += [ascii(path) for path in sorted(home.rglob("*")) if path.suffix.lower() == ".csv"]
        self._key = output.digest([output.digests([plan, *read]), options, self._state])
        self._remarks: list[str] = []
        self._next_note = 0.0
        self._manifest = folder.manifest() or self._carried_over()

    def unchanged(self) -> Rendered | None:
        """Return the previous result if nothing has changed, else None."""
        known = self._manifest
        inputs = output.digests(map(Path, known.inputs))
        stands = known.run == self._key and known.inputs == inputs and self._folder.holds(known.files())
        if self._asked.force or not stands:
            return None
        own = {slug: page for slug, page in known.pages.items() if page.plan == str(self._plan)}
        jobs = [Job(Path(page.notebook), slug, parameters=page.parameters) for slug, page in own.items()]
        pages = [(job, Made(is_new=False)) for job in jobs if job.is_asked(self._asked.only)]
        return Rendered(self._folder.path / INDEX, pages)

    def make(self, follow: Follow) -> Rendered:
        """Make what is not up to date, then write index and manifest, even where somebody interrupts."""
        # The workers warm up while the plan is read.
        with self._asked.workers() as workers:
            from antq_analysis.briefings.index import indexes
            from antq_analysis.briefings.plan import Names, read_plan, select
            from antq_analysis.data.dataset import load

            files = self._data_files()
            before = output.digests(files)
            ds = load(self._data)
            names = Names(ds, self._data)
            briefings, front = read_plan(self._plan, names)
            asked = {name: getattr(self._asked, name) for name in ("timeout", "memory", "assets", "pictures")}
            chosen = [replace(each, **asked) for each in select(briefings, self._asked.only)]
            state = output.digest([self._state, before]) if before else self._state
            jobs = [replace(each, key=output.page_key(each, state)) for each in chosen]
            dropped = self._drop(briefings)
            days = {"published": names.published, "made": date.today()}
            shown = (ds, front) if front else None
            kept = _exported(ds)
            self._manifest.news = self._news(ds, kept) if front else None
            made = partial(indexes, briefings, self._manifest.pages, shown, self._manifest.news, **days)
            pages: list[tuple[Job, Made]] = []
            try:
                with closing(self._made(jobs, workers)) as coming:
                    pages.extend(follow(coming, len(jobs)))
            finally:
                with undisturbed():
                    good = [job for job, made in pages if not (made.failure or made.unpictured)]
                    # The data were the same all the time.
                    is_same = output.installation() == self._state and output.digests(files) == before
                    self._manifest.run = self._key if is_same and len(good) == len(jobs) else ""
                    if not is_same:
                        # Nobody knows which of the two a page was made from.
                        self._remarks.append("the data or the package changed meanwhile: run again")
                        for job in (job for job, page in pages if page.is_new):
                            self._manifest.pages[job.slug].key = ""
                    inputs = {path for each in briefings for path in each.inputs}
                    self._manifest.inputs = output.digests([*inputs, *files])
                    unwritten = self._write_index(made(), kept)
            index, unbegun = self._folder.path / INDEX, len(jobs) - len(pages)
            return Rendered(index, pages, unbegun, dropped, unwritten, self._remarks)

    def _data_files(self) -> list[Path]:
        """List the files of data of one's own, and pass on what is to be looked at in them."""
        if self._data is None:
            return []
        from antq_analysis.data.dataset import check
        from antq_analysis.data.read import read_description

        self._remarks += [str(problem) for problem in check(self._data) if problem.is_warning]
        return [path for path in read_description(self._data)[1] if path.is_file()]

    def _made(self, jobs: list[Job], workers: "Pool | Remote") -> Generator[tuple[Job, Made]]:
        """Yield what becomes of each page, those up to date first."""
        stale = {job.slug: job for job in jobs if self._asked.force or not self._is_up_to_date(job)}
        for job in jobs:
            if job.slug not in stale:
                # Another plan, or this one elsewhere, may have made it.
                self._manifest.pages[job.slug].plan = str(self._plan)
                yield job, Made(is_new=False)
        for job, made in workers.run(list(stale.values())):
            with undisturbed():
                kept = self._keep(job, made)
            yield job, kept
            if self._asked.fail_fast and kept.failure is not None:
                return

    def _is_up_to_date(self, job: Job) -> bool:
        page = self._manifest.pages.get(job.slug)
        if page is None or page.failure or page.key != job.key:
            return False
        return set(job.pictures) <= set(page.pictures) and self._folder.holds(page.files)

    def _keep(self, job: Job, made: Made) -> Made:
        """Write what was made of a job and note it in the manifest; return what became of it."""
        pages, name = self._manifest.pages, f"{job.slug}.failed.ipynb"
        earlier = pages.get(job.slug)
        try:
            # The page comes after the notebook that made it: it never stands there without.
            self._folder.write({**made.shared, **made.files})
        except OSError as error:
            made = replace(made, failure=made.failure or self._unwritten(error), files={}, shared={})
        record = vars(job) | {"notebook": job.notebook.name, "plan": str(self._plan)}
        if made.failure is None:
            files = {**made.files, **made.shared}
            digests = {file: output.digest(content) for file, content in files.items()}
            record |= {**vars(made), "files": digests, "versions": output.versions()}
            record |= {"pictures": () if made.unpictured else job.pictures}
        else:
            # An earlier page stays, with the failure.
            failure = Failure(message=made.failure, started=made.started, seconds=made.seconds)
            known = earlier.model_dump() if earlier else {"key": "", "pictures": ()}
            record |= {**known, "plan": str(self._plan), "failure": failure}
        pages[job.slug] = PageRecord.model_validate(record)
        if made.failure is None:
            # Pictures of an earlier page would show what this one no longer says.
            self._remove({*(earlier.files if earlier else ()), name})
        # Of hundreds of pages the manifest is long: the last note makes up for those left out.
        if time.monotonic() > self._next_note:
            with suppress(OSError):
                self._write({})
            self._next_note = time.monotonic() + 0.5
        kept = str(self._folder.path / name) if name in made.files else None
        # What is written is let go.
        return replace(made, kept=kept, files={}, shared={})

    def _drop(self, briefings: list[Job]) -> list[str]:
        """Remove the pages that the plan once had and no longer lists; return their names."""
        pages, listed = self._manifest.pages, {briefing.slug for briefing in briefings}
        gone = [slug for slug, page in pages.items() if page.plan == str(self._plan) and slug not in listed]
        for slug in gone:
            self._remove({*pages.pop(slug).files, f"{slug}.failed.ipynb"})
        return gone

    def _remove(self, names: Set[str]) -> None:
        """Remove files that no page of the manifest consists of."""
        with suppress(OSError):
            for name in names - self._manifest.files().keys():
                self._folder.remove(name)

    def _write_index(self, index: dict[str, bytes], data: dict[str, bytes]) -> str | None:
        """Write index, data and manifest; say why where that fails."""
        known = self._manifest
        before = known.indexes, known.data
        known.indexes, known.data = _digests(index), _digests(data)
        try:
            self._write({**data, **index})
        except OSError as error:
            (known.indexes, known.data), known.run = before, ""
            with suppress(OSError):
                self._write({})
            return self._unwritten(error)
        self._remove({name for files in before for name in files})
        return None

    def _news(self, ds: "Dataset", kept: dict[str, bytes]) -> News | None:
        """Say which figures are new since the newest earlier day, or since the last run if there is none.

        A further run with the same data says what the one before it has said. Data of another name are none
        to compare with.
        """
        from antq_analysis.briefings.overview import news_of
        from antq_analysis.data.dataset import load

        runs = [*islice(self._earlier(), 1), (self._folder, self._manifest)]
        day, known = next((run for run in runs if run[1].data), runs[-1])
        is_today, place = day is self._folder, day.path / DATA
        if not known.data or known.data == _digests(kept):
            return self._manifest.news if is_today else None
        try:
            since = None if is_today else date.fromisoformat(day.path.name)
            old = load(place) if day.holds(known.data) else None
        except (AntqError, OSError, ValueError):
            old = None
        if old is None:
            fault = "cannot be read, or are not as they were kept"
            self._remarks.append(f"the data in {place} {fault}: the front page does not say what is new")
            return None
        is_same = old.description.about.name == ds.description.about.name
        return news_of(old, ds, since) if is_same else None

    def _write(self, files: dict[str, bytes]) -> None:
        """Write files, and the manifest after them."""
        self._folder.write({**files, MANIFEST: self._manifest.model_dump_json(indent=1).encode()})

    def _unwritten(self, error: OSError) -> str:
        return f"cannot write it into {self._folder.path}: {error.strerror or error}"

    def _carried_over(self) -> Manifest:
        """Copy the pages of the newest folder of an earlier day, so that only what has changed is made."""
        if self._folder.read(MANIFEST) is not None:
            self._remarks.append(f"{self._folder.path / MANIFEST} cannot be read: all pages are made again")
            return Manifest()
        pages: dict[str, PageRecord] = {}
        for day, manifest in islice(self._earlier(), 1):
            for slug, page in manifest.pages.items():
                # What is not as it was made, or does not fit on the disk, is made.
                with suppress(OSError):
                    if day.holds(page.files):
                        self._folder.write({name: day.read(name) or b"" for name in page.files})
                        pages[slug] = page
        return Manifest(pages=pages)

    def _earlier(self) -> Iterator[tuple[Folder, Manifest]]:
        """Yield the folders of earlier days, the newest first, with their manifests."""
        today, above = self._folder.path.name, self._folder.path.parent
        days = [path for path in above.iterdir() if re.fullmatch(r"\d{4}-\d{2}-\d{2}", path.name)]
        for day in map(Folder, sorted(days, reverse=True)):
            if day.path.name < today and (manifest := day.manifest()):
                yield day, manifest


def _exported(ds: "Dataset") -> dict[str, bytes]:
    """Return the files of a folder of data with all figures, by their names in the folder of the pages."""
    from antq_analysis.intake.export import export

    # What is left when this process is killed, the next run removes.
    with TemporaryDirectory(prefix=f"antq-{os.getpid()}-") as folder:
        place = export(ds, Path(folder) / DATA, format="datapackage")
        return {f"{DATA}/{file.name}": file.read_bytes() for file in sorted(place.iterdir())}


def _digests(files: dict[str, bytes]) -> dict[str, str]:
    return {name: output.digest(content) for name, content in files.items()}
