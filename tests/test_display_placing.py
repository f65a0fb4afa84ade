from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antq_analysis.display.placing import LINE, Box, beside, free, spread

FIELD = Box(0, 0, 300, 200)


@given(st.lists(st.floats(0, 200), max_size=8), st.integers(1, 25))
def test_what_fits_is_spread_without_touching_or_leaving_and_keeps_its_order(wanted, gap):
    found = spread(wanted, gap=gap, end=200)
    ranked = [found[place] for place in sorted(range(len(wanted)), key=lambda place: wanted[place])]
    assert all(below - above >= gap - 1e-6 for above, below in pairwise(ranked))
    assert all(-1e-6 <= place <= 200 for place in found)


@given(st.lists(st.floats(0, 200), max_size=5))
def test_what_stands_apart_already_stays_where_it_is(wanted):
    apart = sorted({round(place / 20) * 20 for place in wanted})
    assert spread(apart, gap=20, end=200) == apart


@pytest.mark.parametrize(
    ("other", "area"), [(Box(5, 5, 20, 20), 25), (Box(10, 0, 20, 10), 0), (Box(30, 30, 40, 40), 0)]
)
def test_boxes_meet_in_what_both_cover(other, area):
    assert Box(0, 0, 10, 10).meets(other) == other.meets(Box(0, 0, 10, 10)) == area


def test_a_name_stands_clear_of_its_segment():
    segment = Box(40, 100, 200, 104)
    for place, box in beside(segment, 12):
        assert box.meets(segment) == 0, place
        assert box.bottom - box.top == LINE
        assert (box.left == segment.left) is ("left" in place)


def test_a_name_avoids_what_is_taken_and_the_edge_and_else_takes_the_first_place():
    segment = Box(40, 100, 200, 104)
    choices = beside(segment, 10)
    assert free(choices, [], FIELD)[0] == "above left"
    assert free(choices, [Box(40, 80, 60, 99)], FIELD)[0] == "above right"
    assert free(choices, [Box(0, 60, 300, 99)], FIELD)[0] == "below left"
    high = Box(40, 4, 200, 8)
    assert free(beside(high, 10), [], FIELD)[0] == "below left"
