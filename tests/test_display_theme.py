import re
from itertools import combinations

import plotly.graph_objects as go
import pytest

from antq_analysis.display.theme import GLYPHS, MUTED, PALETTE, SYMBOLS, axis, color, glyph, layout, symbol


def channels(color: str) -> tuple[int, ...]:
    return tuple(int(color[place : place + 2], 16) for place in (1, 3, 5))


def luminance(given: str) -> float:
    """WCAG 2.2, relative luminance."""
    shares = [value / 255 for value in channels(given)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("ground", ["#FFFFFF", "#14191D"])
@pytest.mark.parametrize("mark", [*PALETTE, MUTED.upper()])
def test_marks_stand_out_on_a_white_page_and_on_a_dark_one(mark, ground):
    dark, light = sorted((luminance(mark), luminance(ground)))
    assert (light + 0.05) / (dark + 0.05) >= 3


def test_each_place_has_a_shape_besides_its_colour_and_the_places_go_round():
    assert len(set(SYMBOLS)) == len(set(GLYPHS)) == len(PALETTE)
    for of_place in (color, symbol, glyph):
        assert len({of_place(place) for place in range(6)}) == 6
        assert of_place(6) == of_place(0)


def test_colours_are_distinct():
    assert all(re.fullmatch(r"#[0-9A-F]{6}", color) for color in PALETTE)
    for one, other in combinations(map(channels, PALETTE), 2):
        assert sum(abs(a - b) for a, b in zip(one, other, strict=True)) > 75


@pytest.mark.parametrize(("lang", "separators"), [("vi", ",."), ("en", ".,")])
def test_a_chart_writes_numbers_as_its_language_does(lang, separators):
    assert go.Figure(layout=layout(lang)).layout.separators == separators


def test_no_default_look_of_the_library_comes_along():
    page = go.Figure(layout=layout("vi"), data=[]).to_json()
    assert len(page) < 1000
    assert "plotly" not in page


def test_what_a_chart_adds_goes_over_the_base_and_leaves_it_as_it_was():
    assert layout("vi", height=300, margin={"l": 0})["margin"] == {"l": 0}
    assert layout("vi")["margin"] != {"l": 0}
    assert axis(range=[0, 1])["range"] == [0, 1]
    assert "range" not in axis()


def test_an_axis_stays_where_it_is_under_a_thumb():
    assert axis()["fixedrange"] is True
    assert layout()["dragmode"] is False
