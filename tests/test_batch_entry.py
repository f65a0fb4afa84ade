import pytest
from made_notebooks import save

import antq_analysis as aq
from antq_analysis.batch.entry import entry_faults
from antq_analysis.batch.subject import Subject


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


def test_an_entry_of_the_wrong_shape_is_not_looked_into_further(faults):
    assert faults(notebook="profile", matrix=["vi"], slug="{year}") == [
        (("matrix",), "['vi'] is of type list, expected dict")
    ]
