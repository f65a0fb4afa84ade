"""One briefing that fails must not cost the others, nor the page that stood there before it.

What is fresh is left alone, what is not is made by a crew, and each page is written when it is whole.
"""

import signal
import threading
import time
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from antq_analysis.briefings.crew import Crew
from antq_analysis.briefings.files import sha256
from antq_analysis.briefings.folder import Folder
from antq_analysis.briefings.freshness import Present, inputs_of, is_fresh, versions
from antq_analysis.briefings.job import Job, Made
from antq_analysis.briefings.manifest import INDEX, NAME, Manifest, PageRecord, manifest_text, record_of
from antq_analysis.briefings.outcome import Outcome

# The share of the time that may go into noting what has been made, should this process be ended from outside.
_SHARE = 0.05


class Pages:
    """Hold the pages of a plan in a folder, and the manifest in which whatever is done to them is noted."""

    def __init__(self, folder: Folder, manifest: Manifest, plan: str) -> None:
        self._folder, self._plan, self._next = folder, plan, 0.0
        self.manifest = manifest

    def keep(self, job: Job, made: Made, inputs: dict[str, str]) -> Outcome:
        """Write what was made of a job from some inputs, and say what became of it."""
        earlier = self.manifest.pages.get(job.slug)
        made = self._written(job.slug, made, earlier)
        known = PageRecord(
            job.name,
            job.lang,
            dict(job.parameters),
            plan=self._plan,
            inputs=inputs,
            versions=versions(),
            pictures=job.pictures,
        )
        self.manifest.add(job.slug, record_of(made, known, earlier))
        kept = [f"{self._folder}/{name}" for name in made.files] if made.failure is not None else []
        return outcome_of(
            job,
            seconds=made.seconds,
            failure=made.failure,
            kept=kept[0] if kept else None,
            **{name: getattr(made, name) for name in ("warnings", "unpictured", "remarks")},
        )

    def claim(self, slug: str) -> None:
        """Note that a page that stands is one of this plan: another one, or this one elsewhere, made it."""
        self.manifest.pages[slug] = replace(self.manifest.pages[slug], plan=self._plan)

    def drop(self, listed: Collection[str]) -> list[str]:
        """Remove the pages that the plan once had and no longer lists; return their names."""
        pages = self.manifest.pages
        gone = [slug for slug, page in pages.items() if page.plan == self._plan and slug not in listed]
        for slug in gone:
            with suppress(OSError):
                self._remove(slug, pages[slug].files)
            del pages[slug]
        return gone

    def note(self) -> None:
        """Write the manifest, unless that was done a moment ago; the next one makes up for one that fails."""
        if (start := time.monotonic()) >= self._next:
            with suppress(OSError):
                self._folder.write({NAME: manifest_text(self.manifest)})
            self._next = time.monotonic() + (time.monotonic() - start) / _SHARE

    def close(self, index: bytes, basis: str) -> str | None:
        """Write index and manifest, and say why where that fails; `basis` is that of a whole run, else ""."""
        before, self.manifest.index, self.manifest.basis = self.manifest.index, sha256(index), basis
        try:
            self._folder.write({INDEX: index, NAME: manifest_text(self.manifest)})
        except OSError as error:
            self.manifest.index, self.manifest.basis, self._next = before, "", 0.0
            self.note()
            return _unwritten(self._folder, error)
        return None

    def _written(self, slug: str, made: Made, earlier: PageRecord | None) -> Made:
        """Write the files of a page; what cannot be written is not made."""
        try:
            there = {name for name, content in made.shared.items() if self._folder.read(name) == content}
            shared = {name: content for name, content in made.shared.items() if name not in there}
            # The page comes after the notebook that made it: it never stands there without.
            self._folder.write({**shared, **made.files})
        except OSError as error:
            return replace(made, failure=made.failure or _unwritten(self._folder, error), files={}, shared={})
        if made.failure is None:
            # Pictures of an earlier page would show what this one no longer says.
            outdated = set(earlier.files if earlier else ()) - set(made.files) - set(made.shared)
            with suppress(OSError):
                self._remove(slug, outdated)
        return made

    def _remove(self, slug: str, names: Iterable[str]) -> None:
        """Remove files of a page but for those that it shares, and what is left of its failures."""
        shared = {name for other, page in self.manifest.pages.items() if other != slug for name in page.files}
        for name in {*names, f"{slug}.failed.ipynb"} - shared:
            self._folder.remove(name)


def run(
    jobs: Sequence[Job],
    pages: Pages,
    crew: Crew,
    present: Present,
    *,
    force: bool = False,
    fail_fast: bool = False,
) -> Generator[Outcome]:
    """Make the pages that are not fresh, and yield the outcome of each job, those of fresh ones first.

    With `force`, fresh pages are made as well; with `fail_fast` nothing is begun after a failure. Raises
    nothing for a page that fails.
    """
    todo = []
    for job in jobs:
        if not force and is_fresh(pages.manifest.pages.get(job.slug), job, present):
            pages.claim(job.slug)
            yield outcome_of(job, is_new=False)
        else:
            todo.append(job)
    for job, made in crew.run(todo):
        with undisturbed():
            inputs = {**inputs_of(job, present), "data": present.data_after()}
            outcome = pages.keep(job, made, inputs)
            pages.note()
        yield outcome
        if fail_fast and outcome.failure is not None:
            return


def outcome_of(job: Job, **became: Any) -> Outcome:
    """Return the outcome of a job."""
    return Outcome(job.slug, job.name.removesuffix(".ipynb"), job.parameters, **became)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait until the block has ended: between a page and its note there is no good moment."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: waiting.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    for number in waiting:
        signal.raise_signal(number)


def _unwritten(folder: Folder, error: OSError) -> str:
    return f"cannot write it into {folder}: {error.strerror or error}"
