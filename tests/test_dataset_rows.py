"""Rows by key and as text: what pandas would give, and one digest for one content."""

import math
from datetime import datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antq_analysis.data.rows import Rows, records

COLUMNS = {
    "str": st.text(max_size=3) | st.none(),
    "Int64": st.integers(-5, 5) | st.none(),
    "boolean": st.booleans() | st.none(),
    "float64": st.floats() | st.none(),
    "datetime64[us]": st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)) | st.none(),
    "object": st.tuples(st.integers()) | st.integers() | st.none(),
}


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    kinds, size = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1)), draw(st.integers(0, 4))
    cells = [draw(st.lists(COLUMNS[kind], min_size=size, max_size=size)) for kind in kinds]
    return pd.DataFrame(
        {
            f"{place}": pd.Series(values, dtype=kind)
            for place, (kind, values) in enumerate(zip(kinds, cells, strict=True))
        }
    )


@given(frames())
def test_records_are_those_of_pandas(frame: pd.DataFrame) -> None:
    assert repr(records(frame)) == repr(frame.to_dict("records"))


def table(size: int, **more: object) -> Rows:
    years = range(2000, 2000 + size)
    frame = pd.DataFrame({"key": [f"row {year}" for year in years], "year": years, "bound": 0.5}).assign(
        **more
    )
    return Rows(frame, "key", ["key", "year"])


@pytest.mark.parametrize("size", [3, 5000])
def test_every_row_is_found_by_its_key(size: int) -> None:
    rows = table(size)
    for year in (2000, 2002, 1999 + size):
        assert dict(rows[f"row {year}"]) == {"key": f"row {year}", "year": year, "bound": 0.5}
    with pytest.raises(KeyError):
        rows["nowhere"]


def test_a_row_is_made_once_and_can_not_be_changed() -> None:
    rows = table(3)
    assert rows["row 2001"] is rows["row 2001"]
    with pytest.raises(TypeError):
        rows["row 2001"]["year"] = 1  # type: ignore[index]


def test_the_digest_follows_rows_order_and_stored_columns_and_nothing_else() -> None:
    rows = table(3)
    assert rows.digest() == table(3).digest() == rows.digest([0, 1, 2]) == table(3, bound=math.inf).digest()
    different = [rows.digest([0, 2, 1]), rows.digest([0, 1]), rows.digest([]), table(4).digest(),
                 table(3, year=[2000, 2001, 9]).digest()]  # fmt: skip
    assert len({rows.digest(), *different}) == 1 + len(different)


def test_a_missing_cell_is_not_an_empty_one() -> None:
    texts = [
        Rows(pd.DataFrame({"key": ["a"], "note": pd.Series([note], dtype="str")}), "key")
        for note in ("", None)
    ]
    assert texts[0].digest() != texts[1].digest()
