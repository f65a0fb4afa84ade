"""The checked figures in memory, with the questions one asks of them: which, where, when, by whose order."""

from collections.abc import Collection, Mapping
from html import escape

import pandas as pd
import pyarrow as pa

from antq_analysis.dataset.bounds import check_wording
from antq_analysis.dataset.figures import read_figures
from antq_analysis.dataset.options import Moment, Names, check_flag, inside, known_names, names
from antq_analysis.dataset.spellings import fold, spelled
from antq_analysis.errors import UnknownName

_COUNTED = {"source_id": "source", "ref_area": "area", "indicator": "indicator"}
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
        whole: "Dataset | None" = None,
    ) -> None:
        self._observations = observations
        self._lookups = dict(lookups)
        self._mandates = sorted(mandates)
        self._wording = wording
        self._whole = whole

    @property
    def observations(self) -> pd.DataFrame:
        """One row per printed figure: the stored columns, then the bounds of its number.

        `value_lower` and `value_upper` are floats, possibly infinite; `lower_basis` and `upper_basis` say
        whether they are `printed`, follow from `meaning`, from `convention`, are `logical` or `none`.
        """
        return self._observations.copy()

    @property
    def wording(self) -> str:
        """The reading behind the bounds: "convention" or "strict"."""
        return self._wording

    @property
    def whole(self) -> "Dataset":
        """The data set this one was selected from, under the same wording; itself if nothing was left out."""
        return self if self._whole is None else self._whole.read_as(self._wording)

    def indicators(self) -> pd.DataFrame:
        """List the indicators: one exact definition each."""
        return self._lookups["indicators"].copy()

    def areas(self) -> pd.DataFrame:
        """List the areas with their accepted spellings."""
        return self._lookups["areas"].copy()

    def sources(self) -> pd.DataFrame:
        """List the texts and tables in which the figures are printed."""
        return self._lookups["sources"].copy()

    def units(self) -> pd.DataFrame:
        """List the units of measurement."""
        return self._lookups["units"].copy()

    def concepts(self) -> pd.DataFrame:
        """List the concepts: what a reader would put side by side."""
        return self._lookups["concepts"].copy()

    def ratios(self) -> pd.DataFrame:
        """List the ratios a reader asks for by name."""
        return self._lookups["ratios"].copy()

    def ratio_parts(self) -> pd.DataFrame:
        """List the pairs of indicators each ratio may be formed from."""
        return self._lookups["ratio-parts"].copy()

    def area_id(self, spelling: str) -> str:
        """Find the code of an area from a listed spelling or from the code itself.

        Capitals and spaces do not matter, letters do: nothing is guessed.

        Raises UnknownName with the nearest spelling.

        >>> import antq_analysis as aq
        >>> aq.load().area_id("THANH HOÁ")
        'VN-21'
        """
        codes = spelled(self._lookups["areas"]).set_index("spelling")["ref_area"]
        folded = fold(str(spelling))
        if folded not in codes.index:
            listed = self._lookups["areas"]["spellings"].str.split("|").explode()
            raise UnknownName("area", str(spelling), listed, "ds.areas()")
        return str(codes[folded])

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
        obs, table = self._observations, self._lookups["indicators"]
        keep = inside(obs, since, until)
        if indicators is not None:
            wanted = known_names("indicator", indicators, list(table["indicator"]), "ds.indicators()")
            keep &= obs["indicator"].isin(wanted)
        if concepts is not None:
            listed = list(self._lookups["concepts"]["concept"])
            wanted = known_names("concept", concepts, listed, "ds.concepts()")
            keep &= obs["indicator"].isin(table.loc[table["concept"].isin(wanted), "indicator"])
        if areas is not None:
            keep &= obs["ref_area"].isin([self.area_id(area) for area in names("areas", areas)])
        if mandates is not None:
            wanted = known_names("mandate", mandates, self._mandates, "the column mandate of ds.observations")
            keep &= obs["mandate"].isin(wanted)
        if not inferred_areas:
            keep &= obs["area_basis"] != "inferred"
        return self._with(obs[keep].reset_index(drop=True), whole=self._whole or self)

    def read_as(self, wording: str) -> "Dataset":
        """Read the printed figures again under the other wording, "convention" or "strict".

        Raises InvalidOption for anything else.

        >>> import antq_analysis as aq
        >>> aq.load().read_as("strict").wording
        'strict'
        """
        if check_wording(wording) == self._wording:
            return self
        readings = read_figures(self._observations["figure_printed"], wording=wording)
        return self._with(with_bounds(self._observations, readings), whole=self._whole, wording=wording)

    def __len__(self) -> int:
        """Count the observations."""
        return len(self._observations)

    def __repr__(self) -> str:
        """Say in a line what is in it."""
        return f"<Dataset: {self._summary()}>"

    def _repr_html_(self) -> str:
        """Show the same line and the first rows in a notebook."""
        first = self._observations[_SHOWN].head().to_html(index=False, border=0)
        return f"<p><b>Dataset</b>: {escape(self._summary())}</p>{first}"

    def _summary(self) -> str:
        counts = [(len(self), "figure")]
        counts += [(self._observations[column].nunique(), noun) for column, noun in _COUNTED.items()]
        parts = [f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in counts]
        return f"{', '.join(parts)}; wording {self._wording!r}"

    def _with(
        self, observations: pd.DataFrame, *, whole: "Dataset | None", wording: str | None = None
    ) -> "Dataset":
        return Dataset(
            observations,
            self._lookups,
            mandates=self._mandates,
            wording=wording or self._wording,
            whole=whole,
        )


def with_bounds(observations: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    """Return observations with the bounds of their figures beside them, row by row."""
    return observations.assign(
        value_lower=readings["lower"],
        value_upper=readings["upper"],
        lower_basis=_texts(readings["lower_basis"]),
        upper_basis=_texts(readings["upper_basis"]),
    )


def _texts(categories: pd.Series) -> pd.Series:
    """Write categories out as texts, many times faster than pandas converts them."""
    texts = pa.array(categories.cat.categories).take(pa.array(categories.cat.codes))
    return pd.Series(texts.to_pandas(), index=categories.index)
