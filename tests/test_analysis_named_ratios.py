import pytest
from made_data import bundled

import antq_analysis as aq


def test_every_pair_listed_is_tried_and_wrong_ones_are_refused_not_dropped():
    rows = aq.ratios(bundled(), "valuable_tips_per_model", areas="Thanh Hóa")
    assert rows["refused"].tolist() == [False, True]


def test_an_area_without_any_of_the_pairs_is_one_row():
    rows = aq.ratios(bundled(), "attendance_per_session", areas=["Điện Biên", "Hòa Bình"])
    assert rows.groupby("ref_area")["obs_status"].agg(list).to_dict() == {"VN-14": ["O"], "VN-71": ["A", "A"]}


def test_names_keep_their_order_and_areas_theirs():
    rows = aq.ratios(bundled(), ["attendance_per_class", "attendance_per_session"], areas=["VN-24", "VN-71"])
    assert rows["ratio"].unique().tolist() == ["attendance_per_class", "attendance_per_session"]
    assert rows["ref_area"].drop_duplicates().tolist() == ["VN-24", "VN-71"]


def test_a_population_below_means_person_years():
    rows = aq.ratios(bundled(), "valuable_tips_per_100k", areas="Thanh Hóa")
    assert (rows["per"] == 100_000).all()
    assert (rows["denominator_lower"] > 10_000_000).all()


def test_an_unknown_name_is_refused_with_a_suggestion():
    with pytest.raises(
        aq.UnknownName, match=r"No ratio 'tips_per_model'. Did you mean 'valuable_tips_per_model'\?"
    ):
        aq.ratios(bundled(), "tips_per_model")
