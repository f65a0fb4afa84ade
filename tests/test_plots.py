"""Charts: plain plotly figures that draw the numbers of the frame and lead to their figures."""

import json
import math

import plotly.graph_objects as go
import plotly.io
import pytest
from made_data import bundled, flow, made, people, populated
from made_outputs import THREE, drawn_texts, results, shown

import antq_analysis as aq
from antq_analysis.i18n import words

ONE, OTHER = flow("100 buổi", 2014, 2018), flow("50 buổi", 2014, 2018, ref_area="VN-24")
SESSIONS = "sessions_provincial_bodies"


@pytest.fixture(scope="module")
def charts():
    outputs = shown(results(bundled()), bundled(), "vi")
    return {what: output for what, output in outputs.items() if what.startswith("plots")}


def compared(*rows, ds=None, **more):
    ds = ds or populated(*rows)
    return aq.compare(ds, "propaganda_sessions", areas=["VN-21", "VN-24"], **more), ds


def marks(figure):
    return {trace.name: trace.marker.symbol for trace in figure.data}


def heights(figure):
    return {trace.name: set(trace.y) for trace in figure.data}


# ---- what every chart keeps ----


def test_every_chart_is_a_plain_plotly_figure_that_can_be_changed(charts):
    assert len(charts) == 5
    for what, chart in charts.items():
        assert type(chart) is go.Figure, what
        assert chart.data, what
        changed = go.Figure(chart).update_traces(opacity=0.5).update_layout(title="Của tôi", height=500)
        assert (changed.layout.title.text, changed.layout.height) == ("Của tôi", 500)
        assert {trace.opacity for trace in changed.data} == {0.5}
        assert changed.layout.template == chart.layout.template == plotly.io.templates["antq"]


def test_every_point_carries_its_figures_and_a_text(charts):
    for what, chart in charts.items():
        for trace in chart.data:
            assert len(trace.customdata) == len(trace.hovertext) == len(trace.x), what
            assert trace.hovertemplate == "%{hovertext}<extra></extra>", what
            for ids, text in trace.customdata:
                assert all(bundled().figure(obs_id) is not None for obs_id in ids.split()), what
                assert ids, what
                assert "— " in text, what


def test_charts_are_small_and_hold_no_number_that_is_none(charts):
    for what, chart in charts.items():
        text = chart.to_json()
        assert not any(word in text for word in ("NaN", "Infinity", "null")), what
        json.loads(text)


def test_an_area_has_one_colour_in_every_chart(charts):
    colours = {}
    for chart in charts.values():
        for trace in chart.data:
            look = (
                trace.line.color or trace.marker.color if trace.type == "scatter" else trace.marker.line.color
            )
            area = bundled().figure(trace.customdata[0][0].split()[0])["ref_area"]
            colours.setdefault(area, set()).add(look or aq.plots.colour(area))
    assert {area: {aq.plots.colour(area)} for area in colours} == colours
    assert len(set(map(aq.plots.colour, colours))) == len(colours) > 2


def test_numbers_on_the_axes_are_written_as_the_language_writes_them():
    rows, ds = compared(ONE, OTHER)
    found = [aq.plots.dots(rows, ds, lang=lang).layout.separators for lang in ("vi", "en")]
    assert found == [",.", ".,"]


# ---- results as dots ----


@pytest.mark.parametrize("kind", ["compare", "ratios"])
def test_each_result_is_one_dot_at_its_value_with_its_number(kind):
    ds = bundled()
    if kind == "compare":
        rows = aq.compare(ds, ["propaganda_sessions", "awards_collectives"], areas=THREE)
    else:
        rows = aq.ratios(ds, ["valuable_tips_per_model", "attendance_per_session"], areas=THREE)
        rows = rows[~rows["refused"].astype(bool)]
    rows = rows[rows["lower"].notna()]
    chart = aq.plots.dots(rows, ds)
    drawn = [(t.x[0] - t.error_x.array[0], t.x[0] + t.error_x.array[0]) for t in chart.data]
    wanted = list(zip(rows["lower"], rows["upper"], strict=True))
    assert sorted(drawn) == [pytest.approx(pair) for pair in sorted(wanted)]
    texts = " ".join(drawn_texts(chart))
    assert all(f"<b>{text}</b>" in texts for text in rows["shown"])


def test_dots_stand_on_axes_from_zero_in_the_order_of_the_rows():
    rows, ds = compared(ONE | {"figure_printed": "10 buổi"}, OTHER)
    chart = aq.plots.dots(rows, ds)
    assert [trace.name for trace in chart.data] == ["Thanh Hóa 2014–2018", "Quảng Bình 2014–2018"]
    assert all(axis.rangemode == "tozero" for axis in chart.select_xaxes())


def test_a_dot_is_hollow_where_definitions_differ_and_the_chart_says_so():
    alike = aq.plots.dots(*compared(ONE, OTHER))
    assert not any(symbol.endswith("-open") for symbol in marks(alike).values())
    unlike = aq.plots.dots(*compared(ONE | {"indicator": "sessions_police"}, OTHER))
    assert all(symbol.endswith("-open") for symbol in marks(unlike).values())
    apart, hollow = (words("vi")(f"shows.{key}") for key in ("apart", "hollow"))
    assert apart in unlike.layout.meta["description"]
    assert apart not in alike.layout.meta["description"]
    third = compared(ONE, ONE | {"indicator": "sessions_police"}, OTHER)
    assert hollow in aq.plots.dots(*third).layout.meta["description"]


def test_an_open_bound_is_an_arrow_at_the_number_that_is_sure():
    rows, ds = compared(ds=populated(ONE | {"figure_printed": "hơn 100 buổi"}, OTHER).read_as("strict"))
    arrow, dot = aq.plots.dots(rows, ds).data
    assert (arrow.x, arrow.marker.symbol, arrow.error_x.array) == ((2.02,), "triangle-right", (0,))
    assert dot.marker.symbol != "triangle-right"
    assert heights(aq.plots.windows(rows, ds)) == {"Thanh Hóa 2014–2018": {2.02}, "Quảng Bình 2014–2018": {1}}


def test_what_is_refused_or_only_a_size_is_not_drawn():
    ds = bundled()
    ratios = aq.ratios(ds, "valuable_tips_per_model", areas="Thanh Hóa")
    assert ratios["refused"].any()
    assert len(aq.plots.dots(ratios, ds).data) == (~ratios["refused"].astype(bool)).sum()
    size = compared(ONE | {"figure_printed": "hàng trăm buổi"}, OTHER)
    assert len(aq.plots.dots(*size).data) == 1
    assert len(aq.plots.windows(*size).data) == 1


# ---- windows ----


def test_a_window_is_a_segment_over_its_years_at_its_average():
    rows, ds = compared(flow("100 buổi", 2014, 2018), flow("100 buổi", 2014, 2023, ref_area="VN-24"))
    chart = aq.plots.windows(rows, ds)
    assert sorted((trace.x[0], trace.x[-1]) for trace in chart.data) == [(2014, 2019), (2014, 2024)]
    assert heights(chart) == {"Thanh Hóa 2014–2018": {2}, "Quảng Bình 2014–2023": {1}}


def test_of_several_figures_of_one_window_one_is_drawn():
    rows, ds = compared(ONE, ONE | {"figure_printed": "30 buổi", "scope_org": "school"}, OTHER)
    assert heights(aq.plots.windows(rows, ds)) == {"Thanh Hóa 2014–2018": {2}, "Quảng Bình 2014–2018": {1}}


# ---- annual series ----


def yearly(*figures, first=2015, **more):
    return made(*(flow(figure, year, year, **more) for year, figure in enumerate(figures, start=first)))


def annual(ds, indicators=SESSIONS, areas="VN-21"):
    return aq.plots.annual(aq.annual_series(ds, indicators, areas), ds)


def test_a_line_is_broken_where_the_revision_changes_and_axes_end_where_the_figures_end():
    rows = [people("1.000.000 người", year, "pre-2019-census") for year in (2014, 2015)]
    rows += [people("1.100.000 người", year, "a revision of one's own") for year in (2016, 2017)]
    chart = annual(made(*rows), "population_average")
    assert [trace.x for trace in chart.data] == [(2014, 2015), (2016, 2017)]
    first, last = chart.layout.xaxis.range
    assert 2013 < first < 2014
    assert 2017 < last < 2018


def test_worded_annual_figures_are_bars_and_provisional_ones_open_marks():
    (line,) = annual(yearly("9 buổi", "hơn 1.000 buổi")).data
    assert list(line.error_y.array) == [0, 499]
    assert line.y[1] == 1500
    (line,) = annual(yearly("9 buổi", "8 buổi", obs_status="P")).data
    assert all(symbol.endswith("-open") for symbol in line.marker.symbol)


def test_series_of_zeros_and_open_bounds_are_drawn():
    assert annual(yearly("0 buổi", "0 buổi")).data[0].y == (0, 0)
    (line,) = annual(yearly("9 buổi", "hơn 1.000 buổi").read_as("strict")).data
    assert line.y == (9, 1001)
    assert all(map(math.isfinite, line.error_y.array))


def test_the_caption_of_nested_windows_names_what_is_counted_and_which_bars_are_no_share():
    first = flow("10 buổi", 2014, 2018, source_id="baothanhhoa-2019")
    for more, is_pale in ({}, False), ({"indicator": "sessions_police"}, True):
        ds = made(first, flow("100 buổi", 2014, 2023, **more))
        told = aq.plots.nested(aq.nested(ds), ds, lang="en").layout.meta["description"]
        assert "sessions held by provincial-level bodies 10.0%" in told
        assert told.endswith(words("en")("shows.pale")) == is_pale
