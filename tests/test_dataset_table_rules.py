"""The rules for the tables beside the observations: each is broken once."""

import pytest
from conftest import DataCopy

import antq_analysis as aq


def test_a_share_is_in_percent(data: DataCopy) -> None:
    rows = data.rows("indicators.csv")
    share = next(row[0] for row in rows if row[rows[0].index("measure_type")] == "share")
    row = data.set("indicators.csv", share, unit_measure="session")
    problem = aq.check(data.folder)[0]
    assert (problem.file, problem.row, problem.column) == ("indicators.csv", row, "unit_measure")
    assert problem.expected == "percent, as the indicator is a share"


def test_a_spelling_belongs_to_one_area(data: DataCopy) -> None:
    row = data.set("areas.csv", "VN-21", spellings="Thanh Hóa|ĐIỆN  BIÊN")
    (problem,) = aq.check(data.folder)
    assert (problem.file, problem.row, problem.column) == ("areas.csv", row, "spellings")
    assert problem.expected == "spellings that no other area has"


@pytest.mark.parametrize("successor", ["VN-24", "VN-99"])
def test_a_successor_is_another_known_area(data: DataCopy, successor: str) -> None:
    data.resource("areas", lambda resource: resource["schema"].pop("foreignKeys"))
    row = data.set("areas.csv", "VN-24", successor=successor)
    (problem,) = aq.check(data.folder)
    assert (problem.row, problem.column) == (row, "successor")
    assert problem.expected == "the ref_area of another area"


@pytest.mark.parametrize("day", ["2024-02-30", "2024-13", "0000", "24", "2024-1-1"])
def test_a_source_is_published_on_a_day_that_exists(data: DataCopy, day: str) -> None:
    row = data.set("sources.csv", "dienbientv-2020", published_on=day)
    problems = [problem for problem in aq.check(data.folder) if problem.column == "published_on"]
    assert [(problem.file, problem.row, problem.value) for problem in problems] == [("sources.csv", row, day)]


@pytest.mark.parametrize("day", ["", "2024", "2024-02", "2024-02-29"])
def test_a_day_of_publication_may_be_known_in_part(data: DataCopy, day: str) -> None:
    data.set("sources.csv", "dienbientv-2020", published_on=day)
    assert aq.check(data.folder) == []


def test_two_areas_do_not_share_a_name(data: DataCopy) -> None:
    row = data.set("areas.csv", "VN-21", name_vi="điện  biên")
    (problem,) = aq.check(data.folder)
    assert (problem.row, problem.column, problem.expected) == (
        row,
        "name_vi",
        "a name that no other area has",
    )


def test_an_area_does_not_end_before_it_begins(data: DataCopy) -> None:
    row = data.set("areas.csv", "VN-25", valid_to="2025-06-30")
    (problem,) = aq.check(data.folder)
    assert (problem.row, problem.column) == (row, "valid_to")
    assert problem.expected == "a day not before valid_from"


def test_a_ratio_has_two_different_parts(data: DataCopy) -> None:
    rows = data.rows("ratio_parts.csv")
    rows[1][2] = rows[1][1]
    data.write("ratio_parts.csv", rows)
    (problem,) = aq.check(data.folder)
    assert (problem.file, problem.row, problem.column) == ("ratio_parts.csv", 2, "denominator")


def test_a_spelling_belongs_to_one_area_across_files(data: DataCopy) -> None:
    rows = data.rows("areas.csv")
    rows[3][3] += "|dien bien"
    data.write("areas.csv", rows[:3])
    data.write("more_areas.csv", [rows[0], *rows[3:]])
    data.resource("areas", lambda resource: resource.update(path=["areas.csv", "more_areas.csv"]))
    (problem,) = aq.check(data.folder)
    assert (problem.file, problem.row, problem.column) == ("more_areas.csv", 2, "spellings")
