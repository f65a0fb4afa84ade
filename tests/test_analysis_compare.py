import pytest
from made_data import bundled, flow, made
from pandas.testing import assert_frame_equal

import antq_analysis as aq

AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình"]


def test_official_figures_of_one_year_compare_within_the_bounds_of_two_revisions():
    ds = bundled().select(mandates="statistics", since=2018, until=2018)
    rows = aq.compare(ds, "enterprises", areas=AREAS, per=1000)
    assert rows["grade"].tolist() == ["B"] * 6
    assert set(rows["reasons"]) == {("revisions_differ",)}
    dien_bien = rows[(rows["ref_area"] == "VN-71") & (rows["indicator"] == "enterprises_active")].iloc[0]
    # 1,026 enterprises over 576,700 (before the census) or 590,500 (after it) inhabitants.
    assert dien_bien[["lower", "upper"]].round(3).tolist() == [1.738, 1.779]


def test_an_area_that_did_not_report_is_a_row_and_never_a_zero():
    rows = aq.compare(bundled(), "valuable_tips", areas=AREAS)
    silent = rows[rows["ref_area"] != "VN-21"]
    assert silent["obs_status"].tolist() == ["O", "O"]
    assert silent[["value", "lower", "upper"]].isna().all(axis=None)


def test_flows_become_annual_rates_by_the_length_the_text_states():
    rows = aq.compare(bundled(), "propaganda_sessions", areas="Thanh Hóa")
    assert rows["value"].round(1).tolist() == [614.2, 2877.8]


def test_a_row_carries_the_grade_of_its_best_contrast_and_none_where_there_is_no_other_area():
    good, bad = flow("90 buổi", 2014, 2018), flow("90 đợt", 2014, 2018, indicator="rounds_traffic_law")
    here = flow("100 buổi", 2014, 2018, ref_area="VN-24")
    rows = aq.compare(made(good, bad, here), "propaganda_sessions").set_index("figure_printed")
    assert rows["grade"].to_dict() == {"90 buổi": "A", "90 đợt": "D", "100 buổi": "A"}
    assert aq.compare(made(good), "propaganda_sessions")["grade"].isna().all()


def test_a_whole_and_its_own_part_are_no_comparison():
    whole, part = flow("100 buổi", 2014, 2018), flow("40 buổi", 2014, 2018, part_of="made.01")
    assert aq.compare(made(whole, part), "propaganda_sessions")["grade"].isna().all()
    apart = part | {"part_of": None}
    assert aq.compare(made(whole, apart), "propaganda_sessions")["grade"].notna().all()
    beside = flow("50 buổi", 2014, 2018, obs_id="made.03")
    rows = aq.compare(made(whole, part, beside), "propaganda_sessions")
    assert rows["grade"].notna().all(), "each still compares with a third figure"


def test_order_of_rows_is_that_of_the_question():
    rows = aq.compare(bundled(), ["valuable_tips", "propaganda_sessions"], areas=["VN-24", "VN-21"])
    assert rows["concept"].drop_duplicates().tolist() == ["valuable_tips", "propaganda_sessions"]
    assert rows["ref_area"].drop_duplicates().tolist() == ["VN-24", "VN-21"]


def test_unknown_names_are_refused():
    with pytest.raises(aq.UnknownName, match=r"No concept 'tip'.*'tips'"):
        aq.compare(bundled(), "tip")
    with pytest.raises(aq.InvalidOption, match=r"confidence=95 .*0\.95"):
        aq.compare(bundled(), "tips", confidence=95)


def test_inferred_areas_never_enter_unless_asked_for():
    assert "VN-14" not in set(aq.compare(bundled(), "awards_collectives")["ref_area"])
    assert "VN-14" in set(aq.compare(bundled(), "awards_collectives", inferred_areas=True)["ref_area"])


def test_the_data_set_is_not_changed():
    ds = bundled()
    before = ds.observations
    aq.compare(ds, "enterprises", per=1000)
    assert_frame_equal(ds.observations, before)
