import math

import pytest

from antq_analysis.display.strips import Panel, Strip, strip_chart

EXACT = Strip(
    "Thanh Hóa", "3,12", lower=3.12, upper=3.12, ci_lower=2.9, ci_upper=3.3, value=3.12, hover="why"
)
VAGUE = Strip("Điện Biên", "2,02–3,98", lower=2.02, upper=3.98, ci_lower=1.4, ci_upper=5.5, color=1)
OPEN = Strip("Quảng Bình", "ít nhất 2,02", lower=2.02, upper=math.inf, ci_lower=1.4, ci_upper=math.inf)
STOCK = Strip("Hòa Bình", "40", lower=40, upper=40, value=40)


def chart(*strips: Strip, **more):
    return strip_chart([Panel(["<b>Tỷ số</b>"], "buổi", list(strips), **more)], "vi")


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


@pytest.mark.parametrize("strip", [EXACT, VAGUE, OPEN, STOCK, Strip("Không", "0", lower=0, upper=0, value=0)])
def test_the_axis_begins_at_zero_and_holds_every_mark(strip):
    figure = chart(strip)
    start, end = figure.layout.xaxis.range
    assert start == 0
    assert math.isfinite(end)
    assert all(0 <= x <= end for trace in figure.data for x in trace.x)
    assert "null" not in figure.to_json()


def test_rows_keep_the_order_given_from_above():
    figure = chart(EXACT, VAGUE, STOCK)
    rows = {note.text: note.y for note in figure.layout.annotations if note.yref == "y"}
    assert rows["Thanh Hóa"] > rows["Điện Biên"] > rows["Hòa Bình"]
    top, bottom = figure.layout.yaxis.range[1], figure.layout.yaxis.range[0]
    assert all(bottom < y < top for y in rows.values())


def test_a_label_and_a_result_stand_in_each_row():
    texts = [note.text for note in chart(EXACT).layout.annotations]
    assert texts == ["<b>Tỷ số</b>", "Thanh Hóa", "<b>3,12</b>"]


def test_every_mark_tells_on_hover_what_it_is():
    assert {trace.hovertemplate for trace in chart(EXACT).data} == {"why<extra></extra>"}


def test_a_line_of_no_difference_is_drawn_only_where_asked_for():
    assert len(chart(EXACT).layout.shapes) == 0
    (line,) = chart(EXACT, reference=5.0).layout.shapes
    assert (line.x0, line.x1) == (5, 5)
    assert chart(EXACT, reference=5.0).layout.xaxis.range[1] > 5


def test_areas_differ_in_colour():
    colors = {trace.line.color or trace.marker.color for trace in chart(STOCK, VAGUE).data}
    assert len(colors) == 2


def test_panels_have_their_own_axes_and_grow_the_chart():
    one = Panel(["a"], "buổi", [EXACT])
    both = strip_chart([one, Panel(["b"], "người", [STOCK, VAGUE])], "en")
    assert (both.layout.xaxis.title.text, both.layout.xaxis2.title.text) == ("buổi", "người")
    assert both.layout.xaxis2.range[1] > 40 > both.layout.xaxis.range[1]
    assert both.layout.height > strip_chart([one], "en").layout.height
    assert both.layout.separators == ".,"
    assert both.to_dict()["layout"]["yaxis2"]["domain"][1] < both.to_dict()["layout"]["yaxis"]["domain"][0]
