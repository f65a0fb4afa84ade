import math
from statistics import NormalDist

import pytest
from made_data import flow, made

import antq_analysis as aq


def contrast(a: str, b: str):
    ds = made(flow(a, 2014, 2018), flow(b, 2014, 2018, ref_area="VN-24"))
    return aq.contrasts(ds, "propaganda_sessions", areas=["VN-21", "VN-24"])


def test_phi_star_is_where_the_log_interval_reaches_one():
    row = aq.robustness(contrast("200 buổi", "100 buổi")).iloc[0]
    z = NormalDist().inv_cdf(0.975)
    assert math.log(2) - z * math.sqrt(row["phi_star"] * (1 / 200 + 1 / 100)) == pytest.approx(0)
    assert row["contrast"] == "higher"


def test_the_weaker_the_contrast_the_less_it_takes():
    strong, weak = (
        aq.robustness(contrast(a, "100 buổi")).iloc[0]["phi_star"] for a in ("400 buổi", "120 buổi")
    )
    assert strong > weak


def test_a_contrast_that_only_convention_holds_does_not_survive_strict_wording():
    # "gần 200" is 150 at least by convention, but anything below 200 by its words.
    row = aq.robustness(contrast("gần 200 buổi", "100 buổi")).iloc[0]
    assert (row["contrast"], row["beyond_chance"], row["survives_strict"]) == ("higher", True, False)


def test_more_than_survives_on_the_side_it_bounds():
    assert aq.robustness(contrast("hơn 200 buổi", "100 buổi")).iloc[0]["survives_strict"]


def test_equal_figures_are_no_contrast():
    row = aq.robustness(contrast("100 buổi", "100 buổi")).iloc[0]
    assert row["contrast"] == "none"
    assert math.isnan(row["phi_star"])


def test_definitions_that_could_explain_it_are_listed():
    one = flow("200 buổi", 2014, 2018)
    ds = made(one, flow("100 buổi", 2014, 2018, ref_area="VN-24", scope_level="unstated", scope_org="all"))
    row = aq.robustness(aq.contrasts(ds, "propaganda_sessions")).iloc[0]
    assert set(row["removed_by"]) == {"level_unstated", "organiser_differs"}
