"""The two doors into the data: `load` for those who want to use them, `check` for those who mend them."""

from pathlib import Path
from weakref import WeakValueDictionary

import pandas as pd

from antq_analysis.data.bounds import check_wording
from antq_analysis.data.check import check_package
from antq_analysis.data.dataset import Dataset
from antq_analysis.data.descriptor import read_package
from antq_analysis.data.fingerprint import fingerprint, place
from antq_analysis.data.frames import joined, with_bounds
from antq_analysis.data.schema import COLUMNS, OBSERVATIONS
from antq_analysis.data.store import Origin
from antq_analysis.data.usage import record, record_folder
from antq_analysis.errors import InvalidData, Problem

# As long as somebody holds a data set, loading it again costs no more than seeing that no file changed.
_LOADED: WeakValueDictionary[tuple[Origin, str], Dataset] = WeakValueDictionary()


def load(path: str | Path | None = None, *, wording: str = "convention") -> Dataset:
    """Load checked data.

    `path` is a folder that holds a `datapackage.json`, or that file; without it the data that come with
    the package are loaded. `wording` says how vague figures are bounded, see `parse_figure`. As long as
    a data set is in use and its files are as they were, the same one is returned.

    Raises InvalidData with every fault at once, MissingData where there is nothing, InvalidOption for
    another wording.

    >>> dataset = load()
    >>> dataset.area_id("dien bien")
    'VN-71'
    """
    check_wording(wording)
    origin = _origin(path)
    known = _LOADED.get((origin, wording))
    if known is None:
        try:
            known = _LOADED[origin, wording] = _read(origin, wording)
        except Exception:
            record_folder(origin)
            raise
    record(known, "names", ())
    return known


def check(path: str | Path | None = None) -> list[Problem]:
    """List every fault in the data, none if they are sound; `path` is as for `load`.

    Raises MissingData where there is nothing to check.

    >>> check()
    []
    """
    record_folder(_origin(path))
    try:
        return check_package(read_package(place(path)), wording="convention").problems
    except InvalidData as invalid:
        return invalid.problems


def _origin(path: str | Path | None) -> Origin:
    return Origin(str(place(path).resolve()), fingerprint(path))


def _read(origin: Origin, wording: str) -> Dataset:
    package = read_package(Path(origin.folder))
    checked = check_package(package, wording=wording)
    if checked.problems:
        raise InvalidData(checked.problems)
    sheets = [sheet for table in package.observations() for sheet in checked.sheets[table.name]]
    readings = pd.concat([checked.readings[sheet.file] for sheet in sheets], ignore_index=True)
    observations = with_bounds(joined(sheets), readings)
    lookups = {name: joined(checked.sheets[name]) for name in COLUMNS if name != OBSERVATIONS}
    mandates = {mandate for table in package.observations() for mandate in table.choices("mandate")}
    mandates |= set(observations["mandate"].unique())
    return Dataset(observations, lookups, mandates=mandates, wording=wording, origin=origin)
