from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antq_analysis.display.stack import AIR, FOOT, LINE, WIDTH, lines, note, stack, title

panels = st.lists(st.tuples(st.integers(1, 500), st.integers(1, 4)), min_size=1, max_size=12)


@given(panels)
def test_panels_follow_each_other_and_keep_their_height_whatever_their_number(given_panels):
    bodies = [body for body, _ in given_panels]
    titles = [["x"] * count for _, count in given_panels]
    height, places = stack(bodies, titles)
    assert [place.suffix for place in places] == ["", *map(str, range(2, len(bodies) + 1))]
    for body, place in zip(bodies, places, strict=True):
        assert (place.top - place.bottom) * height == pytest.approx(body)
    edges = [1, *(edge for place in places for edge in (place.top, place.bottom)), 0]
    assert all(above > below for above, below in pairwise(edges))


@given(panels)
def test_a_title_has_room_above_its_panel(given_panels):
    height, places = stack([body for body, _ in given_panels], [["x"] * count for _, count in given_panels])
    above = 1.0
    for (_, count), place in zip(given_panels, places, strict=True):
        assert (above - place.top) * height >= count * LINE + AIR - 1e-6
        above = place.bottom - FOOT / height


def test_a_title_breaks_into_lines_that_fit_a_phone_and_loses_no_word():
    heading = "Tỷ lệ cơ quan, doanh nghiệp, cơ sở giáo dục đăng ký “An toàn về an ninh, trật tự”"
    found = lines(heading, "buổi một năm")
    bold = [line.removeprefix("<b>").removesuffix("</b>") for line in found[:-1]]
    assert " ".join(bold) == heading
    assert max(map(len, bold)) <= WIDTH
    assert found[-1] == "buổi một năm"


def test_each_text_below_a_title_begins_a_line_and_an_empty_one_takes_none():
    assert lines("Tips", "a year", "", "a note")[1:] == ["a year", "a note"]


def test_a_title_is_escaped_after_it_is_broken():
    assert lines("<b>Tips</b> & more", "<script>") == [
        "<b>&lt;b&gt;Tips&lt;/b&gt; &amp; more</b>",
        "&lt;script&gt;",
    ]


def test_a_title_stands_above_its_panel_at_the_left_edge():
    _, (place,) = stack([100], [["one"]])
    found = title(["one", "two"], place)
    assert (found["text"], found["y"], found["yanchor"], found["x"]) == ("one<br>two", place.top, "bottom", 0)


def test_a_note_has_no_arrow_and_goes_where_it_is_put():
    assert note("here", 3, x=2014, xref="x")["showarrow"] is False
    assert (note("here", 3, x=2014, xref="x")["x"], note("here", 3)["xref"]) == (2014, "paper")
