from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antq_analysis.i18n import (
    bounds_text,
    date_text,
    number_text,
    percent_text,
    window_text,
    year_text,
)

INFINITE = float("inf")


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (1645, "1.645", "1,645"),
        (3.12453, "3,12", "3.12"),
        (0.18, "0,180", "0.180"),
        (240.96, "241", "241"),
        (0, "0", "0"),
        (62.5478, "62,5", "62.5"),
        (-3.14159, "-3,14", "-3.14"),
        (1_800_001.0, "1.800.001", "1,800,001"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(value, vi, en):
    assert (number_text(value, "vi"), number_text(value, "en")) == (vi, en)


@pytest.mark.parametrize(("value", "text"), [(99.96, "100"), (9.999, "10.0"), (0.9996, "1.00")])
def test_a_number_that_rounds_up_keeps_three_digits(value, text):
    assert number_text(value, "en") == text


@given(st.floats(1e-6, 1e9))
def test_what_is_written_is_the_number_to_three_digits_at_least(value):
    vi, en = number_text(value, "vi"), number_text(value, "en")
    assert float(en.replace(",", "")) == pytest.approx(value, rel=0.0051)
    assert vi == en.translate(str.maketrans(",.", ".,"))


def test_decimals_may_be_asked_for():
    assert number_text(1645, "en", decimals=2) == "1,645.00"
    assert number_text(0.4567, "vi", decimals=0) == "0"


def test_a_share_is_a_percentage():
    assert (percent_text(0.5656, "vi"), percent_text(0.5656, "en")) == ("56,6%", "56.6%")
    assert percent_text(-0.012, "en", decimals=0) == "-1%"


def test_open_bounds_are_said_in_words():
    assert bounds_text(740_001, INFINITE, "vi") == "ít nhất 740.001"
    assert bounds_text(740_001, INFINITE, "en") == "at least 740,001"


def test_bounds_that_are_one_number_are_written_once():
    assert bounds_text(5, 5, "vi") == "5"
    assert bounds_text(5, 7.5, "vi") == "5–7,50"


def test_dates_are_written_in_the_order_of_the_language():
    day = date(2024, 4, 9)
    assert (date_text(day, "vi"), date_text(pd.Timestamp(day), "en")) == ("09/04/2024", "9 Apr 2024")


def test_years_of_a_window_are_those_it_touches():
    assert year_text(date(2014, 1, 1), date(2019, 9, 11)) == "2014–2019"
    assert year_text(date(2019, 1, 1), date(2019, 12, 31)) == "2019"


@pytest.mark.parametrize(
    ("start", "end", "years", "vi", "en"),
    [
        (date(2014, 1, 1), date(2019, 9, 11), 5, "5 năm (2014–2019)", "5 years (2014–2019)"),
        (date(2019, 1, 1), date(2019, 12, 31), 1, "năm 2019", "the year 2019"),
        (None, date(2019, 9, 11), None, "tại 11/09/2019", "as of 11 Sep 2019"),
        (pd.NaT, date(2019, 9, 11), pd.NA, "tại 11/09/2019", "as of 11 Sep 2019"),
    ],
)
def test_a_window_keeps_the_length_the_text_states(start, end, years, vi, en):
    row = {"period_start": start, "period_end": end, "period_years": years}
    assert (window_text(row, "vi"), window_text(row, "en")) == (vi, en)
