"""Faults of cells, keys and rules: all at once, in order, and in step with the standard's own validator."""

import csv
from pathlib import Path
from typing import Any

import frictionless
import pytest
from conftest import FLOW, OFFICIAL, PART, PRESS, SHARE, STOCK, TOTAL, DataCopy

import antq_analysis as aq
from antq_analysis.data import bundled


def ours(folder: Path) -> set[tuple[str, int | None, str | None]]:
    return {(problem.file, problem.row, problem.column) for problem in aq.check(folder)}


def theirs(folder: Path) -> set[tuple[str, int | None, str | None]]:
    """Read the standard's report as file, row and column; a key is reported by its first column."""
    found = set()
    for task in frictionless.validate(str(folder / "datapackage.json")).tasks:
        for error in task.errors:
            column = getattr(error, "field_name", None)
            column = column or (error.field_names[0] if hasattr(error, "field_names") else None)
            if error.type == "primary-key":
                column = "obs_id" if task.place.startswith("observations") else column
            found.add((task.place, getattr(error, "row_number", None), column))
    return found


def test_the_bundled_data_are_sound_by_both() -> None:
    assert aq.check() == []
    assert frictionless.validate(str(bundled("data") / "datapackage.json")).valid


# Faults that a schema can see, each in a row of its own: where, and what is put there.
SEEN_BY_BOTH = [
    (PRESS, "dienbientv-2020.02", {"obs_value": "nhiều"}),
    (PRESS, "dienbientv-2020.03", {"period_end": "2019-02-30"}),
    (PRESS, "dienbientv-2020.04", {"period_end": ""}),
    (PRESS, "dienbientv-2020.07", {"paragraph": "-1"}),
    (PRESS, "dienbientv-2020.08", {"qualifier": "roughly"}),
    (PRESS, "dienbientv-2020.10", {"obs_id": "Điện Biên 3"}),
    (PRESS, "dienbientv-2020.11", {"obs_id": "dienbientv-2020.01"}),
    ("areas.csv", "VN-71", {"name_vi": ""}),
    ("areas.csv", "VN-24", {"successor": "VN-99"}),
    ("sources.csv", "dienbientv-2020", {"sha256": "abc"}),
    ("indicators.csv", "sessions_legal_education", {"concept": "nowhere"}),
]


def test_faults_a_schema_can_see_stand_where_the_standard_sees_them(data: DataCopy) -> None:
    expected = {(file, data.set(file, key, **cells), *cells) for file, key, cells in SEEN_BY_BOTH}
    assert theirs(data.folder) == expected
    assert expected <= ours(data.folder)


def test_a_new_dataset_is_a_new_file(data: DataCopy) -> None:
    file = "observations/more.csv"
    data.write(file, data.rows(PRESS)[:3])
    for key in ("01", "02"):
        data.set(file, f"dienbientv-2020.{key}", obs_id=f"dienbientv-2020.9{key}", paragraph="99")
    resource = {"name": "observations-more", "path": file, "schema": "observations/schema.json"}
    data.json("datapackage.json", lambda package: package["resources"].append(resource))
    assert aq.check(data.folder) == []
    assert len(aq.load(data.folder)) == len(aq.load()) + 2
    data.set(file, "dienbientv-2020.902", obs_id="dienbientv-2020.901")
    assert [(problem.file, problem.row) for problem in aq.check(data.folder)] == [(file, 3)]


def test_faults_in_a_long_file_keep_their_rows(data: DataCopy) -> None:
    header, *models = data.rows(PRESS)
    part_of, paragraph = header.index("part_of"), header.index("paragraph")
    rows = [[f"{models[n % len(models)][0]}{n:05d}", *models[n % len(models)][1:]] for n in range(20_000)]
    for number, row in enumerate(rows):
        row[part_of], row[paragraph] = "", str(number + 1)
    expected = {7: "obs_value", 9_999: "period_end", 19_999: "indicator"}
    for place, column in expected.items():
        rows[place][header.index(column)] = "?"
    with (data.folder / PRESS).open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([header, *rows])
    found = [(problem.row, problem.column) for problem in aq.check(data.folder)]
    assert found == [(place + 2, column) for place, column in expected.items()]


# ---- cells: a further table of one column -----------------------------------------------------------------


def cells(data: DataCopy, kind: str, constraints: dict[str, Any], texts: list[str]) -> list[aq.Problem]:
    fields = [{"name": "n", "type": "integer"}, {"name": "a", "type": kind, "constraints": constraints}]
    resource = {"name": "extra", "path": "extra.csv", "schema": {"fields": fields}}
    data.json("datapackage.json", lambda package: package["resources"].append(resource))
    data.write("extra.csv", [["n", "a"], *(["1", text] for text in texts)])
    return aq.check(data.folder)


@pytest.mark.parametrize(
    ("kind", "constraints", "good", "bad", "expected"),
    [
        ("string", {}, ["", "ờ ớ", "a–b…"], [" a", "a ", "\u00a0a"], "no space before or after the text"),
        ("string", {}, ["hơn"], ["a\tb", "a\nb", "a\x00b", "a\u200bb", "a\u00adb"], "no control or"),
        ("string", {}, ["hơn", "Điện"], ["ho\u031bn", "\u212b"], "composed letters (Unicode NFC)"),
        ("integer", {}, ["", "0", "-5", "007"], ["1.0", "1,000", "x", "9" * 19], "a whole number"),
        ("number", {}, ["", "0", "-5", "1.5", "1e3"], ["1,5", "1.645.000", "x", "nan", "5."], "a number"),
        ("date", {}, ["", "2019-02-28"], ["2019-02-30", "28/02/2019", "2019-2-1"], "a date that exists"),
        ("boolean", {}, ["", "true", "0"], ["yes", "tRue"], "true or false"),
        ("string", {"required": True}, ["x"], [""], "a value"),
        ("string", {"enum": ["a", "b"]}, ["", "a"], ["A", "c"], "one of a, b"),
        ("string", {"pattern": "[a-z]+"}, ["", "abc"], ["ab1", "1"], "the pattern [a-z]+"),
        ("integer", {"minimum": 1, "maximum": 9}, ["", "1", "9"], ["0"], "at least 1"),
        ("number", {"minimum": 0}, ["", "0", "0.5"], ["-0.5"], "at least 0"),
        ("string", {"unique": True}, ["", "", "x", "y"], ["x", "y"], "a value used once only"),
    ],
)  # fmt: skip
def test_faulty_cells_are_named_and_good_ones_are_not(
    data: DataCopy, kind: str, constraints: dict[str, Any], good: list[str], bad: list[str], expected: str
) -> None:
    problems = cells(data, kind, constraints, [*good, *bad])
    assert [problem.value for problem in problems] == bad
    assert [problem.row for problem in problems] == [len(good) + 2 + place for place in range(len(bad))]
    assert all(problem.expected.startswith(expected) for problem in problems)


# ---- keys and references -----------------------------------------------------------------------------------


def test_references_are_checked_even_where_a_description_leaves_them_out(data: DataCopy) -> None:
    data.json("observations/schema.json", lambda schema: schema.pop("foreignKeys"))
    data.set(PRESS, "dienbientv-2020.02", source_id="nowhere")
    assert [problem.column for problem in aq.check(data.folder)] == ["source_id"]


# ---- the rules of the house --------------------------------------------------------------------------------

RATIO = "valuable_tips_per_model"

# What is not among the wrong rows of test_wrong_rows: the row, the cells changed in it, the column complained
# of, and what is said.
BROKEN = [
    (PRESS, FLOW, {"obs_value": ""}, "obs_value", "a number, or nothing where the qualifier is"),
    (PRESS, FLOW, {"period_years": ""}, "period_years", "the length of the window"),
    (PRESS, TOTAL, {"period_years": "5"}, "period_years", "is a count_of_types at one date"),
    (PRESS, SHARE, {"period_years": ""}, "period_start", "a start and a length together"),
    (PRESS, FLOW, {"source_id": "dienbien-2020"}, "source_id", "(did you mean 'dienbientv-2020'?)"),
    ("indicators.csv", "clearance_rate", {"unit_measure": "session"}, "unit_measure", "percent, as the"),
    ("sources.csv", "dienbientv-2020", {"title": "Gặp Trần Thị B"}, "title", "no person's name, and"),
    ("areas.csv", "VN-24", {"successor": "VN-24"}, "successor", "the ref_area of another area"),
    ("areas.csv", "VN-21", {"name_vi": "điện  biên"}, "name_vi", "a name that no other area has"),
    ("areas.csv", "VN-25", {"valid_to": "2025-06-30"}, "valid_to", "a day not before valid_from"),
    *(("sources.csv", "dienbientv-2020", {"published_on": day}, "published_on", "a date that exists")
      for day in ("2024-13", "2024-02-30", "0000")),
    (PRESS, FLOW, {"figure_printed": "5.15 đợt"}, "figure_printed", "write 5,15 or 5.150; enter the figure"),
    (PRESS, FLOW, {"figure_printed": "1,5 đợt", "obs_value": "1.5"}, "obs_value", "a whole number, as round"),
    (PRESS, STOCK, {"period_start": "2014-01-01", "period_years": "5"}, "period_years", "empty the cell."),
    (PRESS, TOTAL, {"part_of": TOTAL}, "part_of", "the obs_id of another row; name the total, or empty the"),
    (PRESS, PART, {"part_of": "baothanhhoa-2019.01"}, "part_of", "counted in model_type, as its part is;"),
    (PRESS, PART, {"ref_area": "VN-71"}, "part_of", "a total of VN-71, as its part is; this one is of VN-21"),
    ("areas.csv", "VN-21", {"spellings": "Thanh Hóa|ĐIỆN  BIÊN"}, "spellings", "that no other area has;"),
    ("indicators.csv", "rounds_traffic_law", {"decimals": "9"}, "decimals", "at most 6; correct the number."),
    *(("ratio_parts.csv", RATIO, {"denominator": divisor}, "denominator", said) for divisor, said in {
        "valuable_tips_through_models": "indicators other than the numerator, each once; name what it is",
        "models+agencis": "known indicators (did you mean 'agencies'?); correct it, or add it to",
        "models+sessions_police": "a sum of stocks: other measures cannot be added up; give one indicator",
    }.items()),
]  # fmt: skip


@pytest.mark.parametrize(("file", "key", "changed", "column", "expected"), BROKEN)
def test_a_faulty_cell_is_named(
    data: DataCopy, file: str, key: str, changed: dict[str, str], column: str, expected: str
) -> None:
    row = data.set(file, key, **changed)
    (problem,) = [problem for problem in aq.check(data.folder) if problem.column == column]
    assert (problem.file, problem.row) == (file, row)
    assert expected in str(problem)


CHAINS = [
    ("areas.csv", "successor", {"VN-25": "VN-24", "VN-24": "VN-25"}),
    (PRESS, "part_of", {"dienbientv-2020.01": FLOW, FLOW: "dienbientv-2020.01"}),
]


@pytest.mark.parametrize(("file", "column", "links"), CHAINS)
def test_rows_that_lead_in_a_circle_are_all_named(
    data: DataCopy, file: str, column: str, links: dict[str, str]
) -> None:
    rows = {data.set(file, key, **{column: other}) for key, other in links.items()}
    expected = f"a chain of {column} that ends"
    assert {(p.row, p.column, p.expected) for p in aq.check(data.folder)} == {
        (row, column, expected) for row in rows
    }


def test_faults_of_several_files_are_told_at_once_the_lookup_tables_first(data: DataCopy) -> None:
    data.set(OFFICIAL, "gso-population-2014.01", period_end="soon")
    data.set(PRESS, FLOW, indicator="nowhere", part_of="?")
    data.set("areas.csv", "VN-71", name_vi="")
    found = [(problem.file, problem.column) for problem in aq.check(data.folder)]
    assert found == [
        ("areas.csv", "name_vi"), (PRESS, "indicator"), (PRESS, "part_of"), (OFFICIAL, "period_end"),
    ]  # fmt: skip


def test_no_rule_complains_of_a_cell_that_is_already_known_to_be_wrong(data: DataCopy) -> None:
    data.set(PRESS, FLOW, indicator="nowhere", period_end="2019-02-30", obs_value="x")
    assert {problem.column for problem in aq.check(data.folder)} == {"indicator", "period_end", "obs_value"}


@pytest.mark.parametrize("day", ["", "2024", "2024-02", "2024-02-29"])
def test_a_day_of_publication_may_be_known_in_part(data: DataCopy, day: str) -> None:
    data.set("sources.csv", "dienbientv-2020", published_on=day)
    assert aq.check(data.folder) == []
