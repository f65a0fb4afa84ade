"""Descriptions and CSV files: what cannot be honoured or read is refused, with its place and a way out."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from conftest import DataCopy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import antq_analysis as aq
from antq_analysis.data import bundled

Change = Callable[[dict[str, Any]], object]
PLACES = ["name", "type", "fields", "constraints", "enum", "path", "resource", "reference", "required"]
UNPAIRED = {"fields": ["ref_area"], "reference": {"fields": ["ref_area", "gso_code"]}}

# A change to the resource "areas", and what is found and said of it.
FAULTS: list[tuple[str, Change, str]] = [
    ("dialect", lambda r: r.update(dialect={"delimiter": ";"}), "found 'dialect', expected a property"),
    ("encoding", lambda r: r.update(encoding="latin-1"),
     "expected 'utf-8' at resources → 'areas' → encoding"),
    ("no path", lambda r: r.pop("path"), "expected the property 'path' at resources → 'areas'"),
    ("outside", lambda r: r.update(path="../areas.csv"), "expected a path inside the folder"),
    ("absolute", lambda r: r.update(path="/etc/hostname"), "expected a path inside the folder"),
    ("endless path", lambda r: r.update(path="a" * 5000), "expected a path inside the folder"),
    ("remote", lambda r: r.update(path="https://example.org/a.csv"), "expected a path inside the folder"),
    ("schema elsewhere", lambda r: r.update(schema="no.json"), "expected a file in JSON"),
    ("schema is a list", lambda r: r.update(schema=[]),
     "expected a JSON object at resources → 'areas' → schema"),
    ("fields are no list", lambda r: r["schema"].update(fields={}), "expected a JSON list at"),
    ("missing values", lambda r: r["schema"].update(missingValues=["NA"]), "found 'NA', expected ''"),
    ("no type", lambda r: r["schema"]["fields"][0].pop("type"),
     "expected the property 'type' at resources → 'areas' → schema → fields → 'ref_area'"),
    ("unknown type", lambda r: r["schema"]["fields"][0].update(type="year"),
     "found 'year', expected 'string', 'integer'"),
    ("field format", lambda r: r["schema"]["fields"][7].update(format="any"),
     "found 'format', expected a property"),
    ("enum", lambda r: constrain(r, enum="VN"), "expected a JSON list at"),
    ("pattern", lambda r: constrain(r, pattern="(?=VN)"), "a regular expression without look-around"),
    ("minimum", lambda r: constrain(r, minimum=2), "no minimum in a field of type string"),
    ("key", lambda r: r["schema"].update(primaryKey="code"), "found 'areas.code', expected keys"),
    ("key pairs", lambda r: r["schema"].update(foreignKeys=[UNPAIRED]),
     "as many fields on both"),
    (
        "reference",
        lambda r: r["schema"]["foreignKeys"][0].update(reference={"resource": "no", "fields": ["ref_area"]}),
        "found 'no.ref_area', expected keys of 'areas' that exist",
    ),
    ("renamed", lambda r: r.update(name="places"), "expected a resource named 'areas'"),
    ("column left out", lambda r: r["schema"]["fields"].pop(3), "a field 'spellings' of type string"),
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


def test_a_table_may_lie_in_several_files_and_be_described_inline(data: DataCopy) -> None:
    rows = data.rows("areas.csv")
    data.write("areas.csv", rows[:3])
    data.write("more_areas.csv", [rows[0], *rows[3:]])
    data.resource("areas", lambda resource: resource.update(path=["areas.csv", "more_areas.csv"]))
    assert len(aq.load(data.folder).areas()) == len(rows) - 1


@pytest.mark.parametrize(
    "content", ["{", '{"resources": ' + "[" * 100_000, '{"a": ' + "9" * 5000 + "}", '{"name": "\\ud800"}']
)
def test_a_description_that_cannot_be_read_is_told_of_once(data: DataCopy, content: str) -> None:
    (data.folder / "datapackage.json").write_text(content, encoding="utf-8")
    (problem,) = aq.check(data.folder)
    assert problem.expected == "a file in JSON"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.floats()
    | st.sampled_from(["", "areas", "a+", "\x00"]),
    lambda values: (
        st.lists(values, max_size=2) | st.dictionaries(st.sampled_from(PLACES), values, max_size=2)
    ),
    max_leaves=4,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draw=st.data())
def test_whatever_stands_in_a_description_is_told_and_never_a_crash(
    data: DataCopy, draw: st.DataObject
) -> None:
    described = json.loads((bundled("data") / "datapackage.json").read_text(encoding="utf-8"))
    place: Any = described["resources"][0]
    while True:
        keys = list(range(len(place)) if isinstance(place, list) else place)
        key = draw.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key] or draw.draw(st.booleans()):
            break
        place = place[key]
    place[key] = draw.draw(JSON)
    (data.folder / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    for problem in aq.check(data.folder):
        assert str(problem)


# ---- CSV files: a further table with the columns a and b ---------------------------------------------------

SCHEMA = {"fields": [{"name": "a", "type": "string"}, {"name": "b", "type": "string"}]}


def problems_of(data: DataCopy, content: bytes | None) -> list[aq.Problem]:
    """Check a folder in which t.csv holds the content, or is missing."""
    resource = {"name": "t", "path": "t.csv", "schema": SCHEMA}
    data.json("datapackage.json", lambda package: package["resources"].append(resource))
    if content is not None:
        (data.folder / "t.csv").write_bytes(content)
    return aq.check(data.folder)


@pytest.mark.parametrize(
    "content",
    [b"a,b", b"a,b\n", b"a,b\r\n", b"a,b\r\n1,2\r\n", b'a,b\n01,NA\n"x, y",\n,"say ""h"""\n'],
)
def test_a_sound_file_has_no_fault(data: DataCopy, content: bytes) -> None:
    assert problems_of(data, content) == []


@pytest.mark.parametrize(
    ("header", "faults"),
    [
        ("a,c", [("c", "a column of the schema"), ("", "a column 'b'")]),
        ("a,b,a", [("a", "each column once")]),
        ("b,a", [("b,a", "the order a,b")]),
        ("a", [("", "a column 'b'")]),
    ],
)
def test_faults_of_the_header_stand_in_row_1(
    data: DataCopy, header: str, faults: list[tuple[str, str]]
) -> None:
    problems = problems_of(data, f"{header}\n".encode())
    assert [(p.value, p.expected) for p in problems] == faults
    assert {p.row for p in problems} == {1}


def test_rows_with_too_few_or_too_many_cells_are_named_and_the_others_read(data: DataCopy) -> None:
    problems = problems_of(data, b'a,b\n1\n"x",2\n1,2,3\n\n5, 6\n,\n"",""\n')
    assert [(p.row, p.value) for p in problems] == [
        (2, "1 cells"), (4, "3 cells"), (5, "an empty row"), (6, " 6"), (7, "an empty row"),
        (8, "an empty row"),
    ]  # fmt: skip
    many, few = "put a text that holds commas in quotes", "add the missing cells, empty ones too"
    assert [p.remedy for p in problems if p.value != " 6"] == [few, many, *["delete the row"] * 3]


def test_a_cell_of_two_lines_counts_as_one_row(data: DataCopy) -> None:
    problems = problems_of(data, b'a,b\n"x\ny",2\n 3,4\n')
    assert [(p.row, p.value) for p in problems] == [(2, "x\ny"), (3, " 3")]


def test_many_broken_rows_are_counted_not_flooded(data: DataCopy) -> None:
    problems = problems_of(data, b"a,b\n" + b"1\n" * 1500)
    assert len(problems) == 1001
    assert (
        problems[-1].remedy
        == "the same fault stands in 500 rows from this one on; mend the listed ones first"
    )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=20) | st.text('ab,\n\r"1 \x00é', max_size=20).map(str.encode))
def test_whatever_a_file_holds_is_told_and_never_a_crash(data: DataCopy, content: bytes) -> None:
    (data.folder / "units.csv").write_bytes(b"unit_measure,name_vi,name_en,events\n" + content)
    (data.folder / "concepts.csv").write_bytes(content)
    for problem in aq.check(data.folder):
        assert str(problem)


def test_a_missing_or_empty_file_does_not_hide_faults_elsewhere(data: DataCopy) -> None:
    (data.folder / "indicators.csv").unlink()
    (data.folder / "units.csv").write_bytes(b"")
    data.set("observations/press.csv", "dienbientv-2020.02", figure_printed="5.15 đợt")
    empty, gone, other = map(str, aq.check(data.folder))
    assert empty == "units.csv: found 'an empty file', expected a header row; restore the file."
    assert gone.startswith("indicators.csv: found 'no file', expected the file that the description names;")
    assert other.startswith("observations/press.csv, row 3, column figure_printed: ")


def test_a_huge_cell_is_named_with_its_row_and_column(data: DataCopy) -> None:
    row = data.set("observations/press.csv", "dienbientv-2020.02", note_vi="á" * 3_000_000)
    (problem,) = aq.check(data.folder)
    assert (problem.row, problem.column) == (row, "note_vi")
    assert "at most 100,000 characters in a cell" in str(problem)
    assert len(str(problem)) < 300


def test_what_files_and_descriptions_hold_does_not_steer_the_terminal(data: DataCopy) -> None:
    evil = "\x1b[2J\u202e\u200f\x9b"
    data.text("areas.csv", lambda text: text.replace("name_vi", f"name{evil}", 1))
    resource = {"name": "t", "path": f"t{evil}.csv", "schema": SCHEMA}
    enum = {"name": "a", "type": "string", "constraints": {"enum": [evil]}}
    other = {"name": "u", "path": "u.csv", "schema": {"fields": [enum]}}
    data.json("datapackage.json", lambda package: package["resources"].extend([resource, other]))
    data.write("u.csv", [["a"], ["x"]])
    problems = aq.check(data.folder)
    told = "\n".join([*map(str, problems), str(aq.InvalidData(problems))])
    assert {p.file for p in problems} >= {"areas.csv", f"t{evil}.csv", "u.csv"}
    assert not set(evil) & set(told.replace("[", "").replace("2J", "")) - {"[", "2", "J"}


def test_a_hostile_pattern_ends(data: DataCopy) -> None:
    data.resource("areas", lambda r: constrain(r, pattern="(a+)+$"))
    data.set("areas.csv", "VN-71", ref_area="a" * 5000 + "!")
    assert any(p.expected == "the pattern (a+)+$" for p in aq.check(data.folder))
