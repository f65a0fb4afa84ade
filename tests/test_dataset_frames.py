"""What the rules see beside an observation."""

import numpy as np

from antq_analysis.data import bundled
from antq_analysis.data.check import check_package
from antq_analysis.data.descriptor import read_package
from antq_analysis.data.frames import joined, observation_frame


def test_an_observation_stands_beside_its_print_its_indicator_and_its_total() -> None:
    package = read_package(bundled("data"))
    checked = check_package(package, wording="convention")
    (sheet,) = checked.sheets["observations-press"]
    frame = observation_frame(sheet, checked.sheets, checked.readings[sheet.file]).set_index("obs_id")
    part = frame.loc["baothanhhoa-2019.07"]
    assert (part["measure_type"], part["unit_measure"], part["decimals"]) == (
        "count_of_types",
        "model_type",
        0,
    )
    assert (part["read_value"], part["read_qualifier"], part["figure_words"]) == (13, "exact", 4)
    assert (part["total_ref_area"], part["total_unit_measure"]) == ("VN-21", "model_type")
    assert frame.index[part["total_row"]] == "baothanhhoa-2019.05"
    whole = frame.loc["dienbientv-2020.01"]
    assert whole["total_row"] == -1
    assert whole["years_touched"] == 6
    assert whole[["total_ref_area", "total_unit_measure"]].isna().all()


def test_joined_sheets_keep_types_and_empty_texts() -> None:
    package = read_package(bundled("data"))
    checked = check_package(package, wording="convention")
    frame = joined([sheet for table in package.observations() for sheet in checked.sheets[table.name]])
    assert frame["period_end"].dtype.kind == "M"
    assert frame["obs_value"].dtype == np.dtype("float64")
    assert str(frame["period_years"].dtype) == "Int64"
    assert (frame["part_of"] == "").any()
    assert not frame["note_vi"].isna().any()
    assert frame.index.tolist() == list(range(len(frame)))
