import pytest
from made_data import bundled, flow, made

import antq_analysis as aq
from antq_analysis.analysis.selection import chosen_figures, listed


def test_areas_keep_the_order_of_the_question_and_come_once():
    chosen, found = chosen_figures(bundled(), areas=["Quảng Bình", "thanh hoá", "Thanh Hóa", "VN-21"])
    assert chosen == ["VN-24", "VN-21"]
    assert set(found["ref_area"]) == set(chosen)


def test_an_area_named_twice_is_one_row_of_a_comparison():
    once = aq.compare(bundled(), "valuable_tips", areas="Thanh Hóa")
    assert len(aq.compare(bundled(), "valuable_tips", areas=["Thanh Hóa", "Thanh Hoá"])) == len(once)


def test_without_areas_every_area_that_reported_is_chosen():
    assert chosen_figures(bundled(), indicators="commendations_police_collectives")[0] == ["VN-21", "VN-71"]


def test_an_area_that_did_not_report_is_chosen_and_has_no_figure():
    chosen, found = chosen_figures(bundled(), areas="Quảng Bình", concepts="valuable_tips")
    assert (chosen, len(found)) == (["VN-24"], 0)


def test_inferred_areas_stay_out_unless_asked_for():
    assert chosen_figures(bundled(), areas="Hòa Bình", mandates="ND06-2014")[1].empty
    known = chosen_figures(bundled(), areas="Hòa Bình", mandates="ND06-2014", inferred_areas=True)[1]
    assert len(known) == 17


def test_figures_that_another_figure_speaks_against_carry_a_flag_even_when_that_one_is_left_out():
    _, found = chosen_figures(bundled(), indicators="sessions_provincial_bodies")
    assert found["flags"].tolist() == [("siblings_disagree",)] * 2
    clean = chosen_figures(made(flow("10 buổi", 2014, 2018)))[1]
    assert clean["flags"].tolist() == [()]


def test_unknown_names_are_refused_with_a_suggestion():
    with pytest.raises(aq.UnknownName, match="No area 'Thanh Hoo'"):
        chosen_figures(bundled(), areas="Thanh Hoo")
    with pytest.raises(aq.UnknownName, match=r"No indicator 'sesions_police'.*'sessions_police'"):
        chosen_figures(bundled(), indicators="sesions_police")


def test_one_name_or_several_are_a_list():
    assert listed("tips") == ["tips"]
    assert listed(name for name in ("b", "a", "b")) == ["b", "a"]
