"""A worker may be anywhere and writes nothing: here is all that it is given, and all that it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Assets = Literal["inline", "shared"]

# The folder of the data that come with the package, wherever that is installed.
BUNDLED = ""


@dataclass(frozen=True)
class Job:
    """Hold everything that decides what one page says.

    `source` is the notebook as JSON text, in the language of the page; `name` the name of its file.
    `timeout` is in seconds for a cell, `memory` in bytes for the notebook, None for no limit; `pictures` are
    kinds to make; `assets` is where the page has its scripts: "inline", or "shared" beside the pages.
    """

    slug: str
    name: str
    source: str
    lang: str = "vi"
    title: str | None = None
    subtitle: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    timeout: float | None = None
    memory: int | None = None
    assets: Assets = "inline"
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Made:
    """Hold what a worker made of a job.

    `files` are the contents of the files of the page by their names, `shared` those of files that pages have
    in common. `failure` is None for a page that is whole; of one that is not, `files` may hold the notebook
    as far as it was executed. `published` is the day of the newest source that the page cites, as far as it
    is known. `warnings` is what the notebook wrote to stderr, `unpictured` why a whole page has not the
    pictures that were asked for, `remarks` what the operator should know of how it was made. `record` is
    what the engine saw: what was used of the data, and the peak of memory.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    shared: Mapping[str, bytes] = field(default_factory=dict)
    failure: str | None = None
    published: str = ""
    warnings: tuple[str, ...] = ()
    unpictured: str | None = None
    remarks: tuple[str, ...] = ()
    record: Mapping[str, Any] = field(default_factory=dict)
    started: str = ""
    seconds: float = 0.0
