"""Provinces side by side and in pairs."""

import math
import time

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from made_data import bundled, flow, made, populated, stock
from pandas.testing import assert_frame_equal

import antq_analysis as aq
from antq_analysis.analysis.frames import records

AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình"]


@pytest.fixture(scope="module")
def rows():
    return aq.compare(bundled(), areas="Thanh Hóa")


def test_an_area_that_did_not_report_is_a_row_and_never_a_zero():
    rows = aq.compare(bundled(), "valuable_tips", areas=AREAS)
    silent = rows[rows["ref_area"] != "VN-21"]
    assert silent["obs_status"].tolist() == ["O", "O"]
    assert silent[["value", "lower", "upper"]].isna().all(axis=None)


def test_flows_become_annual_rates_that_hold_every_length_of_their_window():
    rows = aq.compare(bundled(), "propaganda_sessions", areas="Thanh Hóa", per=None)
    # "5 năm (2014-2019)" is five years by its words and six by the calendar; "10 năm" touches eleven.
    bounds = [[3071 / 6, 3071 / 5], [28_778 / 11, 28_778 / 10]]
    assert rows[["lower", "upper"]].values.tolist() == bounds
    assert rows[["year_lower", "year_upper"]].values.tolist() == bounds


def test_each_row_of_a_frame_has_a_label_of_its_own():
    ds = bundled()
    for frame in (aq.compare(ds), aq.contrasts(ds, "enterprises"), aq.ratios(ds, ds.ratios()["ratio"])):
        assert frame["label"].is_unique


def test_a_chart_of_values_stacks_and_ranks_nothing_that_does_not_belong_together():
    rows = aq.compare(bundled(), "propaganda_sessions", areas=AREAS)
    assert rows["value"].isna().all()
    assert rows["shown"].tolist() == ["4,39–5,32", "1,66–2,02", "14,3–17,4", "71,5–80", "215"]
    ds = populated(flow("100 buổi", 2014, 2018), flow("50 buổi", 2014, 2018, ref_area="VN-24"))
    assert aq.compare(ds, "propaganda_sessions")["value"].tolist() == [2, 1]
    two = [
        flow("90 đợt", 2014, 2018, indicator="rounds_traffic_law", ref_area=area)
        for area in ("VN-71", "VN-14")
    ]
    ds = populated(flow("100 buổi", 2014, 2018), flow("50 buổi", 2014, 2018, ref_area="VN-24"), *two)
    rows = aq.compare(ds, "propaganda_sessions", per=None)
    assert rows["value"].isna().all(), "two pairs, each comparable, of two definitions"


def test_names_are_in_the_language_chosen():
    aq.set_language("en")
    row = aq.compare(bundled(), "propaganda_sessions", areas="Quảng Bình").iloc[0]
    assert row["indicator"] == "Sessions held by the police with partners"
    assert row["unit"] == "sessions a year per 100,000 inhabitants"
    assert (row["year_lower"], row["printed"]) == (1931, "1.931 buổi tuyên truyền")


def test_a_row_carries_the_grade_of_its_best_contrast_and_none_where_there_is_no_other_area():
    good, bad = flow("90 buổi", 2014, 2018), flow("90 đợt", 2014, 2018, indicator="rounds_traffic_law")
    here = flow("100 buổi", 2014, 2018, ref_area="VN-24")
    rows = aq.compare(populated(good, bad, here), "propaganda_sessions").set_index("printed")
    assert rows["grade"].to_dict() == {"90 buổi": "A", "90 đợt": "D", "100 buổi": "A"}
    assert aq.compare(populated(good), "propaganda_sessions")["grade"].isna().all()


def test_a_row_alone_that_contradicts_another_figure_is_graded_d():
    whole = flow("100 tin", 2014, 2018, indicator="tips_through_models")
    part = flow("101 tin", 2014, 2018, indicator="valuable_tips_through_models", part_of="made.01")
    rows = aq.compare(populated(whole, part), ["tips", "valuable_tips"], areas="Thanh Hóa")
    assert rows[["grade", "reasons"]].values.tolist() == [["D", ("contradiction",)]] * 2


def test_what_tells_against_the_other_figure_alone_is_said_only_where_nothing_else_explains_the_grade():
    good, other = flow("90 buổi", 2014, 2018), flow("80 buổi", 2014, 2018, ref_area="VN-24")
    tips = {"indicator": "tips_through_models", "part_of": "made.02"}
    above = flow("81 tin", 2014, 2018, ref_area="VN-24", **tips)
    alone = aq.compare(populated(good, other, above), "propaganda_sessions").set_index("ref_area")
    assert alone.loc["VN-21", ["grade", "reasons"]].tolist() == ["D", ("contradiction",)]
    unlike = flow("80 đợt", 2014, 2018, ref_area="VN-71", indicator="rounds_traffic_law")
    both = aq.compare(populated(good, other, above, unlike), "propaganda_sessions").set_index("ref_area")
    assert both.loc["VN-21", ["grade", "reasons"]].tolist() == ["D", ("definition_differs", "unit_differs")]
    assert "contradiction" in both.loc["VN-24", "reasons"]


def test_a_whole_and_its_own_part_are_no_comparison():
    whole, part = flow("100 buổi", 2014, 2018), flow("40 buổi", 2014, 2018, part_of="made.01")
    assert aq.compare(populated(whole, part), "propaganda_sessions")["grade"].isna().all()
    apart = part | {"part_of": None}
    assert aq.compare(populated(whole, apart), "propaganda_sessions")["grade"].notna().all()
    beside = flow("50 buổi", 2014, 2018, obs_id="made.03")
    rows = aq.compare(populated(whole, part, beside), "propaganda_sessions")
    assert rows["grade"].notna().all(), "each still compares with a third figure"


def test_inferred_areas_never_enter_unless_asked_for():
    assert "VN-14" not in set(aq.compare(bundled(), "awards_collectives")["ref_area"])
    assert "VN-14" in set(aq.compare(bundled(), "awards_collectives", inferred_areas=True)["ref_area"])


def test_the_data_set_and_the_frames_given_are_not_changed(rows):
    ds, before = bundled(), (bundled().observations, rows.copy(deep=True))
    aq.contrasts(ds, "enterprises", per=1000)
    aq.ratios(ds, "valuable_tips_per_100k")
    aq.contradictions(ds)
    aq.trend(ds, "population_average", "Thanh Hóa")
    assert_frame_equal(ds.observations, before[0])
    assert_frame_equal(rows, before[1])


def test_a_contrast_holds_wording_chance_and_both_sides():
    ds = populated(flow("hơn 100 buổi", 2014, 2018), flow("50 buổi", 2014, 2018, ref_area="VN-24"))
    row = aq.contrasts(ds, "propaganda_sessions", areas=["VN-21", "VN-24"]).iloc[0]
    assert (row["lower"], row["upper"]) == (pytest.approx(101 / 50), pytest.approx(199 / 50))
    assert row["ci_lower"] < row["lower"] < row["upper"] < row["ci_upper"]
    assert math.isnan(row["value"])


def test_rates_are_compared_and_not_counts():
    ds = populated(flow("100 buổi", 2014, 2018), flow("60 buổi", 2014, 2016, ref_area="VN-24"))
    row = aq.contrasts(ds, "propaganda_sessions", areas=["VN-21", "VN-24"]).iloc[0]
    assert (row["value"], row["reasons"], row["grade"]) == (1, ("window_length",), "B")
    assert row["ci_lower"] < 1 < row["ci_upper"]


def test_two_counts_of_one_window_are_compared_whatever_its_length():
    one, other = (flow(f"{count} buổi", 2014, 2019, period_years=5) for count in (300, 100))
    row = aq.contrasts(populated(one, other | {"ref_area": "VN-24"}), "propaganda_sessions").iloc[0]
    assert (row["value"], row["grade"]) == (pytest.approx(3), "A")


def test_nothing_is_divided_by_an_area_without_any_event():
    for count in ("0 buổi", "9 buổi"):
        ds = populated(flow(count, 2014, 2018), flow("0 buổi", 2014, 2018, ref_area="VN-24"))
        row = aq.contrasts(ds, "propaganda_sessions", areas=["VN-21", "VN-24"]).iloc[0]
        assert (row["grade"], row["reasons"], row["shown"]) == ("D", ("zero_denominator",), "không tính")


def test_stocks_are_counted_and_have_no_chance():
    ds = populated(stock("40 hợp tác xã", 2018), stock("20 hợp tác xã", 2018, ref_area="VN-24"))
    row = aq.contrasts(ds, "cooperatives").iloc[0]
    assert (row["value"], row["grade"]) == (2, "A")
    assert row[["ci_lower", "ci_upper"]].isna().all()


def test_per_head_without_a_population_is_refused():
    ds = made(flow("9 buổi", 2014, 2018), flow("9 buổi", 2014, 2018, ref_area="VN-24"))
    row = aq.contrasts(ds, "propaganda_sessions", per=1000).iloc[0]
    assert row["refused"]
    assert "population_unknown" in row["reasons"]


def test_what_is_allowed_decides_what_is_refused():
    ds = populated(flow("9 buổi", 2014, 2018), flow("9 buổi", 2014, 2018, ref_area="VN-24", mandate="annual"))
    refused = {allow: aq.contrasts(ds, "propaganda_sessions", allow=allow)["refused"][0] for allow in "ABCD"}
    assert refused == {"A": True, "B": True, "C": False, "D": False}
    with pytest.raises(aq.InvalidOption, match="allow='E' is no grade"):
        aq.contrasts(ds, "propaganda_sessions", allow="E")


@pytest.mark.parametrize("per", [-1, 0, "100k", True])
def test_a_scale_that_makes_no_sense_is_refused(per):
    for ask in (aq.compare, aq.contrasts):
        with pytest.raises(aq.InvalidOption, match=r"per=.* is not possible.*or None for counts"):
            ask(bundled(), "tips", per=per)


def test_a_list_that_names_none_is_refused():
    for ask in (aq.compare, aq.contrasts, aq.ratios):
        with pytest.raises(aq.InvalidOption, match=r"\(\): areas=\[\] names none. Give one, or leave it out"):
            ask(bundled(), "tips", areas=[])
    with pytest.raises(aq.InvalidOption, match=r"compare\(\): concepts=\[\] names none"):
        aq.compare(bundled(), [])


def test_concepts_are_found_by_name_and_an_indicator_is_told_its_concept():
    assert set(aq.compare(bundled(), "tin bao co gia tri")["concept"]) == {"valuable_tips"}
    with pytest.raises(aq.UnknownName, match="an indicator of the concept 'propaganda_sessions'"):
        aq.compare(bundled(), "sessions_police")
    with pytest.raises(aq.InvalidOption, match=r"compare\(\) has no option 'concept'.*'concepts'"):
        aq.compare(bundled(), concept="tips")


def test_a_figure_told_by_two_sources_is_one_row_of_a_comparison():
    one = flow("100 buổi", 2014, 2018)
    row = aq.compare(made(one, one | {"source_id": "quangbinh-2020"}), "propaganda_sessions", per=None)
    assert row["obs_ids"].tolist() == [("made.01", "made.02")]


def test_nothing_selected_is_an_empty_comparison_and_an_area_named_twice_is_one_row():
    one, two = (aq.compare(bundled(), "tips", areas=names) for names in ("VN-21", ["Thanh Hóa", "Thanh Hoá"]))
    assert len(one) == len(two)
    assert aq.compare(bundled().select(until=1999)).empty


@settings(max_examples=15)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "ref_area": st.sampled_from(["VN-21", "VN-71", "VN-24"]),
                "indicator": st.sampled_from(["sessions_provincial_bodies", "sessions_police"]),
                "scope_org": st.sampled_from(["aes", "school"]),
                "first": st.integers(2000, 2004),
                "years": st.integers(1, 5),
            }
        ),
        min_size=2,
        max_size=9,
    )
)
def test_a_row_has_the_grade_of_its_best_pair_with_another_area_whatever_their_windows(drawn):
    ds = populated(
        *(flow("9 buổi", row.pop("first"), 2000 + row.pop("years") + 4, **row) for row in drawn), first=2000
    )
    pairs = records(aq.contrasts(ds, "propaganda_sessions", allow="D"))
    rows = records(aq.compare(ds, "propaganda_sessions"))
    for row in rows if pairs else []:
        mine = [pair for pair in pairs if row["obs_ids"][0] in pair["obs_ids"]]
        fewest = min((pair["grade"], len(pair["reasons"])) for pair in mine)
        assert (row["grade"], len(row["reasons"])) == fewest


def test_thousands_of_figures_are_compared_and_checked_in_seconds():
    figures = (
        flow(f"{1000 + n} buổi", 1900 + n % 100, 1902 + n % 100, ref_area=("VN-21", "VN-71", "VN-24")[n % 3])
        for n in range(3000)
    )
    ds = made(*figures)
    begun = time.process_time()
    rows = aq.compare(ds, per=None)
    # Pair by pair this took over ten seconds, and four times as many for twice the figures.
    assert time.process_time() - begun < 5
    assert set(rows["grade"]) == {"D"}
