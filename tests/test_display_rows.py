from made_data import bundled

import antq_analysis as aq
from antq_analysis.display.rows import grouped, not_silent, rows_of


def test_rows_are_those_of_the_frame_and_stay_themselves():
    frame = aq.compare(bundled(), "tips", areas=["Thanh Hóa", "Quảng Bình"])
    rows = rows_of(frame)
    assert [row["obs_ids"] for row in rows] == list(frame["obs_ids"])
    assert rows_of(rows) is rows


def test_groups_keep_the_order_in_which_their_keys_and_rows_appear():
    rows = [{"area": area, "n": n} for n, area in enumerate("bab")]
    groups = grouped(rows, lambda row: row["area"])
    assert list(groups) == ["b", "a"]
    assert [row["n"] for row in groups["b"]] == [0, 2]
    assert grouped([], len) == {}


def test_what_was_not_reported_or_is_left_out_is_silent():
    rows = rows_of(aq.compare(bundled(), "tips", areas=["Điện Biên", "Thanh Hóa", "Hòa Bình"]))
    assert {row["ref_area"] for row in not_silent(rows)} == {"VN-21"}
    assert not_silent([{"points": 5}]) == [{"points": 5}]
