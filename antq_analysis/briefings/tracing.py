"""A number that leads to its source is worth half if the source does not lead back to the number.

Every number of a page that is tied to figures leads to them, and every figure in the list of sources gets
links to the places that use it. A number whose figure is not listed makes no page.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag

from antq_analysis.briefings.sections import has_class
from antq_analysis.errors import RenderFailed
from antq_analysis.i18n import words

# Links back that are shown of a figure, and ids that a message names.
_SHOWN = 8
_NAMED = 5


@dataclass(frozen=True)
class _Place:
    """A number or a chart: its element, the name by which a link finds it, and what the link says."""

    tag: Tag
    name: str
    text: str


def trace(soup: BeautifulSoup, charts: Sequence[dict[str, Any]], lang: str) -> None:
    """Tie the numbers and charts of a page to the rows of its list of sources, both ways, in place.

    `charts` are the plotly figures of the page in their order. Raises RenderFailed where the page has not
    the places for them, or where a number or a point of a chart rests on a figure that has no row.
    """
    rows = {str(row["id"]): row for row in soup.find_all("tr") if str(row.get("id", "")).startswith("obs-")}
    places: dict[str, list[_Place]] = defaultdict(list)
    for place, obs_ids in (*_numbers(soup), *_charts(soup, charts, lang)):
        for obs_id in dict.fromkeys(obs_ids):
            places[f"obs-{obs_id}"].append(place)
    _refuse_untraced(places.keys() - rows.keys())
    for key, found in places.items():
        _lead_back(soup, rows[key], found)


def points(figure: dict[str, Any]) -> Iterator[str]:
    """Name the figures that the points of a chart stand for, as often as they occur.

    >>> list(points({"data": [{"x": [1, 2], "customdata": [["a.1 a.2", "text"], ["a.1", "text"]]}]}))
    ['a.1', 'a.2', 'a.1']
    """
    for drawn in figure.get("data", []):
        for obs_ids, _ in _pairs(drawn.get("customdata")):
            yield from obs_ids.split()


def _pairs(customdata: object) -> list[list[str]]:
    # A notebook's own charts may carry anything here; only a list of two texts a point is ours.
    pairs = customdata if isinstance(customdata, list) else []
    ours = all(isinstance(pair, list) and [type(part) for part in pair] == [str, str] for pair in pairs)
    return pairs if ours else []


def _numbers(soup: BeautifulSoup) -> Iterator[tuple[_Place, list[str]]]:
    number = 0
    for link in soup.find_all("a"):
        if not has_class(link, "fig"):
            continue
        obs_ids = str(link.get("data-obs", "")).split()
        if obs_ids:
            number += 1
            _shorten(link, obs_ids)
            yield _Place(link, f"ref-{number}", str(number)), obs_ids
        else:
            # Without a figure it is a link like any other.
            link["class"] = " ".join(name for name in str(link["class"]).split() if name != "fig")


def _shorten(link: Tag, obs_ids: list[str]) -> None:
    # Most numbers rest on the one figure that they lead to: a page says it once.
    if [link.get("href")] == [f"#obs-{obs_id}" for obs_id in obs_ids]:
        del link["data-obs"]


def _charts(
    soup: BeautifulSoup, charts: Sequence[dict[str, Any]], lang: str
) -> Iterator[tuple[_Place, list[str]]]:
    plots = [(frame, tag) for tag in soup.find_all("div") if (frame := _frame(tag))]
    if len(plots) != len(charts):
        raise RenderFailed(
            f"Figures made by the notebook: {len(charts)}; places for figures in the page: {len(plots)}. "
            "Display every figure once, as the result of a cell or with display()."
        )
    for number, ((frame, plot), chart) in enumerate(zip(plots, charts, strict=True), 1):
        name = words(lang)("page.chart_number", number=number)
        place = frame["id"] = f"chart-{number}"
        _name(frame, plot, name)
        yield _Place(frame, place, name), list(points(chart))


def _frame(plot: Tag) -> Tag | None:
    frame = plot.parent if has_class(plot, "plot") else None
    return frame if frame and frame.name == "figure" and has_class(frame, "chart") else None


def _name(frame: Tag, plot: Tag, name: str) -> None:
    # A chart that has no title of its own is called by its number and by the heading it stands under.
    heading = frame.find_previous("h2")
    named = f"{name}: {' '.join(heading.get_text().split())}" if heading else name
    plot["aria-label"] = plot.get("aria-label") or named
    if finding := next((tag for tag in frame.find_all(True) if has_class(tag, "finding")), None):
        finding["id"] = finding.get("id") or f"{frame['id']}-finding"
        plot["aria-describedby"] = finding["id"]


def _refuse_untraced(missing: set[str]) -> None:
    if missing:
        named = ", ".join(sorted(key.removeprefix("obs-") for key in missing)[:_NAMED])
        raise RenderFailed(
            f"Figures used in the page that its list of sources does not hold: {len(missing)} ({named}"
            f"{', …' if len(missing) > _NAMED else ''}). "
            "Show aq.tables.sources([...]) of every result of the page in its last cell."
        )


def _lead_back(soup: BeautifulSoup, row: Tag, places: list[_Place]) -> None:
    cell = next((cell for cell in row.find_all("td") if has_class(cell, "back")), None)
    if cell is None:
        return
    for place in places[:_SHOWN]:
        place.tag["id"] = place.name
        cell.extend([soup.new_tag("a", attrs={"href": f"#{place.name}"}, string=place.text), " "])
    if len(places) > _SHOWN:
        cell.append("…")
