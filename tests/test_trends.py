"""Trends of annual counts of events, the course of other series, and the model behind them."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made_data import bundled, flow, made, stock

import antq_analysis as aq
from antq_analysis.analysis.grading import NotComparable
from antq_analysis.analysis.trends import annual_series, describe_series, poisson_trend, trend


def yearly(figures, first=2015, **more):
    return [flow(f"{figure} buổi", year, year, **more) for year, figure in enumerate(figures, start=first)]


GROWING = [100, 120, 140, 175, 205]
SESSIONS = "sessions_provincial_bodies"


def answer(*rows, indicator=SESSIONS):
    """Ask for the trend of rows: the row of a fit, or the refusal."""
    found = trend(made(*rows), indicator, "Thanh Hóa")
    return found if isinstance(found, NotComparable) else found.iloc[0]


def test_five_annual_figures_carry_a_line():
    line = answer(*yearly(GROWING))
    assert line["value"] == line["lower"] == line["upper"] == pytest.approx(math.exp(line["slope"]))
    assert line["dispersion"] < 1
    assert line[["area", "period", "unit"]].tolist() == ["Thanh Hóa", "2015–2019", "lần năm trước"]
    assert line["ci_lower"] < line["value"] < line["ci_upper"]
    assert (line["points"], line["first_year"], line["last_year"], line["gap_years"]) == (5, 2015, 2019, ())
    assert (line["indicator_id"], line["ref_area"], line["confidence"]) == (SESSIONS, "VN-21", 0.95)
    assert (line["grade"], line["reasons"]) == ("A", ())
    assert line["obs_ids"] == ("made.01", "made.02", "made.03", "made.04", "made.05")


def test_four_annual_figures_carry_none_and_vague_ones_do_not_count():
    refused = answer(*yearly(GROWING[:4]), flow("hàng trăm buổi", 2019, 2019))
    assert refused.reasons == ("too_few_points",)
    assert refused.obs_ids == ("made.01", "made.02", "made.03", "made.04")
    assert not refused


@pytest.mark.parametrize("more", [{"revision": "later"}, {"obs_status": "B"}, {"mandate": "annual"}])
def test_a_break_of_definition_or_revision_ends_a_line(more):
    rows = yearly([*GROWING, 220, 240])
    cut = [*rows[:3], rows[3] | more, *(row | (more if "obs_status" not in more else {}) for row in rows[4:])]
    refused = answer(*cut)
    assert refused.reasons == ("too_few_points", "series_broken")
    assert annual_series(made(*cut), SESSIONS, "VN-21")["segment"].tolist() == [1] * 3 + [2] * 4


def test_a_figure_of_another_definition_stands_alone():
    rows = yearly([*GROWING, 900, 230, 250])
    rows[5] |= {"obs_status": "D"}
    assert annual_series(made(*rows), SESSIONS, "VN-21")["segment"].tolist() == [1] * 5 + [2, 3, 3]
    line = answer(*rows)
    assert "made.06" not in line["obs_ids"]
    assert line["last_year"] == 2019


def test_of_two_long_segments_the_longest_is_fitted_and_of_equal_ones_the_later():
    early, late = yearly(GROWING, 2001, revision="old"), yearly(GROWING[::-1], 2006, revision="new")
    line = answer(*early, *late)
    assert (line["revision"], line["value"] < 1) == ("new", True)
    longer = [*yearly([*GROWING, 230], 2001, revision="old"), *late]
    assert answer(*longer)["revision"] == "old"


def test_a_figure_printed_twice_counts_once_and_two_that_differ_carry_no_line():
    twice, two = (flow(f"{n} buổi", 2019, 2019, source_id="quangbinh-2020") for n in (205, 210))
    assert answer(*yearly(GROWING), twice)["points"] == 5
    assert answer(*yearly(GROWING), two).reasons == ("contradiction",)


def test_a_series_is_that_of_the_widest_scope_and_says_so():
    own, every = yearly(GROWING), yearly([300, 310, 330], scope_org="all", scope_level="whole_province")
    for rows, scope, count in ((every, "all", 3), (every[:1], "aes", 5)):
        ds = made(*own, *rows)
        series, course = (ask(ds, SESSIONS, "VN-21") for ask in (annual_series, describe_series))
        assert (len(series), set(series["scope_org"]), len(course)) == (count, {scope}, 1)
        assert course[["scope_org", "points"]].values.tolist() == [[scope, count]]
    assert course["label"].tolist() == ["Thanh Hóa · cơ quan, doanh nghiệp, nhà trường"]
    assert answer(*own, *every).reasons == ("too_few_points",)
    assert answer(*own, *every[:1])["scope_level"] == "provincial_bodies"
    assert describe_series(made(*own), SESSIONS, "VN-21")["label"].tolist() == ["Thanh Hóa"]


def test_a_break_costs_no_grade_within_the_segment_that_it_begins():
    rows = [yearly(GROWING)[0] | {"obs_status": "B"}, *yearly(GROWING)[1:]]
    assert answer(*rows)["grade"] == "A"
    assert annual_series(made(*rows), SESSIONS, "VN-21")["reasons"].tolist()[0] == ("words_changed",)


def test_figures_of_another_territory_carry_no_line():
    # Quảng Trị in its present borders begins on 1 July 2025.
    rows = made(*yearly(GROWING, ref_area="VN-25"))
    assert set(trend(rows, SESSIONS, "Quảng Trị").reasons) == {"too_few_points", "area_changed"}
    assert describe_series(rows, SESSIONS, "Quảng Trị")["grade"].tolist() == ["D"]


def test_two_missing_years_are_told_and_three_end_a_line():
    years = [2010, 2011, 2014, 2015, 2016]
    rows = [flow(f"{n} buổi", year, year) for n, year in zip(GROWING, years, strict=True)]
    assert answer(*rows)["gap_years"] == (2012, 2013)
    late = rows[:2] + [row | flow(row["figure_printed"], year + 1, year + 1) for row, year in
                       zip(rows[2:], years[2:], strict=True)]  # fmt: skip
    assert answer(*late).reasons == ("too_few_points", "gap_in_series")
    assert answer(*late, *yearly([230, 240], 2018))["first_year"] == 2015


def test_counts_that_jump_carry_no_line():
    assert answer(*yearly([98, 105, 110, 120, 900])).reasons == ("dispersion_too_high",)
    wide = answer(*yearly([98, 160, 140, 230, 205]))
    assert 1 < wide["dispersion"] < 10
    assert wide["method"] == "quasi-Poisson"


@pytest.mark.parametrize("figures", [[0, 0, 0, 1, 2], [1, 2, 1, 2, 3], [0, 0, 0, 0, 50]])
def test_few_events_or_events_of_one_year_carry_no_line(figures):
    assert answer(*yearly(figures)).reasons == ("too_few_events",)


def test_worded_figures_bound_the_factor_by_the_steepest_lines_within_them():
    rows = yearly(["hơn 100", "hơn 120", "140", "hơn 170", "hơn 200"])
    line = answer(*rows)
    ends = [
        poisson_trend(range(5), counts) for counts in ([199, 129, 140, 171, 201], [101, 121, 140, 179, 299])
    ]
    assert np.isnan(line["value"])
    assert (line["lower"], line["upper"]) == pytest.approx([fit.value for fit in ends])
    assert line["ci_lower"] == pytest.approx(min(fit.ci_lower for fit in ends))
    assert line["ci_upper"] == pytest.approx(max(fit.ci_upper for fit in ends))
    assert (line["grade"], line["reasons"]) == ("B", ("wording_bounds",))
    strict = trend(made(*rows).read_as("strict"), SESSIONS, "Thanh Hóa")
    assert strict.reasons == ("wording_bounds",)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.sampled_from(["20", "gần 20", "hơn 20", "khoảng 30", "40"]), min_size=5, max_size=6),
    st.data(),
)
def test_no_counts_within_the_bounds_have_a_factor_outside_them(figures, data):
    line = answer(*yearly(figures))
    series = annual_series(made(*yearly(figures)), SESSIONS, "Thanh Hóa")
    bounds = zip(np.floor(series["lower"]), np.ceil(series["upper"]), strict=True)
    counts = [data.draw(st.integers(int(low), int(high))) for low, high in bounds]
    factor = poisson_trend(series["year"], counts).value
    assert line["lower"] - 1e-9 <= factor <= line["upper"] + 1e-9


def test_people_stocks_and_shares_have_no_model():
    people = yearly(GROWING, indicator="participants_provincial_bodies")
    assert answer(*people, indicator="participants_provincial_bodies").reasons == ("estimates_only",)
    rows = [stock(f"{figure} hợp tác xã", year) for year, figure in enumerate(GROWING, start=2015)]
    assert answer(*rows, indicator="cooperatives").reasons == ("estimates_only",)
    assert trend(bundled(), SESSIONS, "Điện Biên").reasons == ("no_figures",)


def test_stocks_are_annual_only_at_one_day_of_the_year():
    rows = [stock(f"{figure} hợp tác xã", year) for year, figure in enumerate(GROWING, start=2015)]
    assert annual_series(made(*rows), "cooperatives", "VN-21")["segment"].tolist() == [1] * 5
    rows[2] |= {"period_end": "2017-06-30"}
    assert set(annual_series(made(*rows), "cooperatives", "VN-21")["segment"]) == {1, 2}


def course(*rows, indicator="cooperatives"):
    return describe_series(made(*rows), indicator, "Thanh Hóa").iloc[0]


def cooperatives(figures, first=2015, **more):
    return [stock(f"{figure} hợp tác xã", year, **more) for year, figure in enumerate(figures, start=first)]


def test_a_course_tells_its_ends_its_peak_and_its_low():
    row = course(*cooperatives([100, 90, 180, 130, 121]))
    assert row[["first_year", "first", "last_year", "last"]].tolist() == [2015, 100, 2019, 121]
    assert row[["peak_year", "peak", "low_year", "low"]].tolist() == [2017, 180, 2016, 90]
    assert row["growth"] == pytest.approx(1.21**0.25 - 1)
    assert row["value"] == pytest.approx(100 * row["growth"])
    assert row[["area", "period", "unit"]].tolist() == ["Thanh Hóa", "2015–2019", "% một năm"]
    assert (row["points"], row["segments"], row["gap_years"], row["grade"]) == (5, 1, (), "A")


def test_growth_is_that_of_the_longest_segment_and_the_others_are_counted():
    old, new = cooperatives([100, 110], 2012, revision="old"), cooperatives([500, 550, 605], revision="new")
    row = course(*old, *new)
    assert row[["first", "last", "segments", "revision"]].tolist() == [500, 605, 2, "new"]
    assert row["growth"] == pytest.approx(0.1)
    assert row["obs_ids"] == ("made.03", "made.04", "made.05")


def test_worded_ends_bound_the_growth_and_nothing_grows_from_nothing():
    row = course(*cooperatives(["hơn 100", "250", "200"]))
    assert np.isnan(row[["value", "growth", "first"]].astype(float)).all()
    assert row[["peak_year", "peak", "low_year"]].tolist() == [2016, 250, 2015]
    assert (row["lower"], row["upper"]) == pytest.approx(
        (100 * math.sqrt(200 / 199) - 100, 100 * math.sqrt(200 / 101) - 100)
    )
    for figures in ([0, 5, 9], [7]):
        assert np.isnan(course(*cooperatives(figures))["growth"])
    assert describe_series(bundled(), "cooperatives", "Quảng Trị").empty


def test_a_trend_is_of_one_area_and_says_what_to_ask_for_several():
    for asked in ([SESSIONS, ["Thanh Hóa", "Quảng Bình"]], [[SESSIONS], "Thanh Hóa"]):
        with pytest.raises(aq.InvalidOption, match=r"is no single name.*ask for each by itself"):
            trend(bundled(), *asked)


def test_what_is_provisional_inferred_or_vague_costs_a_grade():
    rows = yearly(GROWING)
    rows[4] |= {"obs_status": "P"}
    assert answer(*rows)["reasons"] == ("status_not_normal",)
    rows[3] |= {"figure_printed": "hơn 170 buổi", "period_basis": "inferred"}
    line = answer(*rows)
    assert line["grade"] == "C"
    assert set(line["reasons"]) == {"period_inferred", "wording_bounds", "status_not_normal"}


def test_annual_series_shows_what_a_line_leaves_out():
    rows = [*yearly(GROWING), flow("hơn 300 buổi", 2020, 2020)]
    last = annual_series(made(*rows), SESSIONS, "VN-21").iloc[-1]
    assert np.isnan(last["value"])
    assert last[["lower", "upper", "shown", "grade"]].tolist() == [301, 399, "301–399", "B"]
    assert last[["area", "period", "unit"]].tolist() == ["Thanh Hóa", "2020", "buổi"]


def test_a_confidence_above_one_is_refused():
    with pytest.raises(aq.InvalidOption, match=r"confidence=95 .*Did you mean 0\.95"):
        trend(bundled(), "population_average", "Thanh Hóa", confidence=95)
    with pytest.raises(aq.InvalidOption, match=r"lies between 0 and 1"):
        trend(bundled(), "population_average", "Thanh Hóa", confidence=10**400)


# Wood 2017, Generalized Additive Models, section 3.3: new AIDS cases in Belgium, 1981-1993.
AIDS_BELGIUM = [12, 14, 33, 50, 67, 74, 123, 141, 165, 204, 253, 246, 240]
# Whyte, Gallant and Brown 1987, in Dobson 1990: AIDS deaths in Australia by quarter, 1983-1986.
AIDS_AUSTRALIA = [0, 1, 2, 3, 1, 4, 9, 18, 23, 31, 20, 25, 37, 45]


def test_published_poisson_trends_to_the_printed_digits():
    belgium = poisson_trend(range(1, 14), AIDS_BELGIUM)
    australia = poisson_trend(range(1, 15), AIDS_AUSTRALIA)
    assert (round(belgium.slope, 7), round(belgium.deviance, 2), belgium.df) == (0.2021212, 80.69, 11)
    assert (round(australia.slope, 5), round(australia.deviance, 3), australia.df) == (0.25652, 29.654, 12)


def test_the_interval_widens_with_the_scatter():
    # A constant series scatters less than Poisson: its interval is Poisson's, never a point.
    still = poisson_trend(range(5), [100] * 5)
    assert (still.method, still.value) == ("poisson GLM", pytest.approx(1))
    # Normal theory by hand: se = 1/sqrt(100 * Σ(t-2)²) = 1/sqrt(1000).
    assert still.ci_upper == pytest.approx(math.exp(1.959964 / math.sqrt(1000)), rel=1e-5)
    wide = poisson_trend(range(1, 14), AIDS_BELGIUM)
    # By hand: quasi-Poisson multiplies the Poisson standard error 0.007771 by the root of the dispersion.
    assert wide.method == "quasi-Poisson"
    assert math.log(wide.ci_upper) - wide.slope == pytest.approx(
        2.200985 * 0.0077714 * math.sqrt(wide.dispersion), rel=1e-3
    )


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 2000), min_size=3, max_size=12), st.floats(-50, 50), st.floats(0.1, 10))
def test_a_slope_does_not_depend_on_a_time_shift_or_a_constant_exposure(counts, shift, exposure):
    assume(np.count_nonzero(counts) > 1)
    times = np.arange(len(counts))
    one, other = poisson_trend(times, counts), poisson_trend(times + shift, counts, exposure)
    assert one.slope == pytest.approx(other.slope, abs=1e-6)
    assert one.ci_lower <= one.value <= one.ci_upper


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: poisson_trend([1, 2], [3, 4]), "at least 3 counts, one after another; 2 given"),
        (lambda: poisson_trend([1, 2, 3], [0, 0, 0]), "counts are 0 but at one time"),
        (lambda: poisson_trend([5, 5, 5], [3, 4, 5]), "counts are 0 but at one time"),
        (lambda: poisson_trend([1, 2, float("nan")], [3, 4, 5]), r"times\[2\]=nan .*year or date"),
        (lambda: poisson_trend([1, 2, 3], [3, 4.5, 5]), r"counts\[1\]=4\.5 .*whole number"),
    ],
)
def test_what_can_carry_no_trend_is_refused(call, message):
    with pytest.raises(aq.InvalidOption, match=message):
        call()
