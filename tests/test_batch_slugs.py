import pytest
from hypothesis import given
from hypothesis import strategies as st

from antq_analysis.batch.slugs import SLUG_LENGTH, default_slug, filled, placeholders, slug_fault, slugify


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


@pytest.mark.parametrize("slug", ["index", "", "Điện", "a--b", "-a", "a.b", "a/b", "a" * (SLUG_LENGTH + 1)])
def test_what_is_no_file_name_is_told_with_one_that_is(slug):
    proposed = slug_fault(slug).split("write ")[1].split(",")[0].strip("'")
    assert slug_fault(proposed) is None


@given(st.text(alphabet="a{}đ ", max_size=20))
def test_a_text_filled_with_its_own_placeholders_is_as_before(text):
    assert filled(text, lambda name: f"{{{name}}}") == text


def test_placeholders_are_listed_and_filled_in_order():
    assert placeholders("{area} từ {since}, {area}") == ["area", "since", "area"]
    assert filled("{area} từ {since}", {"area": "Điện Biên", "since": "{x}"}.get) == "Điện Biên từ {x}"
