"""The figures a question is about, each with what the whole data set says against it."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import pandas as pd

from antq_analysis.analysis.contradictions import flagged
from antq_analysis.analysis.frames import LEFT_OUT, MISSING, figures
from antq_analysis.dataset.dataset import Dataset


class Areas(list[str]):
    """The areas of a question, and why one without figures is silent."""

    def __init__(self, areas: Iterable[str], inferred: Iterable[str]) -> None:
        super().__init__(areas)
        self._inferred = set(inferred)

    def silence(self, area: str) -> dict[str, Any]:
        """Return the status of an area without figures: it did not report, or it is only inferred."""
        if area in self._inferred:
            return {"obs_status": LEFT_OUT, "reasons": ("area_inferred",)}
        return {"obs_status": MISSING, "reasons": ("no_figures",)}


def chosen_figures(
    ds: Dataset,
    *,
    areas: str | Iterable[str] | None = None,
    inferred_areas: bool = False,
    **selection: Any,
) -> tuple[Areas, pd.DataFrame]:
    """Return the areas asked for, in the order given, and the figures selected for them.

    By default every area that has a figure. Areas known only from outside evidence stay out
    unless `inferred_areas` is True. `selection` goes to `Dataset.select`. The column `flags` holds the
    reasons each figure brings along because another figure of the whole data set speaks against it.
    """
    every = ds.select(inferred_areas=True, **selection)
    known = every.select(inferred_areas=inferred_areas)
    left_out = set(every.observations["ref_area"]) - set(known.observations["ref_area"])
    reported = sorted(known.observations["ref_area"].unique())
    chosen = reported if areas is None else dict.fromkeys(ds.area_id(area) for area in listed(areas))
    found = figures(known)
    flags = _flags(ds.whole)
    found = found.assign(flags=found["obs_id"].map(lambda obs_id: flags.get(obs_id, ())))
    return Areas(chosen, left_out), found[found["ref_area"].isin(chosen)]


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
