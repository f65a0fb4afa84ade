"""Link numbers and charts to their rows in the list of sources, and back.

Every number that is tied to figures leads to their rows, and every row gets links to the places that use it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from bs4 import BeautifulSoup, Tag

from antq_analysis.errors import RenderFailed
from antq_analysis.i18n import words

# The place in a page where a plotly figure is drawn.
PLOT = "figure.chart > div.plot"

# Links back that are shown of a figure, and ids that a message names.
_SHOWN = 8
_NAMED = 5


@dataclass(frozen=True)
class Cell:
    """What a page shows of one cell: its HTML, its plotly figures, the number beside it in Jupyter."""

    soup: BeautifulSoup
    charts: Sequence[dict[str, Any]] = ()
    number: int | None = None


class _Place(NamedTuple):
    """A number or a chart: its element, the name and the text of a link to it, what it rests on, its cell."""

    tag: Tag
    name: str
    text: str
    obs_ids: Sequence[str]
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
        named = sorted(key.removeprefix("obs-") for key in missing)
        more = ", …" if len(named) > _NAMED else ""
        raise RenderFailed(
            f"Figures used in the page that its list of sources does not hold: {len(named)} "
            f"({', '.join(named[:_NAMED])}{more}). "
            "Show aq.tables.sources([...]) of every result of the page in its last cell.",
            cell=uses[missing[0]][0].cell,
        )
    for key, places in uses.items():
        if back := rows[key].find("td", class_="back"):
            for place in places[:_SHOWN]:
                place.tag["id"] = place.name
                link = Tag(name="a", attrs={"href": f"#{place.name}"})
                link.string = place.text
                back.extend([link, " "])
            if len(places) > _SHOWN:
                back.append("…")


def points(figure: dict[str, Any]) -> Iterator[str]:
    """Name the figures that the points of a chart stand for, as often as they occur."""
    for drawn in figure.get("data", []):
        pairs = drawn.get("customdata")
        # A notebook's own charts may carry anything here; only a list of two texts a point is ours.
        told = [pair for pair in pairs if isinstance(pair, list)] if isinstance(pairs, list) else []
        if told == pairs and all([type(text) for text in pair] == [str, str] for pair in told):
            yield from (obs_id for obs_ids, _ in told for obs_id in obs_ids.split())


def _numbers(cells: Sequence[Cell]) -> Iterator[_Place]:
    number = 0
    for cell in cells:
        for link in cell.soup.find_all("a", class_="fig"):
            if obs_ids := str(link.get("data-obs", "")).split():
                number += 1
                # Most numbers rest on the one figure that they lead to: a page says it once.
                if [link.get("href")] == [f"#obs-{obs_id}" for obs_id in obs_ids]:
                    del link["data-obs"]
                yield _Place(link, f"ref-{number}", str(number), obs_ids, cell.number)
            else:
                # Without a figure it is a link like any other.
                link["class"] = " ".join(name for name in link["class"] if name != "fig")


def _charts(cells: Sequence[Cell], lang: str) -> Iterator[_Place]:
    """List the charts; name those without a title by number and heading, and tie each to its finding."""
    number, heading = 0, ""
    for cell in cells:
        charts = iter(cell.charts)
        for tag in cell.soup.select(f"h2, {PLOT}") if cell.charts else cell.soup.find_all("h2"):
            if tag.name == "h2":
                heading = " ".join(tag.get_text().split())
                continue
            number += 1
            name, text = f"chart-{number}", words(lang)("page.chart_number", number=number)
            frame = tag.parent
            assert frame is not None
            frame["id"] = name
            tag["aria-label"] = tag.get("aria-label") or (f"{text}: {heading}" if heading else text)
            if finding := frame.find(class_="finding"):
                finding["id"] = tag["aria-describedby"] = finding.get("id") or f"{name}-finding"
            yield _Place(frame, name, text, list(points(next(charts))), cell.number)
