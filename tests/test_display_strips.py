import math

import plotly.graph_objects as go
import pytest
from made_data import PUBLISHER

from antq_analysis.display.strips import Panel, Strip, strip_chart


def strip(label: str, text: str, lower: float, upper: float, **more) -> Strip:
    return Strip(label, text, lower, upper, told=(("a.01", "a.02"), ("why", "where")), **more)


EXACT = strip("Thanh Hóa", "3,12", 3.12, 3.12, ci_lower=2.9, ci_upper=3.3, value=3.12)
VAGUE = strip("Điện Biên", "2,02–3,98", 2.02, 3.98, ci_lower=1.4, ci_upper=5.5, place=1)
OPEN = strip("Quảng Bình", "ít nhất 2,02", 2.02, math.inf, ci_lower=1.4, ci_upper=math.inf)
STOCK = strip("Hòa Bình", "40", 40, 40, value=40)


def draw(panels, lang):
    return go.Figure(strip_chart(panels, lang))


def chart(*strips: Strip, **more):
    return draw([Panel(["<b>Tỷ số</b>"], "buổi", list(strips), **more)], "vi")


def kinds(figure) -> list[str]:
    """Name each mark: a thin line is chance, a thick one wording."""
    return [
        trace.marker.symbol if trace.mode == "markers" else "chance" if trace.line.width < 3 else "wording"
        for trace in figure.data
    ]


def test_an_exact_result_is_a_dot_on_its_chance_interval():
    figure = chart(EXACT)
    assert kinds(figure) == ["chance", "circle"]
    assert figure.data[0].x == (2.9, 3.3)
    assert figure.data[1].x == (3.12,)


def test_a_vague_result_is_a_bar_without_a_dot():
    figure = chart(VAGUE)
    assert kinds(figure) == ["chance", "wording"]
    assert figure.data[1].x == (2.02, 3.98)


def test_an_open_result_points_onward_and_ends_nowhere():
    figure = chart(OPEN)
    assert kinds(figure) == ["triangle-right"]
    assert figure.data[0].x == (2.02,)
    assert "ít nhất 2,02" in " ".join(note.text for note in figure.layout.annotations)


def test_a_counted_result_has_no_chance_interval():
    assert kinds(chart(STOCK)) == ["circle"]


@pytest.mark.parametrize("row", [EXACT, VAGUE, OPEN, STOCK, strip("Không", "0", 0, 0, value=0)])
def test_the_axis_begins_at_zero_and_holds_every_mark(row):
    figure = chart(row)
    start, end = figure.layout.xaxis.range
    assert start == 0
    assert math.isfinite(end)
    assert all(0 <= x <= end for trace in figure.data for x in trace.x)
    assert "null" not in figure.to_json()


def test_rows_keep_the_order_given_from_above():
    figure = chart(EXACT, VAGUE, STOCK)
    rows = {note.text: note.y for note in figure.layout.annotations if note.yref == "y"}
    assert rows["Thanh Hóa"] < rows["Điện Biên"] < rows["Hòa Bình"]
    bottom, top = figure.layout.yaxis.range
    assert all(top <= y < bottom for y in rows.values())
    assert [trace.y[0] for trace in figure.data] == sorted(trace.y[0] for trace in figure.data)
    assert max(trace.y[0] for trace in figure.data) < bottom


def test_a_label_and_a_result_stand_in_each_row():
    texts = [note.text for note in chart(EXACT).layout.annotations]
    assert texts == ["<b>Tỷ số</b>", "Thanh Hóa", "<b>3,12</b>"]


def test_a_grade_is_a_badge_at_the_edge_and_the_result_makes_room_for_it():
    graded = strip("Thanh Hóa", "3,12", 3.12, 3.12, value=3.12, grade="C")
    notes = {note.text: note for note in chart(graded).layout.annotations}
    badge, result = notes["<b>C</b>"], notes["<b>3,12</b>"]
    assert badge.borderwidth
    assert badge.bordercolor
    assert (badge.x, badge.xanchor) == (result.x, result.xanchor) == (1, "right")
    assert result.xshift < -15


def test_how_an_area_is_known_has_a_line_of_its_own():
    told = strip("Thanh Hóa", "3,12", 3.12, 3.12, value=3.12, basis=PUBLISHER["vi"])
    figure = chart(told, VAGUE)
    rows = {note.text: note.y for note in figure.layout.annotations if note.yref == "y"}
    assert 0 < rows[PUBLISHER["vi"]] < rows["Điện Biên"]
    assert figure.layout.height > chart(EXACT, VAGUE).layout.height


def test_every_mark_tells_what_it_is_and_which_figures_it_rests_on():
    for trace in chart(EXACT, VAGUE).data:
        assert len(trace.customdata) == len(trace.x) == len(trace.hovertext)
        assert {tuple(told) for told in trace.customdata} == {("a.01 a.02", "why\nwhere")}
        assert set(trace.hovertext) == {"why<br>where"}
        assert trace.hovertemplate == "%{hovertext}<extra></extra>"


def test_a_line_of_no_difference_is_drawn_only_where_asked_for():
    assert len(chart(EXACT).layout.shapes) == 0
    (line,) = chart(EXACT, reference=5.0).layout.shapes
    assert (line.x0, line.x1) == (5, 5)
    assert chart(EXACT, reference=5.0).layout.xaxis.range[1] > 5


def test_areas_differ_in_colour_and_in_shape():
    other = strip("Hòa Bình", "40", 40, 40, value=40, place=1)
    marks = [trace.marker for trace in chart(STOCK, other).data]
    assert len({mark.color for mark in marks}) == 2
    assert len({mark.symbol for mark in marks}) == 2


def test_panels_have_their_own_axes_and_grow_the_chart():
    one = Panel(["a"], "buổi", [EXACT])
    both = draw([one, Panel(["b"], "người", [STOCK, VAGUE])], "en")
    assert (both.layout.xaxis.title.text, both.layout.xaxis2.title.text) == ("buổi", "người")
    assert both.layout.xaxis2.range[1] > 40 > both.layout.xaxis.range[1]
    assert both.layout.height > draw([one], "en").layout.height
    assert both.layout.separators == ".,"
    assert both.to_dict()["layout"]["yaxis2"]["domain"][1] < both.to_dict()["layout"]["yaxis"]["domain"][0]


def test_a_pixel_of_a_panel_is_a_unit_of_its_rows():
    figure = chart(EXACT, VAGUE)
    low, high = figure.layout.yaxis.domain
    assert (high - low) * figure.layout.height == pytest.approx(figure.layout.yaxis.range[0])
