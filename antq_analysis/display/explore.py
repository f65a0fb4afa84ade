"""Explore figures in a notebook: controls, and what they ask for as sentence, chart, table and code.

Each part of a view is an ordinary output that a change puts in the place of the last one, so that a notebook
that was saved, exported or run without a browser holds the same parts.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from importlib.util import find_spec
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from antq_analysis.analysis.compare import PER, compare, contrasts
from antq_analysis.analysis.quality import contradictions
from antq_analysis.analysis.trends import annual_series
from antq_analysis.data.dataset import Dataset, Names
from antq_analysis.display import answers, plots, tables, theme
from antq_analysis.display.labels import Labels
from antq_analysis.display.shown import Text
from antq_analysis.errors import AntqError, InvalidOption, UnknownName, shorten, strict_options
from antq_analysis.i18n import LANGUAGES, language, number_text, set_language, words

# In the order in which they stand in two columns.
FIELDS = ("search", "lang", "subject", "areas", "since", "until", "per", "wording")
PARTS = ("answer", "chart", "table", "keep", "code")
ROWS = 20  # a longer table is folded


@strict_options
def explore(
    ds: Dataset,
    *,
    areas: Names = None,
    subject: str | None = None,
    since: int | None = None,
    until: int | None = None,
    per: float | None = PER,
    wording: str = "convention",
    data: str | None = None,
) -> "Explorer":
    """Show the figures of areas on a subject, in JupyterLab with controls to ask for others.

    `subject` is a concept or an indicator, by id or name, by default the first concept with figures; areas
    are by default all, also those that no text names. Results are per `per` inhabitants, and flows per year;
    with `per=None` per year alone. `data` is the folder that `ds` was loaded from, for the code of the view.

    The result has `rows`, `chart` and `code` of the view. What cannot be shown is said beside the controls;
    where nobody sees them, in a batch, UnknownName or InvalidOption is raised.

    >>> import antq_analysis as aq
    >>> view = aq.explore(aq.load(), subject="tin bao co gia tri", areas="Thanh Hóa", per=None)
    >>> view.rows["printed"].tolist()
    ['hơn 8.000 tin có giá trị', '828 nguồn tin có giá trị']
    """
    days, concepts = ds.observations["period_end"], [*ds.rows("concept")]
    subject = subject or next(filter(ds.distinct("concept").__contains__, concepts), concepts[0])
    every = ds.distinct("ref_area") or list(ds.areas()["ref_area"])
    asked: dict[str, Any] = {"areas": every if areas is None else areas, "subject": subject}
    for option, year, day in (("since", since, days.min()), ("until", until, days.max())):
        asked[option] = _year(day) if year is None else _checked(option, year)
    per = per.item() if isinstance(per, np.generic) else per  # as it is written in code
    return Explorer(ds, data, asked | {"per": per, "wording": wording, "lang": language()})


class Explorer:
    """A view of what is asked for, in JupyterLab with controls; it shows `rows`, `chart` and `code`."""

    rows, chart, code = pd.DataFrame(), go.Figure(), ""

    def __init__(self, ds: Dataset, data: str | None, asked: dict[str, Any]) -> None:
        self._ds, self._folder, self._asked = ds, repr(str(data)) if data else "", asked
        self._places = {part: uuid4().hex for part in PARTS}
        self._is_filling, self._fields = False, dict[str, Any]()
        self._ask()

    def __repr__(self) -> str:
        return self.code

    def _ask(self, **asked: Any) -> None:
        """Make the view of some options; the others stay."""
        self._asked |= asked
        set_language(self._asked["lang"])
        try:
            self._parts = self._make(**self._asked)
        except AntqError as error:
            if not _is_watched():
                raise
            self.rows, self.chart, self.code = self.rows.iloc[:0], go.Figure(), ""
            fault = Text([words()("explore.fault", fault=error)], "note")
            self._parts = dict.fromkeys(PARTS, Text([])) | {"answer": fault}

    def _make(
        self, *, areas: Any, subject: Any, since: int, until: int, per: Any, wording: str, lang: str
    ) -> dict[str, Any]:
        """Make rows, chart and the code of both from the same arguments; return what is shown of them."""
        ds, name, say = self._ds, Labels(self._ds), words()
        self._asked["areas"] = codes = ds.ids("area", areas)
        self._asked["subject"] = kind, key = _subject(ds, subject)
        if since > until:
            raise InvalidOption(say("explore.years", since=since, until=until))
        known = ds.rows("indicator")
        indicators = [each for each, row in known.items() if row[kind] == key]
        concept = known[indicators[0]]["concept"]
        where: dict[str, Any] = {"areas": [name.area(code) for code in codes]}
        scale = where | {"per": per, "inferred_areas": True}
        selection: dict[str, Any] = {"since": since, "until": until, "inferred_areas": True}
        selection |= {"indicators": key} if kind == "indicator" else {}
        part = ds.read_as(wording).select(**selection)
        rows, pairs = (work(part, concept, **scale) for work in (compare, contrasts))
        chart, drawn = plots.dots(rows, part), "aq.plots.dots(rows, ds)"
        if (rows["mandate"] == "statistics").sum() > ROWS / 2:
            # Official figures of many years: a line shows their course, and a row for each does not.
            chart = plots.annual(annual_series(part, indicators, **where), part)
            drawn = f"aq.plots.annual(aq.annual_series(ds, {indicators}, {_written(where)}), ds)"
        self.rows, self.chart = rows, chart
        self.code = (
            f"import antq_analysis as aq\n\naq.set_language({lang!r})\n"
            f"ds = aq.load({self._folder}).read_as({wording!r}).select({_written(selection)})\n"
            f"rows = aq.compare(ds, {concept!r}, {_written(scale)})\nprint(aq.explain(rows, ds=ds))\n{drawn}"
        )
        answer = answers.compare(rows, pairs, part)
        table = tables.compare(rows, part, leads=answers.subjects(rows, part, besides=answer), reasons=True)
        # Of the figures that are said, and of the populations that divide them.
        used = " ".join(re.findall('data-obs="([^"]+)"', "".join(answer.marked))).split()
        cited = "; ".join(dict.fromkeys(map(name.source, used)))
        # A chart of one point is a number, which stands in the table.
        is_drawn = sum(len(trace["x"]) for trace in chart.data) > 1
        return {
            "answer": Text([*answer.marked, cited and say("explore.sources", sources=cited)]),
            "chart": chart if is_drawn else Text([say("explore.no_chart")], "note"),
            "table": table.folded() if len(rows) > ROWS else table,
            "keep": answers.keep(rows, part, clashes=contradictions(ds)),
            "code": Text([self.code], "code", say("explore.copy")),
        }

    def _ipython_display_(self) -> None:
        from IPython.display import display

        if _is_watched():
            has_widgets = find_spec("ipywidgets") is not None
            note = Text([words()("explore.controls" if has_widgets else "explore.install")], "note")
            display(note._repr_mimebundle_() | (self._controls() if has_widgets else {}), raw=True)
        self._show()

    def _show(self, **how: bool) -> None:
        from IPython.display import display

        for part, made in self._parts.items():
            # A figure that shows itself has no place, in which another could be put.
            is_placed = made is self.chart and _is_watched()
            shown = made._repr_mimebundle_() if is_placed else made
            if is_placed and how:
                # JupyterLab draws a chart once: only in the place of something else it draws another.
                room = f'<div style="height: {made.layout.height}px"></div>'
                display({"text/html": room}, raw=True, display_id=self._places[part], **how)
            display(shown, raw=isinstance(shown, dict), display_id=self._places[part], **how)

    def _controls(self) -> dict[str, Any]:
        """Return a widget that holds a labelled field for each option, which follow each other in a row."""
        import ipywidgets

        kinds = {"areas": ipywidgets.SelectMultiple, "search": ipywidgets.Text, "subject": ipywidgets.Select}
        look = {"style": {"description_width": "8em"}, "layout": {"width": "min(100%, 32em)"}}
        self._fields = {key: kinds.get(key, ipywidgets.Dropdown)(**look) for key in FIELDS}
        self._fill(FIELDS)
        for field in self._fields.values():
            field.observe(self._changed, "value")
        box = ipywidgets.Box(list(self._fields.values()), layout={"flex_flow": "row wrap"})
        view = {"model_id": box.model_id, "version_major": 2, "version_minor": 0}
        return {"application/vnd.jupyter.widget-view+json": view}

    def _changed(self, change: Any) -> None:
        if self._is_filling:
            return
        if change["owner"] is self._fields["search"]:
            self._fill(["subject"])
            return
        told = {key: field.value for key, field in self._fields.items() if key != "search"}
        told["areas"] = told["areas"] or self._ds.distinct("ref_area")
        # A search may leave the subject out of the list.
        self._ask(**told | {"subject": told["subject"] or self._asked["subject"]})
        self._show(update=True)
        # What is filled in undoes what is being chosen there, so that it is done seldom.
        if change["owner"] is self._fields["lang"]:
            self._fill(FIELDS)

    def _fill(self, keys: Iterable[str]) -> None:
        """Write labels and options of fields in the language, and choose what is asked for."""
        self._is_filling, say, options = True, words(), self._options()
        for key in keys:
            field = self._fields[key]
            with field.hold_sync():
                field.description = say(f"explore.{key}")
                if key == "search":
                    field.placeholder = say("explore.example")
                    continue
                field.options, asked = options[key], self._asked[key]
                known = [value for _, value in options[key]]
                # Areas that were refused may be of any kind.
                listed = asked if isinstance(asked, list) else known
                chosen = [each for each in listed if each in known] if key == "areas" else asked
                field.value = chosen if key == "areas" or chosen in known else None
        self._is_filling = False

    def _options(self) -> dict[str, list[tuple[str, Any]]]:
        """Return labels and values of what each field offers; of subjects, those that a search finds."""
        ds, say, name, text = self._ds, words(), Labels(self._ds), self._fields["search"].value
        table = ds.indicators()
        table = table[table["indicator"].isin(ds.distinct("indicator"))]
        listed = [each for concept, found in table.groupby("concept", sort=False)["indicator"]
                  for each in (("concept", concept), *(("indicator", key) for key in found))]  # fmt: skip
        if any(map(str.isalnum, text)):
            hits = ds.search(text)
            listed = [each for each in zip(hits["kind"], hits["id"], strict=True) if each in listed]
        ends = [self._asked["since"], self._asked["until"], *map(_year, ds.observations["period_end"])]
        years = [(str(year), year) for year in range(min(ends), max(ends) + 1)]
        sizes = {per: say("explore.per_head", per=number_text(per, name.lang))
                 for per in (PER, 1_000, 1, self._asked["per"]) if per}  # fmt: skip
        return {
            "areas": [(name.area(code), code) for code in ds.distinct("ref_area")],
            "subject": [
                (name.concept(key) if kind == "concept" else f"– {name.indicator(key)}", (kind, key))
                for kind, key in listed
            ],
            "since": years,
            "until": years,
            "per": [*((text, per) for per, text in sizes.items()), (say("explore.yearly"), None)],
            "wording": [(say(f"explore.{each}"), each) for each in ("convention", "strict")],
            "lang": [(say(f"explore.{each}"), each) for each in LANGUAGES],
        }


def _is_watched() -> bool:
    """Tell whether a front end shows the outputs of this kernel."""
    from IPython import get_ipython

    return theme.IS_WATCHED and getattr(get_ipython(), "kernel", None) is not None


def _year(day: Any) -> int:
    # Data without figures have no last day.
    return int((pd.Timestamp.now() if pd.isna(day) else day).year)


def _checked(option: str, year: Any) -> int:
    """Return a year as a number, or raise InvalidOption."""
    text = str(year)
    if not text.isdecimal() or len(text) > 4 or not int(text):
        raise InvalidOption(f"{option}={shorten(repr(year))} is no year. Give one such as 2014.")
    return int(year)


def _subject(ds: Dataset, subject: str | tuple[str, str]) -> tuple[str, str]:
    """Return the kind and the id of a concept or an indicator."""
    if isinstance(subject, tuple):
        if len(subject) != 2 or subject[0] not in ("concept", "indicator"):
            raise InvalidOption(f"subject={subject!r} is no name. Give a concept or an indicator in quotes.")
        return subject[0], ds.ids(*subject)[0]
    with suppress(UnknownName):
        return "concept", ds.ids("concept", subject)[0]
    return "indicator", ds.ids("indicator", subject)[0]


def _written(arguments: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())
