import pytest
from made_data import bundled, flow, made, stock

import antq_analysis as aq

TIPS = "valuable_tips_through_models"


def people(figure: str, year: int, revision: str = "post-2019-census", **more):
    row = stock(figure, year, indicator="population_average", scope_level="whole_province", scope_org="all")
    return row | {"period_end": f"{year}-07-01", "revision": revision, "mandate": "statistics"} | more


def tips(figure: str, first: int, last: int):
    return flow(figure, first, last, indicator=TIPS, scope_level="whole_province")


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
    ds = made(
        tips("100 tin", 2020, 2021),
        people("1.000.000 người", 2020),
        people("4.200.000 người", 2021, obs_status="D"),
    )
    row = aq.rate(ds, TIPS).iloc[0]
    assert row["reasons"] == ("population_partial",)
    assert row["denominator_upper"] == 2_000_000


def test_without_any_population_there_is_no_rate():
    row = aq.rate(made(tips("100 tin", 2020, 2021)), TIPS).iloc[0]
    assert (row["obs_status"], row["refused"], row["reasons"]) == ("A", True, ("population_unknown",))


def test_a_stock_has_no_rate_a_year_and_is_not_called_unreported():
    row = aq.rate(bundled(), "models", areas="Thanh Hóa").iloc[0]
    assert row["refused"]
    assert "measure_differs" in row["reasons"]


def test_bodies_of_provincial_level_over_everybody_are_marked():
    rows = aq.rate(bundled(), "sessions_provincial_bodies", areas="Thanh Hóa")
    assert all("level_differs" in reasons for reasons in rows["reasons"])
    assert set(rows["grade"]) == {"C"}


def test_the_population_of_end_2024_does_not_enter_the_averages():
    row = aq.rate(bundled(), TIPS, areas="Thanh Hóa").iloc[0]
    assert "thanhhoa-population-2024.01" not in row["obs_ids"]
