"""A folder of pages is read while it is written: each file in it is whole, and one run at a time writes.

It lies on this machine, or wherever fsspec reaches by a URL, where whole files are put as well.
"""

import errno
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

from antq_analysis.briefings.files import write_all
from antq_analysis.errors import InvalidOption

# The file that a run holds a lock on. The lock, unlike the file, ends with the process, however that ends.
LOCK = ".lock"


class Folder(Protocol):
    """A place for files by their names, which may lead into folders below: `assets/page.css`."""

    def child(self, name: str) -> "Folder":
        """Return a folder in this one, which need not be there yet."""
        ...

    def names(self) -> list[str]:
        """List the names of the files and folders in it; none where it is not there."""
        ...

    def read(self, name: str) -> bytes | None:
        """Return the content of a file; None where there is none, or only a link to one."""
        ...

    def write(self, contents: Mapping[str, bytes]) -> None:
        """Put files there, all of them whole or none at all; raise OSError where that cannot be done."""
        ...

    def remove(self, name: str) -> None:
        """Remove a file if it is there; raise OSError where that cannot be done."""
        ...

    def held(self) -> AbstractContextManager[None]:
        """Keep other runs out of it, in a context; raise InvalidOption where another keeps this one out."""
        ...


def folder_at(place: str | Path) -> Folder:
    """Return the folder at a path, or at a URL like `s3://bucket/briefings`.

    Raises InvalidOption where there is nothing installed that reaches the URL.
    """
    text = str(place)
    if text.startswith("file://"):
        return _Local(Path(url2pathname(urlsplit(text).path)))
    return _Remote(text) if "://" in text else _Local(Path(place))


class _Local:
    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return str(self._path)

    def child(self, name: str) -> "_Local":
        return _Local(self._path / name)

    def names(self) -> list[str]:
        return sorted(path.name for path in self._path.iterdir()) if self._path.is_dir() else []

    def read(self, name: str) -> bytes | None:
        path = self._path / name
        # What a link leads to is not in the folder, and nobody has made it here.
        is_link = path.resolve() != self._path.resolve() / name
        return None if is_link or not path.is_file() else path.read_bytes()

    def write(self, contents: Mapping[str, bytes]) -> None:
        for name in contents:
            self._at(name).parent.mkdir(parents=True, exist_ok=True)
        write_all({self._path / name: content for name, content in contents.items()})

    def remove(self, name: str) -> None:
        self._at(name).unlink(missing_ok=True)

    def _at(self, name: str) -> Path:
        """Return where a file is to be; a link in its place is replaced, one on the way there is refused."""
        path = self._path / name
        if path.parent.resolve() != (self._path.resolve() / name).parent:
            raise NotADirectoryError(errno.ENOTDIR, "A link leads out of the folder", str(path.parent))
        return path

    @contextmanager
    def held(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        missing = [path for path in (self._path, *self._path.parents) if not path.exists()]
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._path / LOCK, timeout=0)
            lock.acquire()
        except Timeout:
            raise InvalidOption(
                f"Another run is writing into {self}. Wait until it has ended, or choose another folder "
                "with --out."
            ) from None
        except OSError as error:
            raise _unwritable(self, error) from None
        with lock:
            self._sweep()
            try:
                yield
            finally:
                self._leave(missing)

    def _sweep(self) -> None:
        # What a run was writing when it was ended from outside.
        for part in self._path.rglob(".*.part"):
            with suppress(OSError):
                part.unlink()

    def _leave(self, made: list[Path]) -> None:
        """Take away the folders that were made for a run that has written nothing, a refused plan say."""
        if made and self.names() == [LOCK]:
            self.remove(LOCK)
            with suppress(OSError):
                for path in made:
                    path.rmdir()


class _Remote:
    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._system, self._root = _reached(self._url)

    def __str__(self) -> str:
        return self._url

    def child(self, name: str) -> "_Remote":
        return _Remote(f"{self._url}/{name}")

    def names(self) -> list[str]:
        try:
            with _told_as_os_error():
                listed = self._system.ls(self._root, detail=False)
        except FileNotFoundError:
            return []
        return sorted(path.rstrip("/").rpartition("/")[2] for path in listed)

    def read(self, name: str) -> bytes | None:
        try:
            with _told_as_os_error():
                content: bytes = self._system.cat_file(f"{self._root}/{name}")
        except FileNotFoundError:
            return None
        return content

    def write(self, contents: Mapping[str, bytes]) -> None:
        # What is written within a transaction is put into its place at its end.
        with _told_as_os_error(), self._system.transaction:
            for name, content in contents.items():
                path = f"{self._root}/{name}"
                self._system.makedirs(path.rpartition("/")[0], exist_ok=True)
                with self._system.open(path, "wb") as file:
                    file.write(content)

    def remove(self, name: str) -> None:
        with _told_as_os_error():
            if self._system.exists(path := f"{self._root}/{name}"):
                self._system.rm_file(path)

    @contextmanager
    def held(self) -> Iterator[None]:
        # Stores of objects know no lock; each file is whole there even if two runs write.
        try:
            self.write({LOCK: b""})
        except OSError as error:
            raise _unwritable(self, error) from None
        yield


def _reached(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs

        system, root = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise InvalidOption(
            f"Cannot reach {url}: {error}. Install antq-analysis[cluster] and what fsspec needs for that "
            "protocol, or give a folder of this machine."
        ) from None
    return system, root


@contextmanager
def _told_as_os_error() -> Iterator[None]:
    """Let a caller know one kind of error, where each store has its own."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}") from error


def _unwritable(place: object, error: OSError) -> InvalidOption:
    return InvalidOption(
        f"Cannot write the pages into {place}: {error.strerror or error}. Choose another folder with --out."
    )
