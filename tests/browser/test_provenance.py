"""Asks real pages of every kind where a number is printed, as a reader on a phone or with one does."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page

import antq_analysis as aq

# Where a page holds numbers: what is read first, and what may be folded away.
PLACES = {"text": ":is(.card, .verdict) a.fig", "table": "main table.data a.fig"}
UNFOLDED = """(link) => {
  for (let fold = link; (fold = fold.parentElement.closest("details")); ) fold.open = true;
}"""
TOLD = """(box) => [...box.querySelectorAll(".figure")].map((figure) => [
  decodeURIComponent(figure.querySelector(".more a").hash).slice("#obs-".length),
  figure.querySelector(".printed").textContent,
  figure.querySelector(".from").textContent,
  figure.querySelector("dl").textContent,
])"""
MIDDLE = """(ring) => {
  const { left, top, width, height } = ring.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}"""


@pytest.fixture(scope="module")
def opened(kind, visit) -> Iterator[Page]:
    """A page of a kind in the window of a phone that has a mouse and keys as well."""
    with visit(kind, width=390, height=844, has_touch=True, reduced_motion="reduce") as look:
        yield look.page
        assert (look.said, look.asked) == ([], [])


@pytest.fixture
def box(opened) -> Iterator[Locator]:
    """The window beside a number, closed before and after."""
    yield opened.locator("#popover")
    opened.mouse.move(1, 1)
    opened.keyboard.press("Escape")
    opened.locator("#popover").wait_for(state="hidden")


@pytest.fixture(scope="module")
def printed() -> dict[str, tuple[str, str, str]]:
    """What the data say of each figure: the words of its source, who printed them, in which paragraph."""
    ds = aq.load()
    publishers = ds.sources().set_index("source_id")["publisher_vi"]
    rows = ds.observations.astype({"paragraph": "string"}).fillna({"paragraph": ""})
    return {
        row.obs_id: (f"“{row.figure_printed}”", publishers[row.source_id], row.paragraph)
        for row in rows.itertuples()
    }


def told(box: Locator, printed: dict[str, tuple[str, str, str]]) -> list[str]:
    """Return the ids of the figures that the window tells, once each is found told as the data have it."""
    box.wait_for(state="visible")
    figures = box.evaluate(TOLD)
    for figure, words, source, more in figures:
        said, publisher, paragraph = printed[figure]
        assert words == said
        assert source.startswith(publisher)
        assert not paragraph or f"Đoạn{paragraph}" in more
    return [figure for figure, *_ in figures]


@pytest.mark.parametrize("way", ["mouse", "keyboard", "touch"])
@pytest.mark.parametrize("place", list(PLACES))
def test_a_number_says_where_it_is_printed(opened, box, printed, place, way):
    number = opened.locator(PLACES[place]).first
    number.evaluate(UNFOLDED)
    if way == "mouse":
        number.hover()
    elif way == "keyboard":
        number.focus()
        opened.keyboard.press("Enter")
    else:
        number.tap()
    figures = number.evaluate("(link) => window.antq.idsOf(link)")
    assert told(box, printed) == figures[:3]


@pytest.mark.parametrize("way", ["mouse", "keyboard", "touch"])
def test_a_point_of_a_chart_says_which_figures_it_stands_for(opened, box, printed, way):
    chart = opened.locator("figure.chart").first
    chart.locator(".plot").focus()
    opened.keyboard.press("ArrowRight")
    if way == "keyboard":
        opened.keyboard.press("Enter")
    else:
        x, y = chart.locator(".ring").evaluate(MIDDLE)
        opened.keyboard.press("Escape")
        opened.mouse.move(x + 3, y) if way == "mouse" else opened.touchscreen.tap(x, y)
    figures = told(box, printed)
    assert box.locator(".point").inner_text().strip()
    table = chart.locator("a.fig").evaluate_all("(links) => links.flatMap(window.antq.idsOf)")
    assert set() < set(figures) <= set(table)
