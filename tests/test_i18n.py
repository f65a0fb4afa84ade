"""Words, numbers and dates in both languages."""

import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

import antq_analysis as aq
from antq_analysis.analysis.grading import GRADES, REASONS
from antq_analysis.i18n import LANGUAGES, bounds_text, number_text, window_text, words

PACKAGE = Path(aq.__file__).parent


# English says “one in 2.3 years” without what is counted.
SAID_OTHERWISE = {"answer.one_in_years"}


def test_both_catalogues_say_the_same_things_with_the_same_values():
    vi, en = (words(lang) for lang in ("vi", "en"))
    assert set(vi) == set(en)
    for key in sorted(vi):
        holes = [set(re.findall(r"{(\w+)}", " ".join(catalogue.forms(key)))) for catalogue in (vi, en)]
        assert holes[0] == holes[1] or key in SAID_OTHERWISE, key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_message_is_empty_and_every_reason_and_grade_has_words(lang):
    say = words(lang)
    assert [key for key in say if not all(say.forms(key))] == []
    assert all(f"reason.{code}" in say for code in REASONS)
    assert all(f"grade.{grade}" in say for grade in GRADES)


def test_no_english_message_holds_a_vietnamese_letter():
    say = words("en")
    assert [key for key in say if re.search("[à-ỹđ]", " ".join(say.forms(key)).lower())] == []


def test_every_key_the_code_says_exists():
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.*") if path.suffix in (".py", ".j2")
    )
    assert set(re.findall(r"\bsay\(\"([a-z_.]*[a-z_])\"", code)) <= set(words("vi"))


def test_another_language_is_refused_with_those_there_are():
    with pytest.raises(aq.InvalidOption, match=r"No language 'fr'\. Give one of: vi, en"):
        words("fr")


def test_the_form_of_a_message_follows_the_count_where_a_language_has_forms():
    pairs = [[words(lang)("pairs", count=count) for count in (1, 2)] for lang in LANGUAGES]
    assert pairs == [["1 cặp số liệu", "2 cặp số liệu"], ["1 pair of figures", "2 pairs of figures"]]


def test_marked_words_escape_values_and_let_markup_pass():
    say = words("en").marked
    said = say("quoted.years", figure="<b> & 1", years=Markup("<i>2019</i>"))
    assert said == "&lt;b&gt; &amp; 1 (<i>2019</i>)"
    assert isinstance(said, Markup)


INFINITE = float("inf")


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (3.12453, "3,12", "3.12"),
        (0.18, "0,18", "0.18"),
        (0, "0", "0"),
        (-3.14159, "-3,14", "-3.14"),
        (1_800_001.0, "1.800.001", "1,800,001"),
        (99.96, "100", "100"),
        (9.999, "10", "10"),
        (0.9996, "1", "1"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(value, vi, en):
    assert (number_text(value, "vi"), number_text(value, "en")) == (vi, en)


@given(st.floats(1e-6, 1e9))
def test_what_is_written_is_the_number_to_three_digits_and_below_one_to_two(value):
    vi, en = number_text(value, "vi"), number_text(value, "en")
    assert float(en.replace(",", "")) == pytest.approx(value, rel=0.0051 if value >= 1 else 0.051)
    assert vi == en.translate(str.maketrans(",.", ".,"))


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_bounds_are_written_rounded_outward(one, other):
    low, _, high = bounds_text(min(one, other), max(one, other), "en").partition("–")
    near = 1e-12 * max(one, other)
    assert float(low.replace(",", "")) <= min(one, other) + near or not high
    assert float((high or low).replace(",", "")) >= max(one, other) - near or not high


def test_open_bounds_are_said_in_words():
    assert bounds_text(740_001, INFINITE, "vi") == "ít nhất 740.001"
    assert bounds_text(740_001, INFINITE, "en") == "at least 740,001"


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
