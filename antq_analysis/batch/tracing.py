"""A number that leads to its source is worth half if the source does not lead back to the number.

Every number of a page that is tied to figures gets a name, and every figure in the list of sources
gets links to the places that use it. A number whose figure is not listed makes no page.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup, Tag

from antq_analysis.errors import RenderFailed
from antq_analysis.wording import words

# Links back that are shown of a figure, and ids that a message names.
_SHOWN = 8
_NAMED = 5


def trace(soup: BeautifulSoup, lang: str) -> None:
    """Tie the numbers and charts of a page to the rows of its list of sources, both ways, in place.

    Raises RenderFailed where a number or a point of a chart rests on a figure that has no row.
    """
    rows = {str(row["id"]): row for row in soup.select('tr[id^="obs-"]')}
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for place, text, obs_ids in (*_numbers(soup), *_charts(soup, lang)):
        for obs_id in obs_ids:
            places[f"obs-{obs_id}"].append((place, text))
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


def _numbers(soup: BeautifulSoup) -> Iterator[tuple[str, str, list[str]]]:
    for link in soup.select('a.fig:not([data-obs]), a.fig[data-obs=""]'):
        # Without a figure it is a link like any other.
        link["class"] = " ".join(name for name in link.get_attribute_list("class") if name != "fig")
    for number, link in enumerate(soup.select("a.fig"), 1):
        place = link["id"] = f"ref-{number}"
        yield place, str(number), str(link["data-obs"]).split()


def _charts(soup: BeautifulSoup, lang: str) -> Iterator[tuple[str, str, list[str]]]:
    for number, data in enumerate(soup.select("figure.chart > .plot > .chart-data"), 1):
        plot = data.find_parent()
        chart = data.find_parent("figure")
        if plot and chart:
            place = chart["id"] = f"chart-{number}"
            name = words(lang)("page.chart_number", number=number)
            _name(chart, plot, name)
            yield place, name, list(dict.fromkeys(points(json.loads(data.text))))


def _name(chart: Tag, plot: Tag, name: str) -> None:
    # A chart that has no title of its own is called by its number and by the heading it stands under.
    heading = chart.find_previous("h2")
    named = f"{name}: {' '.join(heading.get_text().split())}" if heading else name
    plot["aria-label"] = plot.get("aria-label") or named
    if finding := chart.select_one(".finding"):
        finding["id"] = finding.get("id") or f"{chart['id']}-finding"
        plot["aria-describedby"] = finding["id"]


def _refuse_untraced(missing: set[str]) -> None:
    if missing:
        named = ", ".join(sorted(key.removeprefix("obs-") for key in missing)[:_NAMED])
        raise RenderFailed(
            f"Figures used in the page that its list of sources does not hold: {len(missing)} ({named}"
            f"{', …' if len(missing) > _NAMED else ''}). "
            "Show aq.tables.sources([...]) of every result of the page in its last cell."
        )


def _lead_back(soup: BeautifulSoup, row: Tag, places: list[tuple[str, str]]) -> None:
    cell = row.select_one("td.back")
    if cell is None:
        return
    for place, text in dict.fromkeys(places[:_SHOWN]):
        link = soup.new_tag("a", attrs={"href": f"#{place}"}, string=text)
        cell.extend([link, " "])
    if len(places) > _SHOWN:
        cell.append("…")
