"""Everything at once, in an order one can work through, and in step with the standard's own validator."""

import csv
from collections.abc import Callable
from pathlib import Path

import frictionless
import pytest
from conftest import OFFICIAL, PRESS, DataCopy

import antq_analysis as aq


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


def test_the_bundled_data_are_sound_by_both(bundled_data: Path) -> None:
    assert aq.check() == []
    assert frictionless.validate(str(bundled_data / "datapackage.json")).valid


# Faults that a schema can see, each in a row of its own: where, and what is put there.
SEEN_BY_BOTH = [
    (PRESS, "dienbientv-2020.02", {"obs_value": "nhiều"}),
    (PRESS, "dienbientv-2020.03", {"period_end": "2019-02-30"}),
    (PRESS, "dienbientv-2020.04", {"period_end": ""}),
    (PRESS, "dienbientv-2020.05", {"period_years": "5.5"}),
    (PRESS, "dienbientv-2020.06", {"period_years": "0"}),
    (PRESS, "dienbientv-2020.07", {"paragraph": "-1"}),
    (PRESS, "dienbientv-2020.08", {"qualifier": "roughly"}),
    (PRESS, "dienbientv-2020.09", {"figure_printed": ""}),
    (PRESS, "dienbientv-2020.10", {"obs_id": "Điện Biên 3"}),
    (PRESS, "dienbientv-2020.11", {"obs_id": "dienbientv-2020.01"}),
    (PRESS, "dienbientv-2020.12", {"ref_area": "VN-99"}),
    (PRESS, "dienbientv-2020.13", {"indicator": "nowhere"}),
    (PRESS, "dienbientv-2020.14", {"part_of": "dienbientv-2020.77"}),
    (OFFICIAL, "gso-population-2014.01", {"source_id": "nowhere"}),
    ("areas.csv", "VN-71", {"name_vi": ""}),
    ("areas.csv", "VN-24", {"successor": "VN-99"}),
    ("sources.csv", "dienbientv-2020", {"sha256": "abc"}),
    ("indicators.csv", "rounds_traffic_law", {"decimals": "9"}),
    ("indicators.csv", "sessions_legal_education", {"concept": "nowhere"}),
]


def test_faults_a_schema_can_see_stand_where_the_standard_sees_them(data: DataCopy) -> None:
    expected = {(file, data.set(file, key, **cells), *cells) for file, key, cells in SEEN_BY_BOTH}
    assert theirs(data.folder) == expected
    assert expected <= ours(data.folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("VN-71,", "VN-71,,,,,,,,,,,,", 1),
        lambda text: text.replace("\n", "\n\n", 1),
        lambda text: text + "VN-99\n",
    ],
    ids=["too many cells", "blank line", "too few cells"],
)
def test_broken_rows_stand_where_the_standard_sees_them(data: DataCopy, change: Callable[[str], str]) -> None:
    data.text("areas.csv", change)
    rows = {row for file, row, _ in theirs(data.folder) if file == "areas.csv" and row is not None}
    assert rows
    assert rows == {row for file, row, _ in ours(data.folder) if file == "areas.csv"}


def test_all_faults_are_told_at_once_in_the_order_of_files_and_rows(data: DataCopy) -> None:
    data.set(PRESS, "dienbientv-2020.05", qualifier="about", obs_value="1")
    data.set(PRESS, "dienbientv-2020.02", indicator="nowhere")
    data.set(OFFICIAL, "gso-population-2014.01", period_end="soon")
    data.set("areas.csv", "VN-71", name_vi="")
    found = [(problem.file, problem.row) for problem in aq.check(data.folder)]
    assert found == [("areas.csv", 2), (PRESS, 3), (PRESS, 6), (PRESS, 6), (OFFICIAL, 2)]


def test_a_new_dataset_is_a_new_file(data: DataCopy) -> None:
    rows = data.rows(PRESS)
    data.write(
        "observations/more.csv",
        [rows[0], ["dienbientv-2020.91", *rows[2][1:]], ["dienbientv-2020.92", *rows[3][1:]]],
    )
    resource = {
        "name": "observations-more",
        "path": "observations/more.csv",
        "schema": "observations/schema.json",
    }
    data.json("datapackage.json", lambda package: package["resources"].append(resource))
    assert aq.check(data.folder) == []
    assert len(aq.load(data.folder)) == len(aq.load()) + 2
    data.set("observations/more.csv", "dienbientv-2020.92", obs_id="dienbientv-2020.91")
    assert [(problem.file, problem.row) for problem in aq.check(data.folder)] == [
        ("observations/more.csv", 3)
    ]


def test_further_tables_are_checked_too(data: DataCopy) -> None:
    schema = {"fields": [{"name": "n", "type": "integer"}]}
    resource = {"name": "extra", "path": "extra.csv", "schema": schema}
    data.json("datapackage.json", lambda package: package["resources"].append(resource))
    data.write("extra.csv", [["n"], ["1"], ["x"]])
    assert [(problem.file, problem.row) for problem in aq.check(data.folder)] == [("extra.csv", 3)]


def test_faults_in_a_long_file_keep_their_rows(data: DataCopy) -> None:
    header, *models = data.rows(PRESS)
    part_of = header.index("part_of")
    rows = [[f"{models[n % len(models)][0]}{n:05d}", *models[n % len(models)][1:]] for n in range(20_000)]
    for row in rows:
        row[part_of] = ""
    expected = {7: "obs_value", 9_999: "period_end", 19_999: "indicator"}
    for place, column in expected.items():
        rows[place][header.index(column)] = "?"
    with (data.folder / PRESS).open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([header, *rows])
    found = [(problem.row, problem.column) for problem in aq.check(data.folder)]
    assert found == [(place + 2, column) for place, column in expected.items()]
