"""Whoever opens a page while it is being made sees the last whole one, or none: never half of one."""

import errno
import hashlib
import os
import secrets
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write files beside their places, and move all of them there once all are complete and on the disk.

    The folders must exist. Raises OSError and leaves what was there before.
    """
    parts = {path.with_name(f".{path.name}.{secrets.token_hex(8)}.part"): path for path in contents}
    with ExitStack() as clean:
        for part, path in parts.items():
            if path.is_dir():
                # Better before the first is moved than after.
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
            clean.callback(part.unlink, missing_ok=True)
            with part.open("xb") as file:
                file.write(contents[path])
                file.flush()
                os.fsync(file.fileno())
        for part, path in parts.items():
            part.replace(path)


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def digest_of(path: str | Path) -> str | None:
    """Return the SHA-256 of a file, or of the names in a folder, the path of which ends in `/`.

    None where there is nothing to read, or no end of it: of a pipe, or a device.
    """
    try:
        if str(path).endswith("/"):
            names = sorted(each.name for each in Path(path).iterdir())
            return sha256("\0".join(names).encode(errors="surrogateescape"))
        if not Path(path).is_file():
            return None
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
