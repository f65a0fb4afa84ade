"""Tables about the data themselves: gaps, contradictions, round numbers, definitions.

They are for whoever has to answer for a comparison, or has to ask the office that reported.
"""

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

import pandas as pd
from markupsafe import Markup

from antq_analysis.analysis.frames import records
from antq_analysis.data.dataset import Dataset
from antq_analysis.display.labels import Labels, years
from antq_analysis.display.results import csv_cell
from antq_analysis.display.rows import Row, Rows, grouped, rows_of
from antq_analysis.display.sources import cited
from antq_analysis.display.table import Column, Legend, Table
from antq_analysis.i18n import bounds_text, number_text, percent_text, words


def coverage(rows: Rows, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show who reported what and when: a row per subject, a column per area, the gaps said in words."""
    name, say = Labels(ds, lang, marked=True), words(lang)
    given = rows_of(rows)
    areas = list(dict.fromkeys(row["ref_area"] for row in given))
    found = grouped(given, itemgetter("concept", "ref_area"))
    columns = [Column(say("column.subject"), lambda r: name.concept(r["concept"]))]
    columns += [
        Column(name.area(area), lambda r, area=area: _reported(found[r["concept"], area], name), "short")  # type: ignore[misc]
        for area in areas
    ]
    concepts = [{"concept": concept} for concept in dict.fromkeys(row["concept"] for row in given)]
    return Table(say("table.coverage"), columns, {"": concepts})


def contradictions(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show statements that cannot hold together, with the figures they rest on."""
    name, say = Labels(ds, lang, marked=True), words(lang)
    columns = [
        Column(say("column.area"), lambda r: name.area(r["ref_area"]), "short"),
        Column(say("column.indicators"), lambda r: " / ".join(map(name.indicator, r["indicators"]))),
        Column(say("column.figures"), lambda r: name.parts(r["obs_ids"])),
        Column(say("column.finding"), lambda r: _finding(r, name)),
        Column(say("column.reading"), lambda r: say(f"reading.{r['wording']}"), "short"),
    ]
    found = records(rows)
    siblings = all(row["kind"] == "siblings_disagree" for row in found)
    return Table(say("table.siblings" if siblings else "table.contradictions"), columns, {"": found})


def heaping(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show how many unqualified figures of each source end in 0, and how unlikely that is by chance."""
    name, say = Labels(ds, lang, marked=True), words(lang)

    def number(title: str, text: Callable[[Row], str]) -> Column:
        return Column(say(title), lambda r: name.tied(text(r), r["obs_ids"]), "number")

    columns = [
        Column(say("column.source"), lambda r: cited(ds.source(r["source_id"]), lang)),
        number("column.considered", lambda r: number_text(r["considered"], lang)),
        number("column.round", lambda r: number_text(r["round"], lang)),
        number("column.share", lambda r: _share(r, lang)),
        number("column.p_value", lambda r: number_text(r["p_value"], lang)),
    ]
    return Table(say("table.heaping"), columns, {"": records(rows)})


def robustness(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show for each contrast what would make it vanish."""
    name, say, legend = Labels(ds, lang, marked=True), words(lang), Legend(lang)
    columns = [
        Column(say("column.pair"), lambda r: f"{name.area(r['ref_area_a'])} / {name.area(r['ref_area_b'])}"),
        Column(say("column.indicator"), lambda r: name.indicator(r["indicator_a"])),
        Column(say("column.contrast"), lambda r: _contrast(r, say), "short"),
        Column(say("column.phi_star"), lambda r: name.tied(_phi_star(r, lang), r["obs_ids"]), "number"),
        Column(say("column.strict"), lambda r: _strictly(r, say), "number"),
        Column(say("column.removed_by"), lambda r: legend.letters(r["removed_by"]), "short"),
    ]
    return Table(say("table.robustness"), columns, {"": records(rows)}).explained(legend)


def definitions(ds: Dataset, concepts: Iterable[str], *, lang: str = "vi") -> Table:
    """Show the definitions of each subject side by side, with the areas that report by them."""
    name, say = Labels(ds, lang, marked=True), words(lang)
    used = records(ds.select(concepts=concepts, inferred_areas=True).observations)
    where = {
        key: list(dict.fromkeys(row["ref_area"] for row in rows))
        for key, rows in grouped(used, itemgetter("indicator")).items()
    }
    listed = [row for row in records(ds.indicators()) if row["indicator"] in where]
    columns = [
        Column(say("column.indicator"), lambda r: name.indicator(r["indicator"])),
        Column(say("column.definition"), lambda r: r[f"definition_{lang}"]),
        Column(say("column.unit"), lambda r: name.unit(r["indicator"]), "short"),
        Column(say("column.areas"), lambda r: ", ".join(map(name.area, where[r["indicator"]])), "short"),
    ]
    rows = sorted(listed, key=itemgetter("concept", "indicator"))
    return Table(say("table.definitions"), columns, grouped(rows, lambda r: name.concept(r["concept"])))


def series(rows: Rows, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show annual figures: a row per year and area, with the revision that each belongs to."""
    name, say = Labels(ds, lang, marked=True), words(lang)
    columns = [
        Column(say("column.area"), lambda r: name.area(r["ref_area"]), "short"),
        Column(say("column.year"), lambda r: str(r["year"]), "number"),
        Column(
            say("column.value"),
            lambda r: _yearly(r, name),
            "number",
            csv_cell(),
        ),
        Column(say("column.revision"), lambda r: _revision(r, say), "short"),
        Column(say("column.status"), lambda r: say(f"status.{r['obs_status']}"), "short"),
    ]
    known = (row for row in rows_of(rows) if not pd.isna(row["value"]))
    return Table(say("table.series"), columns, grouped(known, lambda r: name.indicator(r["indicator"])))


def _yearly(row: Row, name: Labels) -> str:
    return name.tied(bounds_text(row["lower"], row["upper"], name.lang), [row["obs_id"]])


def _revision(row: Row, say: Any) -> str:
    return str(say(f"revision.{row['revision']}")) if row["revision"] else ""


def _reported(rows: list[Row], name: Labels) -> str:
    """Write the years of each window reported, tied to their figures; one window may hold several."""
    spans: dict[str, list[str]] = {}
    for row in rows:
        if row["reported"]:
            spans.setdefault(years(row), []).extend(row["obs_ids"])
    tied = [name.traced(span, obs_ids) for span, obs_ids in spans.items()]
    return Markup(", ").join(tied) if tied else name.say("status.missing")


def _finding(row: Row, name: Labels) -> str:
    left, right = (
        name.tied(bounds_text(row[f"{side}_lower"], row[f"{side}_upper"], name.lang), row["obs_ids"])
        for side in ("left", "right")
    )
    return name.say(f"finding.{row['kind']}", left=left, right=right)


def _contrast(row: Row, say: Any) -> str:
    told = row["beyond_chance"] or pd.isna(row["phi_star"])
    return str(say(f"contrast.{row['contrast'] if told else 'none'}"))


def _phi_star(row: Row, lang: str) -> str:
    # Below 1 chance alone removes the contrast: there is nothing more to ask of clustering.
    return number_text(row["phi_star"], lang) if row["beyond_chance"] else words(lang)("status.none")


def _strictly(row: Row, say: Any) -> str:
    told = row["beyond_chance"] or pd.isna(row["phi_star"])
    return str(say(f"answer.{bool(row['survives_strict'])}") if told else say("status.none"))


def _share(row: Row, lang: str) -> str:
    low, high = (
        percent_text(row["ci_lower"], lang, decimals=0),
        percent_text(row["ci_upper"], lang, decimals=0),
    )
    return f"{percent_text(row['share'], lang, decimals=0)} ({low}–{high})"
