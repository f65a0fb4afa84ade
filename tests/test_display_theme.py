import re
from itertools import combinations

import plotly.graph_objects as go
import pytest

from antq_analysis.display.theme import PALETTE, axis, layout


def channels(color: str) -> tuple[int, ...]:
    return tuple(int(color[place : place + 2], 16) for place in (1, 3, 5))


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
