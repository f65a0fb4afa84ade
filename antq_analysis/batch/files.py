"""Whoever opens a page while it is being made sees the last whole one, or none: never half of one."""

import errno
import hashlib
import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write files beside their places, and move all of them there once all are complete and on the disk.

    The folders must exist. Raises OSError and leaves what was there before.
    """
    parts = {path.with_name(f".{path.name}.{os.getpid()}.part"): path for path in contents}
    with ExitStack() as clean:
        for part, path in parts.items():
            if path.is_dir():
                # Better before the first is moved than after.
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
            clean.callback(part.unlink, missing_ok=True)
            with part.open("wb") as file:
                file.write(contents[path])
                file.flush()
                os.fsync(file.fileno())
        for part, path in parts.items():
            part.replace(path)


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def digest_of(path: str | Path) -> str | None:
    """Return the SHA-256 of a file; None where there is none to read."""
    try:
        return sha256(Path(path).read_bytes())
    except OSError:
        return None
