"""The checked figures in memory, with the questions one asks of them: which, where, when, by whose order."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from html import escape
from typing import Any

import pandas as pd

from antq_analysis.data.bounds import Integers, check_wording
from antq_analysis.data.options import Moment, Names, check_flag, known_names, moments, names
from antq_analysis.data.rows import records
from antq_analysis.data.spellings import fold
from antq_analysis.data.store import Origin, Query, Store
from antq_analysis.data.usage import record, record_folder, refusing, remembered
from antq_analysis.errors import UnknownName

__all__ = ["Dataset", "records", "remembered"]

_COUNTED = {"source_id": "source", "ref_area": "area", "indicator": "indicator"}
_SEE = {"mandates": "the column mandate of ds.observations"}
_SHOWN = ["obs_id", "ref_area", "indicator", "period_end", "figure_printed", "value_lower", "value_upper"]


class Dataset:
    """Hold checked observations and the tables they refer to; made by `load`, never changed.

    Every frame handed out is the caller's own: what is done to it does not reach the dataset.
    """

    def __init__(
        self,
        observations: pd.DataFrame,
        lookups: Mapping[str, pd.DataFrame],
        *,
        mandates: Collection[str],
        wording: str,
        origin: Origin | None = None,
    ) -> None:
        self._store = Store(observations, lookups, mandates=mandates, wording=wording, origin=origin)
        self._query: Query = ()
        self._readings = {wording: self}

    @property
    def observations(self) -> pd.DataFrame:
        """One row per printed figure: the stored columns, then the bounds of its number.

        `value_lower` and `value_upper` are floats, possibly infinite; `lower_basis` and `upper_basis` say
        whether they are `printed`, follow from `meaning`, from `convention`, are `logical` or `none`.
        """
        record(self.whole, "figures", self._query)
        return self._frame.copy()

    @property
    def wording(self) -> str:
        """The reading behind the bounds: "convention" or "strict"."""
        return self._store.wording

    @property
    def whole(self) -> "Dataset":
        """The data set this one was selected from, under the same wording; itself if nothing was left out."""
        return self._readings[self.wording]

    @property
    def origin(self) -> Origin | None:
        """The folder the data were loaded from, with the fingerprint of its files; None if made otherwise."""
        record_folder(self._store.origin)
        return self._store.origin

    @refusing
    def figure(self, obs_id: str) -> Mapping[str, Any]:
        """Return one printed figure by its id, a read-only row of `observations`, or raise UnknownName.

        >>> import antq_analysis as aq
        >>> aq.load().figure("dienbientv-2020.02")["figure_printed"]
        '150 đợt'
        """
        known_names("figure", [str(obs_id)], self._store.figures.places, "ds.observations")
        record(self.whole, "figure", obs_id)
        return self._store.figures[obs_id]

    def source(self, source_id: str) -> Mapping[str, Any]:
        """Return one row of the table of sources by its id, read-only, or raise UnknownName.

        >>> import antq_analysis as aq
        >>> aq.load().source("baothanhhoa-2019")["publisher_vi"]
        'Báo Thanh Hóa (baothanhhoa.vn)'
        """
        return self.cited([source_id])[0]

    @refusing
    def cited(self, source_ids: Iterable[str]) -> list[Mapping[str, Any]]:
        """Return some rows of the table of sources, read-only, each once and in the order of the table.

        >>> import antq_analysis as aq
        >>> [source["source_id"] for source in aq.load().cited(["hoabinh-2024", "dienbientv-2020"])]
        ['dienbientv-2020', 'hoabinh-2024']
        """
        known = self._store.tables["sources"]
        wanted = known_names("source", source_ids, known.places, "ds.sources()")
        record(self.whole, "sources", wanted)
        return [known[source_id] for source_id in sorted(wanted, key=known.places.__getitem__)]

    def indicators(self) -> pd.DataFrame:
        """List the indicators: one exact definition each."""
        return self._table("indicators").copy()

    def areas(self) -> pd.DataFrame:
        """List the areas with their accepted spellings."""
        return self._table("areas").copy()

    def sources(self) -> pd.DataFrame:
        """List the texts and tables in which the figures are printed."""
        return self._table("sources").copy()

    def units(self) -> pd.DataFrame:
        """List the units of measurement."""
        return self._table("units").copy()

    def concepts(self) -> pd.DataFrame:
        """List the concepts: what a reader would put side by side."""
        return self._table("concepts").copy()

    def ratios(self) -> pd.DataFrame:
        """List the ratios a reader asks for by name."""
        return self._table("ratios").copy()

    def ratio_parts(self) -> pd.DataFrame:
        """List the pairs of indicators each ratio may be formed from."""
        return self._table("ratio-parts").copy()

    def distinct(self, column: str) -> list[str]:
        """List what stands in a column of texts, or the concepts: what rests on these rests on no number.

        >>> import antq_analysis as aq
        >>> aq.load().select(areas=["Quảng Bình", "Điện Biên"]).distinct("ref_area")
        ['VN-24', 'VN-71']
        """
        record(self.whole, "values", (column, self._query))
        return self._store.values(column, self._query)

    def area_id(self, spelling: str) -> str:
        """Find the code of an area from a listed spelling or from the code itself.

        Capitals and spaces do not matter, letters do: nothing is guessed.
        Raises UnknownName with the nearest spelling.

        >>> import antq_analysis as aq
        >>> aq.load().area_id("THANH HOÁ")
        'VN-21'
        """
        areas, folded = self._table("areas"), fold(str(spelling))
        if folded not in self._store.codes:
            listed = areas["spellings"].str.split("|").explode()
            raise UnknownName("area", str(spelling), listed, "ds.areas()")
        return self._store.codes[folded]

    @refusing
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

        Names are one or several; areas in any listed spelling. `since` and `until` (a year, or a date as
        YYYY-MM-DD) keep figures whose whole window lies between them; the window of a stock is its date.
        Figures whose area is only inferred are left out unless `inferred_areas=True`. An area without
        figures is no error: it did not report.

        Raises UnknownName for a name that is not in the data, InvalidOption for a value of another kind.

        >>> import antq_analysis as aq
        >>> len(aq.load().select(areas=["Điện Biên"], until=1999))
        0
        """
        check_flag("inferred_areas", inferred_areas)
        asked: dict[str, Any] = moments(since, until)
        for option, given in (("indicators", indicators), ("concepts", concepts), ("mandates", mandates)):
            if given is not None:
                known, see = self._store.names[option], _SEE.get(option, f"ds.{option}()")
                asked[option] = known_names(option.removesuffix("s"), given, known, see)
                record(self.whole, "names", ((option, asked[option]),))
        if areas is not None:
            asked["areas"] = tuple(sorted({self.area_id(area) for area in names("areas", areas)}))
        if not inferred_areas:
            asked["inferred_areas"] = False
        return self._where(asked.items())

    def read_as(self, wording: str) -> "Dataset":
        """Read the printed figures again under the other wording, "convention" or "strict".

        Raises InvalidOption for anything else.

        >>> import antq_analysis as aq
        >>> aq.load().read_as("strict").wording
        'strict'
        """
        if check_wording(wording) not in self._readings:
            self._readings[wording] = self._with(self._store.read_as(wording), ())
        return self._readings[wording]._where(self._query)

    def __len__(self) -> int:
        """Count the observations."""
        record(self.whole, "figures", self._query)
        return len(self._places)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Go through the observations, each a read-only mapping like those of `figure`."""
        record(self.whole, "figures", self._query)
        return map(self._store.figures.at, self._places.tolist())

    def __repr__(self) -> str:
        """Say in a line what is in it."""
        return f"<Dataset: {self._summary()}>"

    def _repr_html_(self) -> str:
        """Show the same line and the first rows in a notebook."""
        first = self.observations[_SHOWN].head().to_html(index=False, border=0)
        return f"<p><b>Dataset</b>: {escape(self._summary())}</p>{first}"

    def _summary(self) -> str:
        counts = [(len(self), "figure"), *((len(self.distinct(key)), noun) for key, noun in _COUNTED.items())]
        parts = [f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in counts]
        return f"{', '.join(parts)}; wording {self.wording!r}"

    @cached_property
    def _frame(self) -> pd.DataFrame:
        every = self._store.figures.frame
        return every.iloc[self._places].reset_index(drop=True) if self._query else every

    @cached_property
    def _places(self) -> Integers:
        return self._store.places(self._query)

    def _table(self, name: str) -> pd.DataFrame:
        record(self.whole, "table", name)
        return self._store.tables[name].frame

    def _where(self, conditions: Iterable[tuple[str, Any]]) -> "Dataset":
        query = tuple(sorted({*self._query, *conditions}))
        return self if query == self._query else self._with(self._store, query)

    def _with(self, store: Store, query: Query) -> "Dataset":
        other = Dataset.__new__(Dataset)
        other._store, other._query, other._readings = store, query, self._readings
        return other
