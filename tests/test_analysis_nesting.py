import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_data import flow, made

from antq_analysis.analysis.contradictions import contradictions


def kinds(*rows):
    return contradictions(made(*rows))["kind"].tolist()


def test_a_total_below_the_total_of_a_window_within_it_is_impossible():
    ds = made(flow("3.071 buổi", 2014, 2018), flow("3.000 buổi", 2014, 2023))
    found = contradictions(ds).iloc[0]
    assert (found["kind"], found["wording"], found["unit"]) == ("nested_total_falls", "both", "session")
    assert (found["concept"], found["indicators"]) == ("propaganda_sessions", ("sessions_provincial_bodies",))
    assert kinds(flow("3.000 buổi", 2014, 2018), flow("3.000 buổi", 2014, 2023)) == []


@pytest.mark.parametrize(
    "more", [{"scope_org": "all"}, {"mandate": "annual"}, {"revision": "new"}, {"obs_status": "D"}]
)
def test_totals_of_another_scope_or_definition_may_fall(more):
    assert kinds(flow("9 buổi", 2014, 2018), flow("8 buổi", 2014, 2023, **more)) == []


def test_windows_that_only_overlap_contradict_nothing():
    assert kinds(flow("900 buổi", 2014, 2018), flow("8 buổi", 2015, 2023)) == []


def test_one_window_told_twice_contradicts_itself_unless_the_bounds_meet():
    assert kinds(flow("900 buổi", 2014, 2018), flow("8 buổi", 2014, 2018)) == ["same_window_differs"]
    assert kinds(flow("900 buổi", 2014, 2018), flow("gần 1.000 buổi", 2014, 2018)) == []


def test_a_part_printed_for_a_longer_window_is_no_falling_total():
    total, longer = flow("1.000 buổi", 2014, 2018), flow("2.000 buổi", 2014, 2023)
    assert kinds(total, longer, flow("200 buổi", 2014, 2023, part_of="made.02")) == []


def test_growth_from_nothing_disagrees_only_where_it_must():
    inner = {"source_id": "baothanhhoa-2019"}
    more = {"indicator": "participants_provincial_bodies"}
    still = [flow("0 buổi", 2014, 2016, **inner), flow("0 buổi", 2014, 2019)]
    grown = [flow("5 người", 2014, 2016, **inner, **more), flow("50 người", 2014, 2019, **more)]
    assert kinds(*still, *grown) == []
    none = [flow("5 buổi", 2014, 2016, **inner), flow("5 buổi", 2014, 2019)]
    assert kinds(*none, *grown) == ["siblings_disagree"]
    found = contradictions(made(*none, *grown)).iloc[0]
    assert (found["left_upper"], found["right_lower"], found["concept"]) == (0, 9, "")


def test_siblings_that_grow_alike_agree():
    inner, more = {"source_id": "baothanhhoa-2019"}, {"indicator": "participants_provincial_bodies"}
    rows = [flow("10 buổi", 2014, 2016, **inner), flow("30 buổi", 2014, 2019)]
    alike = [flow("10 người", 2014, 2016, **inner, **more), flow("70 người", 2014, 2019, **more)]
    # Growth 2 and 6: three times as much is not over three times as much.
    assert kinds(*rows, *alike) == []
    alike[1] |= {"figure_printed": "71 người"}
    assert kinds(*rows, *alike) == ["siblings_disagree"]


@settings(deadline=None, max_examples=15)
@given(
    st.lists(st.integers(0, 10**6), min_size=2, max_size=5),
    st.lists(st.sampled_from(["exact", "more", "nearly"]), min_size=5, max_size=5),
)
def test_a_window_never_contradicts_the_windows_within_it_when_its_parts_are_not_negative(parts, words):
    totals = [sum(parts[: length + 1]) for length in range(len(parts))]
    rows = [
        flow(printed(total, word), 2014, 2014 + n)
        for n, (total, word) in enumerate(zip(totals, words, strict=False))
    ]
    found = contradictions(made(*rows))
    assert "nested_total_falls" not in set(found["kind"])


def printed(total, word):
    """Print a number so that what the word means by convention is true of it."""
    if word == "exact" or total < 100:
        return f"{total} buổi"
    step = 10 ** int(math.log10(total) - 1)
    if word == "more" and (total - 1) // step * step:
        return f"hơn {(total - 1) // step * step} buổi"
    above = (total // step + 1) * step
    return f"gần {above} buổi" if above - total <= step / 2 else f"{total} buổi"
