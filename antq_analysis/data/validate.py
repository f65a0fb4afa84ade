"""Finds every fault of a folder of data at once, level by level, so that it can be mended in one sitting.

The levels are file, header, row, cell, key, reference and, last, the rules of the house. Nothing is checked
on top of a cell that is already known to be wrong.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, reduce
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from antq_analysis.data import read, rules
from antq_analysis.data.figures import read_column
from antq_analysis.data.read import OBSERVATIONS, Field, ForeignKey, Reference, Table, listed, read_file
from antq_analysis.errors import Problem, shorten, suggest

Flags = NDArray[np.bool_]
Expected = str | Callable[[int], str]  # or made of the position of the row
Remedy = str | Callable[[str], str]  # for faults that differ from text to text, made of the text
Fault = tuple[str, Remedy]  # what was expected, how to mend it

# What observations always refer to, whether or not a description repeats it.
_REFERENCES = [
    ForeignKey(fields=[column], reference=Reference(resource=table, fields=[column]))
    for column, table in (("ref_area", "areas"), ("indicator", "indicators"), ("source_id", "sources"))
]
# Two rows that are equal in these are one figure.
FIGURE = ["source_id", "paragraph", "ref_area", "indicator", "scope_org", "scope_level", "period_start",
           "period_end", "figure_printed"]  # fmt: skip
_REPEATED = ("a key of its own; {file} row {row} has it too", "give one of the two rows another key")
_TWICE = ("a figure entered once; row {row} of {file} has the same figure", "remove one of the two rows")
# Columns that name the rows of a table beside its key.
_NAMES = ("name_vi", "name_en", "spellings", "title", "gso_code", "concept")


# ---- what to write instead ---------------------------------------------------------------------------------


def _plain_number(text: str) -> str:
    """Say how to write a number with grouping, a decimal comma or words; both ways where it is unclear."""
    numbers = re.findall(r"-?[0-9](?:[0-9.,\s]*[0-9])?", text)
    if len(numbers) != 1:
        return "write digits with a decimal point, without grouping"
    *heads, tail = re.split("[.,]", re.sub(r"\s", "", numbers[0]))
    marks = re.findall("[.,]", numbers[0])
    grouped = len(set(marks)) < 2 and all(len(group) == 3 for group in [*heads, tail][1:])
    ways = ["".join([*heads, tail])] if grouped else []
    ways += [f"{''.join(heads)}.{tail}"] if heads and marks.count(marks[-1]) == 1 else []
    return f"write {' or '.join(ways) or 'one number'}"


def _whole_number(text: str) -> str:
    number = _plain_number(text).split()[1]
    return f"write {number}" if number.isdecimal() else "write digits only, without separators"


def _iso_date(text: str) -> str:
    """Say how to write a date typed with the day first, as a year, or as Excel stores it."""
    if re.fullmatch("[0-9]{4}", text):
        return f"write its first or its last day, {text}-01-01 or {text}-12-31"
    if re.fullmatch("[0-9]{5}", text):
        return f"write {date(1899, 12, 30) + timedelta(int(text))}, the day that Excel stores so"
    parts = re.match("([0-9]{1,4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,4})(?![0-9])", text)
    first, month, last = map(int, parts.groups()) if parts else (0, 0, 0)
    year, day = (first, last) if first > 31 else (last, first)
    day, month = (month, day) if month > 12 and year == last else (day, month)
    try:
        return f"write {date(year, month, day)}" if year > 1900 else "correct the date"
    except ValueError:
        return "correct the date"


# ---- cells and their types ---------------------------------------------------------------------------------

# Types of cells: their form, what is expected of them, how to mend them, and what holds them. The forms are
# narrower than those of the standard: frictionless reads "5.", "1_000" and "nan" as numbers too.
_TYPES: dict[str, tuple[str, str, Remedy, Any]] = {
    "integer": (r"-?[0-9]{1,18}", "a whole number", _whole_number, "Int64"),
    "number": (r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?", "a number", _plain_number,
               "float64"),
    "date": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a date that exists, as YYYY-MM-DD", _iso_date,
             "datetime64[us]"),
    "boolean": ("true|True|TRUE|1|false|False|FALSE|0", "true or false", "write one of the two", "boolean"),
    "string": (r"(?s:.*)", "", "", "str"),
}  # fmt: skip
# Letters of Vietnamese and English, digits, and the punctuation of both: these are composed and visible.
_UNUSUAL = re.compile(r"[^ -~\u00a0-\u00ac\u00ae-\u02ff\u1e00-\u1eff\u2010-\u2027\u202f-\u203a]")
_INVISIBLE = {"Cc", "Cf", "Zl", "Zp"}
# Looking for the nearest of a million keys helps nobody and takes minutes.
_SUGGEST_AMONG = 2000
_JOINT = "\x1f"
# A note needs some hundred characters.
_LONGEST = 100_000


@dataclass
class Sheet:
    """Hold one table as the checks see it, all its files one below the other.

    `cells` are texts, `values` what they say, `ok` marks the cells of a column that have passed every check
    so far; `places` are the file and the row of each. Where a file is unread, the table is not `whole`.
    """

    table: Table
    cells: pd.DataFrame
    places: list[tuple[str, int]]
    ok: dict[str, Flags]
    whole: bool
    problems: list[Problem]
    values: pd.DataFrame = field(default_factory=pd.DataFrame)
    readings: pd.DataFrame = field(default_factory=pd.DataFrame)

    def report(
        self, column: str, faulty: Any, expected: Expected, remedy: Remedy, *, is_warning: bool = False
    ) -> None:
        """Note the faulty cells of a column that were sound so far; a warning leaves them so."""

        def problem(position: int) -> Problem:
            wanted = expected if isinstance(expected, str) else expected(position)
            cell = self.cells[column].iloc[position]
            way = remedy if isinstance(remedy, str) else remedy(cell)
            return Problem(*self.places[position], column, cell, wanted, way, is_warning)

        faulty = np.asarray(faulty, dtype=bool) & self.ok[column]
        if not is_warning:
            self.ok[column] = self.ok[column] & ~faulty
        positions = np.flatnonzero(faulty).tolist()
        self.problems += listed(map(problem, positions), len(positions))

    def sound(self, columns: Iterable[str]) -> Flags:
        """Mark the rows whose cells in some columns have passed every check so far."""
        return reduce(np.logical_and, (self.ok[name] for name in columns))

    def keys(self, columns: Sequence[str]) -> "pd.Series[Any]":
        """Return a key of each row; the parts of a joint key stand in one text."""
        return reduce(lambda key, part: key + _JOINT + part, (self.cells[name] for name in columns))


def check_tables(
    folder: Path, tables: Sequence[Table], wording: str
) -> tuple[dict[str, Sheet], list[Problem]]:
    """Read and check every table of a folder.

    Returns the sheets by name, and every fault and warning in the order of the files and, within a file, of
    the rows.
    """
    sheets = {table.name: _read(folder, table) for table in tables}
    for sheet in sheets.values():
        sheet.values = pd.DataFrame({field.name: _check_column(sheet, field) for field in sheet.table.fields})
    _check_keys(sheets)
    _check_rules(sheets, wording)
    order = [file for table in tables for file in table.files]
    problems = [problem for sheet in sheets.values() for problem in sheet.problems]
    problems.sort(key=lambda p: (order.index(p.file), p.file, p.row or 0))
    return sheets, read.stray(folder, tables) + problems


def _read(folder: Path, table: Table) -> Sheet:
    names = [described.name for described in table.fields]
    read = {file: read_file(folder, file, names) for file in table.files}
    frames = {file: frame for file, (frame, _) in read.items() if frame is not None}
    cells = pd.concat([pd.DataFrame(columns=names, dtype=object), *frames.values()])[names]
    places = [(file, row) for file, frame in frames.items() for row in frame.index]
    # Cells of a missing column are empty and never pass.
    ok = {name: cells[name].notna().to_numpy() for name in names}
    problems = [problem for _, faults in read.values() for problem in faults]
    cells = cells.fillna("").reset_index(drop=True)
    whole = len(frames) == len(read) and all({*names} <= {*frame} for frame in frames.values())
    return Sheet(table, cells, places, ok, whole, problems)


# ---- cells -------------------------------------------------------------------------------------------------


def _check_column(sheet: Sheet, described: Field) -> "pd.Series[Any]":
    """Check every cell of a column, each different text once, and return what the cells say."""
    name, texts = described.name, sheet.cells[described.name]
    distinct = texts.unique().tolist()
    read = _cell_reader(described, distinct)
    found = {text: read(text) for text in distinct}
    for fault in dict.fromkeys(fault for _, fault in found.values() if fault):
        sheet.report(name, [found[text][1] == fault for text in texts], *fault)
    if described.constraints.unique:
        repeated = texts.duplicated() & (texts != "")
        sheet.report(name, repeated, "a value used once only", "give each row its own")
    values = texts if described.type == "string" else [found[text][0] for text in texts]
    checked: pd.Series[Any] = pd.Series(values, dtype=_TYPES[described.type][-1])
    return checked


def _cell_reader(described: Field, texts: list[str]) -> Callable[[str], tuple[Any, Fault | None]]:
    """Make a reader of cells: the value of a text, and the first fault of it."""
    from frictionless import fields

    limits = described.constraints
    # The pattern is matched by a library that takes one pass over a text, however hostile the pattern.
    checked = limits.model_dump(exclude={"pattern", "unique"}, exclude_none=True)
    # Made by its class: to make it from a description takes two seconds of imports.
    made: Any = getattr(fields, f"{described.type.title()}Field")
    read = made(name=described.name, constraints=checked).create_cell_reader()
    form, expected, remedy, _ = _TYPES[described.type]
    fits = pc.match_substring_regex(pa.array(texts, pa.string()), f"^(?:{limits.pattern or '(?s:.*)'})$")
    unfit = {text for text, fit in zip(texts, fits.to_pylist(), strict=True) if text and not fit}
    choices = limits.enum or []

    def choose(text: str) -> str:
        nearest = suggest(text, choices)
        return f"use one of them, perhaps {nearest!r}" if nearest else "use one of them"

    told: dict[str, Fault] = {
        "type": (expected, remedy),
        "required": ("a value", "fill the cell in"),
        "enum": (f"one of {', '.join(choices)}", choose),
        "minimum": (f"at least {limits.minimum}", "correct the number"),
        "maximum": (f"at most {limits.maximum}", "correct the number"),
    }

    def reader(text: str) -> tuple[Any, Fault | None]:
        if fault := _text_fault(text):
            return None, fault
        if text and not re.fullmatch(form, text):
            return None, told["type"]
        if text in unfit:
            return text, (f"the pattern {limits.pattern}", "write it in this form")
        value, notes = read(text)
        return value, next((told[name] for name in told if name in notes), None) if notes else None

    return reader


def _text_fault(text: str) -> Fault | None:
    if len(text) > _LONGEST:
        return f"at most {_LONGEST:,} characters in a cell", "shorten it, or close its quotes"
    if text.strip() != text:
        return "no space before or after the text", "remove the space"
    if _UNUSUAL.search(text) is None:
        return None
    if any(unicodedata.category(letter) in _INVISIBLE for letter in text):
        return "no control or invisible characters", "type the text anew"
    if not unicodedata.is_normalized("NFC", text):
        return "composed letters (Unicode NFC)", "type the text anew, or normalise the file to NFC"
    return None


# ---- keys and references -----------------------------------------------------------------------------------


def _check_keys(sheets: dict[str, Sheet]) -> None:
    observations = [sheet for sheet in sheets.values() if sheet.table.is_of_observations]
    _check_unique(observations, ["obs_id"])
    for sheet in sheets.values():
        described, of_observations = sheet.table.described, sheet.table.is_of_observations
        if described.primary_key != ["obs_id"] or not of_observations:
            _check_unique([sheet], described.primary_key)
        implied = [key for key in _REFERENCES if of_observations and key not in described.foreign_keys]
        for key in [*described.foreign_keys, *implied]:
            _check_reference(sheet, key, sheets[key.reference.resource or sheet.table.name])
    _check_unique(observations, FIGURE, at="obs_id", told=_TWICE)
    _check_use(sheets["sources"], observations)
    _check_terms(sheets["ratio-parts"], sheets["indicators"])
    _check_chains(observations, "part_of", "obs_id")
    _check_chains([sheets["areas"]], "successor", "ref_area")


def _check_unique(
    sheets: Sequence[Sheet], columns: Sequence[str], *, at: str = "", told: Fault = _REPEATED
) -> None:
    """Check that a key stands once over some sheets together; where it repeats, the later row is at fault.

    What is `told` names the first row; it is told of the column `at`, by default the first of the key.
    """
    firsts: dict[str, tuple[str, int]] = {}
    for sheet in sheets if columns else ():
        keys = sheet.keys(columns)
        repeated = keys.duplicated() | keys.isin(firsts)
        for key, place in zip(keys, sheet.places, strict=True):
            firsts.setdefault(key, place)

        def expected(position: int, keys: "pd.Series[str]" = keys) -> str:
            file, row = firsts[keys[position]]
            return told[0].format(file=file, row=row)

        sheet.report(at or columns[0], repeated & sheet.sound(columns), expected, told[1])


def _check_reference(sheet: Sheet, key: ForeignKey, target: Sheet) -> None:
    """Check that references lead to rows of the target; an empty cell refers to nothing."""
    if not target.whole:
        sheet.ok.update({column: np.zeros(len(sheet.cells), dtype=bool) for column in key.fields})
        return
    known, keys = target.keys(key.reference.fields).unique(), sheet.keys(key.fields)
    filled = (sheet.cells[key.fields] != "").all(axis=1)
    hinter = cache(lambda: _hinter(target, key.reference.fields))

    def expected(position: int) -> str:
        wanted = f"a known {' and '.join(key.reference.fields)} of {target.table.name!r}"
        return f"{wanted} ({hint})" if (hint := hinter()(keys[position])) else wanted

    remedy = f"correct it, or add it to {target.table.place}"
    sheet.report(key.fields[0], ~keys.isin(known) & filled & sheet.sound(key.fields), expected, remedy)


def _hinter(target: Sheet, columns: Sequence[str]) -> Callable[[str], str]:
    """Make what tells which row of a table a wrong reference means: one that it names, or the nearest."""
    cells, keys = target.cells, target.keys(columns)
    rows: dict[str, list[Any]] = {}
    for column in _NAMES:
        if column in cells and column not in columns:
            names = cells[column].map(rules.without_accents).str.split("|").explode()
            for position, name in names[names != ""].items():
                rows.setdefault(name, []).append(position)
    # The code nearest to that of an area is of another province.
    near = {} if target.table.name == "areas" else {key: key for key in keys}
    near |= {name: keys[found[0]] for name, found in rows.items() if len(found) == 1 and name not in near}
    near, digits = near if len(near) <= _SUGGEST_AMONG else {}, re.compile(r"\d").findall

    @cache
    def hint(name: str) -> str:
        positions = list(dict.fromkeys(rows.get(rules.without_accents(name), [])))
        if "concept" in cells and name in set(cells["concept"]):
            return f"{name!r} is the concept of {', '.join(keys[positions])}"
        if len(positions) == 1:
            return f"{shorten(name)!r} is {keys[positions[0]]}"
        if positions:  # of areas one after the other, say
            return f"{name!r} is {' or '.join(keys[positions] + ' ' + cells['name_vi'][positions])}"
        nearest = suggest(name, near) or suggest(rules.without_accents(name), near)
        # A source of another year is another text, and no slip.
        if target.table.name == "sources" and nearest and digits(nearest) != digits(name):
            return ""
        return f"did you mean {near[nearest].replace(_JOINT, ', ')!r}?" if nearest else ""

    return hint


def _check_use(sources: Sheet, observations: Sequence[Sheet]) -> None:
    """Warn of sources that no figure is from, unless one may be meant by a reference that is wrong."""
    if all(sheet.whole and sheet.ok["source_id"].all() for sheet in observations):
        used = pd.concat([sheet.cells["source_id"] for sheet in observations])
        bundled = pd.Series([Path(file).is_absolute() for file, _ in sources.places], dtype=bool)
        unused = ~bundled & ~sources.cells["source_id"].isin(used)
        remedy = "enter its figures, or remove the row"
        sources.report("source_id", unused, "a source that figures are from", remedy, is_warning=True)


def _check_terms(parts: Sheet, indicators: Sheet) -> None:
    """Check that what is divided by is an indicator, or a sum of indicators that count at one date."""
    kinds = dict(indicators.cells[["indicator", "measure_type"]].to_numpy().tolist())
    terms = parts.cells["denominator"].str.split("+")
    unknown = terms.map(lambda names: next((name for name in names if name not in kinds), None))

    def expected(position: int) -> str:
        nearest = suggest(unknown[position], kinds)
        return "known indicators" + (f" (did you mean {nearest!r}?)" if nearest else "")

    remedy = f"correct it, or add it to {indicators.table.place}"
    parts.report("denominator", unknown.notna() & indicators.whole, expected, remedy)
    added = terms.map(lambda names: len(names) > 1 and {kinds.get(name) for name in names} != {"stock"})
    wanted = "a sum of stocks: other measures cannot be added up"
    parts.report("denominator", added & indicators.whole, wanted, "give one indicator, or stocks only")


def _check_chains(sheets: Sequence[Sheet], column: str, key: str) -> None:
    """Check that references inside one table end somewhere: that no row is, step by step, above itself.

    A row that names itself is left to the rules, which say so.
    """
    above: dict[str, str] = {}
    for sheet in sheets:
        refers = (sheet.cells[column] != "") & (sheet.cells[column] != sheet.cells[key]) & sheet.ok[column]
        above |= dict(sheet.cells.loc[refers, [key, column]].itertuples(index=False))
    totals = pd.Series(above, dtype=object)
    for _ in range(len(above).bit_length()):  # each step doubles the way that has been gone up
        totals = totals.map(totals)
    endless = totals.dropna().index
    for sheet in sheets:
        faulty = sheet.cells[key].isin(endless) & (sheet.cells[column] != "")
        expected = f"a chain of {column} that ends"
        sheet.report(column, faulty, expected, "empty the cell of the last in the chain")


# ---- the rules of the house --------------------------------------------------------------------------------


def _check_rules(sheets: dict[str, Sheet], wording: str) -> None:
    places = rules.spelled(sheets["areas"].values)["spelling"]
    for name, sheet in sheets.items():
        checked, frame = rules.RULES.get(name, []), sheet.values.copy()
        if sheet.table.is_of_observations:
            sheet.readings = read_column(sheet.cells["figure_printed"], wording)
            checked = rules.RULES[OBSERVATIONS]
            frame = _beside(sheet, sheets)
        for column in rules.WRITTEN:
            if column in frame and checked:
                frame[f"person_{column}"] = rules.persons(frame[column], places)
        for rule in checked:

            def expected(position: int, frame: pd.DataFrame = frame, wanted: str = rule.expected) -> str:
                return wanted.format_map(dict(frame.iloc[position]))

            sound = sheet.sound([rule.column, *rule.needs])
            broken = rule.broken(frame).to_numpy(dtype=bool, na_value=False) & sound
            sheet.report(rule.column, broken, expected, rule.remedy, is_warning=rule.is_warning)


def _beside(sheet: Sheet, sheets: dict[str, Sheet]) -> pd.DataFrame:
    """Put beside the observations of a sheet all that the rules compare them with.

    Added are `read_reason`, `read_value`, `read_qualifier`, `read_percent` (what the print says), the
    indicator's `measure_type`, `unit_measure`, `unit` (its name), `decimals`, the word of a `foreign_unit`,
    the last day on which the source may have been `published`, the area's `valid_from`, `valid_to` and
    `successor` (with its name), the `years_touched` by the window, its length in `years`, and
    `total_row` (missing: none), `total_ref_area`, `total_unit_measure` of the row named in `part_of`.
    """
    obs = sheet.values.join(sheet.readings[["reason", "value", "qualifier", "percent"]].add_prefix("read_"))
    of, units, sources, area = (
        sheets[table].values.drop_duplicates(key).set_index(key, drop=False)
        for table, key in (("indicators", "indicator"), ("units", "unit_measure"), ("sources", "source_id"),
                           ("areas", "ref_area"))
    )  # fmt: skip
    obs = obs.join(of[["measure_type", "unit_measure", "decimals"]], on="indicator")
    obs["unit"] = obs["unit_measure"].map(units["name_vi"])
    obs["foreign_unit"] = rules.foreign_units(obs, units)
    published = sources["published_on"].map(rules.last_day).astype("datetime64[us]")
    obs["published"] = obs["source_id"].map(published)
    area["successor"] += " " + area["successor"].map(area["name_vi"]).astype("str").fillna("")
    obs = obs.join(area[["valid_from", "valid_to", "successor"]], on="ref_area")
    obs["years"] = ((obs["period_end"] - obs["period_start"]).dt.days + 1) / rules.DAYS_OF_YEAR
    obs["years_touched"] = obs["period_end"].dt.year - obs["period_start"].dt.year + 1
    rows = pd.Series(obs.index, index=obs["obs_id"])
    obs["total_row"] = obs["part_of"].map(rows[~rows.index.duplicated()])
    for name in ("ref_area", "unit_measure"):
        obs[f"total_{name}"] = obs["total_row"].map(obs[name])
    return obs
