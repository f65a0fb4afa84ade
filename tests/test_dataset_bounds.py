"""Bounds are exact: no rounding on the way, whatever the size or the decimals."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antq_analysis.data.bounds import BASES, WORDINGS, Numbers, bound, check_wording
from antq_analysis.data.wordings import QUALIFIERS
from antq_analysis.errors import InvalidOption


def number(mantissa: int, exponent: int, *, counted: bool = False, share: bool = False) -> Numbers:
    return Numbers(np.array([mantissa]), np.array([exponent]), np.array([counted]), np.array([share]))


def bounds_of(numbers: Numbers, qualifier: str, wording: str = "convention") -> tuple[float, float, float]:
    found = bound(numbers, np.array([QUALIFIERS.index(qualifier)]), wording)
    return float(found.lower[0]), float(found.upper[0]), float(found.granularity[0])


@given(st.integers(1, 10**9), st.integers(0, 5))
def test_counts_follow_the_table_exactly(mantissa: int, exponent: int) -> None:
    value = mantissa * 10**exponent
    grain = max(10 ** (len(str(value)) - len(str(value).rstrip("0"))), 10)
    numbers = number(mantissa, exponent, counted=True)
    assert bounds_of(numbers, "more_than") == (value + 1, value + grain - 1, grain)
    assert bounds_of(numbers, "nearly") == (max(value - grain // 2, 0), value - 1, grain)
    assert bounds_of(numbers, "about") == (max(value - grain // 2, 0), value + grain // 2, grain)


@given(st.integers(1, 10**9), st.integers(1, 6))
def test_decimals_are_rounded_once_and_correctly(mantissa: int, decimals: int) -> None:
    grain = Fraction(10 ** (len(str(mantissa)) - len(str(mantissa).rstrip("0"))), 10**decimals)
    value = Fraction(mantissa, 10**decimals)
    numbers = number(mantissa, -decimals)
    assert numbers.values()[0] == float(value)
    lower, upper, granularity = bounds_of(numbers, "about")
    assert (lower, upper) == (float(max(value - grain / 2, Fraction(0))), float(value + grain / 2))
    assert granularity == float(grain)


@pytest.mark.parametrize("qualifier", QUALIFIERS)
@pytest.mark.parametrize("wording", WORDINGS)
@given(percent=st.integers(1, 100))
def test_shares_stay_within_a_hundred(qualifier: str, wording: str, percent: int) -> None:
    lower, upper, _ = bounds_of(number(percent, 0, share=True), qualifier, wording)
    assert 0 <= lower <= upper
    assert upper <= 100 or (percent == 100 and qualifier == "more_than")


def test_every_basis_has_a_name() -> None:
    for wording in WORDINGS:
        found = bound(number(5, 0, counted=True), np.array([1]), wording)
        assert {BASES[code] for code in (*found.lower_basis, *found.upper_basis)} <= set(BASES)


def test_input_is_left_as_it_was() -> None:
    numbers = number(1200, 0, counted=True)
    bound(numbers, np.array([1]), "convention")
    assert (numbers.mantissa[0], numbers.exponent[0]) == (1200, 0)


def test_another_wording_is_refused() -> None:
    assert check_wording("strict") == "strict"
    with pytest.raises(InvalidOption, match="wording='x' is not possible"):
        check_wording("x")
