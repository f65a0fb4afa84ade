"""Tell whether a page is up to date: one key for all that it is made from.

One changed figure makes every page again that reads the data. What is not seen: other programs, the clock,
the environment, and files that a notebook reads and the plan does not list under `inputs`.
"""

import json
import platform
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from hashlib import file_digest, sha256
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Any

from antq_analysis.briefings.worker import Job
from antq_analysis.data import bundled

_PACKAGE = Path(__file__).resolve().parent.parent

# What Python, an editor or Jupyter leaves beside code.
_LEFT = re.compile(r"(^|/)(__pycache__/|\.)|(~|\.orig|\.rej)$")

# What of a job does not change what its page says.
_WITHOUT_EFFECT = {"notebook", "areas", "inputs", "key", "timeout", "memory", "pictures"}


def page_key(job: Job, state: str) -> str:
    """Return the digest of all that a page is made from; `state` is `installation()` at its beginning."""
    options = {name: value for name, value in asdict(job).items() if name not in _WITHOUT_EFFECT}
    return digest([options, job.notebook.name, digests(job.inputs), state])


def run_key(plan: Path, options: dict[str, Any], state: str) -> str:
    """Return the digest of all that a run looks at to find out what to do, but for the inputs of its plan."""
    beside = sorted([*plan.parent.glob("*.ipynb"), *plan.parent.glob("locale/*.po")])
    return digest([digests([plan, *beside]), options, state])


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
            names = {
                file: file.relative_to(path).as_posix() for file in sorted(path.rglob("*")) if file.is_file()
            }
            return digest({name: digest_of(file) for file, name in names.items() if not _LEFT.search(name)})
        # A pipe or a device has no end.
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def digest(content: Any) -> str:
    """Return the SHA-256 of bytes, or of what JSON can hold.

    >>> digest(b"a") == digest("a")
    False
    """
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
