"""The figures a question is about, each with what the whole data set says against it."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import pandas as pd

from antq_analysis.analysis.contradictions import flagged
from antq_analysis.analysis.frames import figures
from antq_analysis.dataset.dataset import Dataset


def chosen_figures(
    ds: Dataset,
    *,
    areas: str | Iterable[str] | None = None,
    inferred_areas: bool = False,
    **selection: Any,
) -> tuple[list[str], pd.DataFrame]:
    """Return the areas asked for, in the order given, and the figures selected for them.

    By default every area that has a figure. Areas known only from outside evidence stay out
    unless `inferred_areas` is True. `selection` goes to `Dataset.select`. The column `flags` holds the
    reasons each figure brings along because another figure of the data set speaks against it.
    """
    known = ds.select(inferred_areas=inferred_areas, **selection)
    reported = sorted(known.observations["ref_area"].unique())
    chosen = reported if areas is None else listed(ds.area_id(area) for area in listed(areas))
    found = figures(known)
    flags = _flags(ds)
    found = found.assign(flags=found["obs_id"].map(lambda obs_id: flags.get(obs_id, ())))
    return chosen, found[found["ref_area"].isin(chosen)]


def read(ds: Dataset, wording: str | None) -> Dataset:
    """Return the data set under the wording asked for, by default its own."""
    return ds if wording is None else ds.read_as(wording)


def listed(names: str | Iterable[str]) -> list[str]:
    """Return one name or several as a list, each once."""
    return list(dict.fromkeys([names] if isinstance(names, str) else names))


# A data set never changes, and one briefing asks it many questions.
@lru_cache(maxsize=4)
def _flags(ds: Dataset) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType(flagged(ds))
