"""Taking digits out of texts, byte by byte, and putting them back together as numbers."""

import re

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from antq_analysis.data.digits import integers, split_digits

TEXTS = st.lists(st.text(max_size=12), max_size=6)


@given(TEXTS)
def test_shapes_and_digits_are_those_of_each_text(texts: list[str]) -> None:
    shapes, digits = split_digits(pa.array(texts, pa.large_string()))
    assert shapes.to_pylist() == [re.sub("[0-9]", "9", text) for text in texts]
    assert digits.to_pylist() == [re.sub("[^0-9]", "", text) for text in texts]


@given(TEXTS.filter(bool))
def test_a_slice_of_an_array_is_read_as_that_slice(texts: list[str]) -> None:
    shapes, digits = split_digits(pa.array(texts, pa.string())[1:])
    assert len(shapes) == len(digits) == len(texts) - 1
    assert digits.to_pylist() == [re.sub("[^0-9]", "", text) for text in texts[1:]]


@given(
    st.lists(st.tuples(st.from_regex("[0-9]{1,15}", fullmatch=True), st.integers(0, 15), st.integers(0, 15)))
)
def test_spans_of_digits_become_numbers(spans: list[tuple[str, int, int]]) -> None:
    spans = [(digits, *sorted((min(a, len(digits)), min(b, len(digits))))) for digits, a, b in spans]
    starts, stops = (np.array([span[place] for span in spans], dtype=np.int64) for place in (1, 2))
    found = integers(pa.array([span[0] for span in spans], pa.string()), starts, stops)
    assert found.tolist() == [int("0" + digits[start:stop]) for digits, start, stop in spans]
