"""Names of indicators, concepts, areas and ratios: the id a name stands for, and a search by words."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Any, cast

import pandas as pd

from antq_analysis.data.rules import fold, without_accents
from antq_analysis.errors import InvalidOption, UnknownName, html_table, shorten
from antq_analysis.i18n import LANGUAGES, language, slugify

KINDS = ("indicator", "concept", "area", "ratio")
FOUND = ["kind", "id", "name", "counts", "figures"]
# A word that begins no word of any entry may be a slip for one as near as this.
_NEAR = 0.75

Row = dict[str, Any]
# Kind and id of what may be found, the texts that name it, and those that say what it is.
_Entry = tuple[str, str, list[str], list[str]]
# How well an entry was found, the smallest best.
_Ranked = tuple[tuple[int, bool], _Entry]


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
        self._kind, self._rows = kind, rows
        slugs = {key: slugify(row["name_vi"]) if kind == "area" else key for key, row in rows.items()}
        often = Counter(slugs.values())
        told = {key: slug if often[slug] == 1 else slugify(slug, key) for key, slug in slugs.items()}
        self._ids = {slug.replace("-", "_"): key for key, slug in told.items()}

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


class Register:
    """Know what can be named in a data set: the rows of its lookup tables and every name of each."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._parts = tables["ratio-parts"].to_dict("list")
        self.rows: dict[str, dict[str, Row]] = {}
        for kind in KINDS:
            key = "ref_area" if kind == "area" else kind
            self.rows[kind] = {row[key]: row for row in _records(tables[f"{kind}s"])}
        units = {row["unit_measure"]: row for row in _records(tables["units"])}
        for row in self.rows["indicator"].values():
            row |= {f"unit_{lang}": units[row["unit_measure"]][f"name_{lang}"] for lang in LANGUAGES}
        self.choices = {kind: Choices(kind, rows) for kind, rows in self.rows.items()}

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
        entries = [entry for entry in self._entries if kind in (None, entry[0])]
        lang, found = language(), _ranked(text, entries) or self._nearest(text, entries)
        rows = [
            (kind, key, self.rows[kind][key][f"name_{lang}"], "; ".join(self._told(kind, key, lang)),
             sum(figures.get(each, 0) for each in self._counted(kind, key)), rank)
            for rank, (kind, key, *_) in found
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=[*FOUND, "rank"]).astype({"figures": "int64"})
        frame = frame.sort_values(["rank", "figures"], ascending=[True, False], kind="stable")
        return frame[FOUND].reset_index(drop=True)

    def _of_another_kind(self, kind: str, bare: str) -> str:
        """Say which concept an indicator belongs to, and which indicators a concept has."""
        other = {"concept": "indicator", "indicator": "concept"}.get(kind, "")
        ids = self._spellings[other].get(bare) if other else None
        if not ids:
            return ""
        rows = self.rows["indicator"].values()
        related = ", ".join(dict.fromkeys(repr(row[kind]) for row in rows if row[other] in ids))
        if kind == "concept":
            return f"It is an indicator of the concept {related}. Ask for that, or for indicators={ids[0]!r}."
        return f"It is a concept, with the indicators {related}. Ask for one, or for concepts={ids[0]!r}."

    @cached_property
    def _spellings(self) -> dict[str, dict[str, list[str]]]:
        """Map every id and name, as it is written and without accents, to the ids it may stand for."""
        spellings: dict[str, dict[str, list[str]]] = {}
        for kind, rows in self.rows.items():
            known = spellings[kind] = dict[str, list[str]]()
            for key, row in rows.items():
                for text in {change(name) for name in _names(key, row) for change in (fold, without_accents)}:
                    known.setdefault(text, []).append(key)
            # An id is never in doubt, nor is a spelling that is listed for an area.
            for key, row in rows.items():
                known |= {fold(text): [key] for text in (key, *_spelt(row))}
        return spellings

    @cached_property
    def _entries(self) -> list[_Entry]:
        entries = []
        for kind, rows in self.rows.items():
            for key, row in rows.items():
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

    def _nearest(self, text: str, entries: list[_Entry]) -> list[_Ranked]:
        """Return what is found with the nearest word for each unknown one, or else the nearest names."""
        bare, texts = without_accents(text), (text for *_, names, said in entries for text in (*names, *said))
        known = sorted({word for text in texts for word in _words(without_accents(text))})
        mended = []
        for word in _words(bare):
            is_known = any(each.startswith(word) for each in known)
            mended += [word] if is_known else [*get_close_matches(word, known, n=1, cutoff=_NEAR), word][:1]
        named = {without_accents(name): entry for entry in entries for name in entry[2]}
        near = {named[name][:2]: named[name] for name in get_close_matches(bare, named, n=5)}
        return _ranked(" ".join(mended), entries) or [
            ((place, False), entry) for place, entry in enumerate(near.values())
        ]


def _records(frame: pd.DataFrame) -> list[Row]:
    return cast(list[Row], frame.to_dict("records"))


def _spelt(row: Row) -> list[str]:
    return list(filter(None, row.get("spellings", "").split("|")))


def _names(key: str, row: Row) -> list[str]:
    return [text for text in (key, row.get("name_vi", ""), row.get("name_en", ""), *_spelt(row)) if text]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(text))


def _ranked(text: str, entries: list[_Entry]) -> list[_Ranked]:
    """Return the entries that have every word of a text, and how well: in a name or in what it says.

    Of two alike comes first that which has them as whole words, with the accents typed.
    """
    has_accents = without_accents(text) != fold(text)
    found = []
    for entry in entries:
        *_, names, said = entry
        for place, texts in enumerate((names, [" ".join([*names, *said])])):
            if any(_has(without_accents(each), without_accents(text)) for each in texts):
                form = fold if has_accents else without_accents
                is_whole = any(_has(form(each), form(text), whole=True) for each in texts)
                is_name = any(_words(form(name)) == _words(form(text)) for name in names)
                found.append(((0 if is_name else place + 1, not is_whole), entry))
                break
    return found


def _has(text: str, asked: str, *, whole: bool = False) -> bool:
    """Tell whether every word asked for begins a word of a text, or is one."""
    known = _words(text)
    return all(any(each == word or (not whole and each.startswith(word)) for each in known)
               for word in _words(asked))  # fmt: skip
