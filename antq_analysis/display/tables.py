"""Tables of results: what was divided, over which years, where it is printed, and what is against it."""

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import NamedTuple

import pandas as pd
from markupsafe import Markup, escape

from antq_analysis.analysis.frames import records
from antq_analysis.analysis.grading import NotComparable, order, reasons_text
from antq_analysis.data.dataset import Dataset
from antq_analysis.display.labels import (
    ROWS,
    Labels,
    Row,
    Rows,
    ends_of,
    grouped,
    ids_of,
    is_silent,
    plain,
    signs,
    years,
)
from antq_analysis.display.sources import Results, Sources, cited
from antq_analysis.i18n import bounds_text, number_text, percent_text, words, year_text

__all__ = [
    "contradictions", "contrasts", "coverage", "definitions", "heaping", "levels", "ratios", "robustness",
    "series", "sources", "windows",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)


# A frame that scrolls is a group: as a landmark it would hide the few that lead anywhere.
_TABLE = Markup(
    '<div class="table-scroll" role="group" tabindex="0" aria-label="{caption}"><table class="data">'
    "<caption>{caption}</caption><thead><tr>{head}</tr></thead>{body}</table></div>{below}"
)
_HEAD = Markup('<th scope="col" class="{kind}"{letters}>{title}</th>')
_GROUP = Markup('<tr class="group"><th colspan="{span}" scope="rowgroup">{head}</th></tr>')
_FOLD = Markup('<details class="fold"><summary>{summary}</summary>{inner}</details>')
_LEGEND = Markup('<dl class="legend">{}</dl>')
_LETTER = Markup("<dt>{}</dt><dd>{}</dd>")

# Kinds of column whose cells have a style of their own; the width of a column follows from its head.
_STYLED = {"back", "number", "small"}

Cell = Callable[[Row], str]


def _nothing(row: Row) -> str:
    return ""


@dataclass(frozen=True)
class Column:
    """A column: its title, the text of its cells, and its kind (`words`, `short`, `number` …).

    `full` returns what the table's CSV says in place of an abbreviated cell.
    """

    title: str
    cell: Cell
    kind: str = "words"
    full: Cell | None = None


class Legend:
    """Letters for reasons, given in the order in which a table first needs them."""

    def __init__(self, lang: str) -> None:
        self._say = words(lang)
        self._letters: dict[str, str] = {}

    def letters(self, reasons: Iterable[str]) -> str:
        """Return the letters of some reasons, worst first."""
        for code in (found := order(reasons)):
            self._letters.setdefault(code, chr(ord("a") + len(self._letters)))
        return ", ".join(self._letters[code] for code in found)

    def lines(self) -> list[tuple[str, str]]:
        """Return each letter with the sentence it stands for."""
        return [(letter, self._say(f"reason.{code}")) for code, letter in self._letters.items()]


class _Line(NamedTuple):
    key: str
    cells: list[str]
    full: list[str]


class Table:
    """A table of texts in groups of rows, shown as HTML with every cell escaped.

    A cell may be Markup, such as a linked number. `key` returns the id of a row, `legend` explains letters.
    """

    def __init__(
        self,
        caption: str,
        columns: Sequence[Column],
        groups: dict[str, list[Row]],
        *,
        key: Cell = _nothing,
        legend: Legend | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        self.caption, self.columns, self.notes = caption, columns, notes

        def line(row: Row) -> _Line:
            cells = [column.cell(row) for column in columns]
            return _Line(key(row), cells, [column.full(row) if column.full else "" for column in columns])

        self._groups = {head: list(map(line, rows)) for head, rows in groups.items()}
        self.legend = legend.lines() if legend else []
        self._summary: str | None = None

    def folded(self, summary: str = "") -> "Table":
        """Show only the summary, or the caption, until a reader opens it; return the table itself."""
        self._summary = summary or self.caption
        return self

    @property
    def frame(self) -> pd.DataFrame:
        """The cells as a frame of plain texts; the group is the first column."""
        cells = [[head, *map(plain, line.cells)] for head, lines in self._groups.items() for line in lines]
        return pd.DataFrame(cells, columns=["", *(column.title for column in self.columns)])

    def __repr__(self) -> str:
        legend = (f"{letter}: {text}" for letter, text in self.legend)
        return "\n".join([self.caption, self.frame.to_string(index=False), *legend])

    def _repr_html_(self) -> str:
        lettered = self._lettered()
        heads = (
            _HEAD.format(kind=c.kind, title=c.title, letters=Markup(" data-letters" if letters else ""))
            for c, letters in zip(self.columns, lettered, strict=True)
        )
        body = _joined(self._group(head, lines, lettered) for head, lines in self._groups.items())
        legend = _joined(_LETTER.format(*line) for line in self.legend)
        below = (_LEGEND.format(legend) if legend else legend) + signs(body)
        below += _joined(Markup('<p class="where">{}</p>').format(note) for note in self.notes)
        table = _TABLE.format(caption=self.caption, head=_joined(heads), body=body, below=below)
        return str(table if self._summary is None else _FOLD.format(summary=self._summary, inner=table))

    def _lettered(self) -> list[bool]:
        """Tell of each column whether the legend says in full what all of its cells abbreviate."""
        meanings = dict(self.legend)

        def spelt(text: str) -> str:
            return " ".join(meanings.get(letter, "") for letter in text.split(", ") if letter)

        lines = [
            list(zip(line.cells, line.full, strict=True)) for group in self._groups.values() for line in group
        ]
        return [
            any(full for _, full in column) and all(spelt(text) == full for text, full in column)
            for column in zip(*lines, strict=True)
        ] or [False] * len(self.columns)

    def _group(self, head: str, lines: list[_Line], lettered: list[bool]) -> Markup:
        rows = [_GROUP.format(span=len(self.columns), head=head)] if head else []
        for line in lines:
            full = ("" if letters else text for text, letters in zip(line.full, lettered, strict=True))
            named = f' id="{escape(line.key)}"' if line.key else ""
            cells = _joined(map(_cell, self.columns, line.cells, full))
            rows.append(Markup(f"<tr{named}>{cells}</tr>"))
        return Markup(f"<tbody>{_joined(rows)}</tbody>")


def _cell(column: Column, text: str, full: str) -> Markup:
    # Tables have many cells, and Markup.format takes far longer than an f-string.
    kind = f' class="{escape(column.kind)}"' if column.kind in _STYLED else ""
    whole = f' data-csv="{escape(full)}"' if full and full != plain(text) else ""
    return Markup(f"<td{kind}{whole}>{escape(text)}</td>")


def _joined(parts: Iterable[str]) -> Markup:
    return Markup().join(parts)


class _Builder:
    """Build tables of results: the columns that several tables share, and their texts in one language."""

    def __init__(self, ds: Dataset, lang: str) -> None:
        self.lang, self.say = lang, words(lang)
        self.name, self.legend = Labels(ds, lang, marked=True), Legend(lang)

    def column(
        self, key: str, cell: Cell, kind: str = "words", *, full: Cell | None = None, silent: Cell = _nothing
    ) -> Column:
        """Return a column; `silent` writes its cell in rows where nothing was reported."""
        title = self.say(f"column.{key}")
        return Column(title, lambda r: silent(r) if is_silent(r) else cell(r), kind, full)

    def number(self, key: str, text: Cell, full: Cell | None = None) -> Column:
        """Return a column of numbers linked to their figures."""
        return self.column(key, lambda r: self.name.tied(text(r), ids_of(r)), "number", full=full)

    def bounds(self, key: str, what: str = "") -> Column:
        """Return a column of bounds."""
        return self.number(key, lambda r: self.name.range(r, what), bounds_csv(what))

    def result(self, key: str) -> Column:
        """Return the column of results; a refused one has no number to link."""
        name = self.name

        def cell(row: Row) -> str:
            return name.result(row) if row["refused"] else name.tied(name.result(row), row["obs_ids"])

        return self.column(key, cell, "number", full=bounds_csv())

    def area(self) -> Column:
        """Return the column of areas, named also where nothing was reported."""
        return Column(self.say("column.area"), lambda r: self.name.area(r["ref_area"]), "short")

    def grade(self, key: str = "grade") -> Column:
        """Return the column of grades."""
        return self.column(key, lambda r: self.name.grade(r["grade"]), "number")

    def reasons(self, key: str = "reasons") -> Column:
        """Return the column of reasons as letters, which the CSV spells out."""

        def full(row: Row) -> str:
            return "" if is_silent(row) else reasons_text(row["reasons"], self.lang)

        return self.column(key, lambda r: self.legend.letters(r["reasons"]), "short", full=full)

    def table(self, key: str, columns: list[Column], rows: list[Row], heading: Cell = _nothing) -> Table:
        """Return the table of some columns and rows, grouped by their headings."""
        groups = grouped(self.name.first(rows, ROWS), heading) or {"": []}
        caption, notes = self.say(f"table.{key}"), self.name.unshown()
        return Table(caption, columns, groups, legend=self.legend, notes=notes)


def bounds_csv(what: str = "") -> Cell:
    """Return a cell that writes bounds for a machine, in any language: `2878`, `2.22..2.37`, `101..`."""

    def cell(row: Row) -> str:
        ends = [f"{end:.10g}" if math.isfinite(end) else "" for end in ends_of(row, what) or ()]
        return "..".join(dict.fromkeys(ends))

    return cell


def levels(rows: Rows, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show the figures of `compare` side by side: as printed, when, per year, and where.

    The area is left out where there is only one.
    """
    new = _Builder(ds, lang)
    name, given = new.name, new.name.rows(rows)

    def printed(row: Row) -> str:
        return name.traced(name.printed(row["obs_ids"][0]), row["obs_ids"][:1])

    columns = [
        new.area(),
        new.column("printed", printed, silent=name.silence),
        new.column("window", name.window, "window"),
        _rates(given, new),
        new.column("indicator", name.counted),
        new.grade(),
        new.reasons("compared"),
        new.column("source", lambda r: name.source(r["obs_ids"][0]), "small"),
    ]
    several = len({row["ref_area"] for row in given}) != 1
    return new.table(
        "levels", columns if several else columns[1:], given, lambda r: name.concept(r["concept"])
    )


def _rates(rows: list[Row], new: _Builder) -> Column:
    """Return the column of values per year, or per so many inhabitants."""
    name, csv = new.name, bounds_csv()

    def averaged(row: Row) -> bool:
        # Of an order of magnitude there is no average: it would look like a number.
        rated: bool = not pd.isna(row["per"]) or (row["measure_type"] == "flow" and row["yearly"])
        return bool(rated and not name.is_vague(row["obs_ids"][0]))

    def cell(row: Row) -> str:
        return name.tied(name.range(row), row["obs_ids"]) if averaged(row) else name.none

    def full(row: Row) -> str:
        return csv(row) if not is_silent(row) and averaged(row) else ""

    per = next((row["per"] for row in rows if not pd.isna(row["per"])), None)
    column = new.column("per_year", cell, "number", full=full)
    return (
        column
        if per is None
        else replace(column, title=new.say("column.per_head", per=number_text(per, new.lang)))
    )


def contrasts(rows: Rows, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show pairs of figures of different areas: their ratio, or why there is none.

    The refused pairs of two areas stand together in one row, with every reason against them.
    """
    new = _Builder(ds, lang)
    name = new.name

    def pair(row: Row) -> str:
        # The figures of a refused pair stand in no other cell, so the mark of their areas stands here.
        areas = " / ".join(name.area(row[f"ref_area_{side}"]) for side in "ab")
        basis = name.basis(row["obs_ids"])
        return f"{areas} [{basis}]" if basis else areas

    def compared(row: Row) -> str:
        if row["pairs"] > 1:
            return name.say("pairs", count=row["pairs"])
        return " / ".join(dict.fromkeys(name.indicator(row[f"indicator_{side}"]) for side in "ab"))

    columns = [
        new.column("pair", pair),
        new.column("indicators", compared),
        new.result("ratio"),
        new.bounds("chance", "ci"),
        new.grade(),
        new.reasons(),
    ]
    merged = _refused_together(name.rows(rows))
    return new.table("contrasts", columns, merged, lambda r: name.concept(r["concept"]))


def _refused_together(rows: list[Row]) -> list[Row]:
    merged: dict[Hashable, Row] = {}
    for position, row in enumerate(rows):
        key = (row["concept"], row["ref_area_a"], row["ref_area_b"]) if row["refused"] else position
        known = merged.setdefault(key, row | {"pairs": 0, "reasons": ()})
        known["pairs"] += 1
        known["reasons"] = (*known["reasons"], *row["reasons"])
    return list(merged.values())


def ratios(rows: Rows, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show ratios with their parts, bounds, sampling interval, grade and reasons."""
    new = _Builder(ds, lang)
    columns = [
        new.area(),
        new.column("window", new.name.window, "window"),
        new.column("parts", lambda r: _parts(r, new.name), silent=new.name.silence),
        new.result("result"),
        new.bounds("chance", "ci"),
        new.grade("grade_division"),
        new.reasons(),
    ]
    return new.table("ratios", columns, new.name.rows(rows), lambda r: new.name.ratio(r["ratio"]))


def _parts(row: Row, name: Labels) -> str:
    """Quote what was divided by what."""
    above, *below = row["obs_ids"]
    if len(below) == 1:  # two printed figures; person-years come from several averages
        return name.say("parts", above=name.parts([above]), below=name.parts(below))
    bounds = bounds_text(round(row["denominator_lower"]), round(row["denominator_upper"]), name.lang)
    person_years = name.tied(name.say("person_years", bounds=bounds), below)
    return name.say("parts", above=name.parts([above]), below=person_years)


def windows(rows: Rows, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show annual rates per window and what nested windows imply."""
    new = _Builder(ds, lang)
    name = new.name

    def count(row: Row) -> str:
        return name.traced(name.range(row, "count"), row["obs_ids"])

    columns = [
        new.area(),
        new.column("kind", lambda r: name.say(f"kind.{r['kind']}"), "short"),
        new.column("window", lambda r: year_text(r["period_start"], r["period_end"]), "window"),
        new.column("count", count, "number", full=bounds_csv("count")),
        new.bounds("per_year"),
        new.bounds("per_calendar_year", "calendar"),
        new.bounds("multiplier", "multiplier"),
        new.grade(),
        new.reasons(),
    ]
    return new.table("windows", columns, name.rows(rows), lambda r: name.indicator(r["indicator"]))


def series(rows: Rows, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show annual figures: a row per year and area, with the revision that each belongs to."""
    new = _Builder(ds, lang)
    columns = [
        new.area(),
        new.column("year", lambda r: str(r["year"]), "number"),
        new.bounds("value"),
        new.column(
            "revision", lambda r: new.say(f"revision.{r['revision']}") if r["revision"] else "", "short"
        ),
        new.column("status", lambda r: new.say(f"status.{r['obs_status']}"), "short"),
    ]
    known = [row for row in new.name.rows(rows) if not pd.isna(row["value"])]
    return new.table("series", columns, known, lambda r: new.name.indicator(r["indicator"]))


def coverage(rows: Rows, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show who reported what and when: a row per subject, a column per area, gaps said in words."""
    new, given = _Builder(ds, lang), records(rows) if isinstance(rows, pd.DataFrame) else rows
    found = grouped(given, itemgetter("concept", "ref_area"))

    def windows_of(area: str) -> Column:
        return Column(new.name.area(area), lambda r: _reported(found[r["concept"], area], new.name), "short")

    areas, concepts = (dict.fromkeys(row[key] for row in given) for key in ("ref_area", "concept"))
    subject = new.column("subject", lambda r: new.name.concept(r["concept"]))
    return new.table("coverage", [subject, *map(windows_of, areas)], [{"concept": key} for key in concepts])


def _reported(rows: list[Row], name: Labels) -> str:
    """Write the years of each window reported, linked to their figures; one window may hold several."""
    spans = grouped((row for row in rows if row["reported"]), years)
    tied = [name.traced(span, [key for r in found for key in r["obs_ids"]]) for span, found in spans.items()]
    return name.join(", ", tied) if tied else name.say("status.missing")


def contradictions(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show statements that cannot hold together, with the figures they rest on."""
    new = _Builder(ds, lang)
    name, found = new.name, new.name.rows(rows)

    def finding(row: Row) -> str:
        left, right = (name.tied(name.range(row, side), row["obs_ids"]) for side in ("left", "right"))
        return name.say(f"finding.{row['kind']}", left=left, right=right)

    columns = [
        new.area(),
        new.column("indicators", lambda r: " / ".join(map(name.indicator, r["indicators"]))),
        new.column("figures", lambda r: name.parts(r["obs_ids"])),
        new.column("finding", finding),
        new.column("reading", lambda r: new.say(f"reading.{r['wording']}"), "short"),
    ]
    siblings = all(row["kind"] == "siblings_disagree" for row in found)
    return new.table("siblings" if siblings else "contradictions", columns, found)


def heaping(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show how many unqualified figures of each source end in 0, and how unlikely that is by chance."""
    new = _Builder(ds, lang)

    def share(row: Row) -> str:
        value, low, high = (percent_text(row[k], lang, decimals=0) for k in ("share", "ci_lower", "ci_upper"))
        return f"{value} ({low}–{high})"

    columns = [
        new.column("source", lambda r: cited(ds.source(r["source_id"]), lang)),
        new.number("considered", lambda r: number_text(r["considered"], lang)),
        new.number("round", lambda r: number_text(r["round"], lang)),
        new.number("share", share),
        new.number("p_value", lambda r: number_text(r["p_value"], lang)),
    ]
    return new.table("heaping", columns, records(rows))


def robustness(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show for each contrast what would make it vanish."""
    new = _Builder(ds, lang)

    def is_contrast(row: Row) -> bool:
        return bool(row["beyond_chance"] or pd.isna(row["phi_star"]))

    columns = [
        new.column("pair", lambda r: " / ".join(new.name.area(r[f"ref_area_{side}"]) for side in "ab")),
        new.column("indicator", lambda r: new.name.indicator(r["indicator_a"])),
        new.column(
            "contrast", lambda r: new.say(f"contrast.{r['contrast'] if is_contrast(r) else 'none'}"), "short"
        ),
        # Below 1 chance alone removes the contrast: there is nothing more to ask of clustering.
        new.number(
            "phi_star", lambda r: number_text(r["phi_star"], lang) if r["beyond_chance"] else new.name.none
        ),
        new.column(
            "strict",
            lambda r: new.say(f"answer.{bool(r['survives_strict'])}") if is_contrast(r) else new.name.none,
            "number",
        ),
        new.column("removed_by", lambda r: new.legend.letters(r["removed_by"]), "short"),
    ]
    return new.table("robustness", columns, records(rows))


def definitions(ds: Dataset, concepts: Iterable[str], *, lang: str = "vi") -> Table:
    """Show the definitions of each subject side by side, with the areas that report by them."""
    new = _Builder(ds, lang)
    name = new.name
    used = grouped(
        records(ds.select(concepts=concepts, inferred_areas=True).observations), itemgetter("indicator")
    )
    listed = [row for row in records(ds.indicators()) if row["indicator"] in used]

    def areas(row: Row) -> str:
        return ", ".join(map(name.area, dict.fromkeys(r["ref_area"] for r in used[row["indicator"]])))

    columns = [
        new.column("indicator", lambda r: name.indicator(r["indicator"])),
        new.column("definition", lambda r: r[f"definition_{lang}"]),
        new.column("unit", lambda r: name.unit(r["indicator"]), "short"),
        new.column("areas", areas, "short"),
    ]
    rows = sorted(listed, key=itemgetter("concept", "indicator"))
    return new.table("definitions", columns, rows, lambda r: name.concept(r["concept"]))


def sources(results: Results, ds: Dataset, *, lang: str = "vi") -> Sources:
    """List every figure that results, refused ones too, rest on, under the source that prints each.

    >>> import antq_analysis as aq
    >>> ds = aq.load()
    >>> rows = aq.ratios(ds, "valuable_tips_per_model", areas="Thanh Hóa")
    >>> [table.caption.split(" (")[0] for table in sources(rows, ds).tables]
    ['Báo Thanh Hóa', 'Báo Thanh Hóa']
    """
    several = [results] if isinstance(results, pd.DataFrame) else results
    name, used = Labels(ds, lang), {obs_id for result in several for obs_id in _used(result)}
    figures = name.rows([dict(ds.figure(obs_id)) for obs_id in sorted(used)])
    printed, columns, listed = grouped(figures, itemgetter("source_id")), _source_columns(name), []
    for row in map(dict, ds.cited(printed)):
        rows = printed[row["source_id"]]
        table = Table(plain(cited(row, lang)), columns, {"": rows}, key=lambda r: f"obs-{r['obs_id']}")
        listed.append((row, table.folded(words(lang)("sources.figures", count=len(rows)))))
    return Sources(listed, lang, name.unshown())


def _used(result: pd.DataFrame | NotComparable) -> Iterable[str]:
    if isinstance(result, NotComparable):
        return result.obs_ids
    return result["obs_ids"].explode().dropna() if "obs_ids" in result else result["obs_id"]


def _source_columns(name: Labels) -> list[Column]:
    def area(row: Row) -> str:
        basis = name.basis([row["obs_id"]])
        return name.area(row["ref_area"]) + (f" ({basis})" if basis else "")

    say, lang = name.say, name.lang
    return [
        Column(say("column.printed"), lambda r: f"“{r['figure_printed']}”"),
        Column(say("column.qualifier"), lambda r: say(f"qualifier.{r['qualifier']}"), "short"),
        Column(say("column.indicator"), lambda r: name.indicator(r["indicator"])),
        Column(say("column.area"), area),
        Column(say("column.window"), name.dated),
        Column(
            say("column.paragraph"),
            lambda r: "" if pd.isna(r["paragraph"]) else number_text(int(r["paragraph"]), lang),
            "number",
        ),
        Column(say("column.note"), lambda r: r[f"note_{lang}"], "small"),
        Column(say("column.used"), lambda r: "", "back"),
    ]
