"""Tables about the data themselves: sources, gaps, contradictions, round numbers, definitions.

They are for whoever has to answer for a comparison, or has to ask the office that reported.
"""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import figures, records
from antq_analysis.dataset.dataset import Dataset
from antq_analysis.display.labels import Labels, years
from antq_analysis.display.table import Column, Legend, Row, Table
from antq_analysis.wording import bounds_text, date_text, number_text, percent_text, window_text, words


def sources(results: pd.DataFrame | Iterable[pd.DataFrame], ds: Dataset, *, lang: str = "vi") -> Table:
    """List every figure that results rest on, as printed, under the source that prints it."""
    name, say = Labels(ds, lang), words(lang)
    several = [results] if isinstance(results, pd.DataFrame) else results
    used = {obs_id for result in several for obs_id in _used(result)}
    known = ds.observations.merge(ds.sources(), on="source_id")
    rows = records(known[known["obs_id"].isin(used)].sort_values(["source_id", "obs_id"]))
    columns = [
        Column(say("column.printed"), lambda r: r["figure_printed"]),
        Column(say("column.indicator"), lambda r: name.indicator(r["indicator"])),
        Column(say("column.area"), lambda r: name.area(r["ref_area"]), "short"),
        Column(say("column.window"), lambda r: window_text(r, lang), "window"),
        Column(say("column.paragraph"), lambda r: _or_none(r["paragraph"], say("status.none")), "number"),
        Column(say("column.note"), lambda r: r[f"note_{lang}"], "small"),
    ]
    groups = {head: list(group) for head, group in groupby(rows, key=lambda r: _source(r, lang))}
    return Table(say("table.sources"), columns, groups).folded()


def coverage(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show who reported what and when: a row per subject, a column per area, the gaps said in words."""
    name, say = Labels(ds, lang), words(lang)
    areas = list(dict.fromkeys(rows["ref_area"]))
    found = {key: records(group) for key, group in rows.groupby(["concept", "ref_area"], sort=False)}
    columns = [Column(say("column.subject"), lambda r: name.concept(r["concept"]))]
    columns += [
        Column(name.area(area), lambda r, area=area: _reported(found[r["concept"], area], say), "short")  # type: ignore[misc]
        for area in areas
    ]
    concepts = [{"concept": concept} for concept in dict.fromkeys(rows["concept"])]
    return Table(say("table.coverage"), columns, {"": concepts})


def contradictions(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show statements that cannot hold together, with the figures they rest on."""
    name, say = Labels(ds, lang), words(lang)
    columns = [
        Column(say("column.area"), lambda r: name.area(r["ref_area"]), "short"),
        Column(say("column.indicators"), lambda r: " / ".join(map(name.indicator, r["indicators"]))),
        Column(say("column.figures"), lambda r: _quoted(r, name)),
        Column(say("column.finding"), lambda r: say(f"finding.{r['kind']}", **_sides(r, lang))),
        Column(say("column.reading"), lambda r: say(f"reading.{r['wording']}"), "short"),
    ]
    siblings = bool((rows["kind"] == "siblings_disagree").all())
    return Table(say("table.siblings" if siblings else "table.contradictions"), columns, {"": records(rows)})


def heaping(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show how many unqualified figures of each source end in 0, and how unlikely that is by chance."""
    say, cited = words(lang), {row["source_id"]: _source(row, lang) for row in records(ds.sources())}
    columns = [
        Column(say("column.source"), lambda r: cited[r["source_id"]]),
        Column(say("column.considered"), lambda r: number_text(r["considered"], lang), "number"),
        Column(say("column.round"), lambda r: number_text(r["round"], lang), "number"),
        Column(say("column.share"), lambda r: _share(r, lang), "number"),
        Column(say("column.p_value"), lambda r: number_text(r["p_value"], lang), "number"),
    ]
    return Table(say("table.heaping"), columns, {"": records(rows)})


def robustness(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show for each contrast what would make it vanish."""
    name, say, legend = Labels(ds, lang), words(lang), Legend(lang)
    columns = [
        Column(say("column.pair"), lambda r: f"{name.area(r['ref_area_a'])} / {name.area(r['ref_area_b'])}"),
        Column(say("column.indicator"), lambda r: name.indicator(r["indicator_a"])),
        Column(say("column.contrast"), lambda r: _contrast(r, say), "short"),
        Column(say("column.phi_star"), lambda r: _phi_star(r, lang), "number"),
        Column(say("column.strict"), lambda r: _strictly(r, say), "number"),
        Column(say("column.removed_by"), lambda r: legend.letters(r["removed_by"]), "short"),
    ]
    return Table(say("table.robustness"), columns, {"": records(rows)}).explained(legend)


def definitions(ds: Dataset, concepts: Iterable[str], *, lang: str = "vi") -> Table:
    """Show the definitions of each subject side by side, with the areas that report by them."""
    name, say = Labels(ds, lang), words(lang)
    known = figures(ds.select(concepts=concepts, inferred_areas=True))
    where = known.groupby("indicator")["ref_area"].agg(lambda areas: list(dict.fromkeys(areas)))
    listed = ds.indicators().set_index("indicator").loc[list(where.index)].reset_index()
    columns = [
        Column(say("column.indicator"), lambda r: name.indicator(r["indicator"])),
        Column(say("column.definition"), lambda r: r[f"definition_{lang}"]),
        Column(say("column.unit"), lambda r: name.unit(r["indicator"]), "short"),
        Column(say("column.areas"), lambda r: ", ".join(map(name.area, where[r["indicator"]])), "short"),
    ]
    rows = sorted(records(listed), key=lambda r: r["concept"])
    groups = {head: list(g) for head, g in groupby(rows, key=lambda r: name.concept(r["concept"]))}
    return Table(say("table.definitions"), columns, groups)


def _used(result: pd.DataFrame) -> set[str]:
    if "obs_ids" in result:
        return {obs_id for obs_ids in result["obs_ids"] for obs_id in obs_ids}
    return set(result["obs_id"])


def _source(row: Row, lang: str) -> str:
    """Cite a source: who answers for it, its title, and its date as far as it is known."""
    day = str(row["published_on"])
    shown = date_text(date.fromisoformat(day), lang) if len(day) == len("2024-04-19") else day
    copy = f"{words(lang)('column.copy')}: {row[f'seen_in_{lang}']}" if row[f"seen_in_{lang}"] else ""
    return ", ".join(part for part in (row["publisher"], f"“{row['title']}”", shown, copy) if part)


def _reported(rows: list[Row], say: Any) -> str:
    spans = dict.fromkeys(years(row) for row in rows if row["reported"])
    return ", ".join(spans) or str(say("status.missing"))


def _quoted(row: Row, name: Labels) -> str:
    return "; ".join(f"“{name.printed(obs_id)}”" for obs_id in row["obs_ids"])


def _sides(row: Row, lang: str) -> dict[str, str]:
    sides = ("left", "right")
    return {side: bounds_text(row[f"{side}_lower"], row[f"{side}_upper"], lang) for side in sides}


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


def _or_none(value: Any, none: str, lang: str = "vi") -> str:
    return none if pd.isna(value) else number_text(float(value), lang)
