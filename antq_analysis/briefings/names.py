"""Check the names that parameters of a plan give, and say them as a reader would."""

from collections.abc import Iterator, Mapping
from typing import Any

from antq_analysis.data.dataset import Dataset, records
from antq_analysis.display.sources import newest, published
from antq_analysis.errors import UnknownName
from antq_analysis.i18n import LANGUAGES, words

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


class Names:
    """Know the names of a dataset: say which a plan gets wrong, and what the right ones mean."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        tables = {
            "area": dataset.areas().set_index("ref_area"),
            "indicator": dataset.indicators().set_index("indicator"),
            "concept": dataset.concepts().set_index("concept"),
            "ratio": dataset.ratios().set_index("ratio"),
        }
        # The day, or the year where no more is known, on which the newest source was published.
        self.published = newest(map(published, records(dataset.sources())))
        self._names = {kind: table[["name_vi", "name_en"]].to_dict("index") for kind, table in tables.items()}

    def reporting(self) -> list[str]:
        """List the areas with figures of the movement, by their texts or their publishers."""
        told = self._dataset.observations.query("mandate != 'statistics' and area_basis != 'inferred'")
        own = set(told["ref_area"])
        return [str(names["name_vi"]) for area, names in self._names["area"].items() if area in own]

    def faults(self, parameter: str, value: object) -> Iterator[str]:
        """List what is wrong with the names that a parameter of a plan gives."""
        if parameter == "lang" and value not in LANGUAGES:
            yield f"{value!r} is no language; use {' or '.join(map(repr, LANGUAGES))}"
        if kind := KINDS.get(parameter):
            if not _listed(value):
                yield f"names no {kind}; write one of ds.{kind}s(), or leave {parameter} to the notebook"
            for name in _listed(value):
                try:
                    self._find(kind, str(name))
                except UnknownName as error:
                    yield str(error)
            yield from self.repeats(parameter, _listed(value))

    def repeats(self, parameter: str, values: list[Any]) -> Iterator[str]:
        """List the values of a parameter that are given again, perhaps in another spelling."""
        seen: dict[str, object] = {}
        for value in values:
            first = seen.setdefault(self.key(parameter, value), value)
            if first is not value:
                yield f"{value!r} is listed already{'' if first == value else f', as {first!r}'}; keep one"

    def key(self, parameter: str, value: object) -> str:
        """Return what two values of a parameter have in common that mean the same in another spelling."""
        found = []
        for part in _listed(value):
            try:
                found.append(self._find(KINDS[parameter], str(part)) if parameter in KINDS else part)
            except UnknownName:
                found.append(part)
        return repr(found)

    def areas(self, parameters: Mapping[str, Any], lang: str) -> dict[str, str]:
        """Return the names of the areas that parameters name, by their codes."""
        named = [value for name, value in parameters.items() if KINDS.get(name) == "area"]
        codes = [self._find("area", str(part)) for value in named for part in _listed(value)]
        return {code: str(self._names["area"][code][f"name_{lang}"]) for code in codes}

    def said(self, parameter: str, value: object, lang: str) -> str:
        """Say the value of a parameter as a reader would: `Điện Biên, Thanh Hóa`."""
        if not (kind := KINDS.get(parameter)):
            return ", ".join(map(str, _listed(value)))
        found = [self._find(kind, str(part)) for part in _listed(value)]
        return ", ".join(str(self._names[kind][name][f"name_{lang}"]) for name in found)

    def words(self, parameters: Mapping[str, Any], lang: str) -> str:
        """Say what a page is made for: `Các tỉnh: Điện Biên, Thanh Hóa · Từ: 2014`."""
        say = words(lang)
        named = {name: self.said(name, value, lang) for name, value in parameters.items()}
        given = {name: text for name, text in named.items() if text and f"parameter.{name}" in say}
        return " · ".join(f"{say(f'parameter.{name}')}: {text}" for name, text in given.items())

    def _find(self, kind: str, name: str) -> str:
        if kind == "area":
            return self._dataset.area_id(name)
        if name not in self._names[kind]:
            raise UnknownName(kind, name, map(str, self._names[kind]), f"ds.{kind}s()")
        return name


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value in ("", None) else [value]
