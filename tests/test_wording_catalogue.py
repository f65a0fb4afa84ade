import re
from pathlib import Path

import pytest
from markupsafe import Markup

import antq_analysis as aq
from antq_analysis.analysis.grading import GRADES, REASONS
from antq_analysis.i18n import LANGUAGES, words

PACKAGE = Path(aq.__file__).parent


def test_both_catalogues_say_the_same_things_with_the_same_values():
    vi, en = (words(lang) for lang in ("vi", "en"))
    assert set(vi) == set(en)
    for key in sorted(vi):
        holes = [set(re.findall(r"{(\w+)}", " ".join(catalogue.forms(key)))) for catalogue in (vi, en)]
        assert holes[0] == holes[1], key


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


def test_every_key_the_code_says_exists_and_none_is_left_over():
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.j2")]
    )
    known = set(words("vi"))
    # A key may be put together from a family and a code: f"reason.{code}", "grade." + grade.
    families = ("axis.", *re.findall(r"[\"']([a-z_]+\.)(?:{|[\"'] \+)", code))
    used = {key for key in known if f'"{key}"' in code or f"'{key}'" in code}
    left = {key for key in known - used if not key.startswith(families)}
    assert not left
    said = set(re.findall(r"\bsay\(\"([a-z_.]*[a-z_])\"", code))
    assert said <= known


def test_another_language_is_refused_with_those_there_are():
    with pytest.raises(aq.InvalidOption, match=r"No language 'fr'\. Give one of: vi, en"):
        words("fr")


def test_a_message_without_its_value_is_no_message():
    with pytest.raises(KeyError, match="count"):
        words("vi")("windows.years")


def test_the_form_of_a_message_follows_the_count_where_a_language_has_forms():
    pairs = [[words(lang)("pairs", count=count) for count in (1, 2)] for lang in LANGUAGES]
    assert pairs == [["1 cặp số liệu", "2 cặp số liệu"], ["1 pair of figures", "2 pairs of figures"]]


def test_marked_words_escape_values_and_let_markup_pass():
    say = words("en").marked
    said = say("explain.refused", area="<b>", years=Markup("<i>2019</i>"), what="a & b")
    assert said == "&lt;b&gt;, <i>2019</i>: a &amp; b is not computed."
    assert isinstance(said, Markup)
