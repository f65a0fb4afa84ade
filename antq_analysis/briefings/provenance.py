"""The ties between the numbers and charts of a page and the rows of its list of sources, both ways.

Every number that is tied to figures leads to their rows, and every row gets links to the places that use it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag

from antq_analysis.errors import RenderFailed
from antq_analysis.i18n import words

# Links back that are shown of a figure, and ids that a message names.
_SHOWN = 8
_NAMED = 5


@dataclass(frozen=True)
class Cell:
    """What a page shows of one cell: its HTML, its plotly figures, the number beside it in Jupyter."""

    soup: BeautifulSoup
    charts: Sequence[dict[str, Any]] = ()
    number: int | None = None


@dataclass(frozen=True)
class _Place:
    """A number or a chart: its element, the name and the text of a link to it, what it rests on, its cell."""

    tag: Tag
    name: str
    text: str
    obs_ids: list[str]
    cell: int | None


def trace(cells: Sequence[Cell], lang: str) -> None:
    """Tie the numbers and charts of a page to the rows of its list of sources, both ways, in place.

    Raises RenderFailed where a number or a point of a chart rests on a figure that has no row.
    """
    rows = {str(row["id"]): row for cell in cells for row in cell.soup.find_all("tr", id=True)}
    uses: dict[str, list[_Place]] = defaultdict(list)
    for place in (*_numbers(cells), *_charts(cells, lang)):
        for obs_id in dict.fromkeys(place.obs_ids):
            uses[f"obs-{obs_id}"].append(place)
    if missing := [key for key in uses if key not in rows]:
        raise RenderFailed(_untraced(missing), cell=uses[missing[0]][0].cell)
    for key, places in uses.items():
        _lead_back(rows[key], places)


def is_plot(tag: Tag) -> bool:
    """Tell whether an element is the place in a page where a plotly figure is drawn."""
    frame = tag.parent
    is_framed = frame is not None and frame.name == "figure" and "chart" in frame.get_attribute_list("class")
    return is_framed and "plot" in tag.get_attribute_list("class")


def points(figure: dict[str, Any]) -> Iterator[str]:
    """Name the figures that the points of a chart stand for, as often as they occur.

    >>> list(points({"data": [{"x": [1, 2], "customdata": [["a.1 a.2", "text"], ["a.1", "text"]]}]}))
    ['a.1', 'a.2', 'a.1']
    """
    for drawn in figure.get("data", []):
        pairs = drawn.get("customdata")
        # A notebook's own charts may carry anything here; only a list of two texts a point is ours.
        if isinstance(pairs, list) and all(map(_is_pair_of_texts, pairs)):
            yield from (obs_id for obs_ids, _ in pairs for obs_id in obs_ids.split())


def _is_pair_of_texts(pair: object) -> bool:
    return isinstance(pair, list) and [type(part) for part in pair] == [str, str]


def _numbers(cells: Sequence[Cell]) -> Iterator[_Place]:
    number = 0
    for link, cell in [
        (link, each.number) for each in cells for link in each.soup.find_all("a", class_="fig")
    ]:
        if obs_ids := str(link.get("data-obs", "")).split():
            number += 1
            # Most numbers rest on the one figure that they lead to: a page says it once.
            if [link.get("href")] == [f"#obs-{obs_id}" for obs_id in obs_ids]:
                del link["data-obs"]
            yield _Place(link, f"ref-{number}", str(number), obs_ids, cell)
        else:
            # Without a figure it is a link like any other.
            link["class"] = " ".join(name for name in link["class"] if name != "fig")


def _charts(cells: Sequence[Cell], lang: str) -> Iterator[_Place]:
    number, heading = 0, ""
    for cell in cells:
        charts = iter(cell.charts)
        for tag in cell.soup.find_all(["h2", "div"]):
            if tag.name == "h2":
                heading = " ".join(tag.get_text().split())
            elif is_plot(tag):
                number += 1
                name = words(lang)("page.chart_number", number=number)
                frame = _named(tag, f"chart-{number}", f"{name}: {heading}" if heading else name)
                yield _Place(frame, f"chart-{number}", name, list(points(next(charts))), cell.number)


def _named(plot: Tag, place: str, name: str) -> Tag:
    """Give a chart the name of its place, and its own name where it has no title; return its frame."""
    frame = plot.parent
    assert frame is not None
    frame["id"], plot["aria-label"] = place, plot.get("aria-label") or name
    if finding := frame.find(class_="finding"):
        finding["id"] = plot["aria-describedby"] = finding.get("id") or f"{place}-finding"
    return frame


def _untraced(missing: list[str]) -> str:
    named = ", ".join(sorted(key.removeprefix("obs-") for key in missing)[:_NAMED])
    return (
        f"Figures used in the page that its list of sources does not hold: {len(missing)} ({named}"
        f"{', …' if len(missing) > _NAMED else ''}). "
        "Show aq.tables.sources([...]) of every result of the page in its last cell."
    )


def _lead_back(row: Tag, places: list[_Place]) -> None:
    if (cell := row.find("td", class_="back")) is None:
        return
    for place in places[:_SHOWN]:
        place.tag["id"] = place.name
        link = Tag(name="a", attrs={"href": f"#{place.name}"})
        link.string = place.text
        cell.extend([link, " "])
    if len(places) > _SHOWN:
        cell.append("…")
