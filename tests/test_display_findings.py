import pytest
from made_data import bundled, flow, made

import antq_analysis as aq
from antq_analysis.analysis.frames import records
from antq_analysis.display import findings
from antq_analysis.display.labels import Labels
from antq_analysis.display.table import plain

SESSIONS = "sessions_provincial_bodies"
AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình", "Hòa Bình"]


def yearly(figures, **more):
    return [flow(figure, year, year, **more) for year, figure in enumerate(figures, start=2015)]


def of_series(ds):
    return findings.series(records(aq.annual_series(ds, SESSIONS, "Thanh Hóa")), Labels(ds, "en"))


def test_a_ratio_is_said_with_its_grade_and_the_refused_are_counted():
    rows = aq.ratios(bundled(), "valuable_tips_per_model", areas="Thanh Hóa")
    said = aq.charts.ratios(rows, bundled(), lang="en").finding
    assert said == (
        "Thanh Hóa, 2014–2024: Valuable tips per model – 3.12, grade C. "
        "1 result does not compare and is not drawn."
    )


def test_more_results_than_an_ear_keeps_are_counted():
    official = bundled().select(mandates="statistics", since=2018, until=2018)
    rows = aq.compare(official, ["enterprises", "cooperatives"], areas=AREAS, per=1000)
    chart = aq.charts.levels(rows, bundled(), lang="en")
    said = chart.finding.count("grade")
    assert 1 <= said < len(chart.table.frame)
    assert f"{len(chart.table.frame) - said} more results are in the table." in chart.finding


def test_pairs_that_do_not_compare_are_counted():
    rows = aq.contrasts(bundled(), ["propaganda_sessions", "awards_collectives"], areas=AREAS)
    refused = int(rows["refused"].sum())
    said = aq.charts.contrasts(rows, bundled(), lang="en").finding
    assert "Điện Biên against Thanh Hóa: Collectives commended by the provincial police – 0.968 times" in said
    assert f"{refused} pairs do not compare" in said


def test_what_is_implied_is_said_to_be():
    rows = records(aq.windows(bundled(), SESSIONS, "Thanh Hóa").query("kind == 'implied'"))
    said = findings.windows(rows, rows, Labels(bundled(), "en"))
    assert said.startswith("Thanh Hóa, 2019–2024, implied by two windows:")
    assert "5,141" in said


def test_a_series_is_said_from_its_first_to_its_last_year():
    assert of_series(made(*yearly(["9 buổi", "8 buổi", "7 buổi"]))).endswith("from 9 in 2015 to 7 in 2017.")
    assert of_series(made(*yearly(["9 buổi"]))).endswith(": 9 in 2015.")


def test_a_broken_series_is_not_said_to_go_from_one_number_to_another():
    rows = yearly(["9 buổi", "8 buổi", "7 buổi"])
    rows[2] |= {"obs_status": "B"}
    assert of_series(made(*rows)).endswith("2015–2017: 2 parts that are not joined.")


def test_reported_figures_are_counted_by_how_they_are_worded():
    ds = made(
        flow("9 buổi", 2014, 2018),
        flow("hơn 100 buổi", 2014, 2023, period_basis="inherited"),
        flow("hàng trăm buổi", 2014, 2016),
    )
    rows = aq.compare(ds, ["propaganda_sessions", "tips"], areas="Thanh Hóa")
    assert aq.charts.periods(rows, ds, lang="en").finding == (
        "Thanh Hóa: 3 printed figures for the years 2014–2023; number of subjects: 1. Exact: 1; with a word "
        "such as “more than” or “nearly”: 1; order of magnitude only: 1. 1 figure has no period stated where "
        "it is printed. 1 subject was not reported."
    )


def test_coverage_counts_the_subjects_of_each_area_and_those_that_several_report():
    rows = aq.coverage(bundled(), areas=["Quảng Bình", "Thanh Hóa"], concepts=["tips", "propaganda_sessions"])
    assert aq.charts.coverage(rows, bundled(), lang="en").finding == (
        "Of 2 subjects, so many have figures of each province: Quảng Bình 1; Thanh Hóa 2. "
        "1 subject has figures of two provinces or more."
    )


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_numbers_are_tied_to_their_figures_where_labels_are_marked(lang):
    rows = records(aq.annual_series(bundled(), "cooperatives", AREAS))
    marked = findings.series(rows, Labels(bundled(), lang, marked=True))
    assert f'data-obs="{rows[0]["obs_id"]}"' in marked
    assert plain(marked) == findings.series(rows, Labels(bundled(), lang))


def test_names_of_the_data_stay_text(hostile):
    rows = aq.ratios(hostile, "valuable_share_of_tips", areas="VN-21")
    html = aq.charts.ratios(rows, hostile)._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
