import pandas as pd
import pytest
from made_data import bundled, flow, made

from antq_analysis.analysis.contradictions import COLUMNS, contradictions, flagged

SIBLINGS = {
    "sessions_provincial_bodies": ("baothanhhoa-2019.01", "baothanhhoa-2024.04"),
    "participants_provincial_bodies": ("baothanhhoa-2019.02", "baothanhhoa-2024.05"),
    "news_placements_provincial_bodies": ("baothanhhoa-2019.04", "baothanhhoa-2024.07"),
}


def test_the_press_holds_two_differing_definitions_and_three_pairs_of_siblings_and_nothing_else():
    found = contradictions(bundled())
    assert found["kind"].value_counts().to_dict() == {"siblings_disagree": 3, "nested_concept_falls": 2}
    assert set(found["ref_area"]) == {"VN-21"}


def test_tips_read_as_one_definition_are_impossible_under_both_wordings():
    found = contradictions(bundled()).query("kind == 'nested_concept_falls'").set_index("concept")
    assert sorted(found.index) == ["tips", "valuable_tips"]
    assert found["wording"].tolist() == ["both", "both"]
    assert found["possible"].tolist() == [False, False]
    assert set(found["reasons"]) == {("definition_differs",)}
    valuable = found.loc["valuable_tips"]
    assert (valuable["left_lower"], valuable["right_upper"], valuable["unit"]) == (8001, 828, "tip")
    assert valuable["obs_ids"] == ("baothanhhoa-2019.11", "baothanhhoa-2024.12")
    assert valuable["indicators"] == ("valuable_tips_all_bodies", "valuable_tips_through_models")


def test_sessions_participants_and_news_of_thanh_hoa_disagree_as_siblings():
    found = contradictions(bundled()).query("kind == 'siblings_disagree'")
    growth = {}
    for row in found.itertuples():
        growth[row.indicators[0]] = (row.left_lower, row.left_upper)
        growth[row.indicators[1]] = (row.right_lower, row.right_upper)
    # By hand, less 1: 28,778/3,071; 1,800,001/749,999 and 1,899,999/740,001; 172,001/3,999 and 172,999/3,500.
    assert growth["sessions_provincial_bodies"] == pytest.approx((8.3709, 8.3709), abs=1e-4)
    assert growth["participants_provincial_bodies"] == pytest.approx((1.4000, 1.5676), abs=1e-4)
    assert growth["news_placements_provincial_bodies"] == pytest.approx((42.011, 48.428), abs=1e-3)
    assert found["possible"].all()
    # Strictly, "hơn 740.000" may be any number above; sessions and news disagree even so.
    strict = found[found["wording"] == "both"]
    assert strict["indicators"].tolist() == [
        ("sessions_provincial_bodies", "news_placements_provincial_bodies")
    ]


@pytest.mark.parametrize("wording", ["convention", "strict"])
def test_all_three_siblings_carry_their_reason_under_either_reading(wording):
    flags = flagged(bundled().read_as(wording))
    assert flags == {obs_id: ("siblings_disagree",) for ids in SIBLINGS.values() for obs_id in ids}


def test_what_a_strict_reading_explains_is_possible_and_lifted_by_it():
    ds = made(flow("hơn 810.000 buổi", 2014, 2018), flow("hơn 700.000 buổi", 2014, 2023))
    found = contradictions(ds).iloc[0]
    assert (found["kind"], found["wording"], found["possible"]) == ("nested_total_falls", "convention", True)
    assert (found["left_lower"], found["right_upper"]) == (810_001, 799_999)
    assert set(flagged(ds)) == {"made.01", "made.02"}
    assert flagged(ds.read_as("strict")) == {}


def test_where_nothing_is_wrong_the_frame_is_empty_but_has_its_columns():
    found = contradictions(bundled().select(areas="Điện Biên"))
    assert found.empty
    assert list(found) == COLUMNS
    assert flagged(bundled().select(areas="Điện Biên")) == {}


@pytest.mark.parametrize("area", ["VN-71", "VN-24", "VN-14"])
def test_renaming_the_area_changes_no_number_and_the_data_stay_as_they_were(area):
    rows = [flow("3.071 buổi", 2014, 2018), flow("hơn 3.000 buổi", 2014, 2023), flow("9 buổi", 2014, 2014)]
    here, there = made(*rows), made(*({**row, "ref_area": area} for row in rows))
    before = here.observations
    one, other = contradictions(here), contradictions(there)
    pd.testing.assert_frame_equal(one.drop(columns="ref_area"), other.drop(columns="ref_area"))
    pd.testing.assert_frame_equal(here.observations, before)
