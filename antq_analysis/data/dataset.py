"""The checked figures in memory: `load`, `check`, and the questions one asks of a data set."""

import datetime
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from functools import cached_property, wraps
from hashlib import sha256
from html import escape
from numbers import Integral
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from weakref import WeakValueDictionary

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from antq_analysis.data import bundled
from antq_analysis.data.figures import check_wording, read_column, with_bounds
from antq_analysis.data.names import Choices, Register, records
from antq_analysis.data.read import COLUMNS, OBSERVATIONS, About, Description, read_about, read_description
from antq_analysis.data.validate import check_tables
from antq_analysis.errors import InvalidData, InvalidOption, Problem, UnknownName, strict_options
from antq_analysis.i18n import date_text, language, published_text, span_text, words

P = ParamSpec("P")
T = TypeVar("T")
Names = str | Iterable[str] | None
Moment = int | str | datetime.date | None
_COUNTED = {"source_id": "source", "ref_area": "area", "indicator": "indicator"}
_SHOWN = ["obs_id", "ref_area", "indicator", "period_end", "figure_printed", "value_lower", "value_upper"]
_ROW = ["area", "period", "ref_area"]
# More answers than many pages need, and few enough to be kept as long as the data.
_MOST = 1000


# ---- loading -----------------------------------------------------------------------------------------------


def load(path: str | Path | None = None, *, wording: str = "convention") -> "Dataset":
    """Load checked data.

    `path` is a folder that holds a `datapackage.json`, or that file; without it the data that come with
    the package are loaded. `wording` says how vague figures are bounded, see `parse_figure`. As long as
    a data set is in use and its files are as they were, the same one is returned.

    Raises InvalidData with every fault at once, MissingData where there is nothing, InvalidOption for
    another wording.

    >>> import antq_analysis as aq
    >>> aq.load().area_id("dien bien")
    'VN-71'
    """
    place, wording = _place(path).absolute(), check_wording(wording)
    known = _LOADED.get((place, wording))
    if known is None or _stamps(known._stamps) != known._stamps:
        known = _LOADED[place, wording] = _read(place, wording)
    return known


def search(text: str, *, kind: str | None = None) -> pd.DataFrame:
    """Find indicators, concepts, areas and ratios of the bundled data, as `Dataset.search` does in any.

    >>> import antq_analysis as aq
    >>> aq.search("sessions polic")["id"].tolist()[0]
    'sessions_police'
    """
    return load().search(text, kind=kind)


def check(path: str | Path | None = None) -> list[Problem]:
    """List every fault and every warning in the data, none if they are sound; `path` is as for `load`.

    A warning (`is_warning`) is to be looked at; for faults alone `load` raises InvalidData.
    Raises MissingData where there is nothing to check.

    >>> import antq_analysis as aq
    >>> aq.check()
    []
    """
    try:
        tables, files = read_description(_place(path))
    except InvalidData as invalid:
        return invalid.problems
    return check_tables(files[0].parent, tables, "convention")[1]


def _place(path: str | Path | None) -> Path:
    if path is not None and not isinstance(path, str | PathLike):
        raise InvalidOption(f"path={path!r} is no path. Give the folder of the data as a text or a Path.")
    return bundled("data") if path is None else Path(path)


# Data sets in use, by their place and wording.
_LOADED: WeakValueDictionary[tuple[Path, str], "Dataset"] = WeakValueDictionary()


def _stamps(files: Iterable[Path]) -> dict[Path, tuple[int, int] | None]:
    """Note when each file was last changed and how long it is."""
    stats = {file: file.stat() if file.exists() else None for file in files}
    return {file: (stat.st_mtime_ns, stat.st_size) if stat else None for file, stat in stats.items()}


def _read(path: Path, wording: str) -> "Dataset":
    tables, files = read_description(path)
    stamps = _stamps(files)
    sheets, problems = check_tables(files[0].parent, tables, wording)
    if faults := [problem for problem in problems if not problem.is_warning]:
        raise InvalidData(faults)
    found = [sheet for sheet in sheets.values() if sheet.table.is_of_observations]
    bounded = [with_bounds(sheet.values, sheet.readings) for sheet in found]
    observations = pd.concat(bounded, ignore_index=True)
    choices = [field.constraints.enum or [] for sheet in found for field in sheet.table.fields
               if field.name == "mandate"]  # fmt: skip
    mandates = {mandate for enum in [*choices, observations["mandate"].tolist()] for mandate in enum}
    lookups = {name: sheets[name].values for name in COLUMNS if name != OBSERVATIONS}
    table_of = {obs_id: sheet.table.name for sheet in found for obs_id in sheet.values["obs_id"]}
    description = Description(read_about(files[0]), tables, files, table_of)
    dataset = Dataset(observations, lookups, mandates=mandates, wording=wording, description=description)
    dataset._stamps = stamps
    return dataset


# ---- answers that are kept ---------------------------------------------------------------------------------


def remembered(work: Callable[Concatenate["Dataset", P], T]) -> Callable[Concatenate["Dataset", P], T]:
    """Cache a function's results per dataset, language and arguments.

    Frames are the caller's own; other answers must be such as nobody can change.
    """

    @wraps(work)
    def recalled(ds: "Dataset", *args: P.args, **options: P.kwargs) -> T:
        memory = ds.whole._memory
        key = (work, ds._key, language(), args, tuple(sorted(options.items())))
        if key not in memory:
            memory[key] = work(ds, *args, **options)
            if len(memory) > _MOST:
                del memory[next(iter(memory))]
        answer = memory[key]
        return cast(T, answer.copy() if isinstance(answer, pd.DataFrame) else answer)

    return cast(Callable[Concatenate["Dataset", P], T], recalled)


# ---- the data set ------------------------------------------------------------------------------------------


class Dataset:
    """Hold checked observations and the tables they refer to; made by `load`, never changed.

    Every frame handed out is the caller's own: what is done to it does not reach the dataset.

    >>> import antq_analysis as aq
    >>> aq.load().select(areas="Thanh Hóa", concepts="models")
    <Dataset: 6 figures, 2 sources, 1 area, 2 indicators; wording 'convention'>
    """

    def __init__(
        self,
        observations: pd.DataFrame,
        lookups: Mapping[str, pd.DataFrame],
        *,
        mandates: Collection[str],
        wording: str,
        description: Description | None = None,
    ) -> None:
        self._every, self._tables, self._mandates = observations, dict(lookups), sorted(mandates)
        self._wording, self._readings = wording, {wording: self}
        self.description = description or Description(About(), [], [], {})
        # The positions of the figures of this selection among all.
        self._places: Any = np.arange(len(observations))
        self._memory: dict[Hashable, Any] = {}
        self._stamps: dict[Path, tuple[int, int] | None] = {}

    @property
    def observations(self) -> pd.DataFrame:
        """One row per printed figure: the stored columns, then the bounds of its number.

        `value_lower` and `value_upper` are floats, possibly infinite; `lower_basis` and `upper_basis` say
        whether they are `printed`, follow from `meaning`, from `convention`, are `logical` or `none`.
        """
        selected: pd.DataFrame = self._every.iloc[self._places].reset_index(drop=True)
        return selected

    @property
    def wording(self) -> str:
        """The reading behind the bounds: "convention" or "strict"."""
        return self._wording

    @property
    def whole(self) -> "Dataset":
        """The data set this one was selected from, under the same wording; itself if nothing was left out."""
        return self._readings[self.wording]

    def figure(self, obs_id: str) -> Mapping[str, Any]:
        """Return one printed figure by its id, a read-only row of `observations`, or raise UnknownName."""
        figures = self.whole._figures
        if str(obs_id) not in figures:
            raise UnknownName("figure", str(obs_id), figures, "ds.observations")
        return figures[str(obs_id)]

    def source(self, source_id: str) -> Mapping[str, Any]:
        """Return one row of the table of sources by its id, read-only, or raise UnknownName."""
        return self.cited([source_id])[0]

    def cited(self, source_ids: Iterable[str]) -> list[Mapping[str, Any]]:
        """Return some rows of the table of sources, read-only, each once and in the order of the table."""
        rows = self.rows("source")
        wanted = _known("source", source_ids, rows, "ds.sources()")
        return [MappingProxyType(rows[source_id]) for source_id in rows if source_id in wanted]

    def indicators(self) -> pd.DataFrame:
        """List the indicators: one exact definition each."""
        return self._tables["indicators"].copy()

    def areas(self) -> pd.DataFrame:
        """List the areas with their accepted spellings."""
        return self._tables["areas"].copy()

    def sources(self) -> pd.DataFrame:
        """List the texts and tables in which the figures are printed."""
        return self._tables["sources"].copy()

    def units(self) -> pd.DataFrame:
        """List the units of measurement."""
        return self._tables["units"].copy()

    def concepts(self) -> pd.DataFrame:
        """List the concepts: what a reader would put side by side."""
        return self._tables["concepts"].copy()

    def ratios(self) -> pd.DataFrame:
        """List the ratios a reader asks for by name."""
        return self._tables["ratios"].copy()

    def ratio_parts(self) -> pd.DataFrame:
        """List the pairs of indicators each ratio may be formed from.

        A `denominator` with a "+" is a sum: one figure of each indicator, of the same source and date.
        """
        return self._tables["ratio-parts"].copy()

    def rows(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the rows of a table by id, the data set's own: of a kind as for `ids`, or of the sources."""
        return self.whole._register.rows[kind]

    @property
    def indicator(self) -> Choices:
        """The ids of the indicators as attributes: type `ds.indicator.` and Tab.

        >>> import antq_analysis as aq
        >>> aq.load().indicator.models
        <indicator 'models': Mô hình đang hoạt động>
        """
        return self.whole._register.choices["indicator"]

    @property
    def concept(self) -> Choices:
        """The ids of the concepts as attributes."""
        return self.whole._register.choices["concept"]

    @property
    def area(self) -> Choices:
        """The ids of the areas as attributes, by name: `ds.area.thanh_hoa` is "VN-21"."""
        return self.whole._register.choices["area"]

    def distinct(self, column: str) -> list[str]:
        """List what stands in a column of texts, or the concepts, each once and sorted."""
        if column == "concept":
            return sorted({self.rows("indicator")[key]["concept"] for key in self.distinct("indicator")})
        return sorted(self._every[column].iloc[self._places].unique())

    def area_id(self, spelling: str) -> str:
        """Find the code of an area from a listed spelling or from the code itself.

        Capitals, spaces and, where one area alone is meant, accents do not matter; nothing is guessed.
        Raises UnknownName with the nearest spelling.
        """
        return self.whole._register.find("area", str(spelling))

    def successor(self, area: str) -> tuple[str, datetime.date] | None:
        """Return the name of what an area became part of and the first day of that, or None if it is there.

        Raises UnknownName.
        """
        rows = self.rows("area")
        row = rows[self.area_id(area)]
        if not row["successor"] or pd.isna(row["valid_to"]):
            return None
        return rows[row["successor"]][f"name_{language()}"], (row["valid_to"] + pd.Timedelta(days=1)).date()

    def ids(self, kind: str, names: str | Iterable[str]) -> list[str]:
        """Find the ids, each once, of areas, concepts, indicators or ratios from ids or names.

        `kind` is "area", "concept", "indicator" or "ratio". Names are in either language, with or without
        accents, and of areas any listed spelling. Raises UnknownName with what may be meant: for an
        indicator its concept, for a concept its indicators.

        >>> import antq_analysis as aq
        >>> aq.load().ids("indicator", "Sessions held by the police with partners")
        ['sessions_police']
        """
        find = self.whole._register.find
        return list(dict.fromkeys(find(kind, name) for name in _names(f"{kind}s", names)))

    @strict_options
    def search(self, text: str, *, kind: str | None = None) -> pd.DataFrame:
        """Find indicators, concepts, areas and ratios by words of their names and of what they count.

        Words are in either language, with or without accents and capitals, and may be cut short; all must be
        found, and a word that is nowhere is taken for the nearest there is. `kind` is "indicator", "concept",
        "area" or "ratio", by default any. Returns a row for each thing found, names before definitions:
        `kind`, `id`, `name`, `counts` (what it counts; the indicators of a concept, the region of an area),
        `figures` (how many of this selection it has). Empty where nothing is found. Raises InvalidOption.

        >>> import antq_analysis as aq
        >>> aq.load().search("tin co gia tri", kind="concept")["id"].tolist()
        ['valuable_tips']
        """
        found = self.observations
        return self.whole._register.search(text, kind, Counter([*found["indicator"], *found["ref_area"]]))

    @strict_options
    def select(
        self,
        *,
        indicators: Names = None,
        concepts: Names = None,
        areas: Names = None,
        mandates: Names = None,
        since: Moment = None,
        until: Moment = None,
        inferred_areas: bool = False,
    ) -> "Dataset":
        """Narrow the dataset down to the observations that fulfil every condition given.

        Names are one or several; areas in any listed spelling, the others by id or name. `since` and `until`
        (a year, or a date as YYYY-MM-DD) keep figures whose whole window lies between them; the window of a
        stock is its date. Figures whose area is only inferred are left out unless `inferred_areas=True`. An
        area without figures is no error: it did not report.

        Raises UnknownName for a name that is not in the data, InvalidOption for a value of another kind.

        >>> import antq_analysis as aq
        >>> len(aq.load().select(areas=["Điện Biên"], until=1999))
        0
        """
        if not isinstance(inferred_areas, bool):
            fault = f"inferred_areas={inferred_areas!r} is neither True nor False"
            raise InvalidOption(f"{fault}. Give one of the two.")
        first, last = _day("since", since, "01-01"), _day("until", until, "12-31")
        if first is not None and last is not None and first > last:
            raise InvalidOption(f"since={since!r} lies after until={until!r}. Swap them.")
        obs = self.observations
        kept = pd.Series(True, index=obs.index)
        if indicators is not None:
            kept &= obs["indicator"].isin(self.ids("indicator", indicators))
        if concepts is not None:
            of = self.ids("concept", concepts)
            concept = {key: row["concept"] for key, row in self.rows("indicator").items()}
            kept &= obs["indicator"].map(concept).isin(of)
        if mandates is not None:
            see = "the column mandate of ds.observations"
            kept &= obs["mandate"].isin(_known("mandate", mandates, self._mandates, see))
        if areas is not None:
            kept &= obs["ref_area"].isin(self.ids("area", areas))
        if first is not None:
            kept &= obs["period_start"].fillna(obs["period_end"]) >= first
        if last is not None:
            kept &= obs["period_end"] <= last
        if not inferred_areas:
            kept &= obs["area_basis"] != "inferred"
        return self._part(self._places[kept.to_numpy()])

    @strict_options
    def wide(
        self,
        indicators: Names = None,
        *,
        areas: Names = None,
        values: str = "figure_printed",
        inferred_areas: bool = False,
    ) -> pd.DataFrame:
        """Lay out the figures with a row for each area and period and a column for each indicator.

        `values` is a column of `observations`. Several texts in one cell are joined by " / ". Of numbers
        (`obs_value`, `value_lower`, `value_upper`) a part gives way to its whole, and what are several still
        (two revisions) is refused. Columns are `area`, `period`, `ref_area` and the ids of the indicators, in
        the order asked for; other options are those of `select`. Raises UnknownName, InvalidOption.

        >>> import antq_analysis as aq
        >>> print(aq.load().wide("models", areas="Thanh Hóa").to_string(index=False))
             area period ref_area                    models
        Thanh Hóa   2024    VN-21 779 mô hình / 265 mô hình
        """
        found = self.select(indicators=indicators, areas=areas, inferred_areas=inferred_areas).observations
        if str(values) not in found:
            raise UnknownName("column", str(values), map(str, found), "ds.observations")
        areas, row = self.rows("area"), [*_ROW, "indicator"]
        named = [areas[area][f"name_{language()}"] for area in found["ref_area"]]
        found = found.assign(area=named, period=[span_text(each, language()) for each in records(found)])
        cells = found.sort_values(["area", "period_end", "obs_id"]).dropna(subset=[values])
        if is_number := is_numeric_dtype(cells[values]):
            part, whole = (pd.MultiIndex.from_frame(cells[[key, *row]]) for key in ("part_of", "obs_id"))
            cells = cells[~part.isin(whole)]
        cells = cells.drop_duplicates([*row, values])
        if is_number and cells.duplicated(row).any():
            first = ", ".join(cells.loc[cells.duplicated(row), ["area", "period", "indicator"]].iloc[0])
            way = "Narrow the data down by ds.select(...), or lay out texts: values='figure_printed'"
            raise InvalidOption(f"values={values!r}: there are several numbers for {first}. {way}.")
        texts = cells[values] if is_number else cells[values].astype("str")
        same = texts.groupby([cells[key] for key in row], sort=False)
        wide = same.agg("first" if is_number else " / ".join).unstack("indicator", sort=False)
        known = [key for key in self.rows("indicator") if key in wide]
        columns = known if indicators is None else self.ids("indicator", indicators)
        return wide.reindex(columns=columns).rename_axis(columns=None).reset_index()

    def read_as(self, wording: str) -> "Dataset":
        """Read the printed figures again as "convention" or "strict" has it, or raise InvalidOption."""
        if check_wording(wording) not in self._readings:
            read = with_bounds(self._every, read_column(self._every["figure_printed"], wording))
            other = Dataset(read, self._tables, mandates=self._mandates, wording=wording)
            other._readings, other.description = self._readings, self.description
            self._readings[wording] = other
        return self._readings[wording]._part(self._places)

    def citation(self, lang: str | None = None) -> str:
        """Say how to cite these figures: by whom, title, version, date, licence, and every source of theirs.

        `lang` is "vi" or "en", by default the language chosen; for another InvalidOption is raised.

        >>> import antq_analysis as aq
        >>> print(aq.load().select(areas="Điện Biên", mandates="CT07-2014").citation("en"))
        antq_analysis contributors: Published figures on the movement ..., version 0.1.0, 21 Nov 2026,
        licence CC0-1.0. 19 of 223 figures, printed in:
        - Điện Biên Television (dienbientv.vn), “Những kết quả bước đầu ...”, 2 Jan 2020
        """
        lang, about = language(lang), self.description.about
        say, makers = words(lang), ", ".join(maker.get("title", "") for maker in about.contributors)
        parts = [(lang == "vi" and about.title_vi) or about.title or about.name]
        parts += [say("citation.version", version=about.version)] if about.version else []
        parts += [date_text(about.created, lang)] if about.created else []
        parts += [say("citation.licence", licence=licence.get("name", "")) for licence in about.licenses]
        figures = say("citation.printed_in", count=len(self), total=len(self.whole))
        lines = [f"{makers}{makers and ': '}{', '.join(parts)}. {figures}"]
        for row in self.cited(self.distinct("source_id")):
            said = [row[f"publisher_{lang}"], f"“{row['title']}”", published_text(row, lang), row.get("url")]
            lines.append(f"- {', '.join(filter(None, said))}")
        return "\n".join(lines)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is remembered: a copy in another process makes it again."""
        forgotten = ("_figures", "_register")
        return {name: value for name, value in vars(self).items() if name not in forgotten} | {"_memory": {}}

    def __len__(self) -> int:
        """Count the observations."""
        return len(self._places)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Go through the observations, each a read-only mapping like those of `figure`."""
        return map(self.whole._figures.__getitem__, self._every["obs_id"].iloc[self._places])

    def __repr__(self) -> str:
        """Say in a line what is in it."""
        return f"<Dataset: {self._summary()}>"

    def _repr_html_(self) -> str:
        """Show the same line and the first rows in a notebook."""
        found, known, named = self.observations, self.rows("indicator"), self.rows("concept")
        counts = Counter(known[key]["concept"] for key in found["indicator"]).most_common(5)
        most = [f"{named[concept][f'name_{language()}']} ({count})" for concept, count in counts]
        first = found[_SHOWN].head().to_html(index=False, border=0)
        lines = [self._summary(), f"most figures: {', '.join(most) or 'none'}"]
        return f"<p><b>Dataset</b>: {'<br>'.join(map(escape, lines))}</p>{first}"

    def _summary(self) -> str:
        counts = [(len(self), "figure"), *((len(self.distinct(key)), noun) for key, noun in _COUNTED.items())]
        parts = [f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in counts]
        return f"{', '.join(parts)}; wording {self.wording!r}"

    def _part(self, places: Any) -> "Dataset":
        if len(places) == len(self._places):
            return self
        part = Dataset(self._every, self._tables, mandates=self._mandates, wording=self.wording)
        part._places, part._readings, part.description = places, self._readings, self.description
        return part

    @cached_property
    def _key(self) -> bytes:
        """The same for every selection of the same figures."""
        return sha256(self._places).digest()

    @cached_property
    def _figures(self) -> dict[str, Mapping[str, Any]]:
        return {row["obs_id"]: MappingProxyType(row) for row in records(self._every)}

    @cached_property
    def _register(self) -> Register:
        return Register(self._tables)


# ---- options of a selection: `"no"` is not False, and `True` is not the year 1 -----------------------------


def _names(option: str, given: str | Iterable[str]) -> list[str]:
    listed = [given] if isinstance(given, str) else list(given) if isinstance(given, Iterable) else [given]
    for name in listed:
        if not isinstance(name, str):
            raise InvalidOption(f"{option}={given!r} is no name. Give a name in quotes, or a list of names.")
    return listed


def _known(kind: str, given: str | Iterable[str], known: Iterable[str], see: str) -> set[str]:
    """Gather names of one kind if all of them are known."""
    wanted, choices = _names(f"{kind}s", given), list(known)
    for name in wanted:
        if name not in choices:
            raise UnknownName(kind, name, choices, see)
    return set(wanted)


def _day(option: str, moment: Moment, day_of_year: str) -> pd.Timestamp | None:
    if moment is None:
        return None
    year = isinstance(moment, Integral) and not isinstance(moment, bool)
    text = f"{moment:04d}-{day_of_year}" if year else str(moment)
    try:
        return pd.Timestamp(datetime.date.fromisoformat(text))
    except ValueError:
        way = "Give a year such as 2014, or YYYY-MM-DD."
        raise InvalidOption(f"{option}={moment!r} is no date. {way}") from None
