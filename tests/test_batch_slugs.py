import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antq_analysis.briefings.slugs import (
    SLUG_LENGTH,
    brace_fault,
    default_slug,
    filled,
    placeholders,
    slug_fault,
    slugify,
)


@given(st.lists(st.text(max_size=30), max_size=5))
def test_a_slug_is_safe_as_a_file_name(parts):
    assert set(slugify(*parts)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slugify(slugify(*parts)) == slugify(*parts)


@pytest.mark.parametrize("name", ["Điện Biên", "ĐIỆN  BIÊN", "Đie\u0323\u0302n Bie\u0302n"])
def test_spellings_of_one_name_make_one_slug(name):
    assert slugify(name) == "dien-bien"


@given(st.text(max_size=200), st.sampled_from(["vi", "en", ""]))
def test_a_default_slug_can_be_a_file_name_and_ends_in_the_language(code, lang):
    slug = default_slug("02_compare", {"lang": lang, "code": code}, lang=lang)
    assert slug_fault(slug) is None
    assert slug.startswith("compare")
    assert slug.endswith(f"-{lang}" if lang else slug)


def test_a_default_slug_names_what_is_no_text():
    assert default_slug("03_trends", {"since": 2014, "areas": ["Thanh Hóa"]}) == "trends-since-2014-thanh-hoa"


@pytest.mark.parametrize("slug", ["index", "", "Điện", "a--b", "-a", "a.b", "a/b", "aaa-" * 20 + "a"])
def test_what_is_no_file_name_is_told_with_one_that_is(slug):
    proposed = slug_fault(slug).split("write ")[1].split(",")[0].strip("'")
    assert slug_fault(proposed) is None


@given(st.text(alphabet="a{}đ ", max_size=20))
def test_a_text_filled_with_its_own_placeholders_is_as_before(text):
    assert filled(text, lambda name: f"{{{name}}}") == text


def test_placeholders_are_listed_and_filled_in_order():
    assert placeholders("{area} từ {since}, {area}") == ["area", "since", "area"]
    assert filled("{area} từ {since}", {"area": "Điện Biên", "since": "{x}"}.get) == "Điện Biên từ {x}"


def test_a_name_that_is_too_long_is_told_with_both_lengths_and_cut_between_words():
    words = "phong-trao-toan-dan-bao-ve-an-ninh-to-quoc-cua-tinh-dien-bien-nam-hai-nghin-khong-tram"
    assert slug_fault(words) == (
        f"'{words[:79]}…' has 86 characters, and a file name has at most 80; "
        "write 'phong-trao-toan-dan-bao-ve-an-ninh-to-quoc-cua-tinh-dien-bien-nam-hai-nghin', say"
    )


@given(st.text(alphabet="abĐ -", min_size=SLUG_LENGTH + 1, max_size=200))
def test_a_proposed_name_never_ends_within_a_word(slug):
    fault = slug_fault(slug)
    if proposed := re.search("write '(.*)', say$", fault):
        assert set(proposed[1].split("-")) <= {*slugify(slug).split("-"), "page"}
        assert slug_fault(proposed[1]) is None


@pytest.mark.parametrize("slug", ["a" * (SLUG_LENGTH + 1), "index-" + "a" * SLUG_LENGTH])
def test_where_no_whole_word_fits_a_shorter_name_is_asked_for(slug):
    assert slug_fault(slug).endswith("a file name has at most 80; write a shorter one")


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("{", "a { without its }"),
        ("{area", "a { without its }"),
        ("Từ area}", "a } without its {"),
        ("}{", "a { without its }"),
        ("{area}}", "a } without its {"),
        ("{a{b}", "a { without its }"),
    ],
)
def test_a_brace_that_stands_alone_is_told(text, alone):
    assert brace_fault(text) == (
        f"{text!r} has {alone}; write {{name}} with the name of a parameter, or no brace"
    )


def test_braces_with_their_partners_are_no_fault():
    assert [brace_fault(text) for text in ("", "hai", "{area} từ {since}")] == [None] * 3
