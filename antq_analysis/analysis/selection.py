"""The figures a question is about, each with what the whole data set says against it."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypedDict

from antq_analysis.analysis.contradictions import flagged
from antq_analysis.analysis.frames import LEFT_OUT, MISSING, figure_rows
from antq_analysis.data.dataset import Dataset, remembered


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


class Which(TypedDict, total=False):
    """Which areas a question is about; see `chosen_figures`."""

    areas: str | Iterable[str] | None
    inferred_areas: bool


def chosen_figures(
    ds: Dataset,
    *,
    areas: str | Iterable[str] | None = None,
    inferred_areas: bool = False,
    **selection: Any,
) -> tuple[Areas, list[dict[str, Any]]]:
    """Return the areas asked for, in the order given, and the figures selected for them.

    By default every area that has a figure. Areas known only from outside evidence stay out
    unless `inferred_areas` is True. `selection` goes to `Dataset.select`. Each figure is a row of `figures`
    with its `flags`: the reasons it brings along because another figure of the whole data set speaks
    against it.
    """
    wanted = None if areas is None else [ds.area_id(area) for area in listed(areas)]
    every = ds.select(inferred_areas=True, areas=wanted, **selection)
    known = every.select(inferred_areas=inferred_areas)
    found = figure_rows(known)
    reported = list(dict.fromkeys(figure["ref_area"] for figure in found))
    flags = _flags(ds.whole, reported)
    for figure in found:
        figure["flags"] = flags.get(figure["obs_id"], ())
    chosen = sorted(reported) if wanted is None else dict.fromkeys(wanted)
    return Areas(chosen, set(every.distinct("ref_area")) - set(reported)), found


def read(ds: Dataset, wording: str | None) -> Dataset:
    """Return the data set under the wording asked for, by default its own."""
    return ds if wording is None else ds.read_as(wording)


def listed(names: str | Iterable[str]) -> list[str]:
    """Return one name or several as a list, each once."""
    return list(dict.fromkeys([names] if isinstance(names, str) else names))


def _flags(ds: Dataset, areas: Iterable[str]) -> dict[str, tuple[str, ...]]:
    # What contradicts a figure is of its own area: other areas are none of a page's business.
    within = [_flags_within(ds, area) for area in areas]
    return {obs_id: reasons for flags in within for obs_id, reasons in flags.items()}


@remembered
def _flags_within(ds: Dataset, area: str) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType(flagged(ds.select(areas=area, inferred_areas=True)))
