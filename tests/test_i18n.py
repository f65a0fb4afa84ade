"""Words, numbers and dates in both languages."""

import ast
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
from antq_analysis.briefings.notebooks import read_notebook
from antq_analysis.data import bundled
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


def test_no_message_says_the_same_in_both_languages_but_signs():
    vi, en = (words(lang) for lang in ("vi", "en"))
    same = {key for key in vi if vi.forms(key) == en.forms(key)}
    assert [key for key in same if re.search(r"[^\W\d]", re.sub(r"{\w+}", "", " ".join(vi.forms(key))))] == []


def test_no_english_message_holds_a_vietnamese_letter():
    say = words("en")
    assert [key for key in say if re.search("[à-ỹđ]", " ".join(say.forms(key)).lower())] == []


# Codes of these come from the data and may be any that its description allows.
OF_DATA = ("period.", "qualifier.", "revision.", "scope.", "status.")


def texts_of(path: Path) -> tuple[set[str], set[str]]:
    """Return the texts of a file of code, and patterns of those that it puts together from pieces."""
    if path.suffix != ".py":
        return set(re.findall(r"[\"']([\w.]+)[\"']", path.read_text(encoding="utf-8"))), set()
    whole, made = set(), set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            pieces = [re.escape(v.value) if isinstance(v, ast.Constant) else "(.+)" for v in node.values]
            made.add("".join(pieces))
        elif isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant):
            made.add(f"{re.escape(str(node.left.value))}(.+)")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            whole.add(node.value)
    return whole, made


def test_every_key_the_code_says_exists_and_none_is_left_over():
    files = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.j2")]
    found = [texts_of(path) for path in files]
    whole, made = (set().union(*each) for each in zip(*found, strict=True))
    for path in bundled("notebooks").glob("*.ipynb"):
        whole |= set(read_notebook(path).parameters)
    # A key may be put together from a family and a code, both of them in the code: f"reason.{code}".
    made = {each for each in made if re.search(r"[a-z]\\\.|_[a-z]", each)}

    def is_said(text: str) -> bool:
        return text in whole or text.isdigit() or (text.startswith("_") and is_put_together(text))

    def is_put_together(text: str) -> bool:
        return all(f"_{piece}" in whole for piece in text.split("_")[1:])

    def is_made(key: str) -> bool:
        matches = (re.fullmatch(each, key) for each in made)
        return any(match and all(map(is_said, match.groups())) for match in matches)

    known = set(words("vi"))
    assert {key for key in known - whole if not key.startswith(OF_DATA) and not is_made(key)} == set()
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert set(re.findall(r"\bsay\(\"([a-z_.]*[a-z_])\"", code)) <= known


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
        (1645, "1.645", "1,645"),
        (3.12453, "3,12", "3.12"),
        (0.18, "0,18", "0.18"),
        (240.96, "241", "241"),
        (0, "0", "0"),
        (62.5478, "62,5", "62.5"),
        (-3.14159, "-3,14", "-3.14"),
        (1_800_001.0, "1.800.001", "1,800,001"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(value, vi, en):
    assert (number_text(value, "vi"), number_text(value, "en")) == (vi, en)


@pytest.mark.parametrize(("value", "text"), [(99.96, "100"), (9.999, "10"), (0.9996, "1")])
def test_a_number_that_rounds_up_is_written_as_what_it_rounds_to(value, text):
    assert number_text(value, "en") == text


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
