import datetime

import pandas as pd
import pytest
from made_data import bundled
from pandas.testing import assert_frame_equal

from antq_analysis.analysis.frames import figures, is_missing, records


def test_every_observation_comes_once_with_what_its_indicator_says():
    ds = bundled()
    found = figures(ds)
    assert found["obs_id"].tolist() == ds.observations["obs_id"].tolist()
    assert found[["concept", "measure_type", "unit_measure"]].notna().all(axis=None)
    sessions = found[found["obs_id"] == "baothanhhoa-2019.01"].iloc[0]
    assert sessions[["concept", "measure_type", "unit_measure"]].tolist() == [
        "propaganda_sessions",
        "flow",
        "session",
    ]


def test_the_data_set_is_not_changed():
    ds = bundled()
    before = ds.observations
    mine = figures(ds)
    mine["concept"] = "spoiled"
    assert_frame_equal(ds.observations, before)
    assert "spoiled" not in set(figures(ds)["concept"])


def test_rows_are_dictionaries_in_their_order():
    frame = pd.DataFrame({"a": [2, 1], "b": ["x", None]}, index=[7, 7])
    first, second = records(frame)
    assert first == {"a": 2, "b": "x"}
    assert (second["a"], is_missing(second["b"])) == (1, True)
    assert records(frame.iloc[:0]) == []


@pytest.mark.parametrize(
    ("cell", "missing"),
    [
        *((nothing, True) for nothing in (None, "", float("nan"), pd.NaT, pd.NA)),
        *((value, False) for value in (0, "A", float("inf"), datetime.date(2019, 1, 1))),
    ],
)
def test_only_nothing_is_missing(cell, missing):
    assert is_missing(cell) is missing
