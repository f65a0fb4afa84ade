import pytest
from made_data import bundled, flow, made
from pandas.testing import assert_frame_equal

import antq_analysis as aq

CONCEPTS = ["valuable_tips", "propaganda_sessions", "models"]


@pytest.fixture(scope="module")
def rows():
    return aq.compare(bundled(), areas="Thanh Hóa")


def concepts_of(rows):
    return list(dict.fromkeys(rows["concept"]))


def test_concepts_come_in_the_order_asked_with_all_their_figures(rows):
    kept = aq.headline(rows, CONCEPTS)
    assert concepts_of(kept) == CONCEPTS
    assert len(kept) == rows["concept"].isin(CONCEPTS).sum()


def test_what_was_not_reported_gives_way_to_the_first_that_was(rows):
    assert concepts_of(aq.headline(rows, ["clearance", "models"])) == [
        "models",
        "propaganda_sessions",
        "propaganda_participants",
    ]
    assert concepts_of(aq.headline(rows, "models", fewest=1)) == ["models"]


def test_nothing_reported_leaves_nothing():
    silent = aq.compare(made(flow("9 buổi", 2014, 2018)), "tips")
    assert aq.headline(silent, CONCEPTS).empty


def test_rows_are_not_changed(rows):
    before = rows.copy(deep=True)
    aq.headline(rows, CONCEPTS)
    assert_frame_equal(rows, before)
