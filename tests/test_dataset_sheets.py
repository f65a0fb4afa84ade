"""Columns, and the listing of faulty cells."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from antq_analysis.data.schema import Table
from antq_analysis.data.sheets import LISTED, Column, Sheet


def sheet_of(texts: list[str]) -> Sheet:
    column = Column.of(pa.chunked_array([texts], pa.string()))
    rows = np.arange(2, len(texts) + 2)
    return Sheet("t.csv", Table("t", (), (), (), ()), rows, {"a": column}, {"a": np.full(len(texts), True)})


@given(st.lists(st.sampled_from(["", "x", "ơ", "1"])))
def test_values_per_distinct_text_reach_every_row(texts: list[str]) -> None:
    column = Column.of(pa.chunked_array([texts, texts], pa.string()))
    assert column.spread(column.filled()).tolist() == [text != "" for text in texts * 2]


def test_texts_that_hardly_repeat_are_not_encoded() -> None:
    assert Column.of(pa.chunked_array([[str(n) for n in range(6000)]])).codes is None
    assert Column.of(pa.chunked_array([["x"] * 6000])).codes is not None


def test_a_report_names_row_value_and_expectation_and_marks_the_cells() -> None:
    sheet = sheet_of(["good", "bad", "worse"])
    faulty = np.array([False, True, True])
    problems = sheet.report("a", faulty, lambda position: f"better than number {position}", "mend it")
    assert [str(problem) for problem in problems] == [
        "t.csv, row 3, column a: found 'bad', expected better than number 1; mend it.",
        "t.csv, row 4, column a: found 'worse', expected better than number 2; mend it.",
    ]
    assert sheet.ok["a"].tolist() == [True, False, False]


def test_beyond_a_thousand_a_line_says_how_many_more() -> None:
    sheet = sheet_of(["x"] * (LISTED + 7))
    problems = sheet.report("a", np.full(LISTED + 7, True), "y", "mend it")
    assert len(problems) == LISTED + 1
    assert problems[-1].row == LISTED + 2
    assert problems[-1].remedy == (
        "the same fault stands in 7 cells from this row on; mend the listed ones first"
    )
    assert sheet_of([]).report("a", np.array([], dtype=bool), "y", "z") == []
