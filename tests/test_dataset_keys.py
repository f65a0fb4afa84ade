"""Keys that repeat and references that lead nowhere."""

import pyarrow as pa
import pytest
from conftest import OFFICIAL, PRESS, DataCopy
from hypothesis import given
from hypothesis import strategies as st

import antq_analysis as aq
from antq_analysis.data.keys import first_places


@given(st.lists(st.sampled_from(["a", "b", "c", ""])))
def test_first_places_are_where_a_text_stands_first(texts: list[str]) -> None:
    assert first_places(pa.chunked_array([texts], pa.string())).tolist() == [
        texts.index(text) for text in texts
    ]


def test_a_key_that_repeats_names_the_row_that_has_it_already(data: DataCopy) -> None:
    row = data.set(PRESS, "dienbientv-2020.02", obs_id="dienbientv-2020.01")
    assert [str(problem) for problem in aq.check(data.folder)] == [
        f"{PRESS}, row {row}, column obs_id: found 'dienbientv-2020.01', expected a key of its own; "
        f"{PRESS} row 2 has it too; give one of the two rows another key."
    ]


def test_an_obs_id_is_unique_across_the_files(data: DataCopy) -> None:
    key = data.rows(OFFICIAL)[1][0]
    data.set(OFFICIAL, key, obs_id="dienbientv-2020.02")
    problems = aq.check(data.folder)
    assert [(problem.file, problem.row, problem.column) for problem in problems] == [(OFFICIAL, 2, "obs_id")]
    assert f"{PRESS} row 3 has it too" in problems[0].expected


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("ref_area", "VN-17", "a known ref_area of 'areas' (did you mean 'VN-71'?)"),
        ("ref_area", "XX", "a known ref_area of 'areas'"),
        ("indicator", "rounds_trafic_law", "of 'indicators' (did you mean 'rounds_traffic_law'?)"),
        ("source_id", "dienbien-2020", "of 'sources' (did you mean 'dienbientv-2020'?)"),
        ("part_of", "dienbientv-2020.99", "a known obs_id of 'observations-press' (did you mean"),
    ],
)
def test_a_reference_that_leads_nowhere_is_named_with_the_nearest(
    data: DataCopy, column: str, value: str, expected: str
) -> None:
    row = data.set(PRESS, "dienbientv-2020.02", **{column: value})
    (problem,) = aq.check(data.folder)
    assert (problem.file, problem.row, problem.column, problem.value) == (PRESS, row, column, value)
    assert expected in problem.expected


def test_references_are_checked_even_where_a_description_leaves_them_out(data: DataCopy) -> None:
    data.json("observations/schema.json", lambda schema: schema.pop("foreignKeys"))
    data.set(PRESS, "dienbientv-2020.02", source_id="nowhere")
    assert [problem.column for problem in aq.check(data.folder)] == ["source_id"]


def test_a_joint_key_is_compared_as_a_whole(data: DataCopy) -> None:
    key = {
        "fields": ["ref_area", "name_vi"],
        "reference": {"resource": "areas", "fields": ["ref_area", "name_vi"]},
    }
    fields = [{"name": name, "type": "string"} for name in ("ref_area", "name_vi")]
    schema = {"fields": fields, "primaryKey": ["ref_area", "name_vi"], "foreignKeys": [key]}
    data.json(
        "datapackage.json",
        lambda package: package["resources"].append({"name": "extra", "path": "extra.csv", "schema": schema}),
    )
    rows = [["VN-71", "Điện Biên"], ["VN-21", "Điện Biên"], ["VN-71", "Điện Biên"], ["VN-71", ""]]
    data.write("extra.csv", [["ref_area", "name_vi"], *rows])
    problems = aq.check(data.folder)
    assert [(problem.row, problem.expected[:14]) for problem in problems] == [
        (3, "a known ref_ar"),
        (4, "a key of its o"),
    ]


def test_totals_that_are_parts_of_each_other_are_named(data: DataCopy) -> None:
    first, second, third = (f"dienbientv-2020.0{number}" for number in (1, 2, 3))
    rows = {data.set(PRESS, first, part_of=second), data.set(PRESS, second, part_of=first)}
    rows.add(data.set(PRESS, third, part_of=first))
    problems = [problem for problem in aq.check(data.folder) if "a chain" in problem.expected]
    assert {(problem.file, problem.row, problem.column) for problem in problems} == {
        (PRESS, row, "part_of") for row in rows
    }


def test_areas_that_succeed_each_other_are_named(data: DataCopy) -> None:
    row = data.set("areas.csv", "VN-25", successor="VN-24")
    found = {(p.row, p.column, p.expected) for p in aq.check(data.folder)}
    before = data.row_of("areas.csv", "VN-24")
    assert found == {(at, "successor", "a chain of successor that ends") for at in (row, before)}
