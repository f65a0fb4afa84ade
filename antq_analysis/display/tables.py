"""Tables of results: what was divided, over which years, where it is printed, and what is against it."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup, escape

from antq_analysis.analysis.frames import records
from antq_analysis.analysis.grading import NotComparable, order
from antq_analysis.data.dataset import Dataset
from antq_analysis.display.labels import Labels, Row, Rows, grouped, ids_of, is_silent, plain, signs, years
from antq_analysis.display.sources import Results, Sources, cited
from antq_analysis.i18n import bounds_text, number_text, percent_text, words, year_text

__all__ = [
    "contradictions", "contrasts", "coverage", "definitions", "heaping", "levels", "ratios", "robustness",
    "series", "sources", "windows",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)


ROWS = 1000  # of a table at most

# A frame that scrolls is a group: as a landmark it would hide the few that lead anywhere.
_TABLE = Markup(
    '<div class="table-scroll" role="group" tabindex="0" aria-label="{caption}"><table class="data">'
    "<caption>{caption}</caption><thead><tr>{head}</tr></thead>{body}</table></div>{below}"
)
_HEAD = Markup('<th scope="col" class="{kind}"{letters}>{title}</th>')
_GROUP = Markup('<tr class="group"><th colspan="{span}" scope="rowgroup">{head}</th></tr>')
_FOLD = Markup('<details class="fold"><summary>{summary}</summary>{inner}</details>')

# Kinds of column whose cells have a style of their own; the width of a column follows from its head.
_STYLED = {"back", "number", "small"}

Cell = Callable[[Row], str]


def _nothing(row: Row) -> str:
    return ""


class Column(NamedTuple):
    """A column: its title, the text of its cells, and its kind (`words`, `short`, `number` …).

    `full` returns what the table's CSV says in place of an abbreviated cell. Of `letters` the legend says it.
    """

    title: str
    cell: Cell
    kind: str = "words"
    full: Cell = _nothing
    letters: bool = False


class Table:
    """A table of texts in groups of rows, shown as HTML with every cell escaped.

    A cell may be Markup, such as a linked number. `key` returns the id of a row, `legend` explains letters,
    which cells may add to it as they are written.
    """

    def __init__(
        self,
        caption: str,
        columns: Sequence[Column],
        groups: dict[str, list[Row]],
        *,
        key: Cell = _nothing,
        legend: dict[str, str] | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        self.caption, self.columns, self.notes = caption, columns, notes
        self._groups = {
            head: [(key(row), [(each.cell(row), each.full(row)) for each in columns]) for row in rows]
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
        texts = [[head, *(plain(text) for text, _ in cells)] for head, cells in rows]
        return pd.DataFrame(texts, columns=["", *(column.title for column in self.columns)])

    def __repr__(self) -> str:
        legend = (f"{letter}: {text}" for letter, text in self.legend)
        return "\n".join([self.caption, self.frame.to_string(index=False), *legend])

    def _repr_html_(self) -> str:
        heads, body = Markup(), Markup()
        for number, each in enumerate(self.columns):
            used = any(cells[number][0] for lines in self._groups.values() for _, cells in lines)
            letters = Markup(" data-letters") if each.letters and used else ""
            heads += _HEAD.format(kind=each.kind, title=each.title, letters=letters)
        for head, lines in self._groups.items():
            rows: list[str] = [_GROUP.format(span=len(self.columns), head=head)] if head else []
            for key, cells in lines:
                named = f' id="{escape(key)}"' if key else ""
                rows.append(f"<tr{named}>{''.join(map(_cell, self.columns, cells))}</tr>")
            body += Markup(f"<tbody>{''.join(rows)}</tbody>")
        legend = Markup().join(Markup("<dt>{}</dt><dd>{}</dd>").format(*line) for line in self.legend)
        below = (Markup('<dl class="legend">{}</dl>').format(legend) if legend else legend) + signs(body)
        below += Markup().join(map(Markup('<p class="where">{}</p>').format, self.notes))
        table = _TABLE.format(caption=self.caption, head=heads, body=body, below=below)
        return str(table if self._summary is None else _FOLD.format(summary=self._summary, inner=table))


def _cell(column: Column, texts: tuple[str, str]) -> str:
    # Tables have many cells, and Markup.format takes far longer than an f-string.
    text, full = texts
    kind = f' class="{escape(column.kind)}"' if column.kind in _STYLED else ""
    whole = f' data-csv="{escape(full)}"' if full and full != plain(text) else ""
    return f"<td{kind}{whole}>{escape(text)}</td>"


class _Columns(Labels):
    """The columns that several tables share, their texts in one language, and the table made of them."""

    def __init__(self, ds: Dataset, lang: str) -> None:
        super().__init__(ds, lang, marked=True)
        self._titles = words(lang)
        self._letters: dict[str, str] = {}
        self._legend: dict[str, str] = {}

    def column(
        self, key: str, cell: Cell, kind: str = "words", *, silent: Cell = _nothing, **more: Any
    ) -> Column:
        """Return a column; `silent` writes its cell in rows where nothing was reported."""
        title = self._titles(f"column.{key}")
        return Column(title, lambda r: silent(r) if is_silent(r) else cell(r), kind, **more)

    def number(self, key: str, text: Cell, full: Cell = _nothing) -> Column:
        return self.column(key, lambda r: self.tied(text(r), ids_of(r)), "number", full=full)

    def bounds(self, key: str, what: str = "") -> Column:
        return self.number(key, lambda r: self.range(r, what), partial(self.csv, what=what))

    def results(self, key: str) -> Column:
        def cell(row: Row) -> str:
            return self.result(row) if row["refused"] else self.tied(self.result(row), row["obs_ids"])

        return self.column(key, cell, "number", full=self.csv)

    def areas(self) -> Column:
        return Column(self._titles("column.area"), lambda r: self.area(r["ref_area"]), "short")

    def grades(self, key: str = "grade") -> Column:
        chip = Markup('<span class="grade grade-{0}">{0}</span>')

        def cell(row: Row) -> str:
            return chip.format(row["grade"]) if isinstance(row["grade"], str) and row["grade"] else ""

        return self.column(key, cell, "number")

    def reasons(self, key: str = "reasons", of: str = "reasons", *, letters: bool = True) -> Column:
        """Return the column of reasons as letters, in the order in which the table first needs them."""

        def cell(row: Row) -> str:
            for code in (found := order(row[of])):
                letter = self._letters.setdefault(code, chr(ord("a") + len(self._letters)))
                self._legend[letter] = self._titles(f"reason.{code}")
            return ", ".join(self._letters[code] for code in found)

        return self.column(key, cell, "short", letters=letters)

    def table(self, key: str, columns: list[Column], rows: list[Row], heading: Cell = _nothing) -> Table:
        groups = grouped(self.first(rows, ROWS), heading) or {"": []}
        caption, notes = self._titles(f"table.{key}"), self.unshown()
        return Table(caption, columns, groups, legend=self._legend, notes=notes)


def levels(rows: Rows, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show the figures of `compare` side by side: as printed, when, per year, and where.

    The area is left out where there is only one.
    """
    name = _Columns(ds, lang)
    given = name.rows(rows)

    def printed(row: Row) -> str:
        return name.traced(name.printed(row["obs_ids"][0]), row["obs_ids"][:1])

    def averaged(row: Row) -> bool:
        # Of an order of magnitude there is no average: it would look like a number.
        rated: bool = not pd.isna(row["per"]) or (row["measure_type"] == "flow" and row["yearly"])
        return rated and ds.figure(row["obs_ids"][0])["qualifier"] != "order_of_magnitude"

    def rate(row: Row) -> str:
        return name.tied(name.range(row), row["obs_ids"]) if averaged(row) else name.none

    def rate_csv(row: Row) -> str:
        return name.csv(row) if not is_silent(row) and averaged(row) else ""

    rates = name.column("per_year", rate, "number", full=rate_csv)
    for per in [row["per"] for row in given if not pd.isna(row["per"])][:1]:
        rates = rates._replace(title=words(lang)("column.per_head", per=number_text(per, lang)))
    columns = [
        name.areas(),
        name.column("printed", printed, silent=name.silence),
        name.column("window", name.window, "window"),
        rates,
        name.column("indicator", name.counted),
        name.grades(),
        name.reasons("compared"),
        name.column("source", lambda r: name.source(r["obs_ids"][0]), "small"),
    ]
    several = len({row["ref_area"] for row in given}) != 1
    shown = columns if several else columns[1:]
    return name.table("levels", shown, given, lambda r: name.concept(r["concept"]))


def contrasts(rows: Rows, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show pairs of figures of different areas: their ratio, or why there is none.

    The refused pairs of two areas stand together in one row, with every reason against them.
    """
    name = _Columns(ds, lang)

    def pair(row: Row) -> str:
        # The figures of a refused pair stand in no other cell, so the mark of their areas stands here.
        areas = " / ".join(name.area(row[f"ref_area_{side}"]) for side in "ab")
        basis = name.basis(row["obs_ids"])
        return f"{areas} [{basis}]" if basis else areas

    def compared(row: Row) -> str:
        if row["pairs"] > 1:
            return name.say("pairs", count=row["pairs"])
        return " / ".join(dict.fromkeys(name.indicator(row[f"indicator_{side}"]) for side in "ab"))

    merged: dict[Hashable, Row] = {}
    for position, row in enumerate(name.rows(rows)):
        key = (row["concept"], row["ref_area_a"], row["ref_area_b"]) if row["refused"] else position
        known = merged.setdefault(key, row | {"pairs": 0, "reasons": ()})
        known["pairs"] += 1
        known["reasons"] = (*known["reasons"], *row["reasons"])
    columns = [
        name.column("pair", pair),
        name.column("indicators", compared),
        name.results("ratio"),
        name.bounds("chance", "ci"),
        name.grades(),
        name.reasons(),
    ]
    return name.table("contrasts", columns, list(merged.values()), lambda r: name.concept(r["concept"]))


def ratios(rows: Rows, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show ratios with their parts, bounds, sampling interval, grade and reasons."""
    name = _Columns(ds, lang)

    def parts(row: Row) -> str:
        above, *below = row["obs_ids"]
        divisor = name.parts(below)
        if len(below) != 1:  # not two printed figures: person-years come from several averages
            ends = bounds_text(round(row["denominator_lower"]), round(row["denominator_upper"]), lang)
            divisor = name.tied(name.say("person_years", bounds=ends), below)
        return name.say("parts", above=name.parts([above]), below=divisor)

    columns = [
        name.areas(),
        name.column("window", name.window, "window"),
        name.column("parts", parts, silent=name.silence),
        name.results("result"),
        name.bounds("chance", "ci"),
        name.grades("grade_division"),
        name.reasons(),
    ]
    return name.table("ratios", columns, name.rows(rows), lambda r: name.ratio(r["ratio"]))


def windows(rows: Rows, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show annual rates per window and what nested windows imply."""
    name = _Columns(ds, lang)

    def count(row: Row) -> str:
        return name.traced(name.range(row, "count"), row["obs_ids"])

    columns = [
        name.areas(),
        name.column("kind", lambda r: name.say(f"kind.{r['kind']}"), "short"),
        name.column("window", lambda r: year_text(r["period_start"], r["period_end"]), "window"),
        name.column("count", count, "number", full=partial(name.csv, what="count")),
        name.bounds("per_year"),
        name.bounds("per_calendar_year", "calendar"),
        name.bounds("multiplier", "multiplier"),
        name.grades(),
        name.reasons(),
    ]
    return name.table("windows", columns, name.rows(rows), lambda r: name.indicator(r["indicator"]))


def series(rows: Rows, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show annual figures: a row per year and area, with the revision that each belongs to."""
    name = _Columns(ds, lang)

    def revision(row: Row) -> str:
        return name.say(f"revision.{row['revision']}") if row["revision"] else ""

    columns = [
        name.areas(),
        name.column("year", lambda r: str(r["year"]), "number"),
        name.bounds("value"),
        name.column("revision", revision, "short"),
        name.column("status", lambda r: name.say(f"status.{r['obs_status']}"), "short"),
    ]
    known = [row for row in name.rows(rows) if not pd.isna(row["value"])]
    return name.table("series", columns, known, lambda r: name.indicator(r["indicator"]))


def coverage(rows: Rows, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show who reported what and when: a row per subject, a column per area, gaps said in words."""
    name, given = _Columns(ds, lang), records(rows) if isinstance(rows, pd.DataFrame) else rows
    found = grouped((row for row in given if row["reported"]), itemgetter("concept", "ref_area"))

    def windows_of(row: Row, area: str) -> str:
        """Write the years of each window, linked to their figures; one window may hold several."""
        spans = grouped(found.get((row["concept"], area), []), years)
        tied = [
            name.traced(span, [key for r in rows for key in r["obs_ids"]]) for span, rows in spans.items()
        ]
        return name.join(", ", tied) if tied else name.say("status.missing")

    areas, concepts = (dict.fromkeys(row[key] for row in given) for key in ("ref_area", "concept"))
    columns = [name.column("subject", lambda r: name.concept(r["concept"]))]
    columns += [Column(name.area(area), partial(windows_of, area=area), "short") for area in areas]
    return name.table("coverage", columns, [{"concept": key} for key in concepts])


def contradictions(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show statements that cannot hold together, with the figures they rest on."""
    name = _Columns(ds, lang)
    found = name.rows(rows)

    def finding(row: Row) -> str:
        left, right = (name.tied(name.range(row, side), row["obs_ids"]) for side in ("left", "right"))
        return name.say(f"finding.{row['kind']}", left=left, right=right)

    columns = [
        name.areas(),
        name.column("indicators", lambda r: " / ".join(map(name.indicator, r["indicators"]))),
        name.column("figures", lambda r: name.parts(r["obs_ids"])),
        name.column("finding", finding),
        name.column("reading", lambda r: name.say(f"reading.{r['wording']}"), "short"),
    ]
    siblings = all(row["kind"] == "siblings_disagree" for row in found)
    return name.table("siblings" if siblings else "contradictions", columns, found)


def heaping(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show how many unqualified figures of each source end in 0, and how unlikely that is by chance."""
    name = _Columns(ds, lang)

    def share(row: Row) -> str:
        value, low, high = (percent_text(row[k], lang, decimals=0) for k in ("share", "ci_lower", "ci_upper"))
        return f"{value} ({low}–{high})"

    columns = [
        name.column("source", lambda r: cited(ds.source(r["source_id"]), lang)),
        name.number("considered", lambda r: number_text(r["considered"], lang)),
        name.number("round", lambda r: number_text(r["round"], lang)),
        name.number("share", share),
        name.number("p_value", lambda r: number_text(r["p_value"], lang)),
    ]
    return name.table("heaping", columns, records(rows))


def robustness(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show for each contrast what would make it vanish."""
    name = _Columns(ds, lang)

    def is_contrast(row: Row) -> bool:
        return bool(row["beyond_chance"] or pd.isna(row["phi_star"]))

    def contrast(row: Row) -> str:
        return name.say(f"contrast.{row['contrast'] if is_contrast(row) else 'none'}")

    def phi_star(row: Row) -> str:
        # Below 1 chance alone removes the contrast: there is nothing more to ask of clustering.
        return number_text(row["phi_star"], lang) if row["beyond_chance"] else name.none

    def strict(row: Row) -> str:
        return name.say(f"answer.{bool(row['survives_strict'])}") if is_contrast(row) else name.none

    columns = [
        name.column("pair", lambda r: " / ".join(name.area(r[f"ref_area_{side}"]) for side in "ab")),
        name.column("indicator", lambda r: name.indicator(r["indicator_a"])),
        name.column("contrast", contrast, "short"),
        name.number("phi_star", phi_star),
        name.column("strict", strict, "number"),
        name.reasons("removed_by", "removed_by", letters=False),
    ]
    return name.table("robustness", columns, records(rows))


def definitions(ds: Dataset, concepts: Iterable[str], *, lang: str = "vi") -> Table:
    """Show the definitions of each subject side by side, with the areas that report by them."""
    name = _Columns(ds, lang)
    figures = records(ds.select(concepts=concepts, inferred_areas=True).observations)
    used = grouped(figures, itemgetter("indicator"))
    listed = [row for row in records(ds.indicators()) if row["indicator"] in used]

    def areas(row: Row) -> str:
        return ", ".join(map(name.area, dict.fromkeys(r["ref_area"] for r in used[row["indicator"]])))

    columns = [
        name.column("indicator", lambda r: name.indicator(r["indicator"])),
        name.column("definition", lambda r: r[f"definition_{lang}"]),
        name.column("unit", lambda r: name.unit(r["indicator"]), "short"),
        name.column("areas", areas, "short"),
    ]
    rows = sorted(listed, key=itemgetter("concept", "indicator"))
    return name.table("definitions", columns, rows, lambda r: name.concept(r["concept"]))


def sources(results: Results, ds: Dataset, *, lang: str = "vi") -> Sources:
    """List every figure that results, refused ones too, rest on, under the source that prints each.

    >>> import antq_analysis as aq
    >>> ds = aq.load()
    >>> rows = aq.ratios(ds, "valuable_tips_per_model", areas="Thanh Hóa")
    >>> [table.caption.split(" (")[0] for table in sources(rows, ds).tables]
    ['Báo Thanh Hóa', 'Báo Thanh Hóa']
    """
    used: set[str] = set()
    for result in [results] if isinstance(results, pd.DataFrame) else results:
        if isinstance(result, NotComparable):
            used.update(result.obs_ids)
        else:
            used.update(result["obs_ids"].explode().dropna() if "obs_ids" in result else result["obs_id"])
    name, say = Labels(ds, lang), words(lang)
    figures = name.rows([dict(ds.figure(obs_id)) for obs_id in sorted(used)])

    def area(row: Row) -> str:
        basis = name.basis([row["obs_id"]])
        return name.area(row["ref_area"]) + (f" ({basis})" if basis else "")

    def paragraph(row: Row) -> str:
        return "" if pd.isna(row["paragraph"]) else number_text(int(row["paragraph"]), lang)

    columns = [
        Column(say("column.printed"), lambda r: f"“{r['figure_printed']}”"),
        Column(say("column.qualifier"), lambda r: say(f"qualifier.{r['qualifier']}"), "short"),
        Column(say("column.indicator"), lambda r: name.indicator(r["indicator"])),
        Column(say("column.area"), area),
        Column(say("column.window"), name.dated),
        Column(say("column.paragraph"), paragraph, "number"),
        Column(say("column.note"), lambda r: r[f"note_{lang}"], "small"),
        Column(say("column.used"), _nothing, "back"),
    ]
    printed, listed = grouped(figures, itemgetter("source_id")), []
    for row in map(dict, ds.cited(printed)):
        rows = printed[row["source_id"]]
        table = Table(plain(cited(row, lang)), columns, {"": rows}, key=lambda r: f"obs-{r['obs_id']}")
        listed.append((row, table.folded(say("sources.figures", count=len(rows)))))
    return Sources(listed, lang, name.unshown())
