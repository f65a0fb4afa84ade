"""Checks cells one column at a time: clean text, the type, and the constraints of the schema."""

import unicodedata
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from antq_analysis.data.bounds import Flags
from antq_analysis.data.keys import first_places
from antq_analysis.data.schema import Field
from antq_analysis.data.sheets import Column, Sheet
from antq_analysis.errors import Problem

# Letters of Vietnamese and English, digits, and the punctuation of both: these are composed and visible.
_UNUSUAL = r"[^ -~\x{a0}-\x{ac}\x{ae}-\x{2ff}\x{1e00}-\x{1eff}\x{2010}-\x{2027}\x{202f}-\x{203a}]"
Fault = tuple[Any, str, str]  # which distinct texts are faulty, what was expected, how to mend it
_INVISIBLE = {"Cc", "Cf", "Zl", "Zp"}
_PATTERNS = {
    "integer": r"^-?[0-9]{1,18}$",
    "number": r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?$",
    "date": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "boolean": "^(?:true|True|TRUE|1|false|False|FALSE|0)$",
}
_EXPECTED = {
    "integer": ("a whole number", "write digits only, without separators"),
    "number": ("a number", "write digits with a decimal point, without grouping"),
    "date": ("a date that exists, as YYYY-MM-DD", "correct the date"),
    "boolean": ("true or false", "write one of the two"),
}


def check_column(sheet: Sheet, field: Field) -> list[Problem]:
    """Check every cell of one column and keep its values, typed, for the checks that follow.

    Returns the faults found; the cells concerned no longer count as sound in the sheet.
    """
    column = sheet.columns[field.name]
    given = sheet.ok[field.name].copy()
    filled = column.filled()
    problems = []
    for faults in (_text_faults, _type_faults, _constraint_faults):
        for faulty, expected, remedy in faults(column, field, filled):
            faulty_rows = column.spread(faulty) & sheet.ok[field.name]
            problems += sheet.report(field.name, faulty_rows, expected, remedy)
    if field.constraints.get("unique"):
        repeated = first_places(column.cells) != np.arange(len(sheet.rows))
        faulty_rows = repeated & column.spread(filled) & given
        problems += sheet.report(field.name, faulty_rows, "a value used once only", "give each row its own")
    return problems


def _text_faults(column: Column, _field: Field, _filled: Flags) -> list[Fault]:
    texts = column.distinct
    padded = pc.not_equal(pc.utf8_trim_whitespace(texts), texts).to_numpy(zero_copy_only=False)
    unusual = np.flatnonzero(pc.match_substring_regex(texts, _UNUSUAL).to_numpy(zero_copy_only=False))
    decomposed, invisible = np.zeros(len(texts), dtype=bool), np.zeros(len(texts), dtype=bool)
    for position in unusual.tolist():
        text = texts[position].as_py()
        decomposed[position] = not unicodedata.is_normalized("NFC", text)
        invisible[position] = any(unicodedata.category(letter) in _INVISIBLE for letter in text)
    return [
        (padded, "no space before or after the text", "remove the space"),
        (invisible, "no control or invisible characters", "type the text anew"),
        (decomposed, "composed letters (Unicode NFC)", "normalise the file to NFC"),
    ]


def _type_faults(column: Column, field: Field, filled: Flags) -> list[Fault]:
    if field.type == "string":
        return []
    matching = pc.match_substring_regex(column.distinct, _PATTERNS[field.type])
    sound = pc.if_else(matching, column.distinct, None)
    column.typed = _typed(sound, field.type)
    return [(filled & column.typed.isna(), *_EXPECTED[field.type])]


def _typed(texts: pa.Array, kind: str) -> Any:
    """Turn sound texts into a pandas array of their type; null texts become missing values."""
    if kind == "date":
        return pd.to_datetime(texts.to_pandas(), format="%Y-%m-%d", errors="coerce").array
    if kind == "number":
        return pd.arrays.NumpyExtensionArray(texts.cast(pa.float64()).to_numpy(zero_copy_only=False))
    missing = texts.is_null().to_numpy(zero_copy_only=False)
    if kind == "integer":
        return pd.arrays.IntegerArray(texts.cast(pa.int64()).fill_null(0).to_numpy(), missing)
    truth = pc.is_in(texts, pa.array(["true", "True", "TRUE", "1"])).to_numpy(zero_copy_only=False)
    return pd.arrays.BooleanArray(truth, missing)


def _constraint_faults(column: Column, field: Field, filled: Flags) -> list[Fault]:
    faults: list[Fault] = []
    wanted = field.constraints
    if wanted.get("required"):
        faults.append((~filled, "a value", "fill the cell in"))
    if "enum" in wanted:
        allowed = pc.is_in(column.distinct, pa.array(wanted["enum"], pa.string())).to_numpy(
            zero_copy_only=False
        )
        faults.append((filled & ~allowed, f"one of {', '.join(wanted['enum'])}", "use one of them"))
    if "pattern" in wanted:
        fits = pc.match_substring_regex(column.distinct, f"^(?:{wanted['pattern']})$").to_numpy(
            zero_copy_only=False
        )
        faults.append((filled & ~fits, f"the pattern {wanted['pattern']}", "write it in this form"))
    return faults + _range_faults(column, wanted)


def _range_faults(column: Column, wanted: dict[str, Any]) -> list[Fault]:
    faults: list[Fault] = []
    for name, words, too_far in (("minimum", "at least", "__lt__"), ("maximum", "at most", "__gt__")):
        if name in wanted:
            beyond = pd.array(getattr(column.typed, too_far)(wanted[name]), dtype="boolean")
            faulty = beyond.fillna(False).to_numpy(dtype=bool)
            faults.append((faulty, f"{words} {wanted[name]}", "correct the number"))
    return faults
