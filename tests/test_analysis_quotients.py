import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_data import flow, made

import antq_analysis as aq
from antq_analysis.analysis.quotients import Bounded, chance_of_rate, chance_of_share, is_part_of

INFINITE = math.inf

EVENTS = {"measure_type": "flow", "events": True}


def exactly(number: float) -> Bounded:
    return Bounded(number, number, number)


def between(lower: float, upper: float) -> Bounded:
    return Bounded(math.nan, lower, upper)


def test_only_an_exact_figure_has_a_value():
    exact = Bounded.of({"value_lower": 5, "value_upper": 5})
    vague = Bounded.of({"value_lower": 101, "value_upper": 199})
    assert exact == (5, 5, 5)
    assert math.isnan(vague.value)
    assert vague[1:] == (101, 199)


@pytest.mark.parametrize(
    ("above", "below", "lower", "upper"),
    [
        (between(8001, 8999), between(10001, 19999), 8001 / 19999, 8999 / 10001),
        (between(10, INFINITE), exactly(5), 2, INFINITE),
        (exactly(10), between(5, INFINITE), 0, 2),
        (between(10, INFINITE), between(5, INFINITE), 0, INFINITE),
        (exactly(10), between(0, 5), 2, INFINITE),
        (exactly(0), exactly(5), 0, 0),
        (exactly(0), exactly(0), 0, INFINITE),
    ],
)
def test_a_quotient_runs_from_the_least_to_the_most_it_can_be(above, below, lower, upper):
    assert above.per(below)[1:] == (lower, upper)


def test_a_quotient_has_a_value_only_where_both_parts_have_one():
    assert exactly(828).per(exactly(265)).value == pytest.approx(3.1245, abs=5e-5)
    assert math.isnan(exactly(828).per(between(200, 300)).value)
    assert math.isnan(exactly(828).per(exactly(0)).value)


positive = st.integers(1, 10**6)


@given(positive, positive, st.integers(1, 1000))
def test_a_factor_moves_the_value_and_both_bounds(a, b, factor):
    lower, upper = sorted((a, b))
    assert between(lower, upper).times(factor)[1:] == (lower * factor, upper * factor)


@given(positive, positive, st.integers(1, 50))
def test_the_chance_of_a_vague_count_holds_that_of_every_count_within(a, b, years):
    lower, upper = sorted((a, b))
    low, high, method = chance_of_rate(EVENTS, between(lower, upper), exactly(years), confidence=0.95)
    inside = chance_of_rate(EVENTS, exactly((lower + upper) // 2), exactly(years), confidence=0.95)
    assert low <= inside[0] <= inside[1] <= high
    assert "poisson" in method.lower()


@pytest.mark.parametrize(
    ("count", "exposure", "lower_is_0", "upper_is_open"),
    [
        (between(10, INFINITE), exactly(5), False, True),
        (exactly(10), between(5, INFINITE), True, False),
        (exactly(10), between(0, 5), False, True),
        (exactly(0), exactly(5), True, False),
    ],
)
def test_an_open_bound_opens_the_chance_interval(count, exposure, lower_is_0, upper_is_open):
    low, high, _ = chance_of_rate(EVENTS, count, exposure, confidence=0.95)
    assert (low == 0, high == INFINITE) == (lower_is_0, upper_is_open)


def test_halves_are_no_counts_so_the_interval_goes_outward():
    halves = chance_of_rate(EVENTS, between(9.5, 10.5), exactly(1), confidence=0.95)
    assert halves == chance_of_rate(EVENTS, between(9, 11), exactly(1), confidence=0.95)


def test_the_chance_of_a_share_stays_between_0_and_1():
    low, high, method = chance_of_share(EVENTS, exactly(828), exactly(1464), confidence=0.95)
    assert [round(low, 3), round(high, 3)] == [0.540, 0.591]
    assert "wilson" in method.lower()
    open_whole = chance_of_share(EVENTS, between(8001, INFINITE), between(10001, INFINITE), confidence=0.95)
    assert open_whole[:2] == (0, 1)


@pytest.mark.parametrize(
    ("part", "whole"),
    [("hơn 100 tin", "80 tin"), ("100 tin", "80 tin"), ("0 tin", "0 tin"), ("hơn 10 tin", "hơn 10 tin")],
)
def test_a_part_above_its_whole_is_graded_and_does_not_stop_a_page(part, whole):
    ds = made(
        flow(whole, 2014, 2018, indicator="tips_all_bodies"),
        flow(part, 2014, 2018, indicator="valuable_tips_all_bodies", part_of="made.01"),
    )
    row = aq.ratio(ds, "valuable_tips_all_bodies", "tips_all_bodies", allow="D").iloc[0]
    assert row["lower"] <= row["upper"]
    assert 0 <= row["ci_lower"] <= row["ci_upper"] <= 1
    if row["lower"] > 1:
        assert "contradiction" in row["reasons"]


def test_a_part_is_known_by_the_total_it_names():
    whole = {"obs_id": "s.01", "part_of": None}
    assert is_part_of({"obs_id": "s.02", "part_of": "s.01"}, whole)
    assert not is_part_of({"obs_id": "s.02", "part_of": "s.03"}, whole)
    assert not is_part_of({"obs_id": "s.02", "part_of": None}, whole)


@pytest.mark.parametrize("more", [{"measure_type": "stock"}, {"measure_type": "share"}, {"events": False}])
def test_what_is_counted_and_not_drawn_has_no_interval_of_chance(more):
    for chance in (chance_of_rate, chance_of_share):
        low, high, method = chance(EVENTS | more, exactly(10), exactly(20), confidence=0.95)
        assert (math.isnan(low), math.isnan(high), method) == (True, True, "none")
