"""Render the briefings of a plan: make what is not up to date, write it, and write their index.

What takes long to import is imported where it is needed: a run that finds nothing changed needs none of it.
"""

import os
import re
import signal
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from antq_analysis.briefings.cache import digest, digests, installation, page_key, run_key, versions
from antq_analysis.briefings.output import INDEX, MANIFEST, Failure, Folder, Manifest, PageRecord
from antq_analysis.briefings.worker import Assets, Job, Made, is_asked
from antq_analysis.data import bundled
from antq_analysis.errors import InvalidOption

if TYPE_CHECKING:
    from antq_analysis.briefings.cluster import Remote
    from antq_analysis.briefings.pool import Pool

# Seconds that a page may take: long for a briefing, short for a night.
TIMEOUT = 600.0

PICTURES = ("pdf", "png")

# What a limit is counted in, and how no limit is asked for. Whoever waits counts milliseconds, in 31 bits.
_UNITS = {"timeout": (1, "s", "--timeout 0"), "memory": (10**9, "GB", "no --memory")}
_LEAST, _MOST = 0.001, 1_000_000

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@dataclass(frozen=True, kw_only=True)
class Options:
    """Hold the options of a run.

    `only` keeps the briefings whose file name or notebook matches a pattern. `out` is a folder. `jobs` is the
    number of pages made at a time, by default one more than cores; `scheduler` the address of a dask
    scheduler whose workers make the pages instead, `executor` whatever has the interface of
    `concurrent.futures.Executor`. `pictures` may hold "pdf" and "png"; `assets` is where pages have scripts
    and styles, "inline" or "shared" beside them. `force` makes pages that are up to date as well, `fail_fast`
    begins nothing after a failure. `timeout` is in seconds for a page, `memory` in bytes for a page beyond
    what an empty one takes; None for no limit. Raises InvalidOption.
    """

    only: str = "*"
    out: str | Path = Path("outputs")
    jobs: int | None = None
    scheduler: str | None = None
    executor: Executor | None = None
    pictures: tuple[str, ...] = ()
    assets: Assets = "inline"
    force: bool = False
    fail_fast: bool = False
    timeout: float | None = TIMEOUT
    memory: float | None = None

    def __post_init__(self) -> None:
        if unknown := set(self.pictures) - set(PICTURES):
            raise InvalidOption(f"No pictures of kind {min(unknown)!r}. Give some of: {', '.join(PICTURES)}.")
        if self.assets not in get_args(Assets):
            raise InvalidOption(
                f"assets={self.assets!r} is no place. Give one of: {', '.join(get_args(Assets))}."
            )
        if self.jobs is not None and self.jobs <= 0:
            raise InvalidOption(f"jobs={self.jobs!r} leaves nothing to run. Give a number above 0.")
        refuse_limit("timeout", self.timeout)
        refuse_limit("memory", self.memory)

    @property
    def workers(self) -> int:
        """How many pages are to be made at a time on this machine."""
        # While one waits for its cells to begin or to end, another has the core.
        usable = getattr(os, "sched_getaffinity", None)
        return self.jobs or (len(usable(0)) if usable else os.cpu_count() or 1) + 1


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


class _Run:
    """One run of a plan into a folder."""

    def __init__(self, plan: Path, asked: Options, folder: Folder) -> None:
        self._plan, self._asked, self._folder = plan, asked, folder
        self._state = installation()
        options = {"only": asked.only, "pictures": sorted(asked.pictures), "assets": asked.assets}
        self._key = run_key(plan, options, self._state)
        self._remarks: list[str] = []
        self._manifest = folder.manifest() or self._carried_over()

    def unchanged(self) -> Rendered | None:
        """Return what the last run left behind, where this one would find nothing to do; else None."""
        known = self._manifest
        inputs = digests(map(Path, known.inputs))
        stands = known.run == self._key and known.inputs == inputs and self._folder.holds(known.files())
        if self._asked.force or not stands:
            return None
        own = {slug: page for slug, page in known.pages.items() if page.plan == str(self._plan)}
        jobs = [Job(Path(page.notebook), slug, parameters=page.parameters) for slug, page in own.items()]
        asked = [job for job in jobs if is_asked(self._asked.only, job.slug, job.notebook.name)]
        return Rendered(self._folder.path / INDEX, [(job, Made(is_new=False)) for job in asked])

    def make(self, follow: Follow) -> Rendered:
        """Make what is not up to date, then write index and manifest, even where somebody interrupts."""
        # The workers warm up while the plan is read.
        with _workers(self._asked) as workers:
            from antq_analysis.briefings.names import Names
            from antq_analysis.briefings.plan import read_plan, select
            from antq_analysis.data.dataset import load

            names = Names(load())
            briefings = read_plan(self._plan, names)
            asked = {name: getattr(self._asked, name) for name in ("timeout", "memory", "assets", "pictures")}
            chosen = [replace(each, **asked) for each in select(briefings, self._asked.only)]
            jobs = [replace(each, key=page_key(each, self._state)) for each in chosen]
            rendered = Rendered(
                self._folder.path / INDEX, dropped=self._drop(briefings), remarks=self._remarks
            )
            try:
                with closing(self._made(jobs, workers)) as coming:
                    rendered.pages.extend(follow(coming, len(jobs)))
            finally:
                with undisturbed():
                    self._sum_up(rendered.pages, jobs, briefings)
                    unwritten = self._write_index(briefings, names.published)
            return replace(rendered, unbegun=len(jobs) - len(rendered.pages), unwritten=unwritten)

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

    def _sum_up(self, pages: list[tuple[Job, Made]], jobs: list[Job], briefings: list[Job]) -> None:
        """Note whether the run has left nothing to do, by data that were the same all the time."""
        is_whole = len(pages) == len(jobs) and not any(made.failure or made.unpictured for _, made in pages)
        self._manifest.run = self._key if is_whole and installation() == self._state else ""
        self._manifest.inputs = digests({path for each in briefings for path in each.inputs})

    def _is_up_to_date(self, job: Job) -> bool:
        page = self._manifest.pages.get(job.slug)
        return (
            page is not None
            and page.failure is None
            and page.key == job.key
            and set(job.pictures) <= set(page.pictures)
            and self._folder.holds(page.files)
        )

    def _keep(self, job: Job, made: Made) -> Made:
        """Write what was made of a job and note it in the manifest; return what became of it."""
        pages, name = self._manifest.pages, f"{job.slug}.failed.ipynb"
        made, earlier = self._written(made), pages.get(job.slug)
        pages[job.slug] = _record(job, made, earlier, str(self._plan))
        if made.failure is None:
            # Pictures of an earlier page would show what this one no longer says.
            self._remove({*(earlier.files if earlier else ()), name})
        with suppress(OSError):
            self._folder.write({MANIFEST: self._manifest.model_dump_json(indent=1).encode()})
        return replace(made, kept=str(self._folder.path / name)) if name in made.files else made

    def _written(self, made: Made) -> Made:
        """Write the files of a page; what cannot be written is not made."""
        try:
            shared = {name: each for name, each in made.shared.items() if self._folder.read(name) != each}
            # The page comes after the notebook that made it: it never stands there without.
            self._folder.write({**shared, **made.files})
        except OSError as error:
            why = made.failure or _unwritten(self._folder, error)
            return replace(made, failure=why, files={}, shared={})
        return made

    def _drop(self, briefings: list[Job]) -> list[str]:
        """Remove the pages that the plan once had and no longer lists; return their names."""
        pages, listed = self._manifest.pages, {briefing.slug for briefing in briefings}
        gone = [slug for slug, page in pages.items() if page.plan == str(self._plan) and slug not in listed]
        for slug in gone:
            self._remove({*pages.pop(slug).files, f"{slug}.failed.ipynb"})
        return gone

    def _remove(self, names: set[str]) -> None:
        """Remove files that no page of the manifest consists of."""
        used = {name for page in self._manifest.pages.values() for name in page.files}
        with suppress(OSError):
            for name in names - used:
                self._folder.remove(name)

    def _write_index(self, briefings: list[Job], published: str) -> str | None:
        """Write index and manifest; say why where that fails."""
        from antq_analysis.briefings.index import index_page

        known = self._manifest
        index = index_page(briefings, known.pages, published=published, today=date.today()).encode()
        before, known.index = known.index, digest(index)
        try:
            self._folder.write({INDEX: index, MANIFEST: known.model_dump_json(indent=1).encode()})
        except OSError as error:
            known.index, known.run = before, ""
            with suppress(OSError):
                self._folder.write({MANIFEST: known.model_dump_json(indent=1).encode()})
            return _unwritten(self._folder, error)
        return None

    def _carried_over(self) -> Manifest:
        """Copy the pages of the newest folder of an earlier day, so that only what has changed is made."""
        today, above = self._folder.path.name, self._folder.path.parent
        if self._folder.read(MANIFEST) is not None:
            self._remarks.append(f"{self._folder}/{MANIFEST} cannot be read: all pages are made again")
            return Manifest()
        days = [path for path in above.iterdir() if _DAY.fullmatch(path.name) and path.name < today]
        for day in map(Folder, sorted(days, reverse=True)):
            if manifest := day.manifest():
                pages = {slug: page for slug, page in manifest.pages.items() if self._copied(page, day)}
                return Manifest(pages=pages)
        return Manifest()

    def _copied(self, page: PageRecord, day: Folder) -> bool:
        """Copy the files of a page if all are as they were made; else, and on a full disk, it is made."""
        try:
            if not day.holds(page.files):
                return False
            files = {name: day.read(name) or b"" for name in page.files}
            self._folder.write(
                {name: each for name, each in files.items() if self._folder.read(name) != each}
            )
        except OSError:
            return False
        return True


def refuse_limit(name: str, value: float | None) -> None:
    """Raise InvalidOption for a `timeout` in seconds or a `memory` in bytes that is no limit."""
    size, unit, unlimited = _UNITS[name]
    # What is no number is neither below nor above anything.
    if value is not None and not _LEAST <= value / size <= _MOST:
        raise InvalidOption(
            f"A {name} of {value / size:g} {unit} is no limit. Give {_LEAST} to {_MOST:,} {unit}; "
            f"for no limit, None or {unlimited}."
        )


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let Ctrl-C and the like wait until the block has ended: a page and its note belong together."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _workers(asked: Options) -> "AbstractContextManager[Pool | Remote]":
    if asked.scheduler:
        from antq_analysis.briefings.cluster import dask

        return dask(asked.scheduler)
    if asked.executor:
        from antq_analysis.briefings.cluster import Remote

        return Remote(asked.executor, lambda: asked.workers)
    from antq_analysis.briefings.pool import Pool

    return Pool(asked.workers)


def _record(job: Job, made: Made, earlier: PageRecord | None, plan: str) -> PageRecord:
    """Return the record of a page after a try; one that fails keeps the earlier one, with the failure."""
    asked = vars(job) | {"notebook": job.notebook.name, "plan": plan}
    if made.failure is not None:
        failure = Failure(message=made.failure, started=made.started, seconds=made.seconds)
        known = earlier.model_dump() if earlier else {}
        return PageRecord.model_validate(
            {**asked, "key": "", "pictures": (), **known, "plan": plan, "failure": failure}
        )
    files = {name: digest(content) for name, content in {**made.files, **made.shared}.items()}
    pictures = job.pictures if made.unpictured is None else ()
    return PageRecord.model_validate(
        {**asked, **vars(made), "files": files, "pictures": pictures, "versions": versions()}
    )


def _unwritten(folder: Folder, error: OSError) -> str:
    return f"cannot write it into {folder}: {error.strerror or error}"
