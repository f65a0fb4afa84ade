"""The whole way from a plan to an index, for the command line and for anything else that calls it."""

import os
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile

from antq_analysis.batch.index import write_index
from antq_analysis.batch.pictures import KINDS
from antq_analysis.batch.plan import read_plan, select
from antq_analysis.batch.run import Outcome, run
from antq_analysis.batch.subject import Subject
from antq_analysis.dataset.bundled import bundled
from antq_analysis.dataset.load import load
from antq_analysis.errors import InvalidOption

Follow = Callable[[Iterable[Outcome], int], Iterable[Outcome]]


@dataclass(frozen=True)
class Rendered:
    """Hold what a run left behind: the index and one outcome per briefing.

    `index` is None where it could not be written, and `unindexed` then says why.
    """

    index: Path | None
    outcomes: list[Outcome]
    unindexed: str | None = None

    @property
    def failed(self) -> list[Outcome]:
        """Return the outcomes of the briefings that have no new page."""
        return [outcome for outcome in self.outcomes if outcome.failure is not None]

    @property
    def unpictured(self) -> list[Outcome]:
        """Return the outcomes of the briefings that have a page, and not the pictures asked for."""
        return [outcome for outcome in self.outcomes if outcome.unpictured is not None]


def render(
    plan: Path | None = None,
    *,
    only: str = "*",
    jobs: int | None = None,
    out: Path = Path("outputs"),
    pictures: Collection[str] = (),
    follow: Follow = lambda outcomes, _: outcomes,
) -> Rendered:
    """Render the briefings of a plan into `out/<today>/` and write their index.

    `only` keeps the briefings whose file name or notebook matches a pattern; `jobs` is the number of
    processes, one per core by default; `pictures` may hold `"pdf"` and `"png"`; `follow` is given the
    outcomes as they come and their number, to show progress. Raises InvalidPlan before anything runs,
    InvalidOption for pictures of another kind and where `out` cannot be written.
    """
    if unknown := set(pictures) - set(KINDS):
        raise InvalidOption(f"No pictures of kind {min(unknown)!r}. Give some of: {', '.join(KINDS)}.")
    plan = plan or bundled("notebooks") / "briefings.toml"
    today = date.today()
    subject = Subject(load())
    briefings = read_plan(plan, subject)
    chosen = select(briefings, only)
    folder = out / today.isoformat()
    _make_writable(folder)
    published = subject.published
    jobs = jobs or os.cpu_count() or 1
    running = run(chosen, folder, jobs=jobs, published=published, pictures=pictures)
    outcomes = list(follow(running, len(chosen)))
    failures = {outcome.briefing.slug: outcome.failure for outcome in outcomes if outcome.failure}
    try:
        index = write_index(folder, briefings, failures, published=published, today=today)
    except OSError as error:
        return Rendered(None, outcomes, f"cannot write it into {folder}: {error.strerror or error}")
    return Rendered(index, outcomes)


def _make_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A folder of an earlier run may be there and closed: only a file tells.
        with NamedTemporaryFile(dir=folder, prefix=".", suffix=".part"):
            pass
    except OSError as error:
        reason = error.strerror or error
        raise InvalidOption(
            f"Cannot write the pages into {folder}: {reason}. Choose another folder with --out."
        ) from None
