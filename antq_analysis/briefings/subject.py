"""A plan names provinces and indicators as people do; here the names are checked and turned into words."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from antq_analysis.data.dataset import records
from antq_analysis.display.sources import newest, published
from antq_analysis.errors import UnknownName
from antq_analysis.i18n import LANGUAGES, words

if TYPE_CHECKING:
    from antq_analysis.data.dataset import Dataset

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
        """The day, or the year where no more is known, on which the newest source was published.

        An inferred one ends in `?`, as uncertain dates do in ISO 8601-2.
        """
        return newest(map(published, records(self._dataset.sources())))

    @cached_property
    def reporting(self) -> list[str]:
        """The names of the areas with figures of the movement, by their texts or their publishers."""
        told = self._dataset.observations.query("mandate != 'statistics' and area_basis != 'inferred'")
        own = set(told["ref_area"])
        return [str(names["name_vi"]) for area, names in self._names["area"].items() if area in own]

    def is_area(self, parameter: str) -> bool:
        """Say whether a parameter of this name names areas."""
        return KINDS.get(parameter) == "area"

    def faults(self, parameter: str, value: object) -> Iterator[str]:
        """List what is wrong with the names that a parameter of a plan gives."""
        if parameter == "lang" and value not in LANGUAGES:
            yield f"{value!r} is no language; use {' or '.join(map(repr, LANGUAGES))}"
        if kind := KINDS.get(parameter):
            listed = _listed(value)
            if not listed:
                yield f"names no {kind}; write one of ds.{kind}s(), or leave {parameter} to the notebook"
            for name in listed:
                try:
                    self._find(kind, str(name))
                except UnknownName as error:
                    yield str(error)
            yield from self.repeats(parameter, listed)

    def repeats(self, parameter: str, values: list[Any]) -> Iterator[str]:
        """List the values of a parameter that are given again, perhaps in another spelling."""
        seen: dict[str, object] = {}
        for value in values:
            key = self.key(parameter, value)
            if key in seen:
                first = "" if seen[key] == value else f", as {seen[key]!r}"
                yield f"{value!r} is listed already{first}; keep one"
            seen.setdefault(key, value)

    def key(self, parameter: str, value: object) -> str:
        """Return what two values of a parameter have in common that mean the same in another spelling."""
        return repr([self._key(parameter, part) for part in _listed(value)])

    def areas(self, parameters: Mapping[str, Any], lang: str) -> dict[str, str]:
        """Return the names of the areas that parameters name, by their codes."""
        named = [part for name, value in parameters.items() if self.is_area(name) for part in _listed(value)]
        return {self._find("area", str(part)): self._word("area", part, lang) for part in named}

    def said(self, parameter: str, value: object, lang: str) -> str:
        """Say the value of a parameter as a reader would: `Điện Biên, Thanh Hóa`."""
        return ", ".join(self._word(parameter, part, lang) for part in _listed(value))

    def words(self, parameters: Mapping[str, Any], lang: str) -> str:
        """Say what a page is made for: `Các tỉnh: Điện Biên, Thanh Hóa · Từ: 2014`."""
        say = words(lang)
        named = [name for name, value in parameters.items() if f"parameter.{name}" in say and _listed(value)]
        return " · ".join(
            f"{say(f'parameter.{name}')}: {self.said(name, parameters[name], lang)}" for name in named
        )

    def _word(self, parameter: str, value: object, lang: str) -> str:
        kind = KINDS.get(parameter)
        return str(self._names[kind][self._find(kind, str(value))][f"name_{lang}"] if kind else value)

    def _key(self, parameter: str, value: object) -> object:
        try:
            return self._find(KINDS[parameter], str(value)) if parameter in KINDS else value
        except UnknownName:
            return value

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
