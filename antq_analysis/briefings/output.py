"""Keep a folder of pages whole while it is written, and write down what each page was made from.

Each file appears whole or not at all, one run at a time writes, and `manifest.json` says what was made.
"""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from errno import EISDIR, ENOTDIR
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from antq_analysis.briefings.cache import digest
from antq_analysis.errors import InvalidOption

MANIFEST, INDEX = "manifest.json", "index.html"

# The file that a run holds a lock on. The lock, unlike the file, ends with the process, however that ends.
LOCK = ".lock"

# Files are read, written and removed by the names in a manifest, and anybody may have written one: none of
# them leads out of its folder, on any system.
_Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+$")]
_File = Annotated[str, StringConstraints(pattern=r"^(assets/)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$")]


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


class Manifest(BaseModel):
    """Hold the records of the pages of a folder by their names.

    `run` is the key of the last run that left nothing to do, "" where there is none; `inputs` are the digests
    of the files that its plan listed, `index` is the digest of the index.
    """

    format: Literal[3] = 3
    run: str = ""
    inputs: dict[str, str | None] = Field(default_factory=dict)
    index: str = ""
    pages: dict[_Slug, PageRecord] = Field(default_factory=dict)

    def files(self) -> dict[str, str]:
        """Return the digests of all files by their names."""
        digests = {name: each for page in self.pages.values() for name, each in page.files.items()}
        return digests | ({INDEX: self.index} if self.index else {})


class Folder:
    """A folder of pages, which need not be there yet."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        return str(self.path)

    def read(self, name: str) -> bytes | None:
        """Return the content of a file; None where there is none, or only a link to one."""
        path = self.path / name
        # What a link leads to is not in the folder, and nobody has made it here.
        is_link = path.resolve() != self.path.resolve() / name
        return None if is_link or not path.is_file() else path.read_bytes()

    def holds(self, files: Mapping[str, str]) -> bool:
        """Tell whether files are there and as they were made, by the digest of each name."""
        return all(
            (found := self.read(name)) is not None and digest(found) == known for name, known in files.items()
        )

    def write(self, contents: Mapping[str, bytes]) -> None:
        """Put files there, all complete before the first. Raises OSError and leaves those that were there."""
        with ExitStack() as clean:
            parts = {name: self._part(name, content, clean) for name, content in contents.items()}
            for name, part in parts.items():
                part.replace(self._place(name))

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
        """Keep other runs out of the folder; raise InvalidOption where another keeps this one out."""
        from filelock import FileLock, Timeout

        missing = [path for path in (self.path, *self.path.parents) if not path.exists()]
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / LOCK, timeout=0)
            lock.acquire()
        except Timeout:
            raise InvalidOption(
                f"Another run is writing into {self}. Wait until it has ended, or choose another folder "
                "with --out."
            ) from None
        except OSError as error:
            raise InvalidOption(
                f"Cannot write the pages into {self}: {error.strerror or error}. "
                "Choose another folder with --out."
            ) from None
        with lock:
            for part in self.path.rglob(".*.part"):
                # What a run was writing when it was killed.
                part.unlink(missing_ok=True)
            try:
                yield
            finally:
                self._leave(missing)

    def _leave(self, made: list[Path]) -> None:
        """Remove the folders that were made for a run that has written nothing, a refused plan say."""
        if made and [path.name for path in self.path.iterdir()] == [LOCK]:
            self.remove(LOCK)
            with suppress(OSError):
                for path in made:
                    path.rmdir()

    def _part(self, name: str, content: bytes, clean: ExitStack) -> Path:
        """Write a content beside its place, and to the disk."""
        place = self._place(name)
        if place.is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(place))
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{place.name}.{secrets.token_hex(8)}.part")
        clean.callback(part.unlink, missing_ok=True)
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return part

    def _place(self, name: str) -> Path:
        """Return where a file is to be; a link in its place is replaced, one on the way there is refused."""
        path = self.path / name
        if path.parent.resolve() != (self.path.resolve() / name).parent:
            raise NotADirectoryError(ENOTDIR, "A link leads out of the folder", str(path.parent))
        return path
