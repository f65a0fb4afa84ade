"""What whoever starts a run may ask for, refused at once where it makes no sense."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from antq_analysis.briefings.job import Assets
from antq_analysis.briefings.pdf import KINDS
from antq_analysis.errors import InvalidOption

# Seconds that a cell may take: long for a briefing, short for a night.
TIMEOUT = 600.0

# What a limit is counted in, and how no limit is asked for. Whoever waits counts milliseconds, in 31 bits.
_UNITS = {"timeout": (1, "s", "--timeout 0"), "memory": (10**9, "GB", "no --memory")}
_LEAST, _MOST = 0.001, 1_000_000


@dataclass(frozen=True, kw_only=True)
class Options:
    """Hold the options of a run.

    `only` keeps the briefings whose file name or notebook matches a pattern. `out` is a folder, or a URL
    that fsspec reaches. `jobs` is the number of workers, by default one more than cores; `scheduler` the
    address of a dask scheduler whose workers make the pages instead. `pictures` may hold "pdf" and "png";
    `assets` is where pages have scripts and styles, "inline" or "shared" beside them. `force` makes fresh
    pages as well, `fail_fast` begins nothing after a failure. `timeout` is in seconds for a cell, `memory`
    in bytes for a notebook beyond what an empty one takes; None for no limit. Raises InvalidOption.

    >>> Options(timeout=60, memory=in_bytes(2)).memory
    2000000000
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
        if self.jobs is not None and self.jobs <= 0:
            raise InvalidOption(f"jobs={self.jobs!r} leaves nothing to run. Give a number above 0.")
        _refuse_limit("timeout", self.timeout)
        _refuse_limit("memory", self.memory)

    @property
    def workers(self) -> int:
        """How many workers there are to be on this machine."""
        # While one waits for its cells to begin or to end, another has the core.
        return self.jobs or _cores() + 1


def in_bytes(gigabytes: float) -> int:
    """Turn gigabytes into the bytes that `Options` asks for; raise InvalidOption for no amount of memory.

    >>> in_bytes(0.5)
    500000000
    """
    _refuse_limit("memory", gigabytes * 1e9)
    return round(gigabytes * 1e9)


def _refuse_limit(name: str, value: float | None) -> None:
    size, unit, unlimited = _UNITS[name]
    # What is no number is neither below nor above anything.
    if value is not None and not _LEAST <= value / size <= _MOST:
        raise InvalidOption(
            f"A {name} of {value / size:g} {unit} is no limit. Give {_LEAST} to {_MOST:,} {unit}; "
            f"for no limit, None or {unlimited}."
        )


def _cores() -> int:
    """Return how many cores this process may use: in a container, often fewer than there are."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1
