"""Names of indicators, concepts, areas and ratios: the id a name stands for, a search, likeness to a text."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from itertools import pairwise
from typing import Any, cast

import pandas as pd

from antq_analysis.data.rules import fold, without_accents
from antq_analysis.errors import InvalidOption, UnknownName, html_table, shorten
from antq_analysis.i18n import LANGUAGES, language, slugify

KINDS = ("indicator", "concept", "area", "ratio")
LONGEST = 1000  # characters of a search
# What is less like a text than this is not suggested; how far falls back what counts another thing.
LEAST_SCORE, _OTHER_THING = 0.2, 0.6
FOUND = ["kind", "id", "name", "counts", "figures"]

Row = dict[str, Any]
# Kind and id of what may be found, the texts that name it, and those that say what it is.
_Entry = tuple[str, str, list[str], list[str]]


def records(frame: pd.DataFrame) -> list[Row]:
    """Return the rows as dictionaries, for work that goes row by row over few rows."""
    return cast(list[Row], frame.to_dict("records"))


class Name(str):
    """An id that shows what it stands for; it may stand wherever an id may."""

    kind: str
    row: Row

    def __repr__(self) -> str:
        return f"<{self.kind} {str(self)!r}: {self.row[f'name_{language()}']}>"

    def _repr_html_(self) -> str:
        (other,) = {*LANGUAGES} - {language()}
        told = {key.removesuffix(f"_{language()}"): cell for key, cell in self.row.items()
                if not key.endswith(f"_{other}")}  # fmt: skip
        return html_table({key: cell for key, cell in told.items() if cell != "" and not pd.isna(cell)})


class Choices:
    """Offer the ids of one kind as attributes, so that a notebook completes them: areas by their names."""

    def __init__(self, kind: str, rows: Mapping[str, Row]) -> None:
        self._kind, self._rows, self._ids = kind, rows, dict[str, str]()
        for key, row in rows.items():
            own, slug = (slugify(text).replace("-", "_") for text in (key, row["name_vi"]))
            self._ids[own if slug in self._ids or kind != "area" else slug] = key

    def __dir__(self) -> list[str]:
        return list(self._ids)

    def __getattr__(self, name: str) -> Name:
        # A notebook looks for many names of its own, and a copy of this has none at first.
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._ids:
            raise AttributeError(str(UnknownName(self._kind, name, self._ids, f"ds.{self._kind}s()")))
        found = Name(self._ids[name])
        found.kind, found.row = self._kind, dict(self._rows[found])
        return found

    def __repr__(self) -> str:
        return f"<{len(self._ids)} {self._kind}s: {shorten(', '.join(self._ids))}>"


class Found(pd.DataFrame):
    """What a search found; a terminal shows of it what fits beside the ids."""

    @property
    def _constructor(self) -> type["Found"]:
        return Found

    def __repr__(self) -> str:
        if self.empty or not {*FOUND} <= {*self.columns}:
            return super().__repr__()
        named = self["name"].map(lambda name: name if len(name) <= 40 else f"{name[:39]}…")
        return pd.DataFrame(self[["kind", "id", "figures"]]).assign(name=named).to_string()


class Register:
    """Know what can be named in a data set: the rows of its lookup tables by id, and every name of each."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._parts = tables["ratio-parts"].to_dict("list")
        self.rows: dict[str, dict[str, Row]] = {}
        for kind in (*KINDS, "source"):
            key = {"area": "ref_area", "source": "source_id"}.get(kind, kind)
            self.rows[kind] = {row[key]: row for row in records(tables[f"{kind}s"])}
        units = {row["unit_measure"]: row for row in records(tables["units"])}
        for row in self.rows["indicator"].values():
            row |= {f"unit_{lang}": units[row["unit_measure"]][f"name_{lang}"] for lang in LANGUAGES}
        self.choices = {kind: Choices(kind, self.rows[kind]) for kind in KINDS}

    def find(self, kind: str, name: str) -> str:
        """Return the id that an id or a name stands for, or raise UnknownName with what may be meant."""
        known, bare = self._spellings[kind], without_accents(name)
        ids = known.get(fold(name)) or known.get(bare) or []
        if len(ids) == 1:
            return ids[0]
        every = [text for key, row in self.rows[kind].items() for text in _names(key, row)[::-1]]
        hint = f"It may be any of {', '.join(map(repr, ids))}." if ids else self._of_another_kind(kind, bare)
        raise UnknownName(kind, name, every, f"ds.{kind}s()", hint=hint)

    def search(self, text: str, kind: str | None, figures: Mapping[str, int]) -> pd.DataFrame:
        """Return what has every word of a text, best first; `figures` are numbers by indicator and area."""
        if kind is not None and kind not in KINDS:
            raise InvalidOption(f"kind={kind!r} is not possible. Use {' or '.join(map(repr, KINDS))}.")
        if not isinstance(text, str) or not _words(text):
            raise InvalidOption(f"text={text!r} holds no word to look for. Give one or more, in quotes.")
        if len(text) > LONGEST:
            raise InvalidOption(f"text={shorten(text)!r} is too long. Give at most {LONGEST} characters.")
        lang, entries = language(), [entry for entry in self._entries if kind in (None, entry[0])]
        ranked = [(_rank(text, *texts), kind, key) for kind, key, *texts in entries]
        found = [each for each in ranked if each[0]] or _nearest(text, entries)
        rows = [
            (kind, key, self.rows[kind][key][f"name_{lang}"], "; ".join(self._told(kind, key, lang)),
             sum(figures.get(each, 0) for each in self._counted(kind, key)), rank)
            for rank, kind, key in found
        ]  # fmt: skip
        rows.sort(key=lambda row: (row[-1], -row[-2]))
        return Found([row[:-1] for row in rows], columns=FOUND).astype({"figures": "int64"})

    def _of_another_kind(self, kind: str, bare: str) -> str:
        """Say which concept an indicator belongs to, and which indicators a concept has."""
        other = {"concept": "indicator", "indicator": "concept"}.get(kind, "")
        ids = self._spellings[other].get(bare) if other else None
        if not ids:
            return ""
        rows = self.rows["indicator"].values()
        related = ", ".join(dict.fromkeys(repr(row[kind]) for row in rows if row[other] in ids))
        use = f"use ds.select({other}s={ids[0]!r})"
        if kind == "concept":
            return f"It is an indicator of the concept {related}. Ask for that, or {use}."
        return f"It is a concept, with the indicators {related}. Ask for one, or {use}."

    @cached_property
    def _spellings(self) -> dict[str, dict[str, list[str]]]:
        """Map every id and name, as it is written and without accents, to the ids it may stand for."""
        spellings: dict[str, dict[str, list[str]]] = {}
        for kind in KINDS:
            known = spellings[kind] = dict[str, list[str]]()
            for key, row in self.rows[kind].items():
                for text in {change(name) for name in _names(key, row) for change in (fold, without_accents)}:
                    known.setdefault(text, []).append(key)
            # An id is never in doubt, nor is a spelling that is listed for an area.
            for key, row in self.rows[kind].items():
                known |= {fold(text): [key] for text in (key, *_spelt(row))}
        return spellings

    @cached_property
    def _entries(self) -> list[_Entry]:
        entries = []
        for kind in KINDS:
            for key, row in self.rows[kind].items():
                said = [text for lang in LANGUAGES for text in self._told(kind, key, lang)]
                said += [row.get(f"definition_{lang}", "") for lang in LANGUAGES]
                concept = self.rows["concept"].get(row["concept"], {}) if kind == "indicator" else {}
                entries.append((kind, key, _names(key, row), [*said, *_names("", concept)]))
        return entries

    def _told(self, kind: str, key: str, lang: str) -> list[str]:
        """Say what something counts: an indicator in its words, the others by what they are made of."""
        if kind == "ratio":
            named = zip(self._parts["ratio"], self._parts[f"definition_{lang}"], strict=True)
            return [definition for ratio, definition in named if ratio == key]
        if kind == "concept":
            return [self.rows["indicator"][each][f"name_{lang}"] for each in self._counted(kind, key)]
        return [self.rows[kind][key].get(f"{'region' if kind == 'area' else 'counts'}_{lang}", "")]

    def _counted(self, kind: str, key: str) -> Iterable[str]:
        """Return the ids whose figures are those of something: of a ratio, the indicators that it divides."""
        if kind == "concept":
            return [each for each, row in self.rows["indicator"].items() if row["concept"] == key]
        above = zip(self._parts["ratio"], self._parts["numerator"], strict=True)
        return {part for ratio, part in above if ratio == key} if kind == "ratio" else [key]


def _spelt(row: Row) -> list[str]:
    return list(filter(None, row.get("spellings", "").split("|")))


def _names(key: str, row: Row) -> list[str]:
    return [text for text in (key, row.get("name_vi", ""), row.get("name_en", ""), *_spelt(row)) if text]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(text))


def _rank(text: str, names: list[str], said: list[str]) -> tuple[int, bool] | None:
    """Tell how well a text is found: is a name (0), in a name (1) or in all that is said (2), by whole words.

    Every word must begin a word of what is looked in; accents count for the rank alone, where any are typed.
    """
    bare, asked = without_accents, _words(without_accents(text))
    looked = {each: f" {' '.join(_words(bare(each)))}" for each in (*names, " ".join((*names, *said)))}
    hits = [each for each, words in looked.items() if all(f" {word}" in words for word in asked)]
    if not hits:
        return None
    form = bare if bare(text) == fold(text) else fold
    typed, known = _words(form(text)), [_words(form(each)) for each in hits]
    place = 0 if typed in known else 1 if hits[0] in names else 2
    return place, not any({*typed} <= {*words} for words in known)


def _nearest(text: str, entries: list[_Entry]) -> list[tuple[tuple[int, bool], str, str]]:
    """Return the entries whose names are nearest by spelling, nearest first."""
    named = {without_accents(name): (kind, key) for kind, key, names, _ in entries for name in names}
    near = dict.fromkeys(named[name] for name in get_close_matches(without_accents(text), named, n=5))
    return [((place, False), *entry) for place, entry in enumerate(near)]


class Likeness:
    """Find the indicator whose words are most like those around a figure; rare words weigh more."""

    def __init__(self, indicators: list[Row]) -> None:
        told = {"definition_vi": 0.5, "name_vi": 1.0, "counts_vi": 1.0}
        bare = [{column: _terms(without_accents(str(row[column]))) for column in told} for row in indicators]
        words = [{term: told[column] for column in told for term in each[column]} for each in bare]
        self.indicators = indicators
        # The first words say what is counted.
        self.heads = [{tuple(each[column][:1]) for column in ("name_vi", "counts_vi")} for each in bare]
        common = Counter(term for each in words for term in each)
        self.rarity = {term: math.log(1 + len(words) / count) for term, count in common.items()}
        self.places: dict[str, list[tuple[int, float]]] = {term: [] for term in common}
        for place, each in enumerate(words):
            for term, weight in self._weighed(each).items():
                self.places[term].append((place, weight))

    def _weighed(self, words: dict[str, float]) -> dict[str, float]:
        """Weigh words by their rarity, to the length of one."""
        rarest = max(self.rarity.values(), default=0.0)
        weights = {term: weight * self.rarity.get(term, rarest) for term, weight in words.items()}
        size = math.hypot(*weights.values()) or 1.0
        return {term: weight / size for term, weight in weights.items()}

    def nearest(self, noun: str, around: list[tuple[str, float]], *, is_share: bool) -> tuple[str, float]:
        """Return the id for a noun and weighed texts around it, without accents, and the score of 0 to 1.

        The score is the cosine of the words; there is no id where it is low.
        """
        asked = {term: weight for text, weight in [*around, (noun, 3.0)] for term in _terms(text)}
        likeness: dict[int, float] = {}
        for term, weight in self._weighed(asked).items():
            for place, other in self.places.get(term, []):
                likeness[place] = likeness.get(place, 0.0) + weight * other
        head = tuple(_terms(noun)[:1])
        scores = {
            place: alike * (1.0 if is_share or head in self.heads[place] else _OTHER_THING)
            for place, alike in likeness.items()
        }
        for place, score in sorted(scores.items(), key=lambda each: -each[1]):
            if (self.indicators[place]["unit_measure"] == "percent") == is_share:
                name = str(self.indicators[place]["indicator"])
                return name if score >= LEAST_SCORE else "", round(score, 3)
        return "", 0.0


def _terms(bare: str) -> list[str]:
    """Return the syllables of a text without accents, and each two that stand side by side."""
    syllables = re.findall(r"[^\W\d_]+", bare)
    return syllables + [" ".join(pair) for pair in pairwise(syllables)]
