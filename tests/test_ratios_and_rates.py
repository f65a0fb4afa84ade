"""One figure divided by another, or by person-years: numbers, grades and what is refused."""

import math

import pandas as pd
import pytest
from made_data import bundled, flow, made, stock

import antq_analysis as aq

TIPS = "valuable_tips_through_models"


def tips(figure: str, first: int = 2014, last: int = 2023, **more):
    scope = {"scope_org": "aes", "scope_level": "whole_province", "indicator": TIPS}
    return flow(figure, first, last, **scope | more)


def models(figure: str, year: int = 2023, **more):
    scope = {"scope_org": "aes", "scope_level": "whole_province", "indicator": "models"}
    return stock(figure, year, **scope | more)


def only(frame: pd.DataFrame) -> pd.Series:
    assert len(frame) == 1
    return frame.iloc[0]


def test_share_of_valuable_tips_is_a_wilson_share_of_its_whole():
    row = only(aq.ratio(bundled(), TIPS, "tips_through_models", per=100, areas="Thanh Hóa"))
    assert row[["value", "ci_lower", "ci_upper"]].round(1).tolist() == [56.6, 54.0, 59.1]
    assert "wilson" in row["method"].lower()


def test_the_share_of_2014_2019_is_40_to_90_percent_so_no_fall_is_supported():
    first = only(aq.ratio(bundled(), "valuable_tips_all_bodies", "tips_all_bodies", per=100, areas="VN-21"))
    second = only(aq.ratio(bundled(), TIPS, "tips_through_models", per=100, areas="VN-21"))
    assert (round(first["lower"]), round(first["upper"])) == (40, 90)
    assert math.isnan(first["value"])
    assert first["lower"] < second["value"] < first["upper"]


def test_a_share_never_exceeds_its_whole_under_either_wording():
    rows = aq.ratio(bundled().read_as("strict"), "valuable_tips_all_bodies", "tips_all_bodies", areas="VN-21")
    assert rows["upper"].max() <= 1
    assert rows["ci_upper"].max() <= 1


def test_tips_by_types_of_model_is_refused_and_says_why():
    row = only(aq.ratio(bundled(), "valuable_tips_all_bodies", "model_types", areas="Thanh Hóa"))
    assert row["refused"]
    assert row["grade"] == "D"
    assert {"type_count", "numerator_wider"} <= set(row["reasons"])
    assert row[["value", "lower", "upper", "ci_lower", "ci_upper"]].isna().all()


@pytest.mark.parametrize(
    ("below", "reason"),
    [
        (models("100 mô hình", 2018), "time_mismatch"),
        (models("100 mô hình", mandate="ND06-2014"), "mandate_differs"),
        (models("100 mô hình", scope_org="agency"), "numerator_wider"),
        (models("100 mô hình", scope_org="all"), "denominator_wider"),
        (models("100 mô hình", scope_org="police"), "organiser_differs"),
        (models("100 mô hình", scope_level="provincial_bodies"), "level_differs"),
        (models("100 mô hình", scope_level="unstated"), "level_unstated"),
        (models("100 mô hình", source_id="quangbinh-2020"), "source_differs"),
        (models("100 mô hình", area_basis="inferred"), "area_inferred"),
        (models("100 mô hình", obs_status="P"), "status_not_normal"),
        (models("gần 100 mô hình"), "wording_bounds"),
    ],
)
def test_each_fault_of_a_pairing_is_named(below, reason):
    clean = only(aq.ratio(made(tips("900 tin"), models("100 mô hình")), TIPS, "models"))
    assert clean["reasons"] == ("stock_at_end",)
    rows = aq.ratio(made(tips("900 tin"), below), TIPS, "models", inferred_areas=True)
    assert reason in only(rows)["reasons"]


def test_the_wording_may_be_given_for_one_question():
    names = ("valuable_tips_all_bodies", "tips_all_bodies")
    strict = aq.ratio(bundled(), *names, areas="VN-21", wording="strict")
    assert strict["wording"].tolist() == ["strict"]
    assert strict["lower"].tolist() == [0]
    with pytest.raises(aq.InvalidOption, match="convention"):
        aq.ratio(bundled(), *names, wording="loose")


def people(figure: str, year: int, revision: str = "post-2019-census", **more):
    row = stock(figure, year, indicator="population_average", scope_level="whole_province", scope_org="all")
    return row | {"period_end": f"{year}-07-01", "revision": revision, "mandate": "statistics"} | more


def test_a_rate_divides_by_the_person_years_of_the_window():
    ds = made(tips("100 tin", 2020, 2021), people("1.000.000 người", 2020), people("1.200.000 người", 2021))
    row = aq.rate(ds, TIPS).iloc[0]
    bounds = [pytest.approx(100 / people * 100_000) for people in (2_400_000, 2_000_000)]
    assert row[["lower", "upper"]].tolist() == bounds
    assert row[["denominator_lower", "denominator_upper"]].tolist() == [2_000_000, 2_400_000]
    assert row["grade"] == "A"


def test_revisions_are_never_joined_but_bound_the_person_years():
    old = [people("900.000 người", year, "pre-2019-census") for year in (2018, 2019)]
    new = [people("1.000.000 người", 2019)]
    row = aq.rate(made(tips("100 tin", 2018, 2019), *old, *new), TIPS).iloc[0]
    assert row[["denominator_lower", "denominator_upper"]].tolist() == [1_800_000, 2_000_000]
    assert row["reasons"] == ("revisions_differ",)
    assert len(row["obs_ids"]) == 4, "every average that bounds the person-years is named"


def test_missing_years_and_other_definitions_are_said():
    averages = people("1.000.000 người", 2020), people("4.200.000 người", 2021, obs_status="D")
    row = aq.rate(made(tips("100 tin", 2020, 2021), *averages), TIPS).iloc[0]
    assert row["reasons"] == ("population_partial",)
    assert row["denominator_upper"] == 2_000_000


def test_without_any_population_there_is_no_rate():
    row = aq.rate(made(tips("100 tin", 2020, 2021)), TIPS).iloc[0]
    assert (row["obs_status"], row["refused"], row["reasons"]) == ("A", True, ("population_unknown",))


def test_a_stock_has_no_rate_a_year_and_is_not_called_unreported():
    row = aq.rate(bundled(), "models", areas="Thanh Hóa").iloc[0]
    assert row["refused"]
    assert "measure_differs" in row["reasons"]


def test_every_pair_listed_is_tried_and_wrong_ones_are_refused_not_dropped():
    rows = aq.ratios(bundled(), "valuable_tips_per_model", areas="Thanh Hóa")
    assert rows["refused"].tolist() == [False, True]


def test_an_area_without_any_of_the_pairs_is_one_row():
    rows = aq.ratios(bundled(), "attendance_per_session", areas=["Điện Biên", "Hòa Bình"])
    assert rows.groupby("ref_area")["obs_status"].agg(list).to_dict() == {"VN-14": ["O"], "VN-71": ["A", "A"]}


def test_an_unknown_name_is_refused_with_a_suggestion():
    with pytest.raises(aq.UnknownName, match=r"No ratio 'tips_per_model'. Did you mean 'valuable_tips_per"):
        aq.ratios(bundled(), "tips_per_model")


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
