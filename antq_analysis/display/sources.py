"""Where every figure of a page is printed: the place to which each of its numbers leads back.

The rows are what a reader sees beside a number as well, so that there is one account of each figure.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd
from markupsafe import Markup

from antq_analysis.analysis.grading import NotComparable
from antq_analysis.data.dataset import Dataset
from antq_analysis.display.labels import Labels
from antq_analysis.display.published import newest, published
from antq_analysis.display.rows import Row
from antq_analysis.display.table import Column, Table, plain
from antq_analysis.i18n import date_text, number_text, words

Results = pd.DataFrame | Iterable[pd.DataFrame | NotComparable]

_SOURCES = Markup('<div class="sources"{published}>{sections}</div>')
_PUBLISHED = Markup(' data-published="{}"')
_SOURCE = Markup('<section class="source" id="src-{source_id}"><h3>{head}</h3>{where}{table}</section>')
_WHERE = Markup('<p class="where">{}</p>')
_LINK = Markup('<a href="{url}" rel="noreferrer">{text}</a>')
_TITLE = Markup('{publisher}, <cite lang="{lang}">{title}</cite>{day}')


class Sources:
    """Figures under the sources that print them; shows itself in Jupyter and as a section of a page."""

    def __init__(self, listed: list[tuple[Row, Table]], lang: str) -> None:
        self._listed = listed
        self._lang = lang

    @property
    def tables(self) -> list[Table]:
        """One table per source, with a row per figure."""
        return [table for _, table in self._listed]

    @property
    def frame(self) -> pd.DataFrame:
        """Every figure with its source, as texts."""
        frames = [table.frame.assign(source=table.caption) for table in self.tables]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.tables))

    def _repr_html_(self) -> str:
        sections = Markup("").join(self._section(row, table) for row, table in self._listed)
        # A page takes the date in its foot from here.
        day = newest(published(row) for row, _ in self._listed)
        return str(_SOURCES.format(published=_PUBLISHED.format(day) if day else "", sections=sections))

    def _section(self, row: Row, table: Table) -> Markup:
        return _SOURCE.format(
            source_id=row["source_id"],
            head=cited(row, self._lang),
            where=_where(row, self._lang),
            table=Markup(table._repr_html_()),
        )


def sources(results: Results, ds: Dataset, *, lang: str = "vi") -> Sources:
    """List every figure that results, refused ones too, rest on, under the source that prints each.

    >>> import antq_analysis as aq
    >>> ds = aq.load()
    >>> rows = aq.ratios(ds, "valuable_tips_per_model", areas="Thanh Hóa")
    >>> [table.caption.split(" (")[0] for table in sources(rows, ds).tables]
    ['Báo Thanh Hóa', 'Báo Thanh Hóa']
    """
    several = [results] if isinstance(results, pd.DataFrame) else results
    used = {obs_id for result in several for obs_id in _used(result)}
    printed: dict[str, list[Row]] = {}
    for obs_id in sorted(used):
        figure = ds.figure(obs_id)
        printed.setdefault(figure["source_id"], []).append(dict(figure))
    columns = _columns(Labels(ds, lang), lang)
    listed = []
    for source in ds.cited(printed):
        row, rows = dict(source), printed[source["source_id"]]
        table = Table(plain(cited(row, lang)), columns, {"": rows}, key=lambda r: f"obs-{r['obs_id']}")
        listed.append((row, table.folded(words(lang)("sources.figures", count=len(rows)))))
    return Sources(listed, lang)


def cited(row: Mapping[str, Any], lang: str = "vi") -> Markup:
    """Cite a row of the table of sources: who answers for it, its title, its date as far as it is known."""
    # Titles are quoted as they are printed, and read aloud in their own language.
    own = "en" if row["title"].isascii() else "vi"
    day = _day(row, lang)
    return _TITLE.format(
        publisher=row[f"publisher_{lang}"], lang=own, title=f"“{row['title']}”", day=f", {day}" if day else ""
    )


def _columns(name: Labels, lang: str) -> list[Column]:
    say = words(lang)
    return [
        Column(say("column.printed"), lambda r: f"“{r['figure_printed']}”"),
        Column(say("column.qualifier"), lambda r: say(f"qualifier.{r['qualifier']}"), "short"),
        Column(say("column.indicator"), lambda r: name.indicator(r["indicator"])),
        Column(say("column.area"), lambda r: _area(r, name)),
        Column(say("column.window"), name.dated),
        Column(say("column.paragraph"), lambda r: _paragraph(r, lang), "number"),
        Column(say("column.note"), lambda r: r[f"note_{lang}"], "small"),
        Column(say("column.used"), lambda r: "", "back"),
    ]


def _area(row: Row, name: Labels) -> str:
    area = name.area(row["ref_area"])
    basis = name.basis([row["obs_id"]])
    return f"{area} ({basis})" if basis else area


def _paragraph(row: Row, lang: str) -> str:
    return "" if pd.isna(row["paragraph"]) else number_text(int(row["paragraph"]), lang)


def _used(result: pd.DataFrame | NotComparable) -> set[str]:
    if isinstance(result, NotComparable):
        return set(result.obs_ids)
    if "obs_ids" in result:
        return {obs_id for obs_ids in result["obs_ids"] for obs_id in obs_ids}
    return set(result["obs_id"])


def _where(row: Row, lang: str) -> Markup:
    say = words(lang)
    copy: Any = say("sources.copy", copy=row[f"seen_in_{lang}"]) if row[f"seen_in_{lang}"] else ""
    if row["url"].startswith(("https://", "http://")):
        link = _LINK.format(url=row["url"], text=say("sources.open"))
        copy = Markup("{} {}").format(copy, link) if copy else link
    return _WHERE.format(copy) if copy else Markup()


def _day(row: Mapping[str, Any], lang: str) -> str:
    day = str(row["published_on"])
    if not day:
        return ""
    text = date_text(date.fromisoformat(day), lang) if len(day) == len("2024-04-19") else day
    return words(lang)("date.inferred", date=text) if row["published_basis"] == "inferred" else text
