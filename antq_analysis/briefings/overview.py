"""The front page's table: what each province has published on each subject, as printed, and what is new."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from itertools import permutations
from typing import Any

import pandas as pd
from markupsafe import Markup

from antq_analysis.analysis.changes import KINDS, changed_figures
from antq_analysis.analysis.frames import records
from antq_analysis.briefings.assets import ENVIRONMENT
from antq_analysis.briefings.output import News
from antq_analysis.data.dataset import Dataset
from antq_analysis.display.labels import Labels, years
from antq_analysis.i18n import LANGUAGES, date_text

# Figures that a cell holds at the most: the page of the province has them all.
MOST = 3
# So many new figures are listed, folded; `antq diff` tells all.
LISTED = 30
_KINDS = {"": "overview.alike", " open": "overview.unlike"}

_Row = dict[str, Any]
_Cells = dict[str, dict[str, list[_Row]]]


def overview(
    ds: Dataset, areas: Collection[str], concepts: Collection[str], *, links: Mapping[str, str], lang: str
) -> Markup:
    """Write a table of the figures of some areas on some subjects, and above it what follows from it.

    `areas` and `concepts` are codes, `links` the addresses of the pages of areas. Its cells hold figures of
    the movement as printed; a mark tells those that another area counts by the same definition.
    """
    name = Labels(ds, lang)
    cells = _cells(ds, areas, concepts)
    template = ENVIRONMENT.get_template("overview.html.j2")
    heads = {area: _notes(area, ds, name) for area in areas}
    rows = {concept: _said(row, name) for concept, row in cells.items()}
    said = {"answer": _answer(cells, name), "heads": heads, "rows": rows, "links": links}
    return Markup(template.render(name=name, say=name.say, kinds=_KINDS, most=MOST, **said))


def _cells(ds: Dataset, areas: Collection[str], concepts: Collection[str]) -> _Cells:
    """Return the figures of the movement by subject and area, each area's in the order of time."""
    rows = ds.observations
    rows = rows.merge(ds.indicators()[["indicator", "concept", "measure_type"]], on="indicator")
    rows = rows[(rows["mandate"] != "statistics") & rows["ref_area"].isin(areas)]
    # What a total is made of, it says itself; a single part is what a reader may look for.
    parts = Counter(filter(None, rows["part_of"]))
    rows = rows[[parts.get(total, 0) < 2 for total in rows["part_of"]]]
    rows = rows.sort_values("period_end", kind="stable")
    there = [concept for concept in concepts if concept in set(rows["concept"])]
    cells: _Cells = {concept: defaultdict(list) for concept in there or rows["concept"].unique()}
    for row in records(rows):
        if row["concept"] in cells:
            cells[row["concept"]][row["ref_area"]].append(row)
    return cells


def _said(row: dict[str, list[_Row]], name: Labels) -> dict[str, list[tuple[str, str, str]]]:
    """Return what the cells of a subject say of each figure: its kind, the figure, its years."""
    shared, said = _shared(row), defaultdict[str, list[tuple[str, str, str]]](list)
    for area, figures in row.items():
        nouns = [re.sub(r"[\d.,/]+", "", each["figure_printed"]).strip() for each in figures]
        for each, noun in zip(figures, nouns, strict=True):
            text = name.printed(each["obs_id"])
            # What they count tells 26 collectives from 31, types of model from models, and two kinds of tips.
            if len(row) == 1 or nouns.count(noun) > 1 or each["measure_type"] == "count_of_types":
                text = Markup("{} {}").format(name.number(each["obs_id"]), name.counted(each))
            said[area].append(("" if each["indicator"] in shared else " open", text, years(each)))
    return said


def _shared(row: dict[str, list[_Row]]) -> set[str]:
    """Return the indicators of a subject that at least two areas have published."""
    counted = Counter(each for found in row.values() for each in {figure["indicator"] for figure in found})
    return {indicator for indicator, areas in counted.items() if areas > 1}


def _notes(area: str, ds: Dataset, name: Labels) -> list[str]:
    """Say of an area that its text does not name it, and of which it has become a part."""
    figures = ds.observations.query("ref_area == @area and mandate != 'statistics'")
    notes = [name.say("overview.inferred")] * bool((figures["area_basis"] == "inferred").all())
    if merged := ds.successor(area):
        notes.append(name.say("overview.merged", day=date_text(merged[1], name.lang), area=merged[0]))
    return notes


def _answer(cells: _Cells, name: Labels) -> list[str]:
    """Say what there is, what is counted alike, and the clearest misfit."""
    found = [figure for row in cells.values() for each in row.values() for figure in each]
    several = [concept for concept, row in cells.items() if len(row) > 1]
    alike = ", ".join(name.concept(concept).lower() for concept in several if _shared(cells[concept]))
    columns = {"sources": "source_id", "areas": "ref_area"}
    counts = {key: len({figure[column] for figure in found}) for key, column in columns.items()}
    said = [
        name.say("overview.published", subjects=len(cells), several=len(several), **counts),
        name.say("overview.some_alike", subjects=alike) if alike else name.say("overview.none_alike"),
    ]
    if counts["areas"] < 2:
        area = name.join(" ", {name.area(figure["ref_area"]) for figure in found})
        said = [name.say("overview.alone", area=area, subjects=len(cells), sources=counts["sources"])]
    for _, first, longer in sorted(_misfits(found), key=lambda pair: pair[0])[-1:]:
        texts = {"area": name.area(first["ref_area"])}
        for key, row in (("first", first), ("longer", longer)):
            counted = f"{name.number(row['obs_id'])} {name.counted(row)}"
            texts |= {key: counted, f"{key}_years": years(row)}
        said.append(name.say("overview.misfit", **texts))
    return said


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


def news_of(old: Dataset, new: Dataset, since: date | None) -> News | None:
    """Say which figures were added, corrected or withdrawn since a day; None where none was."""
    rows = changed_figures(old, new)
    kinds = [rows[rows["kind"] == kind] for kind in KINDS[:3]]
    counts = {kind: len(found) for kind, found in zip(KINDS, kinds, strict=False)}
    first, told = records(pd.concat(kinds).head(LISTED)), {}
    for lang in LANGUAGES:
        sides = [(ds, Labels(ds, lang)) for ds in (old, new)]
        told[lang] = [_told(row, sides) for row in first]
    return News(since=since, counts=counts, told=told) if first else None


def _told(row: _Row, sides: list[tuple[Dataset, Labels]]) -> tuple[str, str, str, str]:
    """Say a figure that is new: the kind of change, the area's code and name, what it was and what it is."""
    kind, obs_id = row["kind"], row["obs_id"]
    there = {"added": sides[1:], "withdrawn": sides[:1]}.get(kind, sides)
    figures = [(name.number(obs_id), name.counted(found), years(found))
               for ds, name in there for found in [ds.figure(obs_id)]]  # fmt: skip
    (old, *was), (new, *rest) = figures[0], figures[-1]
    # What is the same on both sides is said once.
    before = [] if figures[0] == figures[-1] else [old, "→"] if was == rest else [old, ", ".join(was), "→"]
    said = " ".join([*before, new, ", ".join(rest)])
    return kind, row["ref_area"], there[-1][1].area(row["ref_area"]), said
