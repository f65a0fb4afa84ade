"""The two doors into the data: `load` for those who want to use them, `check` for those who mend them."""

from os import PathLike
from pathlib import Path

import pandas as pd

from antq_analysis.dataset.bounds import check_wording
from antq_analysis.dataset.bundled import bundled
from antq_analysis.dataset.check import Checked, check_package
from antq_analysis.dataset.dataset import Dataset, with_bounds
from antq_analysis.dataset.descriptor import read_package
from antq_analysis.dataset.frames import joined
from antq_analysis.dataset.schema import COLUMNS, OBSERVATIONS, Package
from antq_analysis.errors import InvalidData, InvalidOption, Problem


def load(path: str | Path | None = None, *, wording: str = "convention") -> Dataset:
    """Load checked data.

    `path` is a folder that holds a `datapackage.json`, or that file; without it the data that come with
    the package are loaded. `wording` says how vague figures are bounded, see `parse_figure`.

    Raises InvalidData with every fault at once, MissingData where there is nothing, InvalidOption for
    another wording.

    >>> dataset = load()
    >>> dataset.area_id("dien bien")
    'VN-71'
    """
    package = read_package(_place(path))
    checked = check_package(package, wording=check_wording(wording))
    if checked.problems:
        raise InvalidData(checked.problems)
    return _dataset(package, checked, wording)


def check(path: str | Path | None = None) -> list[Problem]:
    """List every fault in the data, none if they are sound; `path` is as for `load`.

    Raises MissingData where there is nothing to check.

    >>> check()
    []
    """
    try:
        return check_package(read_package(_place(path)), wording="convention").problems
    except InvalidData as invalid:
        return invalid.problems


def _place(path: str | Path | None) -> Path:
    if path is not None and not isinstance(path, str | PathLike):
        raise InvalidOption(f"path={path!r} is no path. Give the folder of the data as a text or a Path.")
    return bundled("data") if path is None else Path(path)


def _dataset(package: Package, checked: Checked, wording: str) -> Dataset:
    sheets = [sheet for table in package.observations() for sheet in checked.sheets[table.name]]
    readings = pd.concat([checked.readings[sheet.file] for sheet in sheets], ignore_index=True)
    observations = with_bounds(joined(sheets), readings)
    lookups = {name: joined(checked.sheets[name]) for name in COLUMNS if name != OBSERVATIONS}
    mandates = {mandate for table in package.observations() for mandate in table.choices("mandate")}
    return Dataset(
        observations, lookups, mandates=mandates | set(observations["mandate"].unique()), wording=wording
    )
