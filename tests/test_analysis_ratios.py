import math

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import given
from made_data import bundled, flow, made, stock
from pandas.testing import assert_frame_equal

import antq_analysis as aq
from antq_analysis.analysis.quotients import Bounded

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


def test_valuable_tips_per_model_of_thanh_hoa():
    # 828 / 265 by hand; the exact Poisson interval of 828 is 772.56–886.37 (chi-square quantiles).
    row = only(aq.ratio(bundled(), TIPS, "models", areas="Thanh Hóa"))
    assert row[["value", "ci_lower", "ci_upper"]].round(4).tolist() == [3.1245, 2.9153, 3.3448]
    assert row["obs_ids"] == ("baothanhhoa-2024.12", "baothanhhoa-2024.10")


def test_the_models_of_the_same_bodies_are_the_denominator_not_all_models():
    row = only(aq.ratio(bundled(), TIPS, "models", areas="Thanh Hóa"))
    assert row["denominator_upper"] == 265


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


def test_what_was_refused_comes_with_its_reasons_when_asked_for():
    row = only(aq.ratio(bundled(), "valuable_tips_all_bodies", "model_types", areas="VN-21", allow="D"))
    assert (round(row["lower"]), round(row["upper"])) == (258, 290)
    assert not row["refused"]
    assert "type_count" in row["reasons"]


def test_an_area_that_did_not_report_is_a_row_without_numbers():
    rows = aq.ratio(bundled(), TIPS, "models", areas=["Quảng Bình", "Thanh Hóa"])
    assert rows["obs_status"].tolist() == ["O", "A"]
    assert rows.loc[0, ["value", "lower", "upper"]].isna().all()


def test_an_area_known_only_by_inference_stays_out_unless_asked_for():
    names = ("certificates_province_individuals", "certificates_province_collectives")
    assert "VN-14" not in set(aq.ratio(bundled(), *names)["ref_area"])
    assert "VN-14" in set(aq.ratio(bundled(), *names, inferred_areas=True)["ref_area"])


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


def test_an_unknown_grade_is_refused_with_the_grades_there_are():
    with pytest.raises(aq.InvalidOption, match=r"allow='E' is no grade. Give the worst .* A, B, C or D"):
        aq.ratio(bundled(), TIPS, "models", allow="E")


def test_95_is_not_a_confidence():
    with pytest.raises(aq.InvalidOption, match=r"0\.95"):
        aq.ratio(bundled(), TIPS, "models", confidence=95)


def test_the_data_set_is_not_changed():
    ds = bundled()
    before = ds.observations
    aq.ratio(ds, TIPS, "models")
    assert_frame_equal(ds.observations, before)


counts = st.integers(1, 10**7)


@given(counts, counts, counts, counts, st.floats(0, 1), st.floats(0, 1))
def test_bounds_hold_the_quotient_of_any_values_inside(a, b, c, d, s, t):
    above, below = sorted((a, b)), sorted((c, d))
    quotient = Bounded(math.nan, *map(float, above)).per(Bounded(math.nan, *map(float, below)))
    inside = (above[0] + s * (above[1] - above[0])) / (below[0] + t * (below[1] - below[0]))
    slack = 1e-12 * inside  # the last digit of two floating-point divisions
    assert quotient.lower - slack <= inside <= quotient.upper + slack


@given(st.integers(1, 9_999), st.integers(1, 9_999), st.sampled_from(["hơn", "gần", "khoảng", ""]))
def test_a_strict_reading_never_narrows_a_ratio(above, below, word):
    def quotient(wording: str) -> Bounded:
        parts = [aq.parse_figure(f"{word} {number} tin", wording=wording) for number in (above, below)]
        upper, lower = (Bounded(math.nan, float(part.lower), float(part.upper)) for part in parts)
        return upper.per(lower)

    loose, strict = quotient("convention"), quotient("strict")
    assert strict.lower <= loose.lower
    assert strict.upper >= loose.upper


def test_renaming_areas_changes_no_number():
    rows = [tips("hơn 900 tin"), models("100 mô hình")]
    here = only(aq.ratio(made(*rows), TIPS, "models"))
    there = only(aq.ratio(made(*(row | {"ref_area": "VN-24"} for row in rows)), TIPS, "models"))
    assert here.drop("ref_area").equals(there.drop("ref_area"))


def test_the_wording_may_be_given_for_one_question():
    names = ("valuable_tips_all_bodies", "tips_all_bodies")
    strict = aq.ratio(bundled(), *names, areas="VN-21", wording="strict")
    assert strict["wording"].tolist() == ["strict"]
    assert strict["lower"].tolist() == [0]
    with pytest.raises(aq.InvalidOption, match="convention"):
        aq.ratio(bundled(), *names, wording="loose")
