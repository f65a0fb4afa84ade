import re
from pathlib import Path

import pytest

import antq_analysis as aq
from antq_analysis.analysis.reasons import GRADES, REASONS, grade_of, order
from antq_analysis.wording import LANGUAGES, bounds_text, number_text, words

PACKAGE = Path(aq.__file__).parent


def test_both_catalogues_say_the_same_things_with_the_same_values():
    vi, en = (words(lang) for lang in ("vi", "en"))
    assert vi.keys() == en.keys()
    for key in sorted(vi.keys()):
        holes = [set(re.findall(r"{(\w+)}", catalogue._messages[key])) for catalogue in (vi, en)]
        assert holes[0] == holes[1], key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_message_is_empty_and_every_reason_and_grade_has_words(lang):
    say = words(lang)
    assert all(say._messages.values())
    assert all(f"reason.{code}" in say for code in REASONS)
    assert all(f"grade.{grade}" in say for grade in GRADES)


def test_every_key_the_code_says_exists_and_none_is_left_over():
    code = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    known = words("vi").keys()
    families = ("reason.", "grade.", "kind.", "axis.")
    used = {key for key in known if f'"{key}"' in code or f"'{key}'" in code}
    left = {key for key in known - used if not key.startswith(families)}
    assert not left
    said = set(re.findall(r"say\(\"([a-z_.]+)\"", code))
    assert said <= known


def test_another_language_is_refused_with_those_there_are():
    with pytest.raises(aq.InvalidOption, match=r"No language 'fr'\. Give one of: vi, en"):
        words("fr")


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (1645, "1.645", "1,645"),
        (3.12453, "3,12", "3.12"),
        (0.18, "0,180", "0.180"),
        (240.96, "241", "241"),
        (0, "0", "0"),
        (62.5478, "62,5", "62.5"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(value, vi, en):
    assert (number_text(value, "vi"), number_text(value, "en")) == (vi, en)


def test_open_bounds_are_said_in_words():
    assert bounds_text(740_001, float("inf"), "vi") == "từ 740.001 trở lên"


def test_reasons_keep_one_order_and_cost_the_worst_grade():
    assert order(["wording_bounds", "type_count"]) == ("type_count", "wording_bounds")
    assert grade_of(["wording_bounds", "type_count"]) == "D"
    with pytest.raises(KeyError, match="No reason 'mood'"):
        order(["mood"])
