"""A stale page is a defect, and a page made anew for nothing costs a night: here the two are told apart.

A page is fresh while everything is the same that it was made from: notebook, parameters, words, this package
and the libraries it works with, what was used of the data, the files that were read, and the page itself.
"""

import json
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from antq_analysis.briefings.files import digest_of, sha256
from antq_analysis.briefings.folder import Folder
from antq_analysis.briefings.job import BUNDLED, Job
from antq_analysis.briefings.manifest import Manifest, PageRecord
from antq_analysis.briefings.scripts import script_files
from antq_analysis.data.fingerprint import FOLDER, fingerprint

if TYPE_CHECKING:
    from antq_analysis.data.dataset import Dataset

_PACKAGE = Path(__file__).resolve().parent.parent

# What Python, an editor or Jupyter leaves beside code.
_LEFT = re.compile(r"(^|/)(__pycache__/|\.)|(~|\.orig|\.rej)$")

# What of a job does not change what its page says; the notebook is an input of its own.
_WITHOUT_EFFECT = {"source", "timeout", "memory", "pictures"}


class Present:
    """Know what a run finds: the pages of a folder, and the data that come with the package.

    Both are as they are when this is made: a run that finds the data changed while it goes on must not take
    what it has made for newer than it is.
    """

    def __init__(self, folder: Folder) -> None:
        self.fingerprint = fingerprint()
        self.has_changed = False
        self._folder = folder
        self._digests: dict[str, str | None] = {}

    @cached_property
    def dataset(self) -> "Dataset":
        """The figures that come with the package."""
        from antq_analysis.data.dataset import load

        return load()

    def data_after(self) -> str:
        """Return the fingerprint of the data for what has just been made.

        It is one that no data have where they have changed meanwhile: what was used then decides.
        """
        if (now := fingerprint()) == self.fingerprint:
            return now
        self.has_changed = True
        return _digest([self.fingerprint, now])

    def holds(self, digests: Mapping[str, str]) -> bool:
        """Tell whether files are in the folder and as they were made."""
        return all(self._digest(name) == digest for name, digest in digests.items())

    def _digest(self, name: str) -> str | None:
        if name not in self._digests:
            with suppress(OSError):
                content = self._folder.read(name)
                self._digests[name] = None if content is None else sha256(content)
        return self._digests.setdefault(name, None)


def is_fresh(record: PageRecord | None, job: Job, present: Present) -> bool:
    """Tell whether a page, with the pictures asked for, is what its job would make now."""
    return (
        record is not None
        and record.status == "made"
        and set(job.pictures) <= set(record.pictures)
        and {**record.inputs, "data": ""} == {**inputs_of(job, present), "data": ""}
        and present.holds(record.files)
        and _uses_hold(record, present)
    )


def stands(manifest: Manifest, basis: str, present: Present) -> bool:
    """Tell whether a folder is as a run of this basis would leave it: then there is nothing to do."""
    uses = [page.used for page in manifest.pages.values() if page.used is not None]
    return (
        manifest.basis == basis
        and manifest.index != ""
        and present.holds(manifest.digests())
        and all(_files_hold(used) and _folders(used) <= {BUNDLED} for used in uses)
    )


def inputs_of(job: Job, present: Present) -> dict[str, str]:
    """Return the digests of everything that decides a page, but for what its notebook will have read."""
    options = {name: value for name, value in vars(job).items() if name not in _WITHOUT_EFFECT}
    return {
        "notebook": sha256(job.source.encode()),
        "options": _digest(options),
        "package": package_key(),
        "libraries": _digest(_installed()),
        "data": present.fingerprint,
    }


def basis_of(plan: Path, present: Present, **options: Any) -> str:
    """Return the digest of everything that a run looks at to find out what to do.

    `options` are those of the run that decide which pages there are and what they say.
    """
    beside = sorted([*plan.parent.glob("*.ipynb"), *plan.parent.glob("locale/*.po")])
    texts = {str(path): digest_of(path) for path in [plan, *beside]}
    return _digest([texts, options, present.fingerprint, package_key(), _installed()])


@cache
def package_key() -> str:
    """Return the digest of this package, of the scripts for its pages, and of the versions it works with."""
    code = {path.relative_to(_PACKAGE).as_posix(): digest_of(path) for path in sorted(_code())}
    # By their names: a checkout and an installed package have them in different places.
    scripts = {name: digest_of(path) for name, path in script_files().items()}
    return _digest([code, scripts, versions()])


@cache
def versions() -> dict[str, str]:
    """Return the versions of this package, of Python and of the libraries that it asks for."""
    asked = distribution("antq-analysis").requires or []
    names = {re.split(r"[\s<>=!~;\[]", each, maxsplit=1)[0] for each in asked if "extra ==" not in each}
    return {"python": platform.python_version(), "antq-analysis": version("antq-analysis")} | {
        name: found for name in sorted(names) if (found := _version(name))
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


@cache
def _installed() -> list[str]:
    """List the libraries that a notebook could import: the names of their descriptions say their versions."""
    # Where one happens to be is no place for libraries.
    places = [Path(place) for place in dict.fromkeys(sys.path) if Path(place) not in (Path(), Path.cwd())]
    return [path.name for place in places if place.is_dir() for path in sorted(place.glob("*.*-info"))]


def _code() -> Iterator[Path]:
    # Data, notebooks and scripts that come with an installed package are inputs of their own.
    inputs = [_PACKAGE / "_bundled" / name for name in ("data", "notebooks", "scripts")]
    for path in _PACKAGE.rglob("*"):
        is_input = any(map(path.is_relative_to, inputs))
        if path.is_file() and not is_input and not _LEFT.search(path.relative_to(_PACKAGE).as_posix()):
            yield path


def _uses_hold(record: PageRecord, present: Present) -> bool:
    """Tell whether what was used is unchanged; where nobody watched, all of the data counts."""
    is_same = record.inputs["data"] == present.fingerprint
    if record.used is None:
        return is_same
    if not _files_hold(record.used):
        return False
    return (is_same and _folders(record.used) <= {BUNDLED}) or not _stale(record.used["data"], present)


def _files_hold(used: Mapping[str, Any]) -> bool:
    return all(digest_of(path) == digest for path, digest in used["files"].items())


def _folders(used: Mapping[str, Any]) -> set[str]:
    return {use["folder"] for use in used["data"]}


def _stale(uses: Iterable[dict[str, Any]], present: Present) -> bool:
    by_folder: dict[str, list[dict[str, Any]]] = {}
    for use in uses:
        by_folder.setdefault(use["folder"], []).append(use)
    return any(_changed(folder, here, present) for folder, here in by_folder.items())


def _changed(folder: str, uses: list[dict[str, Any]], present: Present) -> bool:
    """Tell whether a folder of data changed, as far as it was used."""
    from antq_analysis.data.dataset import load
    from antq_analysis.data.usage import stale
    from antq_analysis.errors import AntqError

    parts = [use for use in uses if use["kind"] != FOLDER]
    if parts != uses:
        # That data are spoilt, say, holds while nothing there is touched: they need not be loaded for that.
        now = present.fingerprint if folder == BUNDLED else fingerprint(folder)
        if {use["digest"] for use in uses if use["kind"] == FOLDER} != {now}:
            return True
    if not parts:
        return False
    try:
        ds = present.dataset if folder == BUNDLED else load(folder)
    except AntqError:
        # Gone, or spoilt.
        return True
    here = ds.origin.folder if ds.origin else None
    return bool(stale(ds, [{**use, "folder": here} for use in parts]))


def _digest(content: Any) -> str:
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False, default=list).encode())
