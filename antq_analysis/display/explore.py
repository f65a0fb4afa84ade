"""Explore figures in a notebook: controls, and what they ask for as chart, table, sentence and code.

Each part of a view is an ordinary output that a change puts in the place of the last one, so that a notebook
that was saved, exported or run without a browser holds the same parts.
"""

from html import escape
from importlib.util import find_spec
from typing import Any, NamedTuple
from uuid import uuid4

import pandas as pd
import plotly.graph_objects as go
from markupsafe import Markup

from antq_analysis.analysis.compare import PER, compare, contrasts
from antq_analysis.analysis.trends import annual_series
from antq_analysis.data.dataset import Dataset, Names
from antq_analysis.display import answers, plots, tables, theme
from antq_analysis.display.labels import Labels
from antq_analysis.display.shown import Shown, Text
from antq_analysis.display.sources import cited
from antq_analysis.errors import AntqError, InvalidOption, UnknownName, strict_options
from antq_analysis.i18n import LANGUAGES, language, number_text, set_language, words

SIZES = (PER, 1_000, 1, None)
WORDINGS = ("convention", "strict")
ROWS = 20  # a longer table is folded
WIDGET = "application/vnd.jupyter.widget-view+json"
COLUMNS = ["area", "period", "counts", "printed", "shown", "unit", "grade"]
_CODE = Markup('<div class="code"><button type="button" class="copy" data-antq>{}</button><pre>{}</pre></div>')


@strict_options
def explore(
    ds: Dataset,
    *,
    areas: Names = None,
    subject: str | None = None,
    since: int | None = None,
    until: int | None = None,
    per: float | None = PER,
    wording: str | None = None,
    data: str = "",
) -> "Explorer":
    """Show the figures of areas on a subject, in JupyterLab with controls to ask for others.

    `subject` is a concept or an indicator, by id or name; `since` and `until` are years. Results are per
    `per` inhabitants and for flows per year, with `per=None` per year alone. By default the first concept
    with figures, every area and every year. An area that no text names is shown as well, and marked.
    `data` is the folder that `ds` was loaded from, for the code of the view; empty for the bundled data.

    The result shows itself; its `rows`, `chart` and `code` are those of what is chosen at the time. The
    control of the language is `aq.set_language`. Without a front end, in a batch say, there are no controls.
    Raises UnknownName and InvalidOption there; beside controls such a fault is shown instead.

    >>> import antq_analysis as aq
    >>> view = aq.explore(aq.load(), subject="tin co gia tri qua mo hinh", areas="Thanh Hóa")
    Traceback (most recent call last):
    antq_analysis.errors.UnknownName: No concept 'tin co gia tri qua mo hinh'. ...
    >>> view = aq.explore(aq.load(), subject="tin bao co gia tri", areas="Thanh Hóa", per=None)
    >>> view.rows["printed"].tolist()
    ['3.071 tin', '1.340 nguồn tin có giá trị']
    """
    every = ds.observations["period_end"].dt.year
    asked = {
        "areas": areas,
        "subject": subject,
        "since": since or int(every.min()),
        "until": until or int(every.max()),
        "per": per,
        "wording": wording or ds.wording,
        "lang": language(),
    }
    return Explorer(ds, asked, data)


class View(NamedTuple):
    """What is shown of one choice: its rows, its chart, its code, and the parts as they are displayed."""

    rows: pd.DataFrame
    chart: go.Figure
    code: str
    parts: dict[str, Any]


class Code(Shown):
    """Python code, shown with a button that copies it."""

    def __init__(self, code: str) -> None:
        self._code = code

    def __repr__(self) -> str:
        return self._code

    def _repr_html_(self) -> str:
        return _CODE.format(words()("explore.copy"), self._code)


class Explorer:
    """Controls and the view of what they ask for: `rows`, `chart` and `code`."""

    def __init__(self, ds: Dataset, asked: dict[str, Any], data: str) -> None:
        self._ds, self._data, self._controls = ds, data, None
        self._places = {part: uuid4().hex for part in ("answer", "chart", "table", "keep", "code")}
        self._view = View(pd.DataFrame(columns=COLUMNS), go.Figure(), "", {})
        subject, names = asked["subject"], asked["areas"]
        try:
            asked["subject"] = _subject(ds, subject)
            asked["areas"] = ds.ids("area", ds.distinct("ref_area") if names is None else names)
            self._view = _view(ds, asked, data)
        except AntqError as error:
            if not has_front_end():
                raise
            asked |= {"subject": _subject(ds, None), "areas": ds.distinct("ref_area")}
            self._fail(error)
        self._asked = asked

    @property
    def rows(self) -> pd.DataFrame:
        """The result of `aq.compare` that is shown."""
        return self._view.rows.copy()

    @property
    def chart(self) -> go.Figure:
        """The chart that is shown, a plain plotly figure of the caller's own."""
        return go.Figure(self._view.chart)

    @property
    def code(self) -> str:
        """The code that makes the same rows and the same chart."""
        return self._view.code

    def __repr__(self) -> str:
        return self.code

    def _fail(self, error: AntqError) -> None:
        fault = Text([words()("explore.fault", fault=error)], "note")
        empty = dict.fromkeys(self._places, Text([]))
        self._view = View(self._view.rows.iloc[:0], go.Figure(), "", empty | {"answer": fault})

    def ask(self, **asked: Any) -> None:
        """Show something else: options as those of `explore`, with ids, and `lang`."""
        if self._asked == (wanted := self._asked | asked):
            return
        self._asked = wanted
        set_language(wanted["lang"])
        try:
            self._view = _view(self._ds, wanted, self._data)
        except AntqError as error:
            self._fail(error)
        self._show(update=True)

    def _show(self, **how: bool) -> None:
        from IPython.display import display

        for part, place in self._places.items():
            shown = self._view.parts[part]
            display(shown, raw=isinstance(shown, dict), display_id=place, **how)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        if has_front_end():
            note = words()("explore.controls" if find_spec("ipywidgets") else "explore.install")
            bundle = {"text/html": f"<p>{escape(note)}</p>", "text/plain": note}
            if find_spec("ipywidgets"):
                self._controls = self._controls or Controls(self, self._ds, self._asked)
                bundle[WIDGET] = self._controls.reference
            display(bundle, raw=True)
        self._show()


def has_front_end() -> bool:
    """Tell whether somebody looks at the outputs of this kernel."""
    from IPython import get_ipython

    return theme.is_watched() and getattr(get_ipython(), "kernel", None) is not None


# ---- what is shown -----------------------------------------------------------------------------------------


def _subject(ds: Dataset, subject: str | None) -> tuple[str, str]:
    """Return the kind and the id of a subject, by default the first concept that has figures."""
    if subject is None:
        reported = set(ds.distinct("concept"))
        return "concept", next(concept for concept in ds.concepts()["concept"] if concept in reported)
    try:
        return "concept", ds.ids("concept", subject)[0]
    except UnknownName as unknown:
        try:
            return "indicator", ds.ids("indicator", subject)[0]
        except UnknownName:
            raise unknown from None


def _view(ds: Dataset, asked: dict[str, Any], data: str) -> View:
    """Make the parts of a view, and the code that makes them, from the same arguments."""
    if asked["since"] > asked["until"]:
        raise InvalidOption(words()("explore.years", since=asked["since"], until=asked["until"]))
    (kind, subject), name = asked["subject"], Labels(ds)
    table = ds.indicators()
    found = table[table[kind] == subject]
    select = {"since": asked["since"], "until": asked["until"], "inferred_areas": True}
    select |= {"indicators": subject} if kind == "indicator" else {}
    where = {"areas": [name.area(area) for area in asked["areas"] or ds.distinct("ref_area")]}
    scale = {"per": asked["per"], "inferred_areas": True}
    concept = found["concept"].iloc[0]
    part = ds.read_as(asked["wording"]).select(**select)
    rows = compare(part, concept, **where, **scale)
    loaded = f"aq.load({data!r})" if data else "aq.load()"
    lines = [
        "import antq_analysis as aq\n",
        f"aq.set_language({language()!r})",
        f"ds = {loaded}.read_as({asked['wording']!r}).select({_written(select)})",
        f"rows = aq.compare(ds, {concept!r}, {_written(where | scale)})",
        "print(aq.explain(rows, ds=ds))",
    ]
    chart = plots.dots(rows, part)
    if _is_series(rows):
        chart = plots.annual(annual_series(part, list(found["indicator"]), **where), part)
        lines.append(f"series = aq.annual_series(ds, {list(found['indicator'])!r}, {_written(where)})")
    lines.append("aq.plots.annual(series, ds)" if _is_series(rows) else "aq.plots.dots(rows, ds)")
    code = "\n".join(lines)
    pairs = contrasts(part, concept, **where, **scale)
    return View(rows, chart, code, _parts(rows, pairs, part, chart) | {"code": Code(code)})


def _written(arguments: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())


def _is_series(rows: pd.DataFrame) -> bool:
    """Tell whether rows are official figures of several years, which a line shows and a row each does not."""
    told = rows[rows["obs_status"].notna() & rows["mandate"].notna()]
    return bool(len(told) > ROWS / 2 and (told["mandate"] == "statistics").all())


def _parts(rows: pd.DataFrame, pairs: pd.DataFrame, ds: Dataset, chart: go.Figure) -> dict[str, Any]:
    answer = answers.compare(rows, pairs, ds)
    table = tables.compare(rows, ds, leads=answers.subjects(rows, ds, besides=answer), reasons=True)
    points = sum(len(trace["x"]) for trace in chart.data)
    # A chart of one point is a number, which stands in the table.
    drawn = chart._repr_mimebundle_() if points > 1 else Text([words()("explore.no_chart")], "note")
    return {
        "answer": Text([*answer.marked, _cited(rows, ds)]),
        "chart": drawn,
        "table": table.folded() if len(rows) > ROWS else table,
        "keep": answers.keep(rows, ds),
    }


def _cited(rows: pd.DataFrame, ds: Dataset) -> str:
    """Cite the sources of the figures themselves, without those of the inhabitants."""
    listed = [cited(row, language()) for row in ds.cited(rows["source_id"].dropna())]
    return words().marked("explore.sources", sources=Markup("; ").join(listed)) if listed else ""


# ---- the controls ------------------------------------------------------------------------------------------


class Controls:
    """Widgets that ask an explorer for something else as soon as one of them changes."""

    def __init__(self, explorer: Explorer, ds: Dataset, asked: dict[str, Any]) -> None:
        import ipywidgets

        self._ask, self._ds, self._asked, self._is_filling = explorer.ask, ds, asked, False
        style = {"style": {"description_width": "9em"}, "layout": {"width": "min(100%, 30em)"}}
        several = ipywidgets.SelectMultiple(rows=5, **style)
        search, subjects = ipywidgets.Text(**style), ipywidgets.Select(rows=5, **style)
        self._fields = {"areas": several, "search": search, "subject": subjects}
        for key in ("since", "until", "per", "wording", "lang"):
            self._fields[key] = ipywidgets.Dropdown(**style)
        self._fill(*self._fields)
        for field in self._fields.values():
            field.observe(self._changed, "value")
        box = ipywidgets.Box(list(self._fields.values()), layout={"flex_flow": "row wrap"})
        self.reference = {"model_id": box.model_id, "version_major": 2, "version_minor": 0}

    def _changed(self, change: Any) -> None:
        # Fields that are filled anew change as well.
        if self._is_filling:
            return
        told = {key: field.value for key, field in self._fields.items() if key != "search"}
        # While a search does not show it, what was chosen stays.
        self._asked |= {key: value for key, value in told.items() if value is not None or key == "per"}
        self._ask(**self._asked)
        if change["owner"] is self._fields["lang"]:
            self._fill(*self._fields)
        elif change["owner"] is self._fields["search"]:
            self._fill("subject")

    def _fill(self, *keys: str) -> None:
        """Write labels and options in the language, and choose what is asked for."""
        self._is_filling, say = True, words()
        for key in keys:
            field = self._fields[key]
            with field.hold_sync():
                field.description = say(f"explore.{key}")
                if key == "search":
                    field.placeholder = say("explore.example")
                    continue
                field.options, wanted = self._options(key), self._asked[key]
                known = [value for _, value in field.options]
                field.value = wanted if key == "areas" or wanted in known else None
        self._is_filling = False

    def _options(self, key: str) -> list[tuple[str, Any]]:
        say, name, asked = words(), Labels(self._ds), self._asked.get(key)
        if key == "areas":
            return [(name.area(area), area) for area in dict.fromkeys([*self._ds.distinct("ref_area"), *asked])]
        if key == "subject":
            return self._subjects(name)
        if key == "per":
            sizes = dict.fromkeys([*SIZES, asked])
            texts = {per: number_text(per, name.lang) for per in sizes if per is not None}
            return [(say("explore.per_head", per=texts[per]) if per else say("explore.yearly"), per)
                    for per in sizes]  # fmt: skip
        if key in ("wording", "lang"):
            choices = WORDINGS if key == "wording" else LANGUAGES
            return [(say(f"explore.{each}"), each) for each in choices]
        years = self._ds.observations["period_end"].dt.year
        listed = {*range(int(years.min()), int(years.max()) + 1), self._asked["since"], self._asked["until"]}
        return [(str(year), year) for year in sorted(listed)]

    def _subjects(self, name: Labels) -> list[tuple[str, Any]]:
        """List the concepts and indicators that a search finds; without one all, below each concept its own."""
        table = self._ds.indicators()
        table = table[table["indicator"].isin(self._ds.distinct("indicator"))]
        listed = [pair for concept, found in table.groupby("concept", sort=False)["indicator"]
                  for pair in (("concept", concept), *(("indicator", each) for each in found))]  # fmt: skip
        if any(map(str.isalnum, text := self._fields["search"].value)):
            hits = self._ds.search(text)
            listed = [pair for pair in hits[["kind", "id"]].itertuples(index=False, name=None) if pair in listed]
        label = {"concept": name.concept, "indicator": lambda key: f"– {name.indicator(key)}"}
        return [(label[kind](key), (kind, key)) for kind, key in listed]
