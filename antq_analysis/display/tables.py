"""Tables of results: what was published, what follows, where it is printed, and what is against it.

>>> import antq_analysis as aq
>>> aq.tables.compare(aq.compare(aq.load(), "tips"), aq.load()).frame.shape
(2, 4)
"""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from operator import itemgetter
from string import ascii_letters
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup, escape

from antq_analysis.analysis.frames import grouped, records
from antq_analysis.analysis.grading import NotComparable, order
from antq_analysis.data.dataset import Dataset
from antq_analysis.display.labels import Labels, Row, Rows, ends_of, ids_of, is_silent, plain, reported, years
from antq_analysis.display.shown import Shown
from antq_analysis.display.sources import Results, Sources, cited
from antq_analysis.i18n import number_text, percent_text, words

__all__ = [
    "compare", "contradictions", "contrasts", "coverage", "definitions", "figures", "heaping",
    "ratios", "sources",
]  # fmt: skip

__dir__ = __all__.copy  # a notebook completes these alone

ROWS = 1000  # of a table at most

# A frame that scrolls is a group: as a landmark it would hide the few that lead anywhere.
_TABLE = Markup(
    '<div class="table-scroll" role="group" tabindex="0" aria-label="{caption}"><table class="{kind}">'
    "<caption>{caption}</caption><thead><tr>{head}</tr></thead>{body}</table></div>{below}"
)
_HEAD = Markup('<th scope="col" class="{kind}">{title}</th>')
_GROUP = Markup('<tr class="group"><th colspan="{span}" scope="rowgroup">{head}{lead}</th></tr>')
_LEAD = Markup('<p class="lead">{}</p>')
_FOLD = Markup('<details class="fold"><summary>{summary}</summary>{inner}</details>')
_SMALL = Markup("<small>{}</small>")
_MEASURED = Markup('<div class="measured"><span>{} {}</span>{}</div>')
_SCALE = Markup('<span class="scale" aria-hidden="true"><span class="{}" style="{}"></span></span>')
_CHIP = Markup('<span class="grade grade-{0}">{0}</span>')

# Kinds of column whose cells have a style of their own; the width of a column follows from its head.
_STYLED = {"back", "number", "small"}

Cell = Callable[[Row], str]
Ends = Callable[[Row], tuple[float, float] | None]


def _nothing(row: Row) -> str:
    return ""


class Column(NamedTuple):
    """A column: its title, the text of its cells, its kind, and the bounds that its CSV has as numbers."""

    title: str
    cell: Cell
    kind: str = "words"
    ends: Ends | None = None


class Table(Shown):
    """A table of texts in groups of rows, shown as HTML with every cell escaped.

    A cell may be Markup, such as a linked number. `key` returns the id of a row, `leads` are sentences
    below the heads of groups, `notes` above all, `legend` explains letters; "answers" is open on its page.
    """

    def __init__(
        self,
        caption: str,
        columns: Sequence[Column],
        groups: dict[str, list[Row]],
        *,
        key: Cell = _nothing,
        leads: dict[str, str] | None = None,
        legend: dict[str, str] | None = None,
        notes: Sequence[str] = (),
        kind: str = "data",
    ) -> None:
        self.caption, self.columns, self.notes, self.kind = caption, columns, notes, kind
        self._leads, self._key = leads or {}, key
        self._groups = {
            head: [(row, [each.cell(row) for each in columns]) for row in rows]
            for head, rows in groups.items()
        }
        self.legend = list((legend or {}).items())
        self._summary: str | None = None

    def folded(self, summary: str = "") -> "Table":
        """Show only the summary, or the caption, until a reader opens it; return the table itself."""
        self._summary = summary or self.caption
        return self

    @property
    def frame(self) -> pd.DataFrame:
        """The cells as a frame of plain texts; the group is the first column."""
        rows = [(head, cells) for head, lines in self._groups.items() for _, cells in lines]
        texts = [[head, *map(plain, cells)] for head, cells in rows]
        return pd.DataFrame(texts, columns=["", *(column.title for column in self.columns)])

    def __repr__(self) -> str:
        legend = (f"{letter}: {text}" for letter, text in self.legend)
        return "\n".join([self.caption, self.frame.to_string(index=False), *legend])

    def _repr_html_(self) -> str:
        if not any(self._groups.values()):
            return ""
        heads = Markup().join(_HEAD.format(kind=each.kind, title=each.title) for each in self.columns)
        body = Markup().join(self._body(head, lines) for head, lines in self._groups.items())
        legend = Markup().join(Markup("<dt>{}</dt><dd>{}</dd>").format(*line) for line in self.legend)
        below = Markup('<dl class="legend">{}</dl>').format(legend) if legend else legend
        above = Markup().join(map(Markup('<p class="where">{}</p>').format, self.notes))
        parts = {"caption": self.caption, "kind": self.kind, "head": heads, "body": body, "below": below}
        table = above + _TABLE.format(**parts)
        return str(table if self._summary is None else _FOLD.format(summary=self._summary, inner=table))

    def _body(self, head: str, lines: list[tuple[Row, list[str]]]) -> Markup:
        lead = _LEAD.format(self._leads[head]) if self._leads.get(head) else ""
        rows: list[str] = [_GROUP.format(span=len(self.columns), head=head, lead=lead)] if head else []
        for row, cells in lines:
            named = f' id="{escape(key)}"' if (key := self._key(row)) else ""
            area = f' data-area="{escape(row["ref_area"])}"' if isinstance(row.get("ref_area"), str) else ""
            shown = (_cell(column, row, text) for column, text in zip(self.columns, cells, strict=True))
            rows.append(f"<tr{named}{area}>{''.join(shown)}</tr>")
        return Markup(f"<tbody>{''.join(rows)}</tbody>")


def _cell(column: Column, row: Row, text: str) -> str:
    # Tables have many cells, and Markup.format takes far longer than an f-string.
    kind = f' class="{escape(column.kind)}"' if column.kind in _STYLED else ""
    # Bounds as a machine reads them; an open one is empty.
    bounds = (column.ends and column.ends(row)) or (math.inf, math.inf)
    low, high = (f"{end:.10g}" if math.isfinite(end) else "" for end in bounds)
    ends = f' data-low="{low}" data-high="{high}"' if low or high else ""
    return f"<td{kind}{ends}>{escape(text)}</td>"


class _Columns(Labels):
    """The columns that several tables share, their texts in one language, and the table made of them."""

    def __init__(self, ds: Dataset, lang: str | None) -> None:
        super().__init__(ds, lang)
        self._titles = words(self.lang)
        self._letters: dict[str, str] = {}
        self._legend: dict[str, str] = {}

    def column(
        self, key: str, cell: Cell, kind: str = "words", *, silent: Cell = _nothing, **more: Any
    ) -> Column:
        """Return a column; `silent` writes its cell in rows where nothing was published."""
        title = self._titles(f"column.{key}")
        return Column(title, lambda r: silent(r) if is_silent(r) else cell(r), kind, **more)

    def rate(self, row: Row) -> str:
        """Write the rate of a row of `compare`, or that the inhabitants are not known."""
        return (
            self.tied(self.range(row), row["obs_ids"]) if ends_of(row) else self.say("status.no_population")
        )

    def areas(self) -> Column:
        return Column(self._titles("column.area"), lambda r: self.area(r["ref_area"]), "short")

    def grades(self) -> Column:
        def cell(row: Row) -> str:
            return _CHIP.format(row["grade"]) if isinstance(row["grade"], str) and row["grade"] else ""

        return self.column("grade", cell, "number")

    def reasons(self) -> Column:
        """Return the column of reasons as letters, in the order in which the table first needs them."""

        def cell(row: Row) -> str:
            for code in (found := order(row["reasons"])):
                letter = self._letters.setdefault(code, ascii_letters[len(self._letters)])
                self._legend[letter] = self._titles(f"reason.{code}")
            return ", ".join(self._letters[code] for code in found)

        return self.column("reasons", cell, "short")

    def table(
        self, key: str, columns: list[Column], rows: list[Row], heading: Cell = _nothing, **more: Any
    ) -> Table:
        groups = grouped(rows[:ROWS], heading) or {"": []}
        self.left += max(len(rows) - ROWS, 0)
        options = {"legend": self._legend, "notes": self.unshown()} | more
        return Table(self._titles(f"table.{key}"), columns, groups, **options)


def compare(
    rows: Rows,
    ds: Dataset,
    *,
    leads: dict[str, str] | None = None,
    reasons: bool = False,
    lang: str | None = None,
) -> Table:
    """Put figures side by side, subject by subject: as printed, what they count, and the rate.

    Of a single area the subjects stand below each other, without their heads.
    `rows` are those of `aq.compare`; rates are drawn on one axis for each subject, hollow where the figure
    does not compare with the others. `leads` are sentences by concept, such as those of
    `answers.subjects`; with `reasons` each row has its grade and what limits it.
    """
    name = _Columns(ds, lang)
    given = name.rows(rows)
    subjects = grouped(given, "concept")
    ends = {concept: _widest(found) for concept, found in subjects.items()}
    several = len({row["ref_area"] for row in given}) > 1

    def area(row: Row) -> str:
        when = "" if is_silent(row) else years(row)
        return Markup("<b>{}</b> {}").format(name.area(row["ref_area"]), _SMALL.format(when))

    def printed(row: Row) -> str:
        return name.told(row["obs_ids"][0], _SMALL)

    def rate(row: Row) -> str:
        if row["qualifier"] == "order_of_magnitude":
            return name.say("figure.size_only")
        if not _is_rated(row, given):
            return name.none
        text, year = name.rate(row), name.range(row, "year")
        # Of a single year the figure itself is the average.
        told = year != name.none and not pd.isna(row["per"]) and row["period_years"] != 1
        yearly = _SMALL.format(name.say("figure.a_year", number=year)) if told else ""
        return _MEASURED.format(text, yearly, _scale(row, ends[row["concept"]]) if several else "")

    columns = [
        name.column("area", area, "short", silent=area),
        name.column("printed", printed, silent=lambda r: name.say("status.missing")),
        _rates(name, given, rate, "per_head_beside"),
    ]
    if not several:
        columns[:2] = [columns[1], name.column("window", years, "short")]
    if not any(_is_rated(row, given) or row["qualifier"] == "order_of_magnitude" for row in reported(given)):
        del columns[-1]
    if reasons:
        columns += [name.grades(), name.reasons()]
    yearly = {row["concept"] for row in reported(given) if row["measure_type"] == "flow" and row["yearly"]}

    def subject(concept: str) -> str:
        what = name.concept(concept)
        return name.say("subject.yearly", subject=what) if concept in yearly else what

    heads = {subject(concept): text for concept, text in (leads or {}).items()}
    heading = (lambda r: subject(r["concept"])) if several else _nothing
    key = "compare" if several else "main"
    hollow = several and any(row["grade"] == "D" for row in reported(given))
    notes = [name.say("shows.hollow")] * hollow + name.unshown()
    return name.table(
        key, columns, given, heading, kind="data" if reasons else "answers", leads=heads, notes=notes
    )


def _rates(name: _Columns, rows: list[Row], cell: Cell, key: str = "per_head") -> Column:
    """Return the column of what a figure amounts to per so many inhabitants, or without them per year."""
    column = name.column("per_year", cell, "number", ends=ends_of)
    for per in [row["per"] for row in rows if not pd.isna(row["per"])][:1]:
        return column._replace(title=words(name.lang)(f"column.{key}", per=number_text(per, name.lang)))
    return column


def _is_rated(row: Row, rows: list[Row]) -> bool:
    """Tell whether a row is scaled as the others are; a share, a mere size and an award say nothing so."""
    scaled = any(not pd.isna(each["per"]) for each in rows)
    if not row["yearly"] if row["measure_type"] == "flow" else not scaled:
        return False
    return row["qualifier"] != "order_of_magnitude" and scaled != pd.isna(row["per"])


def _widest(rows: list[Row]) -> float:
    """Return the highest bound of some rows: the end of their common axis; nothing for a row alone."""
    if len(reported(rows)) < 2:
        return 0.0
    ends = [end for row in reported(rows) for end in ends_of(row) or () if end < float("inf")]
    return max(ends, default=0.0)


def _scale(row: Row, end: float, *, hollow: bool | None = None) -> Markup:
    """Draw the bounds of a row on an axis from zero to `end`; hollow where the definition is another."""
    low, high = ends_of(row) or (0.0, 0.0)
    if not end or not high:
        return Markup()
    first, last = (100 * min(each, end) / end for each in (low, high))
    kind = " open" if (row["grade"] == "D" if hollow is None else hollow) else ""
    kind, style = f"bar{kind}", f"--from:{first:.1f}%;--to:{last:.1f}%"
    if last - first < 3:
        kind, style = kind.replace("bar", "mark"), f"--at:{last:.1f}%"
    return _SCALE.format(kind, style)


def figures(rows: Rows, ds: Dataset, *, lang: str | None = None) -> Table:
    """List the figures of `aq.compare`: as printed, what they count, when, per year and per inhabitant.

    The area is left out where there is only one.
    """
    name = _Columns(ds, lang)
    given = name.rows(rows)

    def printed(row: Row) -> str:
        return name.tied(name.printed(row["obs_ids"][0]), row["obs_ids"][:1])

    def rate(row: Row) -> str:
        return name.rate(row) if _is_rated(row, given) else name.none

    def yearly(row: Row) -> str:
        vague = row["qualifier"] == "order_of_magnitude"
        return name.none if vague else name.tied(name.range(row, "year"), row["obs_ids"])

    columns = [
        name.areas(),
        name.column("printed", printed, silent=lambda r: name.say("status.missing")),
        name.column("counts", lambda r: name.counted(ds.figure(r["obs_ids"][0]))),
        name.column("window", name.dated, "window"),
        name.column("per_year", yearly, "number"),
        _rates(name, given, rate),
        name.column("note", lambda r: ds.figure(r["obs_ids"][0])[f"note_{name.lang}"], "small"),
        name.column("source", lambda r: name.source(r["obs_ids"][0]), "small"),
    ]
    if all(pd.isna(row["per"]) or not _is_rated(row, given) for row in given):  # or yearly averages again
        del columns[5]
    if len({row["ref_area"] for row in given}) == 1:
        del columns[0]
    return name.table("figures", columns, given, lambda r: name.concept(r["concept"]))


def contrasts(rows: Rows, ds: Dataset, *, lang: str | None = None) -> Table:
    """Show pairs of figures of different areas: their ratio, or why there is none.

    The refused pairs of two areas stand together in one row, with every reason against them.
    """
    name = _Columns(ds, lang)
    merged: dict[tuple[Any, ...], Row] = {}
    for position, row in enumerate(name.rows(rows)):
        areas = (row["concept"], row["ref_area_a"], row["ref_area_b"])
        known = merged.setdefault(areas if row["refused"] else (position,), row | {"pairs": 0, "reasons": ()})
        known["pairs"] += 1
        known["reasons"] = (*known["reasons"], *row["reasons"])

    def compared(row: Row) -> str:
        if row["pairs"] > 1:
            return name.say("pairs", count=row["pairs"])
        return " / ".join(dict.fromkeys(name.indicator(row[f"indicator_id_{side}"]) for side in "ab"))

    def ratio(row: Row) -> str:
        return name.result(row) if row["refused"] else name.tied(name.result(row), row["obs_ids"])

    def chance(row: Row) -> str:
        return name.tied(name.range(row, "ci"), row["obs_ids"])

    columns = [
        name.column("pair", lambda r: " / ".join(name.area(r[f"ref_area_{side}"]) for side in "ab")),
        name.column("indicators", compared),
        name.column("ratio", ratio, "number", ends=ends_of),
        name.column("chance", chance, "number", ends=partial(ends_of, what="ci")),
        name.grades(),
        name.reasons(),
    ]
    return name.table("contrasts", columns, list(merged.values()), lambda r: name.concept(r["concept"]))


def ratios(rows: Rows, ds: Dataset, *, reasons: bool = False, lang: str | None = None) -> Table:
    """Show ratios with what they divide, their bounds and grade, with `reasons` also what limits each.

    Bounds are drawn on one axis for each ratio, hollow where definitions differ. Areas that published no
    parts of a ratio stand together in a sentence below its name.
    """
    name = _Columns(ds, lang)
    given = name.rows(rows)
    told = grouped(reported(given), "ratio")
    ends = {ratio: _widest(found) for ratio, found in told.items()}
    leads: dict[str, str] = {}
    for ratio in told:
        lead = _lead(ratio, given, name)
        leads[name.ratio(ratio)] = "" if lead in leads.values() else lead

    def area(row: Row) -> str:
        return Markup("<b>{}</b> {}").format(name.area(row["ref_area"]), _SMALL.format(years(row)))

    def parts(row: Row) -> str:
        above, *below = row["obs_ids"]
        divisor = name.join(" + ", map(name.linked, below))
        if row["denominator"].startswith("population"):
            divisor = name.tied(name.say("ratio.population"), below)
        said = name.say("parts", above=name.linked(above), below=divisor)
        return Markup("{} {}").format(said, _SMALL.format(row["definition"]))

    def result(row: Row) -> str:
        grade = _CHIP.format(row["grade"])
        if row["refused"]:
            return Markup("{} {}").format(name.result(row), grade)
        definitions = {(each["numerator"], each["denominator"]) for each in told[row["ratio"]]}
        scale = _scale(row, ends[row["ratio"]], hollow=len(definitions) > 1)
        grade += _without_words(row, ds, name)
        return _MEASURED.format(name.tied(name.result(row), row["obs_ids"]), grade, scale)

    columns = [
        Column(name.say("column.area"), area, "short"),
        name.column("parts", parts),
        name.column("result", result, "number", ends=ends_of),
    ]
    shown = [row for found in told.values() for row in found]
    if reasons:
        columns.append(name.reasons())
    options = {"kind": "answers", "leads": leads, "notes": [name.say("ratio.grades"), *name.unshown()]}
    return name.table("ratios", columns, shown, lambda r: name.ratio(r["ratio"]), **options)


def _without_words(row: Row, ds: Dataset, name: Labels) -> Markup:
    """Say what printed numbers give without their words, where the words leave wide bounds."""
    above, *below = (ds.figure(key)["obs_value"] for key in row["obs_ids"])
    alone = row["per"] * above / sum(below) if sum(below) else float("nan")
    low, high, is_rate = row["lower"], row["upper"], row["denominator"].startswith("population")
    # The years of a rate are no figure.
    if is_rate or not (low <= alone <= high and 2 * low < high < float("inf")):
        return Markup()
    result = name.result(row | {"lower": alone, "upper": alone})
    return Markup(" ") + _SMALL.format(name.say("ratio.printed", result=result))


def _lead(ratio: str, rows: list[Row], name: Labels) -> str:
    """Warn of two definitions under one name, and say of which areas nothing was published."""
    found = [row for row in rows if row["ratio"] == ratio]
    told = reported(found)
    definitions = {(row["numerator"], row["denominator"]) for row in told}
    silent = dict.fromkeys(name.area(row["ref_area"]) for row in filter(is_silent, found))
    said = [name.say("ratio.definitions")] if len(definitions) > 1 else []
    said += [name.say("ratio.not_formed", areas=name.listing(silent))] if silent else []
    return name.join(" ", said)


def coverage(rows: Rows, ds: Dataset, *, lang: str | None = None) -> Table:
    """Show who published what and when: a row per subject, a column per area, gaps said in words."""
    name, given = _Columns(ds, lang), records(rows) if isinstance(rows, pd.DataFrame) else rows
    found = grouped((row for row in given if row["reported"]), "concept", "ref_area")

    def windows_of(row: Row, area: str) -> str:
        """Write the years of each window, linked to their figures; one window may hold several."""
        spans = grouped(found.get((row["concept"], area), []), years)
        ids = {span: [key for each in rows for key in each["obs_ids"]] for span, rows in spans.items()}
        return name.join(", ", map(name.tied, ids, ids.values())) if ids else name.say("status.missing")

    areas, concepts = (dict.fromkeys(row[key] for row in given) for key in ("ref_area", "concept"))
    columns = [name.column("subject", lambda r: name.concept(r["concept"]))]
    columns += [Column(name.area(area), partial(windows_of, area=area), "short") for area in areas]
    return name.table("coverage", columns, [{"concept": key} for key in concepts])


def contradictions(rows: pd.DataFrame, ds: Dataset, *, lang: str | None = None) -> Table:
    """Show statements that cannot hold together, with the figures they rest on."""
    name = _Columns(ds, lang)

    columns = [
        name.areas(),
        name.column("indicators", lambda r: " / ".join(map(name.indicator, r["indicators"]))),
        name.column("figures", lambda r: name.parts(r["obs_ids"])),
        name.column("finding", name.finding),
    ]  # fmt: skip
    return name.table("contradictions", columns, name.rows(rows))


def heaping(rows: pd.DataFrame, ds: Dataset, *, lang: str | None = None) -> Table:
    """Show how many unqualified figures of each source end in 0; one in ten would by chance."""
    name = _Columns(ds, lang)

    def considered(row: Row) -> str:
        return name.tied(number_text(row["considered"], name.lang), ids_of(row))

    def share(row: Row) -> str:
        return f"{percent_text(row['share'], name.lang, decimals=0)} ({name.share(row, 'ci', decimals=0)})"

    columns = [
        name.column("source", lambda r: cited(ds.source(r["source_id"]), name.lang)),
        name.column("considered", considered, "number"),
        name.column("round", lambda r: number_text(r["round"], name.lang), "number"),
        name.column("share", share, "number"),
    ]  # fmt: skip
    return name.table("heaping", columns, records(rows))


def definitions(ds: Dataset, concepts: Iterable[str], *, lang: str | None = None) -> Table:
    """Show the definitions of each subject side by side, with the areas that report by them."""
    name = _Columns(ds, lang)
    observed = records(ds.select(concepts=concepts, inferred_areas=True).observations)
    used = grouped(observed, "indicator")
    listed = [row for row in records(ds.indicators()) if row["indicator"] in used]

    def areas(row: Row) -> str:
        return ", ".join(map(name.area, dict.fromkeys(r["ref_area"] for r in used[row["indicator"]])))

    columns = [
        name.column("indicator", lambda r: name.indicator(r["indicator"])),
        name.column("definition", lambda r: r[f"definition_{name.lang}"]),
        name.column("unit", lambda r: name.unit(r["indicator"]), "short"),
        name.column("areas", areas, "short"),
    ]
    rows = sorted(listed, key=itemgetter("concept", "indicator"))
    return name.table("definitions", columns, rows, lambda r: name.concept(r["concept"]))


def sources(results: Results, ds: Dataset, *, lang: str | None = None) -> Sources:
    """List every figure that results, refused ones too, rest on, under the source that prints each."""
    used: set[str] = set()
    for result in [results] if isinstance(results, pd.DataFrame) else results:
        if isinstance(result, NotComparable):
            used.update(result.obs_ids)
        else:
            used.update(result["obs_ids"].explode().dropna() if "obs_ids" in result else result["obs_id"])
    name = Labels(ds, lang)
    say = words(name.lang)
    listed = name.rows([dict(ds.figure(obs_id)) for obs_id in sorted(used)])

    def paragraph(row: Row) -> str:
        return "" if pd.isna(row["paragraph"]) else number_text(int(row["paragraph"]), name.lang)

    columns = [
        Column(say("column.printed"), lambda r: f"“{r['figure_printed']}”"),
        Column(say("column.qualifier"), lambda r: say(f"qualifier.{r['qualifier']}"), "short"),
        Column(say("column.indicator"), lambda r: name.indicator(r["indicator"])),
        Column(say("column.area"), lambda r: name.area(r["ref_area"])),
        Column(say("column.window"), name.dated),
        Column(say("column.paragraph"), paragraph, "number"),
        Column(say("column.note"), lambda r: r[f"note_{name.lang}"], "small"),
        Column(say("column.used"), _nothing, "back"),
    ]
    printed = grouped(listed, "source_id")
    shown = []
    for row in map(dict, ds.cited(printed)):
        rows = printed[row["source_id"]]
        table = Table(plain(cited(row, name.lang)), columns, {"": rows}, key=lambda r: f"obs-{r['obs_id']}")
        shown.append((row, rows, table.folded(say("sources.figures", count=len(rows)))))
    return Sources(shown, name.lang, name.unshown())
