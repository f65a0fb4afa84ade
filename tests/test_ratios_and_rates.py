"""One figure divided by another, or by person-years: numbers, grades and what is refused."""

import math

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import given, settings
from made_data import bundled, flow, made, people, populated, stock

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


def rate(ds, **options) -> pd.Series:
    """Give the one row of valuable tips through models per 100,000 inhabitants and year."""
    rows = aq.ratios(ds, "valuable_tips_per_100k", **options)
    return only(rows[rows["numerator"] == TIPS])


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
        (models("100 mô hình", source_id="quangbinh-2020"), "source_differs"),
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


def test_a_rate_divides_by_the_person_years_of_the_window():
    ds = made(tips("100 tin", 2020, 2021), people("1.000.000 người", 2020), people("1.200.000 người", 2021))
    row = rate(ds)
    assert row[["denominator_lower", "denominator_upper"]].tolist() == [2_200_000, 2_200_000]
    assert (row["value"], row["grade"]) == (pytest.approx(100 / 22), "A")


def test_revisions_are_never_joined_but_bound_the_person_years():
    old = [people("900.000 người", year, "pre-2019-census") for year in (2018, 2019)]
    new = [people("1.000.000 người", 2019)]
    row = rate(made(tips("100 tin", 2018, 2019), *old, *new))
    assert row[["denominator_lower", "denominator_upper"]].tolist() == [1_800_000, 1_900_000]
    assert row["reasons"] == ("revisions_differ",)
    assert len(row["obs_ids"]) == 4, "every average that bounds the person-years is named"


def test_missing_years_and_other_definitions_are_said():
    averages = people("1.000.000 người", 2020), people("4.200.000 người", 2021, obs_status="D")
    row = rate(made(tips("100 tin", 2020, 2021), *averages))
    assert row["reasons"] == ("population_partial",)
    assert row["denominator_upper"] == pytest.approx(1_000_000 + 1_000_000 / 0.98)
    assert row["denominator_lower"] == pytest.approx(1_000_000 + 1_000_000 * 0.98)


def test_without_any_population_there_is_no_rate():
    row = rate(made(tips("100 tin", 2020, 2021)))
    assert (row["obs_status"], row["refused"], row["reasons"]) == ("A", True, ("population_unknown",))


def test_a_stock_is_divided_by_inhabitants_and_not_by_years():
    row = only(aq.compare(populated(stock("40 hợp tác xã", 2018)), "cooperatives"))
    assert (row["value"], row["unit"]) == (4, "hợp tác xã trên 100.000 dân")


def test_a_rate_holds_five_years_by_the_words_and_six_by_the_calendar():
    row = rate(populated(tips("600 tin", 2014, 2019, period_years=5)))
    assert row[["lower", "upper"]].tolist() == [pytest.approx(10), pytest.approx(12)]
    assert math.isnan(row["value"])
    row = rate(populated(tips("600 tin", 2014, 2019)))
    assert (row["value"], row["grade"]) == (pytest.approx(10), "A")


def test_part_of_a_year_never_stands_for_a_year():
    ds = populated(tips("600 tin", 2019, 2019, period_end="2019-06-30", period_years=0.5))
    row = rate(ds)
    assert (row["grade"], row["refused"], row["reasons"]) == ("D", True, ("period_too_short",))
    assert row["unit"] == "tin trên 100.000 dân"


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"obs_status": "P"}, "status_not_normal"), ({"obs_status": "E"}, "status_not_normal"),
     ({"figure_printed": "gần 1.000.000 người"}, "wording_bounds")],
)  # fmt: skip
def test_what_a_population_is_worth_is_what_a_rate_is_worth(change, reason):
    ds = made(tips("100 tin", 2020, 2021), people("1.000.000 người", 2020),
              people("1.000.000 người", 2021) | change)  # fmt: skip
    row = rate(ds)
    assert (row["grade"], row["reasons"]) == ("B", (reason,))
    row = only(aq.compare(ds, "valuable_tips"))
    assert reason in row["reasons"]


def test_a_province_without_inhabitants_has_no_rate():
    ds = made(tips("100 tin", 2020, 2020), people("0 người", 2020))
    for row in (rate(ds, allow="D"), only(aq.compare(ds, "valuable_tips"))):
        assert (row["grade"], row["reasons"], row["shown"]) == ("D", ("zero_denominator",), "không tính")
        assert row[["value", "lower", "upper", "ci_lower", "ci_upper"]].isna().all()
    ds = made(tips("9 tin", 2020, 2020), people("0 người", 2020), tips("9 tin", 2020, 2020, ref_area="VN-24"),
              people("hàng chục người", 2020, ref_area="VN-24"))  # fmt: skip
    for wording in ("convention", "strict"):
        row = only(aq.contrasts(ds, "valuable_tips", wording=wording))
        assert (row["grade"], row["shown"], "zero_denominator" in row["reasons"]) == ("D", "không tính", True)
    # The other province keeps its own rate.
    assert aq.compare(ds, "valuable_tips")["shown"].tolist() == ["không tính", "9.090–90.000"]


@settings(max_examples=30)
@given(
    st.lists(st.floats(-0.02, 0.02), min_size=11, max_size=11),
    st.sets(st.integers(2014, 2024)),
    st.sampled_from([(2014, 2018), (2016, 2016), (2019, 2024)]),
)
def test_fewer_population_figures_never_narrow_a_rate(changes, dropped, window):
    averages, size = [], 1_000_000.0
    for year, change in zip(range(2014, 2025), changes, strict=True):
        averages.append(people(f"{size:,.0f} người".replace(",", "."), year))
        size *= 1 + change
    full = rate(made(tips("900 tin", *window), *averages))
    fewer = [row for year, row in zip(range(2014, 2025), averages, strict=True) if year not in dropped]
    part = rate(made(tips("900 tin", *window), *fewer))
    known = "population_unknown" not in part["reasons"]
    if known:
        assert part["lower"] <= full["lower"] * 1.00001
        assert part["upper"] >= full["upper"] * 0.99999
    assert known == any(window[0] - 2 <= year <= window[1] + 2 for year in {*range(2014, 2025)} - dropped)


def test_a_ratio_has_one_grade_alone_and_among_others_of_its_name():
    alone = only(aq.ratio(bundled(), "attendances_police", "sessions_police", areas="Quảng Bình"))
    rows = aq.ratios(bundled(), "attendance_per_session")
    row = only(rows[rows["ref_area"] == "VN-24"])
    assert (
        (alone["grade"], alone["reasons"]) == (row["grade"], row["reasons"]) == ("B", ("period_inherited",))
    )


def test_models_of_the_same_bodies_are_the_denominator_unless_others_are_asked_for():
    own, every = (only(aq.ratio(bundled(), TIPS, "models", scope_org=scope)) for scope in (None, "all"))
    assert (own["shown"], every["shown"]) == ("3,12", "ít nhất 1,06")
    assert math.isnan(every["value"])
    assert every["upper"] == math.inf
    assert every[["ci_lower", "ci_upper"]].isna().all()
    with pytest.raises(aq.InvalidOption, match=r"scope_org='everybody' is no scope. Give one of: agency,"):
        aq.ratio(bundled(), TIPS, "models", scope_org="everybody")


def test_a_total_is_not_divided_by_its_own_part():
    row = only(aq.ratio(bundled(), "tips_through_models", TIPS, areas="Thanh Hóa"))
    assert (row["refused"], row["reasons"][0]) == (True, "part_of_other")
    rows = aq.ratio(bundled(), "sessions_provincial_bodies", "sessions_provincial_bodies", areas="VN-21")
    assert all("part_of_other" in reasons for reasons in rows["reasons"])


def test_a_figure_told_by_two_sources_is_one():
    again = tips("900 tin", source_id="hoabinh-2024", area_basis="publisher")
    row = only(aq.ratio(made(again, tips("900 tin"), models("100 mô hình")), TIPS, "models"))
    assert row["obs_ids"] == ("made.02", "made.01", "made.03")
    assert row["reasons"] == ("stock_at_end",), "the source that names the area speaks for both"


@pytest.mark.parametrize(
    ("above", "below", "reason"),
    [("150 tin", "100 tin", "share_above_whole"), ("9 tin", "0 tin", "zero_denominator"),
     ("0 tin", "0 tin", "zero_denominator")],
)  # fmt: skip
def test_a_share_above_the_whole_and_a_zero_denominator_are_refused(above, below, reason):
    ds = made(tips(above), tips(below, indicator="tips_through_models", source_id="quangbinh-2020"))
    asked = [aq.ratio(ds, TIPS, "tips_through_models", per=per) for per in (100, 1, 1000)]
    for rows in (aq.ratios(ds, "valuable_share_of_tips"), *asked):
        row = rows[rows["numerator"] == TIPS].iloc[0]
        assert (row["grade"], row["refused"], row["shown"]) == ("D", True, "không tính")
        assert reason in row["reasons"]
    row = aq.ratio(ds, TIPS, "tips_through_models", allow="D").iloc[0]
    assert (row["shown"] == "không tính") == (reason == "zero_denominator")


@pytest.mark.parametrize("per", [-1, 0, "100k", None, True, math.nan, math.inf, 10**400])
def test_a_result_is_scaled_to_a_number_above_zero(per):
    with pytest.raises(aq.InvalidOption, match=r"per=.* is not possible. Give a number above 0"):
        aq.ratio(bundled(), TIPS, "models", per=per)


def test_an_option_that_is_none_is_refused_with_the_nearest():
    with pytest.raises(aq.InvalidOption, match=r"ratios\(\) has no option 'area'. Did you mean 'areas'\?"):
        aq.ratios(bundled(), "valuable_tips_per_model", area="Thanh Hóa")
    with pytest.raises(
        aq.InvalidOption, match=r"Its options, given by name, are: scope_org, per, allow, areas"
    ):
        aq.ratio(bundled(), TIPS, "models", "Thanh Hóa")


@pytest.mark.parametrize(
    ("part", "whole"),
    [("hơn 100 tin", "80 tin"), ("100 tin", "80 tin"), ("hơn 10 tin", "hơn 10 tin")],
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
