"""Annual rates of windows, and what nested windows imply."""

import hypothesis.strategies as st
from hypothesis import given, settings
from made_data import bundled, flow, made

import antq_analysis as aq


def implied(indicator: str):
    rows = aq.windows(bundled(), indicator, "Thanh Hóa")
    return rows[rows["kind"] == "implied"].iloc[0]


def test_nested_sessions_imply_the_second_half():
    row = implied("sessions_provincial_bodies")
    assert (row["count_lower"], row["count_upper"], round(row["value"])) == (25_707, 25_707, 5_141)
    numbers = row[["multiplier", "multiplier_ci_lower", "multiplier_ci_upper"]]
    assert [round(float(number), 2) for number in numbers] == [8.37, 8.06, 8.69]


def test_nested_participants_imply_bounds_only():
    row = implied("participants_provincial_bodies")
    assert (round(row["lower"]), round(row["upper"])) == (210_000, 232_000)
    assert (round(row["multiplier_lower"], 2), round(row["multiplier_upper"], 2)) == (1.40, 1.57)
    assert row[["value", "multiplier"]].isna().all()


def test_a_total_below_its_part_is_impossible_and_has_no_rate():
    rows = aq.windows(
        made(flow("200 buổi", 2014, 2018), flow("100 buổi", 2014, 2023)), "sessions_provincial_bodies"
    )
    row = rows[rows["kind"] == "implied"].iloc[0]
    assert not row["possible"]
    assert "contradiction" in row["reasons"]
    assert row[["lower", "upper", "multiplier_lower"]].isna().all()


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
