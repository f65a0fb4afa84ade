"""Turns checked sheets into frames: a lean one for the rules, and the one that users see."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from antq_analysis.data.sheets import Column, Sheet

_OF_INDICATOR = ("measure_type", "unit_measure", "decimals")


def joined(sheets: Sequence[Sheet]) -> pd.DataFrame:
    """Build one frame of typed columns out of all sheets of one or more tables.

    An empty text stays an empty text; other empty cells are missing values.
    """
    return pd.concat(
        [pd.DataFrame({n: _plain(c) for n, c in sheet.columns.items()}) for sheet in sheets],
        ignore_index=True,
    )


def observation_frame(
    sheet: Sheet, sheets: Mapping[str, Sequence[Sheet]], readings: pd.DataFrame
) -> pd.DataFrame:
    """Put beside the observations of a sheet all that the rules compare them with.

    Added are `read_reason`, `read_value`, `read_qualifier`, `read_percent` (what the print says),
    `figure_words`, `id_fits` (the id begins with its source), `years_touched`, the indicator's
    `measure_type`, `unit_measure`, `decimals`, and
    `total_row` (-1: none), `total_ref_area`, `total_unit_measure` of the row named in `part_of`.
    """
    frame = pd.DataFrame({name: _lean(column) for name, column in sheet.columns.items()})
    for name in ("reason", "value", "qualifier", "percent"):
        frame[f"read_{name}"] = readings[name]
    words = pc.list_value_length(
        pc.utf8_split_whitespace(sheet.columns["figure_printed"].distinct)
    ).to_numpy()
    frame["figure_words"] = sheet.columns["figure_printed"].spread(words)
    frame["id_fits"] = _id_fits(sheet)
    frame["years_touched"] = frame["period_end"].dt.year - frame["period_start"].dt.year + 1
    for name, values in _indicator_columns(sheet, sheets["indicators"]).items():
        frame[name] = values
    return _with_totals(frame, sheet)


def _id_fits(sheet: Sheet) -> Any:
    """Mark the ids that are those of their source: `<source_id>.<nn>`."""
    parts = pc.split_pattern(sheet.columns["obs_id"].cells, ".", max_splits=1, reverse=True)
    return np.asarray(pc.equal(pc.list_element(parts, 0), sheet.columns["source_id"].cells))


def _lean(column: Column) -> Any:
    if column.typed is not None:
        return column.spread(column.typed)
    if column.codes is None:
        return column.distinct.to_pandas()
    return pd.Categorical.from_codes(column.codes, categories=pd.Index(column.distinct.to_pandas()))


def _plain(column: Column) -> Any:
    return column.cells.to_pandas() if column.typed is None else column.spread(column.typed)


def _indicator_columns(sheet: Sheet, indicators: Sequence[Sheet]) -> dict[str, Any]:
    column = sheet.columns["indicator"]
    known = joined(indicators) if indicators else pd.DataFrame(columns=["indicator", *_OF_INDICATOR])
    known = known.drop_duplicates("indicator").set_index("indicator")
    looked_up = known.reindex(column.distinct.to_pandas())
    arrays = {"measure_type": pd.Categorical(looked_up["measure_type"]),
              "unit_measure": pd.Categorical(looked_up["unit_measure"]),
              "decimals": looked_up["decimals"].to_numpy(dtype=float, na_value=np.nan)}  # fmt: skip
    return {name: column.spread(array) for name, array in arrays.items()}


def _with_totals(frame: pd.DataFrame, sheet: Sheet) -> pd.DataFrame:
    part_of = sheet.columns["part_of"]
    places = pc.index_in(part_of.distinct, value_set=sheet.columns["obs_id"].cells)
    frame["total_row"] = part_of.spread(places.fill_null(-1).to_numpy())
    for name in ("ref_area", "unit_measure"):
        frame[f"total_{name}"] = frame[name].array.take(frame["total_row"].to_numpy(), allow_fill=True)
    return frame


def with_bounds(observations: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    """Return observations with the bounds of their figures beside them, row by row."""
    return observations.assign(
        value_lower=readings["lower"],
        value_upper=readings["upper"],
        lower_basis=_texts(readings["lower_basis"]),
        upper_basis=_texts(readings["upper_basis"]),
    )


def _texts(categories: "pd.Series[Any]") -> "pd.Series[Any]":
    """Write categories out as texts, many times faster than pandas converts them."""
    texts = pa.array(categories.cat.categories).take(pa.array(categories.cat.codes))
    return pd.Series(texts.to_pandas(), index=categories.index)
