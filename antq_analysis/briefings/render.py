"""The whole way from a plan to an index, for the command line and for anything else that calls it.

What is large is imported where it is needed: a run that finds nothing changed needs none of it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from antq_analysis.briefings.crew import Crew
from antq_analysis.briefings.files import sha256
from antq_analysis.briefings.folder import Folder, folder_at
from antq_analysis.briefings.freshness import Present, basis_of, stands
from antq_analysis.briefings.job import Job
from antq_analysis.briefings.manifest import INDEX, NAME, Manifest, read_manifest
from antq_analysis.briefings.options import Options
from antq_analysis.briefings.outcome import Outcome
from antq_analysis.briefings.run import Pages, run, undisturbed
from antq_analysis.data import bundled

if TYPE_CHECKING:
    from antq_analysis.briefings.plan import Briefing

Follow = Callable[[Iterable[Outcome], int], Iterable[Outcome]]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Rendered:
    """Hold what a run left behind: where its index is, and one outcome for each briefing that it came to.

    `unbegun` counts the briefings that a failure kept it from, `dropped` are the names of the pages that it
    removed because the plan no longer lists them; `unwritten` says why the index could not be written.
    """

    index: str
    outcomes: list[Outcome] = field(default_factory=list)
    unbegun: int = 0
    dropped: list[str] = field(default_factory=list)
    unwritten: str | None = None

    @property
    def failed(self) -> list[Outcome]:
        """Return the outcomes of the briefings that have no new page."""
        return [outcome for outcome in self.outcomes if outcome.failure is not None]

    @property
    def unpictured(self) -> list[Outcome]:
        """Return the outcomes of the briefings that have a page, and not the pictures asked for."""
        return [outcome for outcome in self.outcomes if outcome.unpictured is not None]


def render(
    plan: Path | None = None, *, follow: Follow = lambda outcomes, _: outcomes, **options: Any
) -> Rendered:
    """Render the briefings of a plan into `out/<today>/`, those that are not fresh, and write their index.

    `options` are those of `Options`; `follow` is given the outcomes as they come and their number, to show
    progress. Raises InvalidPlan and InvalidOption before anything runs.
    """
    asked, today = Options(**options), date.today()
    plan = (plan or bundled("notebooks") / "briefings.toml").resolve()
    above = folder_at(asked.out)
    folder = above.child(today.isoformat())
    with folder.held():
        manifest, present = read_manifest(folder), Present(folder)
        basis = basis_of(plan, present, only=asked.only, pictures=sorted(asked.pictures), assets=asked.assets)
        if manifest and not asked.force and stands(manifest, basis, present):
            return Rendered(f"{folder}/{INDEX}", list(_standing(manifest, plan, asked.only)))
        with Crew(asked.workers, asked.scheduler) as crew:
            running = _Run(plan, asked, folder, today)
            manifest = manifest or _carried_over(above, folder, today.isoformat())
            return running.finish(crew, follow, manifest=manifest, present=present, basis=basis)


class _Run:
    """One run into one folder: what it is to make, and what it leaves behind however it ends."""

    def __init__(self, plan: Path, asked: Options, folder: Folder, today: date) -> None:
        from antq_analysis.briefings.plan import read_plan, select
        from antq_analysis.briefings.prose import in_language
        from antq_analysis.briefings.subject import Subject
        from antq_analysis.data.dataset import load

        self._plan, self._asked, self._folder, self._today = plan, asked, folder, today
        self._subject = Subject(load())
        self._briefings = read_plan(plan, self._subject)
        # A notebook has many pages, which share its text.
        text = cache(in_language)
        self._jobs = [
            _job(each, asked, text(each.notebook, each.lang)) for each in select(self._briefings, asked.only)
        ]

    def finish(
        self, crew: Crew, follow: Follow, *, manifest: Manifest, present: Present, basis: str
    ) -> Rendered:
        """Make what is not fresh, then write index and manifest, even where somebody interrupts."""
        pages, whole = Pages(self._folder, manifest, str(self._plan)), ""
        dropped = pages.drop({briefing.slug for briefing in self._briefings})
        force, fail_fast = self._asked.force, self._asked.fail_fast
        making = run(self._jobs, pages, crew, present, force=force, fail_fast=fail_fast)
        try:
            with closing(making):
                outcomes = list(follow(making, len(self._jobs)))
            is_whole = all(outcome.failure is None and outcome.unpictured is None for outcome in outcomes)
            if is_whole and not present.has_changed:
                whole = basis
        finally:
            with undisturbed():
                unwritten = pages.close(self._index(manifest), whole)
        unbegun = len(self._jobs) - len(outcomes)
        return Rendered(f"{self._folder}/{INDEX}", outcomes, unbegun, dropped, unwritten)

    def _index(self, manifest: Manifest) -> bytes:
        from antq_analysis.briefings.index import index_page

        published = self._subject.published
        return index_page(self._briefings, manifest.pages, published=published, today=self._today).encode()


def _job(briefing: "Briefing", asked: Options, source: str) -> Job:
    return Job(
        slug=briefing.slug,
        name=briefing.notebook.name,
        source=source,
        lang=briefing.lang,
        title=briefing.title,
        subtitle=briefing.subtitle,
        parameters=briefing.parameters,
        timeout=asked.timeout,
        memory=asked.memory,
        assets=asked.assets,
        pictures=tuple(sorted(asked.pictures)),
    )


def _standing(manifest: Manifest, plan: Path, only: str) -> Iterator[Outcome]:
    """Return the outcomes of a run that finds nothing to do."""
    for slug, page in manifest.pages.items():
        notebook = page.notebook.removesuffix(".ipynb")
        if page.plan == str(plan) and (fnmatchcase(slug, only) or fnmatchcase(notebook, only)):
            yield Outcome(slug, notebook, page.parameters, is_new=False)


def _carried_over(above: Folder, folder: Folder, today: str) -> Manifest:
    """Take over the newest folder of an earlier day, so that only what has changed since is made."""
    try:
        if folder.read(NAME) is not None:
            # It cannot be understood: all is made again, and what stands there is newer than any other day's.
            return Manifest()
        names = above.names()
    except OSError:
        return Manifest()
    for day in reversed([name for name in names if _DAY.fullmatch(name) and name < today]):
        if manifest := read_manifest(above.child(day)):
            pages = {
                slug: page
                for slug, page in manifest.pages.items()
                if _is_carried(page.files, above.child(day), folder)
            }
            return Manifest(pages=pages, uses=manifest.uses)
    return Manifest()


def _is_carried(files: Mapping[str, str], before: Folder, folder: Folder) -> bool:
    """Copy the files of a page, if all are as they were made; else, and on a full disk, it is to be made."""
    try:
        contents = {name: before.read(name) or b"" for name in files}
        if any(sha256(contents[name]) != digest for name, digest in files.items()):
            return False
        folder.write({name: content for name, content in contents.items() if folder.read(name) != content})
    except OSError:
        return False
    return True
