"""A description that asks for what is not checked is refused, never half obeyed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import DataCopy

import antq_analysis as aq
from antq_analysis.data.descriptor import read_package

Change = Callable[[dict[str, Any]], object]

# A change to the resource "areas", and what is found and said of it.
FAULTS: list[tuple[str, Change, str]] = [
    ("dialect", lambda r: r.update(dialect={"delimiter": ";"}), "found 'dialect', expected a property"),
    ("encoding", lambda r: r.update(encoding="latin-1"), "expected encoding 'utf-8'"),
    ("format", lambda r: r.update(format="xlsx"), "expected format 'csv'"),
    ("inline data", lambda r: r.update(data=[]), "found 'data', expected a property"),
    ("no path", lambda r: r.pop("path"), "expected a path in every resource"),
    ("outside", lambda r: r.update(path="../areas.csv"), "expected a path inside the folder"),
    ("absolute", lambda r: r.update(path="/etc/hostname"), "expected a path inside the folder"),
    ("nul in a path", lambda r: r.update(path="a\u0000.csv"), "expected a path inside the folder"),
    ("endless path", lambda r: r.update(path="a" * 5000), "expected a path inside the folder"),
    ("remote", lambda r: r.update(path="https://example.org/a.csv"), "expected a path inside the folder"),
    ("schema elsewhere", lambda r: r.update(schema="no.json"), "expected a file in JSON"),
    ("schema outside", lambda r: r.update(schema="../s.json"), "expected a path inside the folder"),
    ("schema is a list", lambda r: r.update(schema=[]), "expected a JSON object in the schema"),
    ("no schema", lambda r: r.pop("schema"), "expected a schema with fields"),
    ("fields are no list", lambda r: r["schema"].update(fields={}), "expected a JSON list in fields"),
    ("field is a text", lambda r: r["schema"].update(fields=["a"]), "expected a JSON object in fields"),
    ("missing values", lambda r: r["schema"].update(missingValues=["NA"]), "expected only the empty cell"),
    ("unknown schema key", lambda r: r["schema"].update(uniqueKeys=[["a"]]), "found 'uniqueKeys'"),
    ("no type", lambda r: r["schema"]["fields"][0].pop("type"), "found 'any', expected a type"),
    ("unknown type", lambda r: r["schema"]["fields"][0].update(type="year"), "found 'year', expected a type"),
    ("field format", lambda r: r["schema"]["fields"][7].update(format="any"), "of field 'valid_from'"),
    ("constraint", lambda r: constrain(r, minLength=2), "expected a constraint out of required, unique"),
    ("required", lambda r: constrain(r, required="yes"), "expected true or false"),
    ("enum", lambda r: constrain(r, enum="VN"), "expected a list of texts"),
    ("enum of numbers", lambda r: constrain(r, enum=[1]), "expected a list of texts"),
    ("pattern", lambda r: constrain(r, pattern="(?=VN)"), "a regular expression without look-around"),
    ("minimum", lambda r: constrain(r, minimum=2), "expected a number, of a field of numbers"),
    ("key", lambda r: r["schema"].update(primaryKey="code"), "found 'areas.code', expected keys"),
    ("key pairs", lambda r: r["schema"].update(foreignKeys=[{"fields": ["x"]}]), "as many fields on both"),
    (
        "reference",
        lambda r: r["schema"]["foreignKeys"][0].update(reference={"resource": "no", "fields": ["ref_area"]}),
        "found 'no.ref_area', expected keys of 'areas' that exist",
    ),
    ("renamed", lambda r: r.update(name="places"), "expected a resource named 'areas'"),
    ("name twice", lambda r: r.update(name="units"), "expected a name for each resource of its own"),
    ("column left out", lambda r: r["schema"]["fields"].pop(3), "a field 'spellings' of type string"),
    ("other type", lambda r: r["schema"]["fields"][3].update(type="integer"), "a field 'spellings' of type"),
]  # fmt: skip


def constrain(resource: dict[str, Any], **constraint: object) -> None:
    resource["schema"]["fields"][0]["constraints"] = constraint


@pytest.mark.parametrize(
    ("change", "message"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS]
)
def test_what_cannot_be_honoured_is_refused(data: DataCopy, change: Change, message: str) -> None:
    data.resource("areas", change)
    with pytest.raises(aq.InvalidData) as caught:
        aq.load(data.folder)
    assert any(message in str(problem) for problem in caught.value.problems)
    assert {problem.file for problem in caught.value.problems} == {"datapackage.json"}
    assert aq.check(data.folder) == caught.value.problems


def test_all_faults_of_a_description_are_told_at_once(data: DataCopy) -> None:
    data.resource("areas", lambda resource: resource.update(format="xlsx"))
    data.resource("units", lambda resource: resource["schema"].update(missingValues=["-"]))
    assert len(aq.check(data.folder)) == 2


@pytest.mark.parametrize("content", ["{", "[]", "\ufeff{}"])
def test_a_description_that_is_no_json_object_is_refused(data: DataCopy, content: str) -> None:
    (data.folder / "datapackage.json").write_text(content, encoding="utf-8")
    assert any("JSON" in problem.expected for problem in aq.check(data.folder))


@pytest.mark.parametrize("place", ["", "datapackage.json"])
def test_nothing_there_says_what_to_give(tmp_path: Path, place: str) -> None:
    with pytest.raises(aq.MissingData, match=r"give a folder that holds datapackage\.json"):
        read_package(tmp_path / place)


def test_folder_and_descriptor_lead_to_the_same_package(bundled_data: Path) -> None:
    assert read_package(bundled_data) == read_package(bundled_data / "datapackage.json")


def test_a_table_may_lie_in_several_files_and_be_described_inline(data: DataCopy) -> None:
    rows = data.rows("areas.csv")
    data.write("areas.csv", rows[:3])
    data.write("more_areas.csv", [rows[0], *rows[3:]])
    data.resource("areas", lambda resource: resource.update(path=["areas.csv", "more_areas.csv"]))
    assert len(aq.load(data.folder).areas()) == len(rows) - 1


@pytest.mark.parametrize(
    "content", ["{", '{"resources": ' + "[" * 100_000, '{"a":' * 60 + "1" + "}" * 60, '{"name": "\\ud800"}']
)
def test_a_description_that_cannot_be_read_is_told_of_once(data: DataCopy, content: str) -> None:
    (data.folder / "datapackage.json").write_text(content, encoding="utf-8")
    (problem,) = aq.check(data.folder)
    assert problem.expected == "a file in JSON"
