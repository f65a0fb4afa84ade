from datetime import date

import pytest
from made_notebooks import save

import antq_analysis as aq
from antq_analysis.briefings.entry import entry_faults
from antq_analysis.briefings.subject import Subject


@pytest.fixture(scope="module")
def subject():
    return Subject(aq.load())


@pytest.fixture
def faults(tmp_path, subject):
    save(tmp_path / "profile.ipynb", parameters='area: str = "Thanh Hóa"\nlang: str = "vi"')
    return lambda **entry: list(entry_faults(entry, tmp_path, subject))


def test_a_sound_entry_has_no_fault(faults):
    assert faults(notebook="profile", slug="{area}-{lang}", matrix={"lang": ["vi", "en"]}) == []


def test_a_fault_is_told_after_the_keys_that_lead_to_it(faults):
    found = faults(
        notebook="profile",
        title="{year}",
        parameters={"area": "Hà Tây"},
        matrix={"lang": ["fr"], "since": [2014]},
    )
    assert found == [
        (("parameters", "area"), "No area 'Hà Tây'. See ds.areas()."),
        (("matrix", "lang"), "'fr' is no language; use 'vi' or 'en'"),
        (("matrix", "since"), "no parameter of the notebook 'since'; there are area, lang"),
        (("title",), "no parameter of the notebook 'year'; there are area, lang"),
    ]


def test_what_one_key_gets_wrong_hides_no_fault_of_another(faults):
    found = faults(
        notebook="profile",
        title=5,
        slug="Hồ sơ",
        matrix=["vi"],
        parameters={"area": "Hà Tây", "lang": 1, "since": 2014},
    )
    assert found == [
        (("title",), "5 is a whole number; write text in quotes or a table"),
        (("matrix",), '["vi"] is a list; write a table'),
        (("slug",), "'Hồ sơ' cannot be a file name here; write 'ho-so-page', say"),
        (("parameters", "area"), "No area 'Hà Tây'. See ds.areas()."),
        (("parameters", "lang"), "1 is of type int, the notebook declares str; write '1'"),
        (("parameters", "since"), "no parameter of the notebook 'since'; there are area, lang"),
    ]


def test_titles_and_cells_are_compared_with_the_languages_whatever_else_is_wrong(faults, tmp_path):
    save(tmp_path / "words.ipynb", "# Câu hỏi?", parameters='lang: str = "vi"')
    found = faults(notebook="words", slug=1, title={"vi": "{x"}, matrix={"lang": ["vi", "en", "fr"]})
    assert [keys for keys, _ in found] == [
        ("slug",),
        ("title",),
        ("matrix", "lang"),
        ("title",),
        ("matrix", "lang"),
    ]
    assert [fault for _, fault in found][2:] == [
        "'fr' is no language; use 'vi' or 'en'",
        "has no words in 'en'; add en = \"…\"",
        "no locale/en.po beside the notebook translates its cells; write one",
    ]


def test_without_a_known_notebook_its_own_words_are_still_looked_at(faults):
    assert [keys for keys, _ in faults(notebook="profil", slug="A", title="}")] == [
        ("slug",),
        ("title",),
        ("notebook",),
    ]
    assert [keys for keys, _ in faults(notebook=1, slug="A")] == [("notebook",), ("slug",)]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3, "3 is a whole number"),
        (2.5, "2.5 is a number"),
        (True, "true is a true/false value"),
        (["a", 1], '["a", 1] is a list'),
        ({"vi": "Hồ sơ"}, '{"vi": "Hồ sơ"} is a table'),
        (date(2014, 1, 1), "2014-01-01 is a date or time"),
        (["x" * 100], f'["{"x" * 77}… is a list'),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_in_the_words_of_toml(faults, value, shown):
    assert faults(notebook="profile", slug=value) == [(("slug",), f"{shown}; write text in quotes")]
    assert faults(notebook="profile", parameters="Hồ sơ") == [
        (("parameters",), '"Hồ sơ" is text; write a table')
    ]
