"""Annual rates of windows, and what nested windows imply."""

import math

import hypothesis.strategies as st
from hypothesis import given, settings
from made_data import bundled, flow, made

import antq_analysis as aq


def implied(indicator: str):
    rows = aq.windows(bundled(), indicator, "Thanh Hóa")
    return rows[rows["kind"] == "implied"].iloc[0]


def test_nested_sessions_imply_the_second_half():
    row = implied("sessions_provincial_bodies")
    assert (row["count_lower"], row["count_upper"]) == (25_707, 25_707)
    # Five years by the words of both texts, six by the calendar from September 2019 to 2024.
    assert (row["years"], row["lower"], row["upper"]) == (5, 25_707 / 6, 25_707 / 5)
    assert not [column for column in row.index if "multiplier" in column], "a total holds its own part"


def test_nested_participants_imply_bounds_only():
    row = implied("participants_provincial_bodies")
    assert (row["count_lower"], row["count_upper"]) == (1_050_002, 1_159_998)
    assert math.isnan(row["value"])


def test_a_window_holds_its_years_by_words_and_by_dates():
    row = aq.windows(bundled(), "sessions_provincial_bodies", "Thanh Hóa").iloc[0]
    assert row[["years", "years_lower", "years_upper"]].tolist() == [5, 5, 6]
    assert row[["lower", "upper"]].tolist() == [3071 / 6, 3071 / 5]
    year = aq.windows(bundled(), "sessions_police").iloc[0]
    assert (year["value"], year["years_lower"], year["years_upper"]) == (1931, 1, 1)


def test_a_total_below_its_part_is_impossible_and_has_no_rate():
    rows = aq.windows(
        made(flow("200 buổi", 2014, 2018), flow("100 buổi", 2014, 2023)), "sessions_provincial_bodies"
    )
    row = rows[rows["kind"] == "implied"].iloc[0]
    assert not row["possible"]
    assert "contradiction" in row["reasons"]
    assert row[["lower", "upper"]].isna().all()


def test_windows_of_another_scope_are_not_nested():
    rows = made(flow("10 buổi", 2014, 2018), flow("30 buổi", 2014, 2023, scope_level="whole_province"))
    assert set(aq.windows(rows, "sessions_provincial_bodies")["kind"]) == {"reported"}


@settings(max_examples=8)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_what_was_added_is_recovered(first, second):
    ds = made(flow(f"{first} buổi", 2014, 2018), flow(f"{first + second} buổi", 2014, 2023))
    row = aq.windows(ds, "sessions_provincial_bodies").iloc[-1]
    assert row["possible"]
    assert row["count_lower"] == row["count_upper"] == second
