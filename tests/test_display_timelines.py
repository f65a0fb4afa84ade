import math
import re
from itertools import pairwise

import pytest
from made_data import bundled, flow, made
from pandas.testing import assert_frame_equal

import antq_analysis as aq
from antq_analysis.display.theme import PALETTE

SERIES = ["population_average", "cooperatives"]
AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình"]
SESSIONS = "sessions_provincial_bodies"


@pytest.fixture(scope="module")
def series():
    return aq.annual_series(bundled(), SERIES, AREAS)


def yearly(figures, first=2015, **more):
    return [flow(figure, year, year, **more) for year, figure in enumerate(figures, start=first)]


def drawn(ds, area="VN-21", **more):
    return aq.charts.series(aq.annual_series(ds, SESSIONS, area), ds, **more)


def texts(figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def years(trace) -> list[int]:
    return [math.floor(x) for x in trace.x]


def names(figure):
    """Return the notes that name a line, each with its mark, its area and its number."""
    pattern = r'<span style="color:(#\w+)">(.)</span> (.+)<br>(.+)'
    return [
        (note, *re.fullmatch(pattern, note.text).groups())
        for note in figure.layout.annotations
        if "<span" in note.text
    ]


def test_results_are_not_changed(series):
    before = series.copy(deep=True)
    aq.charts.series(series, bundled())
    assert_frame_equal(series, before)


def test_every_mark_is_within_its_axes_whatever_the_years():
    figure = drawn(made(*yearly(["9 buổi", "8 buổi"], 2029)))
    for trace in figure.data:
        assert figure.layout.xaxis.range[0] < min(trace.x) <= max(trace.x) < figure.layout.xaxis.range[1]
        assert figure.layout.yaxis.range[0] < min(trace.y) <= max(trace.y) < figure.layout.yaxis.range[1]


def test_zero_is_in_sight(series):
    figure = aq.charts.series(series, bundled())
    assert figure.layout.yaxis.range[0] < 0 < figure.layout.yaxis.range[1]
    assert figure.layout.yaxis2.zeroline


def test_a_series_breaks_where_the_revision_changes_and_the_break_is_marked(series):
    rows = series[(series["indicator"] == "population_average") & (series["ref_area"] == "VN-21")]
    figure = aq.charts.series(rows, bundled(), lang="en")
    assert [years(trace) for trace in figure.data] == [
        [2014, 2015, 2016, 2017, 2018],
        [2017, 2018, 2019, 2020, 2021, 2022],
        [2024],
    ]
    marks = [shape.x0 for shape in figure.layout.shapes if shape.type == "line" and shape.x0 == shape.x1]
    assert marks == [2017, 2024]
    assert texts(figure).count("break") == 2
    assert "another definition" in texts(figure)[0].replace("<br>", " ")


def test_a_series_without_a_break_or_an_open_mark_explains_none():
    figure = drawn(made(*yearly(["9 buổi", "8 buổi"])), lang="en")
    assert "break" not in texts(figure)
    assert "mark" not in texts(figure)[0]
    assert "line" not in texts(figure)[0]


def test_every_figure_of_a_series_is_drawn_once_with_its_value_and_tells_of_itself(series):
    figure = aq.charts.series(series, bundled())
    points = sorted(
        (math.floor(x), y) for trace in figure.data for x, y in zip(trace.x, trace.y, strict=True)
    )
    assert points == sorted(zip(series["year"], series["value"], strict=True))
    told = [pair for trace in figure.data for pair in trace.customdata]
    assert sorted(ids for ids, _ in told) == sorted(series["obs_id"])
    assert all("—" in text for _, text in told)
    assert not any(trace.connectgaps for trace in figure.data)


def test_marks_that_are_not_plain_are_open_and_explained():
    rows = yearly(["9 buổi", "8 buổi", "7 buổi"])
    rows[1] |= {"obs_status": "P"}
    figure = drawn(made(*rows), lang="en")
    (line,) = figure.data
    assert line.marker.symbol == ("circle", "circle-open", "circle")
    assert "Open mark" in texts(figure)[0]
    assert "provisional" in line.customdata[1][1]


def test_areas_differ_in_colour_and_shape_and_keep_both_from_panel_to_panel(series):
    seen: dict[str, set[tuple[str, str]]] = {}
    for _, color, glyph, area, _ in names(aq.charts.series(series, bundled())):
        seen.setdefault(area, set()).add((color, glyph))
    assert sorted(map(len, seen.values())) == [1, 1, 1]
    assert len({color for marks in seen.values() for color, _ in marks} & set(PALETTE)) == 3
    assert len({glyph for marks in seen.values() for _, glyph in marks}) == 3


def test_a_line_is_named_with_its_last_figure():
    ((_, _, _, area, number),) = names(drawn(made(*yearly(["9 buổi", "1.230 buổi"]))))
    assert (area, number) == ("Thanh Hóa", "1.230")


def test_names_of_lines_that_end_together_stand_apart(series):
    figure = aq.charts.series(series, bundled())
    high, low = figure.layout.yaxis.range[1], figure.layout.yaxis.range[0]
    share = figure.layout.yaxis.domain[1] - figure.layout.yaxis.domain[0]
    pixels = sorted(
        (high - note.y) / (high - low) * share * figure.layout.height
        for note, *_ in names(figure)
        if note.yref == "y"
    )
    assert len(pixels) == 3
    assert all(below - above >= 30 for above, below in pairwise(pixels))


def test_bounds_are_bars_about_their_marks():
    (line,) = drawn(made(*yearly(["9 buổi", "hơn 1.000 buổi"]))).data
    assert line.error_y.visible
    assert line.error_y.array[0] == 0 < line.error_y.array[1]


def test_a_figure_without_a_number_is_no_mark():
    figure = drawn(made(*yearly(["9 buổi", "8 buổi", "hàng trăm buổi"])))
    assert figure.data[0].y == (9, 8)
    assert "null" not in figure.to_json()
    nothing = drawn(made(*yearly(["hàng trăm buổi"])))
    assert isinstance(nothing, aq.NotComparable)


@pytest.mark.parametrize(("lang", "said"), [("vi", "Không có số liệu."), ("en", "There are no figures.")])
def test_a_chart_of_nothing_says_why(lang, said):
    ds = bundled()
    answer = aq.charts.series(aq.annual_series(ds, SESSIONS, "Quảng Bình"), ds, lang=lang)
    assert isinstance(answer, aq.NotComparable)
    assert str(answer).endswith(said)


def test_series_of_zeros_have_an_axis():
    figure = drawn(made(*yearly(["0 buổi", "0 buổi"])))
    assert all(map(math.isfinite, figure.layout.yaxis.range))
    assert figure.layout.yaxis.range[0] < figure.layout.yaxis.range[1]


def test_millions_are_named_in_the_language_and_not_by_a_letter(series):
    figure = aq.charts.series(series, bundled())
    assert "3 triệu" in figure.layout.yaxis.ticktext


def test_nothing_from_the_data_is_markup(hostile):
    figure = aq.charts.series(aq.annual_series(hostile, SERIES, "Thanh Hóa"), hostile)
    shown = "".join([*texts(figure), *(text for trace in figure.data for text in trace.hovertext)])
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert "<i>" not in shown
    assert "<script>" in figure.data[0].customdata[0][1], "a page shows this as text"
