"""Cells: clean text, the type, the constraints; and not a word about cells that are fine."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from antq_analysis.data.cells import check_column
from antq_analysis.data.schema import Field, Table
from antq_analysis.data.sheets import Column, Sheet
from antq_analysis.errors import Problem


def checked(texts: list[str], kind: str, constraints: dict[str, Any]) -> tuple[Sheet, list[Problem]]:
    column = Column.of(pa.chunked_array([texts], pa.string()))
    ok = {"a": np.full(len(texts), True)}
    sheet = Sheet("t.csv", Table("t", (), (), (), ()), np.arange(2, len(texts) + 2), {"a": column}, ok)
    return sheet, check_column(sheet, Field("a", kind, constraints))


@pytest.mark.parametrize(
    ("kind", "constraints", "good", "bad", "expected"),
    [
        ("string", {}, ["", "ờ ớ", "a–b…"], [" a", "a ", "\u00a0a"], "no space before or after the text"),
        ("string", {}, ["hơn"], ["a\tb", "a\nb", "a\x00b", "a\u200bb", "a\u00adb"], "no control or"),
        ("string", {}, ["hơn", "Điện"], ["ho\u031bn", "\u212b"], "composed letters (Unicode NFC)"),
        ("integer", {}, ["", "0", "-5", "007"], ["1.0", "1,000", "x", "9" * 19], "a whole number"),
        ("number", {}, ["", "0", "-5", "1.5", "1e3"], ["1,5", "1.645.000", "x", "nan", "5."], "a number"),
        ("date", {}, ["", "2019-02-28"], ["2019-02-30", "28/02/2019", "2019-2-1"], "a date that exists"),
        ("boolean", {}, ["", "true", "0"], ["yes", "tRue"], "true or false"),
        ("string", {"required": True}, ["x"], [""], "a value"),
        ("string", {"enum": ["a", "b"]}, ["", "a"], ["A", "c"], "one of a, b"),
        ("string", {"pattern": "[a-z]+"}, ["", "abc"], ["ab1", "1"], "the pattern [a-z]+"),
        ("integer", {"minimum": 1, "maximum": 9}, ["", "1", "9"], ["0"], "at least 1"),
        ("integer", {"minimum": 1, "maximum": 9}, ["", "1", "9"], ["10"], "at most 9"),
        ("number", {"minimum": 0}, ["", "0", "0.5"], ["-0.5"], "at least 0"),
        ("string", {"unique": True}, ["", "", "x", "y"], ["x", "y"], "a value used once only"),
    ],
)  # fmt: skip
def test_faulty_cells_are_named_and_good_ones_are_not(
    kind: str, constraints: dict[str, Any], good: list[str], bad: list[str], expected: str
) -> None:
    sheet, problems = checked([*good, *bad], kind, constraints)
    assert [problem.value for problem in problems] == bad
    assert [problem.row for problem in problems] == [len(good) + 2 + place for place in range(len(bad))]
    assert all(problem.expected.startswith(expected) for problem in problems)
    assert sheet.ok["a"].tolist() == [True] * len(good) + [False] * len(bad)


@pytest.mark.parametrize(
    ("kind", "texts", "values"),
    [
        ("integer", ["1", "", "007"], [1, None, 7]),
        ("number", ["1.5", "", "1e3"], [1.5, None, 1000.0]),
        ("boolean", ["true", "", "0"], [True, None, False]),
    ],
)
def test_sound_cells_are_typed(kind: str, texts: list[str], values: list[object]) -> None:
    sheet, _ = checked(texts, kind, {})
    column = sheet.columns["a"]
    typed = column.spread(column.typed)
    assert [None if missing else value for value, missing in zip(typed, typed.isna(), strict=True)] == values


def test_a_cell_is_complained_of_once() -> None:
    _, problems = checked([" x"], "integer", {"minimum": 5})
    assert len(problems) == 1
