"""The rules of the house: each is broken once, and says what it expected and how to mend it."""

import pytest
from conftest import PRESS, DataCopy

import antq_analysis as aq

FLOW, STOCK, VAGUE = "dienbientv-2020.02", "baothanhhoa-2024.01", "baothanhhoa-2024.13"
SHARE, PART, TOTAL = "hoabinh-2024.02", "baothanhhoa-2019.07", "baothanhhoa-2019.05"

# The row, the cells changed in it, the column complained of, what was expected, and the remedy.
BROKEN = [
    (FLOW, {"figure_printed": "5.15 đợt"}, "figure_printed", "a figure that can be read: '.'", "is printed"),
    (FLOW, {"figure_printed": "150 đợt a b c d e f g"}, "figure_printed", "at most 8 words", "its noun"),
    (FLOW, {"obs_value": "15"}, "obs_value", "150, which is what '150 đợt' says", "enter the printed number"),
    (FLOW, {"qualifier": "about"}, "qualifier", "exact, which is what '150 đợt' says", "enter the qualifier"),
    (FLOW, {"obs_value": ""}, "obs_value", "a number, or nothing where the qualifier is", "fill the cell in"),
    (VAGUE, {"obs_value": "1000"}, "obs_value", "a number, or nothing where the qualifier is", "'hàng trăm'"),
    (
        FLOW,
        {"figure_printed": "1,5 đợt", "obs_value": "1.5"},
        "obs_value",
        "a whole number, as rounds_traffic_law counts",
        "correct the number",
    ),
    (FLOW, {"figure_printed": "150% đợt"}, "indicator", "an indicator in percent", "of the share"),
    (SHARE, {"figure_printed": "từ 82 trở lên"}, "indicator", "an indicator that counts", "of the count"),
    (FLOW, {"obs_id": "hoabinh-2024.99"}, "obs_id", "begins with 'dienbientv-2020.'", "correct the obs_id"),
    (FLOW, {"period_start": ""}, "period_start", "as rounds_traffic_law is a flow", "fill the cell in"),
    (FLOW, {"period_years": ""}, "period_years", "the length of the window", "fill the cell in"),
    (STOCK, {"period_start": "2014-01-01"}, "period_start", "is a stock at one date", "period_end"),
    (STOCK, {"period_years": "5"}, "period_years", "is a stock at one date", "empty the cell"),
    (TOTAL, {"period_years": "5"}, "period_years", "is a count_of_types at one date", "empty the cell"),
    (SHARE, {"period_years": ""}, "period_start", "a start and a length together", "empty both"),
    (FLOW, {"period_start": "2020-01-01"}, "period_start", "a day not after period_end", "two"),
    (FLOW, {"period_years": "4"}, "period_years", "the window touches (6), or one less", "dates"),
    (TOTAL, {"part_of": TOTAL}, "part_of", "the obs_id of another row", "name the total"),
    (PART, {"part_of": "baothanhhoa-2019.01"}, "part_of", "this one is in session", "of the same unit"),
    (PART, {"ref_area": "VN-71"}, "part_of", "a total of VN-71, as its part is", "the same area"),
]  # fmt: skip


@pytest.mark.parametrize(
    "broken", BROKEN, ids=[f"{column}: {expected}" for _, _, column, expected, _ in BROKEN]
)
def test_a_broken_rule_is_named(data: DataCopy, broken: tuple[str, dict[str, str], str, str, str]) -> None:
    key, cells, column, expected, remedy = broken
    row = data.set(PRESS, key, **cells)
    problems = [problem for problem in aq.check(data.folder) if problem.column == column]
    assert [(problem.file, problem.row) for problem in problems] == [(PRESS, row)]
    assert expected in problems[0].expected
    assert remedy in problems[0].remedy


@pytest.mark.parametrize("years", ["5", "6"])
def test_a_window_may_be_a_year_shorter_than_the_years_it_touches(data: DataCopy, years: str) -> None:
    data.set(PRESS, FLOW, period_years=years)
    assert aq.check(data.folder) == []


def test_an_end_is_needed_even_where_the_schema_does_not_say_so(data: DataCopy) -> None:
    def relax(schema: dict[str, list[dict[str, object]]]) -> None:
        next(field for field in schema["fields"] if field["name"] == "period_end").pop("constraints")

    data.json("observations/schema.json", relax)
    row = data.set(PRESS, STOCK, period_end="")
    assert [(problem.row, problem.column) for problem in aq.check(data.folder)] == [(row, "period_end")]


def test_no_rule_complains_of_a_cell_that_is_already_known_to_be_wrong(data: DataCopy) -> None:
    data.set(PRESS, FLOW, indicator="nowhere", period_end="2019-02-30", obs_value="x")
    assert {problem.column for problem in aq.check(data.folder)} == {"indicator", "period_end", "obs_value"}
