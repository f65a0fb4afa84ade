"""Tells in milliseconds whether a folder of data is what it was, without reading a single figure.

It imports no large library: whoever finds nothing changed has nothing else to load.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import Any

from antq_analysis.data import bundled
from antq_analysis.errors import InvalidOption

DESCRIPTOR = "datapackage.json"

# The kind of a use of data that rests on every byte of them: its digest is their fingerprint.
FOLDER = "folder"


def place(path: str | Path | None) -> Path:
    """Return where data lie: a folder or its description; by default the data that come with the package.

    Raises InvalidOption for what is no path.

    >>> place("somewhere").name
    'somewhere'
    """
    if path is not None and not isinstance(path, str | PathLike):
        raise InvalidOption(f"path={path!r} is no path. Give the folder of the data as a text or a Path.")
    return bundled("data") if path is None else Path(path)


def fingerprint(path: str | Path | None = None) -> str:
    """Return the digest of every file of a folder of data: its description and the files that this names.

    `path` is as for `load`. A folder without a description has one as well: whether data are sound, or are
    there at all, is for `load` to say.

    >>> fingerprint() == fingerprint(place(None) / "datapackage.json")
    True
    """
    found = place(path)
    folder, name = (found, DESCRIPTOR) if found.is_dir() else (found.parent, found.name)
    digest = sha256()
    for file in dict.fromkeys([name, *_named(folder / name)]):
        content = _content(folder, file)
        size = -1 if content is None else len(content)
        digest.update(f"{file}\x1f{size}\n".encode(errors="surrogatepass"))
        digest.update(content or b"")
    return digest.hexdigest()


def _named(descriptor: Path) -> Iterator[str]:
    """List the files that a description names; whatever else stands in their place is skipped."""
    try:
        described = json.loads(descriptor.read_bytes())
    except (OSError, ValueError, RecursionError):
        return
    for resource in _list(described.get("resources") if isinstance(described, dict) else None):
        if isinstance(resource, dict):
            paths = [*_list(resource.get("path")), resource.get("path"), resource.get("schema")]
            yield from (name for name in paths if isinstance(name, str))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _content(folder: Path, file: str) -> bytes | None:
    """Read a file inside the folder; None where there is none."""
    try:
        path = (folder / file).resolve()
        inside = path.is_relative_to(folder.resolve()) and path.is_file()
        return path.read_bytes() if inside else None
    except (OSError, ValueError, RuntimeError):
        return None
