"""Output folder: atomic writes, lock, manifest and keys of what pages are made from.

Each file appears whole or not at all, one run at a time writes, and `manifest.json` says what was made, with
one key for all that a page is made from. One changed figure makes every page again that reads the data. What
is not seen: other programs, the clock, the environment, and files that a notebook reads and the plan does not
list under `inputs`.
"""

import json
import os
import platform
import re
import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import date
from errno import EISDIR, ENOTDIR
from functools import cache
from hashlib import file_digest, sha256
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from antq_analysis.briefings.worker import Job
from antq_analysis.data import bundled, exists
from antq_analysis.errors import InvalidOption

# The lock, unlike its file, ends with the process that holds it, however that ends.
MANIFEST, INDEX, LOCK = "manifest.json", "index.html", ".lock"
# The folder of the data that the pages were made from.
DATA = "data"
# The front page in English, where a plan has one.
ENGLISH = "index.en.html"

_PACKAGE = Path(__file__).resolve().parent.parent

# What Python, an editor or Jupyter leaves beside code.
_LEFT = re.compile(r"(^|/)(__pycache__/|\.)|(~|\.orig|\.rej)$")

# What of a job does not change what its page says.
_WITHOUT_EFFECT = {"notebook", "areas", "inputs", "key", "timeout", "memory", "pictures"}

# Files are read, written and removed by the names in a manifest, and anybody may have written one: none of
# them leads out of its folder, on any system.
_Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+$")]
_File = Annotated[str, StringConstraints(pattern=r"^(assets/)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$")]
_DataFile = Annotated[str, StringConstraints(pattern=r"^data/[A-Za-z0-9_%~-][A-Za-z0-9_%~.-]*$")]


class Failure(BaseModel):
    """Say when and why a page could not be made."""

    message: str
    started: str
    seconds: float


class PageRecord(BaseModel):
    """Say of one page how it was made.

    `key` is the digest of all that it was made from, `files` the SHA-256 digests of the files that it
    consists of by their names, none for a page that was never made. `published` is the day of the newest
    source that the page cites. `pictures` are the kinds that were made of it, `unpictured` says why it has
    not those asked for. `failure` is that of the last try, None where it was good.
    """

    notebook: str
    lang: str
    parameters: dict[str, Any]
    plan: str = ""
    key: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    started: str = ""
    seconds: float = 0.0
    peak_bytes: int = 0
    files: dict[_File, str] = Field(default_factory=dict)
    published: str = ""
    pictures: tuple[str, ...] = ()
    unpictured: str | None = None
    failure: Failure | None = None


class News(BaseModel):
    """Say which figures are new since an earlier run, as the front page tells them.

    `since` is the day of that run, None for the same day; `counts` are the numbers of figures by kind of
    change. `told` are the first of them in each language: the kind, the area's code and name, the figure.
    """

    since: date | None
    counts: dict[str, int]
    told: dict[str, list[tuple[str, str, str, str]]]


class Manifest(BaseModel):
    """Hold the records of the pages of a folder by their names.

    `run` is the key of the last run that left nothing to do, "" where there is none; `inputs` are the digests
    of the files that its plan listed, `indexes` the digests of the index in each of its languages, `data`
    those of the data that it read. `news` are the figures that were new in it, if any.
    """

    format: Literal[4] = 4
    run: str = ""
    inputs: dict[str, str | None] = Field(default_factory=dict)
    indexes: dict[_File, str] = Field(default_factory=dict)
    data: dict[_DataFile, str] = Field(default_factory=dict)
    news: News | None = None
    pages: dict[_Slug, PageRecord] = Field(default_factory=dict)

    def files(self) -> dict[str, str]:
        """Return the digests of all files by their names."""
        digests = {name: each for page in self.pages.values() for name, each in page.files.items()}
        return digests | self.indexes | self.data


@dataclass(frozen=True)
class Folder:
    """A folder of pages, which need not be there yet."""

    path: Path

    def read(self, name: str) -> bytes | None:
        """Return the content of a file; None where there is none, or only a link to one."""
        path = self.path / name
        # What a link leads to is not in the folder, and nobody has made it here.
        try:
            is_link = path.resolve() != self.path.resolve() / name
        except RuntimeError:  # a loop of links
            return None
        return None if is_link or not path.is_file() else path.read_bytes()

    def holds(self, files: Mapping[str, str]) -> bool:
        """Tell whether every file exists and matches its SHA-256 digest."""
        contents = ((self.read(name), known) for name, known in files.items())
        return all(content is not None and digest(content) == known for content, known in contents)

    def write(self, contents: Mapping[str, bytes]) -> None:
        """Write all changed files atomically: temporary files first, then rename.

        Raises OSError and leaves those that were there.
        """
        with ExitStack() as clean:
            parts: dict[Path, Path] = {}
            for name, content in contents.items():
                if self.read(name) == content:
                    continue
                place = self._place(name)
                if place.is_dir():
                    raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(place))
                place.parent.mkdir(parents=True, exist_ok=True)
                part = parts[place] = place.with_name(f".{place.name}.{secrets.token_hex(8)}.part")
                clean.callback(part.unlink, missing_ok=True)
                with part.open("xb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
            for place, part in parts.items():
                part.replace(place)

    def remove(self, name: str) -> None:
        """Remove a file if it is there."""
        self._place(name).unlink(missing_ok=True)

    def manifest(self) -> Manifest | None:
        """Read the manifest; None where there is none, or one that this version cannot read."""
        try:
            return Manifest.model_validate_json(self.read(MANIFEST) or b"")
        except (OSError, ValidationError):
            return None

    def faults(self, manifest: Manifest) -> Iterator[str]:
        """List what is not as a manifest says: failed pages, files that are gone, changed or a stranger's."""
        for slug, page in sorted(manifest.pages.items()):
            if page.failure:
                yield f"{slug} could not be made: {page.failure.message}"
        files = manifest.files()
        for name, known in sorted(files.items()):
            content = self.read(name)
            if content is None or digest(content) != known:
                yield f"{name} {'is gone' if content is None else 'is not what was made'}; render again"
        expected = {*files, MANIFEST, LOCK, *(f"{slug}.failed.ipynb" for slug in manifest.pages)}
        for path in sorted(self.path.rglob("*")):
            name = path.relative_to(self.path).as_posix()
            if name not in expected and not path.is_dir():
                yield f"{name} was not made by the run; remove it"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Lock the folder; raise InvalidOption if another run holds the lock."""
        from filelock import FileLock, Timeout

        made = [path for path in (self.path, *self.path.parents) if not exists(path)]
        way = "choose another folder with --out."
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / LOCK, timeout=0)
            lock.acquire()
        except Timeout:
            fault = f"Another run is writing into {self.path}. Wait until it has ended, or {way}"
            raise InvalidOption(fault) from None
        except OSError as error:
            fault = f"Cannot write the pages into {self.path}: {error.strerror or error}. "
            raise InvalidOption(fault + way.capitalize()) from None
        with lock:
            for part in self.path.rglob(".*.part"):
                # What a run was writing when it was killed.
                with suppress(OSError):
                    part.unlink()
            try:
                yield
            finally:
                # A run that has written nothing, for a fault of the plan say, leaves no folder.
                if made and [path.name for path in self.path.iterdir()] == [LOCK]:
                    self.remove(LOCK)
                    with suppress(OSError):
                        for path in made:
                            path.rmdir()

    def _place(self, name: str) -> Path:
        """Return the path of a file; raise if a link in its folder leads out of it."""
        path = self.path / name
        if path.parent.resolve() != (self.path.resolve() / name).parent:
            raise NotADirectoryError(ENOTDIR, "A link leads out of the folder", str(path.parent))
        return path


def page_key(job: Job, state: str) -> str:
    """Return the digest of all that a page is made from; `state` is `installation()` at its beginning."""
    options = {name: value for name, value in asdict(job).items() if name not in _WITHOUT_EFFECT}
    return digest([options, job.notebook.name, digests(job.inputs), state])


def installation() -> str:
    """Return the digest of this package, the data it reads, and the libraries that are installed."""
    return digest([_code(), digest_of(bundled("data"))])


@cache
def versions() -> dict[str, str]:
    """Return the versions of this package, of Python and of the libraries that it asks for."""
    asked = distribution("antq-analysis").requires or []
    names = {re.split(r"[\s<>=!~;\[]", each, maxsplit=1)[0] for each in asked if "extra ==" not in each}
    found = {"python": platform.python_version(), "antq-analysis": version("antq-analysis")}
    for name in sorted(names):
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def digests(paths: Iterable[Path]) -> dict[str, str | None]:
    """Return the digest of each file or folder by its path."""
    return {str(path): digest_of(path) for path in paths}


def digest_of(path: Path) -> str | None:
    """Return the SHA-256 of a file, or of all files below a folder; None where there is nothing to read."""
    try:
        if path.is_dir():
            files = {file.relative_to(path).as_posix(): file for file in path.rglob("*") if file.is_file()}
            return digest({name: digest_of(file) for name, file in files.items() if not _LEFT.search(name)})
        # A pipe or a device has no end.
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def digest(content: Any) -> str:
    """Return the SHA-256 of bytes, or of what JSON can hold."""
    if not isinstance(content, bytes):
        content = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str).encode()
    return sha256(content).hexdigest()


@cache
def _code() -> str:
    # The small scripts of plotly.js, which npm puts beside a checkout.
    scripts = sorted((_PACKAGE.parent / "node_modules").glob("plotly.js-*-dist-min/*.min.js"))
    # The names of the descriptions of libraries say their versions.
    places = [Path(place) for place in dict.fromkeys(sys.path) if Path(place) not in (Path(), Path.cwd())]
    found = [path.name for place in places if place.is_dir() for path in sorted(place.glob("*.*-info"))]
    return digest([digest_of(_PACKAGE), [digest_of(each) for each in scripts], versions(), found])
