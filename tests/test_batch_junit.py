from pathlib import Path
from xml.etree import ElementTree

import pytest

from antq_analysis.briefings.junit import write_junit, write_unrun
from antq_analysis.briefings.outcome import Outcome

OUTCOMES = [
    Outcome("hai", "02_compare", seconds=2.04, warnings=("old",), remarks=("slow",)),
    Outcome("ba", "03_trends", seconds=1, failure="cell [3]: no <figure> \x1b & \ud800", kept="out/ba.ipynb"),
    Outcome("tư", "03_trends", is_new=False),
    Outcome("năm", "05", unpictured="no browser"),
]


@pytest.fixture
def suites(tmp_path):
    write_junit(tmp_path / "reports" / "junit.xml", OUTCOMES)
    return ElementTree.parse(tmp_path / "reports" / "junit.xml").getroot()


def test_it_has_the_shape_that_ci_systems_read(suites):
    (suite,) = suites
    assert (suites.tag, suite.tag) == ("testsuites", "testsuite")
    assert suite.attrib == {
        "name": "antq render",
        **{"tests": "4", "failures": "1", "errors": "1", "skipped": "1", "time": "3.040"},
    }
    assert [case.attrib for case in suite] == [
        {"classname": "02_compare", "name": "hai", "time": "2.040"},
        {"classname": "03_trends", "name": "ba", "time": "1.000"},
        {"classname": "03_trends", "name": "tư", "time": "0.000"},
        {"classname": "05", "name": "năm", "time": "0.000"},
    ]
    assert [[part.tag for part in case] for case in suite] == [
        *(["system-err"], ["failure"], ["skipped"], ["error"])
    ]


def test_what_xml_cannot_hold_is_replaced(suites):
    failure = suites.find(".//failure")
    assert (
        failure.get("message")
        == "cell [3]: no <figure> \N{REPLACEMENT CHARACTER} & \N{REPLACEMENT CHARACTER}"
    )
    assert failure.text.endswith("\nout/ba.ipynb")


def test_what_an_operator_should_know_is_in_it(suites):
    assert suites.find(".//system-err").text == "old\nslow"
    assert suites.find(".//error").get("message") == "no browser"


def test_no_name_can_steer_a_screen(tmp_path):
    write_junit(tmp_path / "junit.xml", [Outcome("a\x1b[2J", "b\u202e", failure="c\u2066\x9b")])
    (suite,) = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert (suite[0].get("name"), suite[0].get("classname")) == ("a�[2J", "b�")
    assert suite[0][0].get("message") == "c��"


def test_a_run_that_made_nothing_is_an_error(tmp_path):
    write_unrun(tmp_path / "junit.xml", "no plan\n\x1b[2J")
    (suite,) = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert suite.attrib == {
        "name": "antq render",
        **{"tests": "1", "failures": "0", "errors": "1", "skipped": "0", "time": "0.000"},
    }
    assert suite[0].attrib == {"classname": "antq", "name": "render", "time": "0.000"}
    assert suite[0][0].text == "no plan\n�[2J"


@pytest.mark.parametrize("folder", [".", "/", ""])
def test_a_folder_is_no_report(folder):
    with pytest.raises(IsADirectoryError):
        write_junit(Path(folder), [])


def test_a_report_that_cannot_be_written_is_an_error_and_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"exists|directory"):
        write_junit(Path(tmp_path / "file" / "junit.xml"), [])
