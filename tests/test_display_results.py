"""What a reader and a machine read of one result is the same, in whatever language and table."""

import math

from hypothesis import given
from hypothesis import strategies as st
from made_data import bundled

import antq_analysis as aq
from antq_analysis.display.results import chance_text, csv_cell, machine, range_text, result_text

NAN = math.nan
FLOOR = {
    "value": 0.18, "lower": 0.18, "upper": 0.18, "ci_lower": 0.168, "ci_upper": 0.193,
    "reasons": ("denominator_wider",),
}  # fmt: skip


def test_a_result_whose_denominator_is_wider_is_a_floor_without_an_interval():
    assert result_text(FLOOR, "vi") == "ít nhất 0,180"
    assert chance_text(FLOOR, "vi") == "–"
    assert (csv_cell()(FLOOR), csv_cell("ci")(FLOOR)) == ("0.18..", "")


def test_the_ratio_of_tips_to_places_is_a_floor_in_every_table_and_sentence():
    ds = bundled()
    rows = aq.ratios(ds, "valuable_tips_per_site", areas="Thanh Hóa").query("not refused")
    assert all("denominator_wider" in reasons for reasons in rows["reasons"])
    assert set(aq.tables.ratios(rows, ds, lang="en").frame["Result"]) == {"at least 0.180"}
    assert all("is at least 0.180" in aq.explain(row, lang="en", ds=ds) for _, row in rows.iterrows())


def test_a_range_is_written_by_the_language_and_for_a_machine_by_none():
    row = {"lower": 148000.2, "upper": 149999.8, "ci_lower": NAN, "ci_upper": NAN, "reasons": ()}
    assert [range_text(row, "", lang) for lang in ("vi", "en")] == ["148.000–150.000", "148,000–150,000"]
    assert (csv_cell()(row), csv_cell("ci")(row)) == ("148000.2..149999.8", "")


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_what_a_machine_reads_is_the_number_to_ten_digits(a, b):
    low, high = sorted((a, b))
    read = [float(end) for end in machine(low, high).split("..")]
    assert all(
        math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-300) for x, y in zip(read, (low, high), strict=False)
    )
