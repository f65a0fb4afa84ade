"""What was made, from what, and whether it is still that: so that no page is made twice, and none is stale.

`manifest.json` in a folder of pages is described by `manifest.schema.json`, which comes with this package.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from antq_analysis.briefings.files import sha256
from antq_analysis.briefings.folder import Folder
from antq_analysis.briefings.job import Made

NAME, INDEX = "manifest.json", "index.html"

# Another number where another version of this package could not read it.
FORMAT = 2

# What a page and its files can be called. Files are read, written and removed by the names in a manifest, and
# anybody may have written one: none of them leads out of its folder, on any system.
_PAGE, _FILE = re.compile(r"[a-z0-9_-]+"), re.compile(r"(assets/)?[a-z0-9_-]+(\.[a-z0-9_-]+)*")


@dataclass(frozen=True)
class Failure:
    """Say when and why a page could not be made."""

    message: str
    started: str
    seconds: float


@dataclass(frozen=True)
class PageRecord:
    """Say of one page how it was made.

    `inputs` are digests of what it was made from, but for what its notebook reads: `used` is that, the
    data and the files, None where nobody watched. `files` are the SHA-256 digests of all files that it
    consists of by their names, none for a page that was never made. `published` is the day of the newest
    source that the page cites, as far as it is known. `pictures` are the kinds that were made of it,
    `unpictured` says why it has not those asked for. `failure` is that of the last try, None where it was
    good.
    """

    notebook: str
    lang: str
    parameters: Mapping[str, Any]
    plan: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    used: Mapping[str, Any] | None = None
    engine: str = ""
    started: str = ""
    seconds: float = 0.0
    peak_bytes: int = 0
    files: Mapping[str, str] = field(default_factory=dict)
    published: str = ""
    pictures: Sequence[str] = ()
    unpictured: str | None = None
    failure: Failure | None = None

    @property
    def status(self) -> str:
        """`made`, `failed`, or `outdated`: the last try failed, and an earlier page stands."""
        if self.failure is None:
            return "made"
        return "outdated" if self.files else "failed"


@dataclass
class Manifest:
    """Hold the records of the pages of a folder by their names.

    `basis` is the digest of everything that a run looks at to find out what to do, "" where it did not do
    all of it; `index` is the digest of the index of the pages, "" where there is none. `uses` holds every use
    of data once, by its JSON: pages have most of them in common, and there may be hundreds of pages.
    """

    basis: str = ""
    index: str = ""
    pages: dict[str, PageRecord] = field(default_factory=dict)
    uses: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def add(self, slug: str, page: PageRecord) -> None:
        """Take in the record of a page, in the place of an earlier one."""
        if page.used is not None:
            data = [self.uses.setdefault(_json(use), use) for use in page.used["data"]]
            page = replace(page, used={**page.used, "data": data})
        self.pages[slug] = page

    def digests(self) -> dict[str, str]:
        """Return the digests of all files by their names."""
        digests = {name: digest for page in self.pages.values() for name, digest in page.files.items()}
        return digests | ({INDEX: self.index} if self.index else {})


def read_manifest(folder: Folder) -> Manifest | None:
    """Read the manifest of a folder; None where there is none that this version has written."""
    try:
        content = json.loads(folder.read(NAME) or b"null")
        if content["format"] != FORMAT or content.pop("digest") != _digest(content):
            return None
        pages = {slug: _record(page, content["uses"]) for slug, page in content["pages"].items()}
        if not all(_is_within(slug, page) for slug, page in pages.items()):
            return None
        uses = {_json(use): use for use in content["uses"]}
        return Manifest(content["basis"], content["index"], pages, uses)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def manifest_text(manifest: Manifest) -> bytes:
    """Return a manifest as it is written: a page a line, a use of data a line, each use once.

    A digest tells if somebody changed it.
    """
    places: dict[int, int] = {}
    uses: list[Mapping[str, Any]] = []
    pages = {slug: _plain(page, places, uses) for slug, page in sorted(manifest.pages.items())}
    head = {"format": FORMAT, "basis": manifest.basis, "index": manifest.index}
    digest = _digest({**head, "pages": pages, "uses": uses})
    page_lines = ",\n".join(f"{_json(slug)}: {_json(page)}" for slug, page in pages.items())
    use_lines = ",\n".join(map(_json, uses))
    start = _json({**head, "digest": digest}).removesuffix("}")
    return f'{start}, "pages": {{\n{page_lines}\n}}, "uses": [\n{use_lines}\n]}}\n'.encode()


def record_of(made: Made, known: PageRecord, earlier: PageRecord | None) -> PageRecord:
    """Return the record of a page after a try to make it.

    `known` is what was known of it before the try; of one that fails, the `earlier` record stays but for the
    failure.
    """
    if made.failure is not None:
        failure = Failure(made.failure, made.started, made.seconds)
        asked = {name: getattr(known, name) for name in ("notebook", "lang", "parameters", "plan")}
        return replace(earlier or PageRecord(**asked), **asked, failure=failure)
    return replace(
        known,
        published=made.published,
        pictures=known.pictures if made.unpictured is None else (),
        unpictured=made.unpictured,
        used=made.record.get("used"),
        engine=made.record.get("engine", ""),
        started=made.started,
        seconds=made.seconds,
        peak_bytes=made.record.get("peak_bytes", 0),
        files={name: sha256(content) for name, content in {**made.files, **made.shared}.items()},
    )


def differences(folder: Folder, manifest: Manifest) -> Iterator[tuple[str, str]]:
    """List the files of a folder that are not what its manifest says: the name, and what is wrong with it."""
    for name, digest in sorted(manifest.digests().items()):
        try:
            content = folder.read(name)
        except OSError as error:
            yield name, f"cannot be read ({error.strerror or error})"
            continue
        if content is None:
            yield name, "is gone"
        elif sha256(content) != digest:
            yield name, "is not what was made"


def _plain(page: PageRecord, places: dict[int, int], uses: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a record as it is written, its uses by their places in a list, which is added to."""
    failure, used = vars(page.failure) if page.failure else None, page.used
    if used is not None:
        for use in used["data"]:
            if id(use) not in places:
                places[id(use)] = len(uses)
                uses.append(use)
        used = {**used, "data": [places[id(use)] for use in used["data"]]}
    return {**vars(page), "status": page.status, "failure": failure, "used": used}


def _record(page: dict[str, Any], uses: list[Mapping[str, Any]]) -> PageRecord:
    known = {each.name: page[each.name] for each in fields(PageRecord)}
    if known["used"] is not None:
        known["used"] = {**known["used"], "data": [uses[place] for place in known["used"]["data"]]}
    return PageRecord(**{**known, "failure": Failure(**known["failure"]) if known["failure"] else None})


def _is_within(slug: str, page: PageRecord) -> bool:
    return bool(_PAGE.fullmatch(slug)) and all(map(_FILE.fullmatch, page.files.keys()))


def _digest(content: Any) -> str:
    return sha256(_json(content).encode())


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True)
