"""What whoever starts a run may ask for, refused at once where it makes no sense."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from antq_analysis.batch.job import Assets
from antq_analysis.batch.pictures import KINDS
from antq_analysis.errors import InvalidOption

# Seconds that a cell may take: long for a briefing, short for a night.
TIMEOUT = 600.0


@dataclass(frozen=True, kw_only=True)
class Options:
    """Hold the options of a run.

    `only` keeps the briefings whose file name or notebook matches a pattern. `out` is a folder, or a URL
    that fsspec reaches. `jobs` is the number of workers, by default one more than cores; `scheduler` the
    address of a dask scheduler whose workers make the pages instead. `pictures` may hold "pdf" and "png";
    `assets` is where pages have scripts and styles, "inline" or "shared" beside them. `force` makes fresh
    pages as well, `fail_fast` begins nothing after a failure. `timeout` is in seconds for a cell, `memory`
    in bytes for a notebook beyond what an empty one takes; None for no limit. Raises InvalidOption.
    """

    only: str = "*"
    out: str | Path = Path("outputs")
    jobs: int | None = None
    scheduler: str | None = None
    pictures: Collection[str] = ()
    assets: Assets = "inline"
    force: bool = False
    fail_fast: bool = False
    timeout: float | None = TIMEOUT
    memory: int | None = None

    def __post_init__(self) -> None:
        if unknown := set(self.pictures) - set(KINDS):
            raise InvalidOption(f"No pictures of kind {min(unknown)!r}. Give some of: {', '.join(KINDS)}.")
        if self.assets not in get_args(Assets):
            raise InvalidOption(
                f"assets={self.assets!r} is no place. Give one of: {', '.join(get_args(Assets))}."
            )
        for name in ("jobs", "timeout", "memory"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise InvalidOption(f"{name}={value!r} leaves nothing to run. Give a number above 0.")

    @property
    def workers(self) -> int:
        """How many workers there are to be on this machine."""
        # While one waits for its cells to begin or to end, another has the core.
        return self.jobs or _cores() + 1


def _cores() -> int:
    """Return how many cores this process may use: in a container, often fewer than there are."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1
