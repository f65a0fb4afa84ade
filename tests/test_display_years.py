from datetime import date

import pandas as pd
import pytest

from antq_analysis.display.years import bands, covered, day, named, span, years_axis


def window(start, end):
    return {"period_start": pd.NaT if start is None else pd.Timestamp(start), "period_end": pd.Timestamp(end)}


def test_a_year_is_a_stretch_of_the_axis():
    assert day(date(2019, 1, 1)) == 2019
    assert 2019.99 < day(date(2019, 12, 31)) < 2020
    assert day(date(2020, 12, 31)) < 2021


def test_a_window_goes_from_its_first_day_to_its_last_and_a_stock_has_one():
    assert span(window("2014-01-01", "2019-12-31")) == (2014, pytest.approx(2019.997, abs=1e-3))
    first, last = span(window(None, "2024-04-19"))
    assert first == last == pytest.approx(2024.3, abs=0.01)


def test_no_window_is_cut_and_the_usual_years_are_always_there():
    rows = [window(None, "2019-12-31"), window("1995-01-01", "1999-12-31")]
    assert covered(rows) == (1995, 2025)
    assert covered([window("2016-01-01", "2031-12-31")]) == (2014, 2031)


@pytest.mark.parametrize("last", [2014, 2018, 2025, 2060])
def test_few_years_are_named_each_in_the_middle_of_its_own(last):
    years = named(2014, last)
    assert len(years) <= 8
    axis = years_axis(2014, last)
    assert axis["tickvals"] == [year + 0.5 for year in years]
    assert axis["ticktext"] == [str(year) for year in years]
    assert axis["range"][0] < 2014 < last + 1 < axis["range"][1]


def test_a_band_covers_a_year_and_leaves_the_next_one_free():
    found = bands(2014, 2017, y0=0, y1=1)
    assert [(band["x0"], band["x1"]) for band in found] == [(2014, 2015), (2016, 2017)]
    assert {band["layer"] for band in found} == {"below"}
