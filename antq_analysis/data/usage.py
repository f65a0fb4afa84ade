"""What a piece of work used of the data, so that it is done again when that changed, and only then.

A page about one province need not be made anew because another province reported. What is recorded is
therefore what was handed out: the figures of a selection, one figure, one source, a table of names. Where
something is wrong, data that cannot be loaded say, or a name that is not there, it is the whole folder.
"""

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

import pandas as pd

from antq_analysis.data.fingerprint import FOLDER, fingerprint
from antq_analysis.errors import AntqError, UnknownName

if TYPE_CHECKING:
    from antq_analysis.data.dataset import Dataset
    from antq_analysis.data.store import Origin

P = ParamSpec("P")
T = TypeVar("T")

# A frame longer than this costs more to keep than to make again.
_LONGEST = 20_000


class Usage:
    """List every use of a data set within a watch, once each, as values that JSON can hold.

    Each is a mapping: `folder` of the data (None if they came from no files), `kind` and `key`, which are
    "figures" and the conditions of the selection, "values" and a column with such conditions, "figure" and
    its id, "sources" and their ids, "table" and its name, "names" and the conditions that named them,
    "folder" and None; and the `digest` of what was handed out, of a folder its fingerprint.
    """

    def __init__(self) -> None:
        self._uses: dict[tuple[str | None, str, Hashable], Callable[[], str]] = {}

    def add(self, folder: str | None, kind: str, key: Hashable, digest: Callable[[], str]) -> None:
        """Note one use, and how to get the digest of what it handed out."""
        self._uses.setdefault((folder, kind, key), digest)

    def repeat(self) -> None:
        """Record all these uses again, in the watches of now."""
        for use, digest in self._uses.items():
            _note(*use, digest)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for (folder, kind, key), digest in self._uses.items():
            yield {"folder": folder, "kind": kind, "key": json.loads(json.dumps(key)), "digest": digest()}


# Every open watch sees every use, whichever thread it is in: too much recorded costs a page, too little
# leaves a stale one.
_OPEN: list[Usage] = []


@contextmanager
def watched() -> Iterator[Usage]:
    """Collect every use of any data set until the block ends; watches may stand inside each other.

    >>> import antq_analysis as aq
    >>> with watched() as used:
    ...     _ = aq.load().select(areas="Điện Biên").observations
    >>> [(use["kind"], use["key"]) for use in used]
    [('names', []), ('table', 'areas'), ('figures', [['areas', ['VN-71']], ['inferred_areas', False]])]
    """
    usage = Usage()
    _OPEN.append(usage)
    try:
        yield usage
    finally:
        # By identity: an empty list of uses equals any other.
        _OPEN[:] = [watch for watch in _OPEN if watch is not usage]


def record(ds: "Dataset", kind: str, key: Hashable) -> None:
    """Note in every open watch that something of a whole data set is being used."""
    origin = ds._store.origin
    _note(origin.folder if origin else None, kind, key, partial(ds._store.digest, kind, key))


def record_folder(origin: "Origin | None") -> None:
    """Note in every open watch a use that rests on everything in a folder of data, sound or not."""
    if origin is not None:
        _note(origin.folder, FOLDER, None, lambda: origin.fingerprint)


def _note(folder: str | None, kind: str, key: Hashable, digest: Callable[[], str]) -> None:
    for watch in list(_OPEN):
        watch.add(folder, kind, key, digest)


def refusing(work: Callable[Concatenate["Dataset", P], T]) -> Callable[Concatenate["Dataset", P], T]:
    """Let a name that a method of a data set refuses count as a use: another day it may be known."""

    @wraps(work)
    def recording(ds: "Dataset", /, *args: P.args, **options: P.kwargs) -> T:
        try:
            return work(ds, *args, **options)
        except UnknownName:
            record_folder(ds._store.origin)
            raise

    return recording


def stale(ds: "Dataset", uses: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """List the uses that would not give the same today; none if what rests on them still holds.

    `ds` holds the data as they are now. Uses of another folder, or of data that came from none, are stale.
    """
    return [use for use in uses if _now(ds, use) != use["digest"]]


def _now(ds: "Dataset", use: Mapping[str, Any]) -> str | None:
    if ds.origin is None or use["folder"] != ds.origin.folder:
        return None
    if use["kind"] == FOLDER:
        return fingerprint(use["folder"])
    try:
        return ds._store.digest(use["kind"], _hashable(use["key"]))
    except AntqError:
        return None  # a name that is gone


def _hashable(key: Any) -> Hashable:
    return tuple(map(_hashable, key)) if isinstance(key, list) else key


def remembered(work: Callable[Concatenate["Dataset", P], T]) -> Callable[Concatenate["Dataset", P], T]:
    """Keep the answers of a function of a data set and of hashable arguments for as long as the data.

    What was used for an answer is recorded again whenever it is given. Frames are the caller's own; other
    answers must be such as nobody can change.
    """

    @wraps(work)
    def recalled(ds: "Dataset", *args: P.args, **options: P.kwargs) -> T:
        memory, key = ds._store.memory, (work, ds._query, args, tuple(sorted(options.items())))
        answer, used = memory.get(key, (None, None))
        if used is None:
            with watched() as used:
                answer = work(ds, *args, **options)
            if not (isinstance(answer, pd.DataFrame) and len(answer) > _LONGEST):
                memory.put(key, (answer, used))
        else:
            used.repeat()
        return cast(T, answer.copy() if isinstance(answer, pd.DataFrame) else answer)

    return cast(Callable[Concatenate["Dataset", P], T], recalled)
