"""What to keep in mind about results, and what to ask those who reported them."""

from operator import itemgetter

import pandas as pd

from antq_analysis.analysis.frames import figure_rows, grouped, is_missing, lengths, records
from antq_analysis.data.dataset import Dataset
from antq_analysis.display.labels import Labels, Row, Rows, areas_of, ids_of, reported, years
from antq_analysis.display.shown import Text
from antq_analysis.i18n import bounds_text, date_text

# Of these a page shows at most so many.
BULLETS, ASKED = 5, 10

# What two reports may tell without either being wrong.
APART = ("siblings_disagree", "nested_concept_falls")

_ASKED = {
    "same_window_differs": "window",
    "nested_concept_falls": "definition",
    "nested_total_falls": "total",
    "part_above_whole": "parts",
    "parts_do_not_sum": "parts",
    "fraction_percent": "percent",
    "siblings_disagree": "siblings",
}
# What a question is about, its words, and the ids of its figures.
_Asked = tuple[str, str, list[str]]


def keep(rows: Rows, ds: Dataset, *, clashes: pd.DataFrame | None = None, lang: str | None = None) -> Text:
    """List what a reader must keep in mind about results, the weightiest first, at most five points.

    `rows` are those of `compare` or `ratios`, `clashes` those of `contradictions`.
    """
    name = Labels(ds, lang)
    told = reported(name.rows(rows))
    known = {key: dict(ds.figure(key)) for row in told for key in ids_of(row)}
    press = [figure for figure in known.values() if figure["mandate"] != "statistics"]
    points = [
        *_of_clashes(clashes, told, name),
        *_ofareas_of(press, name, ds),
        *_of_people(press, name),
        *([name.say("keep.worded")] if any(figure["qualifier"] != "exact" for figure in press) else []),
        *_left_out(name.rows(rows), told, name, ds),
        *([name.say("keep.missing")] if len(told) < len(rows) else []),
        *_of_lengths(press, told, name),
    ]
    return Text(list(dict.fromkeys(points))[:BULLETS], "keep", name.say("keep.title"))


def _left_out(asked: list[Row], told: list[Row], name: Labels, ds: Dataset) -> list[str]:
    """Say which areas are left out of a comparison because no text names them."""
    subjects = {row["concept"] for row in figure_rows(ds, (key for row in told for key in ids_of(row)))}
    inferred = (row for row in figure_rows(ds.whole) if row["area_basis"] == "inferred")
    left = {row["ref_area"] for row in inferred if row["concept"] in subjects} - {*areas_of(asked)}
    areas = name.listing(sorted(map(name.area, left))) if left else ""
    return [name.say("keep.left_out", areas=areas)] if areas and len(areas_of(told)) > 1 else []


def _of_clashes(clashes: pd.DataFrame | None, rows: list[Row], name: Labels) -> list[str]:
    # Within one report figures may clash too; then there are no two to differ.
    found = grouped(bearing_on(clashes, rows), lambda row: row["kind"] in APART)
    keys = {True: "keep.clashes", False: "keep.contradicts"}
    areas = {key: name.listing(map(name.area, areas_of(told))) for key, told in found.items()}
    return [name.say(keys[key], areas=areas[key]) for key in keys if key in found]


def bearing_on(clashes: pd.DataFrame | None, rows: list[Row]) -> list[Row]:
    """Return the rows of `contradictions` that some figure of other rows takes part in."""
    used = {key for row in rows for key in ids_of(row)}
    return [] if clashes is None else [row for row in records(clashes) if not used.isdisjoint(row["obs_ids"])]


def _ofareas_of(figures: list[Row], name: Labels, ds: Dataset) -> list[str]:
    """Say once how an area is known that a text does not name, and what an area has become part of."""
    said = []
    for basis, found in grouped(figures, "area_basis").items():
        # Of one area alone the answer begins with it.
        if basis == "publisher" or (basis == "inferred" and len(areas_of(figures)) > 1):
            areas = name.listing(map(name.area, areas_of(found)))
            cited = ds.cited({figure["source_id"] for figure in found})
            publishers = (row[f"publisher_{name.lang}"].split(" (")[0] for row in cited)
            publisher = name.listing(dict.fromkeys(publishers))
            year = name.listing(dict.fromkeys(str(row["published_on"])[:4] or "?" for row in cited))
            said.append(name.say(f"keep.area_{basis}", areas=areas, publisher=publisher, year=year))
    for area in areas_of(figures):
        if (successor := ds.successor(area)) is not None:
            day = date_text(successor[1], name.lang)
            said.append(name.say("keep.merged", area=name.area(area), successor=successor[0], day=day))
    return said


def _of_lengths(press: list[Row], told: list[Row], name: Labels) -> list[str]:
    """Say that figures of several years are totals, and why their averages per inhabitant are ranges."""
    several = [each for each in press if not is_missing(each["period_start"]) and lengths(each)[1] > 1]
    if not several:
        return []
    span = bounds_text(*lengths(several[0]), name.lang, decimals=0)
    averages = any("revisions_differ" in row["reasons"] for row in told)
    per_head = name.say("keep.per_head", years=years(several[0]), span=span)
    return [name.say("keep.total"), *([per_head] if averages else [])]


def _of_people(figures: list[Row], name: Labels) -> list[str]:
    """Warn that people at sessions may be attendances."""
    found = [f for f in figures if f["indicator"].startswith("participants_")]
    quoted = (name.linked(figure["obs_id"]) for figure in found[:2])
    return [name.say("keep.people", figures=name.listing(quoted))] if found else []


def questions(
    ds: Dataset, area: str, clashes: pd.DataFrame | None = None, *, lang: str | None = None
) -> Text:
    """List what the reporting office of an area should be asked, at most ten questions, weightiest first.

    `clashes` are the rows of `contradictions`. Raises UnknownName.
    """
    name = Labels(ds, lang)
    code = ds.area_id(area)
    figures = name.rows([dict(row) for row in ds.select(areas=area, inferred_areas=True)])
    press = [row for row in figures if row["mandate"] != "statistics"]
    inferred = any(row["area_basis"] == "inferred" for row in press)
    asked: list[_Asked] = []
    if inferred:
        asked.append(("area", name.say("ask.area", area=name.area(code)), [row["obs_id"] for row in press]))
    if clashes is not None:
        asked += _about_clashes(name.rows(clashes[clashes["ref_area"] == code]), name, ds)
    points = {
        "people": [row for row in press if row["indicator"].startswith("participants_")],
        "magnitude": [row for row in press if row["qualifier"] == "order_of_magnitude"],
        "exact": [row for row in press if row["qualifier"] not in ("exact", "order_of_magnitude")],
        "period": [row for row in press if row["period_basis"] == "inferred"],
        "level": [row for row in press if row["scope_level"] == "unstated"],
    }
    for key, rows in points.items():
        if rows:
            ids = [row["obs_id"] for row in rows]
            asked.append((key, name.say(f"ask.{key}", figures=name.parts(ids, 2)), ids))
    # A letter says it in another form, and of every figure.
    successor = ds.successor(area)
    to = {"to": successor[0] if successor else name.area(code)}
    carried = {
        text: {"letter": name.say(f"letter.{key}"), "obs": " ".join(ids)} | to for key, text, ids in asked
    }
    return Text(
        list(carried)[:ASKED], "questions", name.say("ask.title", area=name.area(code)), carried=carried
    )


def _about_clashes(rows: list[Row], name: Labels, ds: Dataset) -> list[_Asked]:
    """Ask about contradictions, once for each subject: indicators that drift apart are one question."""
    asked, drifting = list[_Asked](), [row for row in rows if row["kind"] == "siblings_disagree"]
    for row in rows:
        if row["kind"] != "siblings_disagree":
            quoted = name.listing(name.told_when(obs_id) for obs_id in row["obs_ids"])
            key = _ASKED[row["kind"]]
            asked.append((key, name.say(f"ask.{key}", figures=quoted), list(row["obs_ids"])))
    if drifting:
        ids = list(dict.fromkeys(key for row in drifting for key in row["obs_ids"]))
        by_indicator = grouped([dict(ds.figure(key)) for key in ids], "indicator")
        pairs = []
        for found in [*by_indicator.values()][:3]:
            first, *_, last = sorted(found, key=itemgetter("period_end"))
            values = {"first": name.told(first["obs_id"]), "last": name.linked(last["obs_id"])}
            pairs.append(name.say("ask.from_to", **values))
        asked.append(("siblings", name.say("ask.siblings", figures=name.join("; ", pairs)), ids))
    return asked
