"""A plan names provinces and indicators as people do; here the names are checked and turned into words."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from antq_analysis.errors import UnknownName
from antq_analysis.wording import LANGUAGES, words

if TYPE_CHECKING:
    from antq_analysis.dataset.dataset import Dataset

# What a parameter of this name names, whatever the notebook.
KINDS = {
    "area": "area",
    "areas": "area",
    "indicator": "indicator",
    "indicators": "indicator",
    "series_indicators": "indicator",
    "numerator": "indicator",
    "denominator": "indicator",
    "concept": "concept",
    "concepts": "concept",
    "context": "concept",
    "focus": "area",
    "ratio": "ratio",
    "ratios": "ratio",
}


class Subject:
    """Know the names of a dataset: say which a plan gets wrong, and what the right ones mean."""

    def __init__(self, dataset: "Dataset") -> None:
        self._dataset = dataset

    @cached_property
    def published(self) -> str:
        """The day, or the year where no more is known, on which the newest source was published."""
        known = [day for day in self._dataset.sources()["published_on"] if day]
        # A year alone is newer than any day of it: it ends later.
        return str(max(known, key=lambda day: day.ljust(10, "~"), default=""))

    def faults(self, parameter: str, value: object) -> Iterator[str]:
        """List what is wrong with the names that a parameter of a plan gives."""
        if parameter == "lang" and value not in LANGUAGES:
            yield f"{value!r} is no language; use {' or '.join(map(repr, LANGUAGES))}"
        if kind := KINDS.get(parameter):
            for name in _listed(value):
                try:
                    self._find(kind, str(name))
                except UnknownName as error:
                    yield str(error)

    def words(self, parameters: Mapping[str, Any], lang: str) -> str:
        """Say what a page is made for: `Các tỉnh: Điện Biên, Thanh Hóa · Từ: 2014`."""
        say = words(lang)
        known = parameters.items()
        named = {name: _listed(value) for name, value in known if f"parameter.{name}" in say}
        return " · ".join(
            f"{say(f'parameter.{name}')}: {', '.join(self._word(name, part, lang) for part in listed)}"
            for name, listed in named.items()
            if listed
        )

    def _word(self, parameter: str, value: object, lang: str) -> str:
        kind = KINDS.get(parameter)
        return str(self._names[kind][self._find(kind, str(value))][f"name_{lang}"] if kind else value)

    def _find(self, kind: str, name: str) -> str:
        if kind == "area":
            return self._dataset.area_id(name)
        if name not in self._names[kind]:
            raise UnknownName(kind, name, self._names[kind], f"ds.{kind}s()")
        return name

    @cached_property
    def _names(self) -> dict[str, dict[Any, dict[Any, Any]]]:
        tables = {
            "ref_area": self._dataset.areas(),
            "indicator": self._dataset.indicators(),
            "concept": self._dataset.concepts(),
            "ratio": self._dataset.ratios(),
        }
        return {
            key.removeprefix("ref_"): table.set_index(key)[["name_vi", "name_en"]].to_dict(orient="index")
            for key, table in tables.items()
        }


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value in ("", None) else [value]
