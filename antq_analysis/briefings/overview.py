"""The front page's table: what each province has published on each subject, as printed."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from itertools import permutations
from typing import Any

import pandas as pd
from markupsafe import Markup

from antq_analysis.analysis.frames import records
from antq_analysis.data.dataset import Dataset
from antq_analysis.display.labels import Labels, years
from antq_analysis.i18n import date_text

# Figures that a cell holds at the most: the page of the province has them all.
MOST = 3

_Row = dict[str, Any]
_Cells = dict[str, dict[str, list[_Row]]]

_ALL = Markup('<section class="answer">{}</section>\n{}\n<p class="legend">{}</p>')
_TABLE = Markup(
    '<table class="overview" role="table"><caption>{caption}</caption><thead role="rowgroup"><tr role="row">'
    '<th role="columnheader" scope="col">{subject}</th>{heads}</tr></thead>\n'
    '<tbody role="rowgroup">\n{rows}\n</tbody></table>'
)
_HEAD = Markup('<th role="columnheader" scope="col" data-area="{}">{}{}</th>')
_ROW = Markup('<tr role="row"><th role="rowheader" scope="row">{}</th>{}</tr>')
_CELL = Markup('<td role="cell" data-area="{}"><div class="area">{}</div><div>{}</div></td>')
_FIGURE = Markup("<p>{}{} <small>{}</small></p>")
_MARK = Markup('<span class="mark{}" role="img" aria-label="{}"></span> ')
_SIGN = Markup('<span class="mark{}"></span> {}')
_SMALL, _TEXT = Markup("<small>{}</small>"), Markup("<p>{}</p>")
_NONE, _LINK = Markup('<p class="none" role="img" aria-label="{}">–</p>'), Markup('<a href="{}">{}</a>')


def overview(
    ds: Dataset,
    areas: Collection[str],
    concepts: Collection[str],
    *,
    links: Mapping[str, str] | None = None,
    lang: str | None = None,
) -> Markup:
    """Write a table of the figures of some areas on some subjects, and above it what follows from it.

    `areas` and `concepts` are codes, `links` the addresses of the pages of areas. Its cells hold figures of
    the movement as printed; a mark tells those that another area counts by the same definition.
    """
    name = Labels(ds, lang)
    cells = _cells(ds, areas, concepts)
    known = links or {}
    lines = [_line(name.concept(concept), cells[concept], areas, name) for concept in concepts]
    heads = [
        _HEAD.format(
            area,
            _LINK.format(known[area], name.area(area)) if area in known else name.area(area),
            _notes(area, ds, name),
        )
        for area in areas
    ]
    table = _TABLE.format(
        caption=name.say("overview.caption"),
        subject=name.say("overview.subject"),
        heads=Markup().join(heads),
        rows=Markup("\n").join(lines),
    )
    signs = [_SIGN.format(kind, name.say(f"overview.{key}")) for kind, key in _KINDS.items()]
    return _ALL.format(
        _answer(cells, name),
        table,
        Markup("; ").join([*signs, f"– {name.say('overview.none')}", name.say("overview.kept")]),
    )


_KINDS = {"": "alike", " open": "unlike"}


def _cells(ds: Dataset, areas: Collection[str], concepts: Collection[str]) -> _Cells:
    """Return the figures of the movement by subject and area, each area's in the order of time."""
    rows = ds.observations
    rows = rows.merge(ds.indicators()[["indicator", "concept", "measure_type"]], on="indicator")
    rows = rows[(rows["mandate"] != "statistics") & rows["ref_area"].isin(areas)]
    # What a total is made of, it says itself; a single part is what a reader may look for.
    parts = Counter(filter(None, rows["part_of"]))
    rows = rows[[parts.get(total, 0) < 2 for total in rows["part_of"]]].sort_values(
        "period_end", kind="stable"
    )
    cells: _Cells = {concept: defaultdict(list) for concept in concepts}
    for row in records(rows):
        if row["concept"] in cells:
            cells[row["concept"]][row["ref_area"]].append(row)
    return cells


def _line(subject: str, row: dict[str, list[_Row]], areas: Collection[str], name: Labels) -> Markup:
    shared = _shared(row)

    def figure(each: _Row) -> Markup:
        alike = [_noun(other) for other in row[each["ref_area"]]].count(_noun(each)) > 1
        # Nothing but what they count tells 26 collectives from 31, and types of model from models.
        counted = f"{name.number(each['obs_id'])} {name.counted(each)}"
        told = counted if alike or each["measure_type"] == "count_of_types" else name.printed(each["obs_id"])
        kind = "" if each["indicator"] in shared else " open"
        # What one area alone has published on a subject differs from nothing.
        mark = _MARK.format(kind, name.say(f"overview.{_KINDS[kind]}")) if len(row) > 1 else ""
        return _FIGURE.format(mark, told, years(each))

    cells = Markup()
    for area in areas:
        found = row.get(area, [])
        more = [_TEXT.format(name.say("overview.more", count=len(found) - MOST))] * (len(found) > MOST)
        shown = [*map(figure, found[:MOST]), *more] or [_NONE.format(name.say("overview.none"))]
        cells += _CELL.format(area, name.area(area), Markup().join(shown))
    return _ROW.format(subject, cells)


def _noun(figure: _Row) -> str:
    """Return what a figure is printed as, without its number."""
    return re.sub(r"[\d.,/]+", "", figure["figure_printed"]).strip()


def _shared(row: dict[str, list[_Row]]) -> set[str]:
    """Return the indicators of a subject that at least two areas have published."""
    counted = Counter(each for found in row.values() for each in {figure["indicator"] for figure in found})
    return {indicator for indicator, areas in counted.items() if areas > 1}


def _notes(area: str, ds: Dataset, name: Labels) -> Markup:
    """Say of an area that its text does not name it, and of which it has become a part."""
    figures = ds.observations.query("ref_area == @area and mandate != 'statistics'")
    notes = [name.say("overview.inferred")] * bool((figures["area_basis"] == "inferred").all())
    if merged := ds.successor(area):
        notes.append(name.say("overview.merged", day=date_text(merged[1], name.lang), area=merged[0]))
    return Markup().join(map(_SMALL.format, notes))


def _answer(cells: _Cells, name: Labels) -> Markup:
    """Say what there is, what is counted alike, and the clearest misfit."""
    found = [figure for row in cells.values() for each in row.values() for figure in each]
    several = [concept for concept, row in cells.items() if len(row) > 1]
    alike = ", ".join(name.concept(concept).lower() for concept in several if _shared(cells[concept]))
    counts = {
        key: len({figure[f] for figure in found})
        for key, f in (("sources", "source_id"), ("areas", "ref_area"))
    }
    said = [
        name.say("overview.published", subjects=len(cells), several=len(several), **counts),
        name.say("overview.some_alike", subjects=alike) if alike else name.say("overview.none_alike"),
    ]
    for _, first, longer in sorted(_misfits(found), key=lambda pair: pair[0])[-1:]:
        texts = {"area": name.area(first["ref_area"])}
        for key, row in (("first", first), ("longer", longer)):
            counted = f"{name.number(row['obs_id'])} {name.counted(row)}"
            texts |= {key: counted, f"{key}_years": years(row)}
        said.append(name.say("overview.misfit", **texts))
    return Markup().join(map(_TEXT.format, said))


def _misfits(found: list[_Row]) -> list[tuple[float, _Row, _Row]]:
    """List the counts of a period that are larger than those of a longer one around it: how often, both."""
    flows = [row for row in found if not pd.isna(row["period_start"])]
    return [
        (first["value_lower"] / longer["value_upper"], first, longer)
        for first, longer in permutations(flows, 2)
        if (first["ref_area"], first["concept"]) == (longer["ref_area"], longer["concept"])
        and longer["period_start"] <= first["period_start"]
        and first["period_end"] < longer["period_end"]
        and first["value_lower"] > longer["value_upper"]
        and longer["value_upper"]
    ]
