"""Contradictions among figures, gaps in what was reported, and heaping of round numbers."""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from made_data import bundled, flow, made, stock

from antq_analysis.analysis.quality import contradictions, coverage, flagged, heaping, nested


def test_sessions_participants_banners_and_news_of_thanh_hoa_disagree_as_siblings():
    found = contradictions(bundled()).query("kind == 'siblings_disagree'")
    share = {}
    for row in found.itertuples():
        share[row.indicators[0]] = (row.left_lower, row.left_upper)
        share[row.indicators[1]] = (row.right_lower, row.right_upper)
    # By hand: 3,071/28,778; 740,001/1,899,999 and 749,999/1,800,001; 3,601/304,999 and 3,699/304,001;
    # 3,500/172,999 and 3,999/172,001.
    assert share["sessions_provincial_bodies"] == pytest.approx((0.10671, 0.10671), abs=1e-5)
    assert share["participants_provincial_bodies"] == pytest.approx((0.38947, 0.41667), abs=1e-5)
    assert share["banners_slogans"] == pytest.approx((0.01181, 0.01217), abs=1e-5)
    assert share["news_placements_provincial_bodies"] == pytest.approx((0.02023, 0.02325), abs=1e-5)


def test_a_strict_reading_removes_a_contradiction_of_the_convention():
    ds = made(flow("hơn 810.000 buổi", 2014, 2018), flow("hơn 700.000 buổi", 2014, 2023))
    found = contradictions(ds).iloc[0]
    assert (found["kind"], found["wording"], found["possible"]) == ("nested_total_falls", "convention", True)
    assert (found["left_lower"], found["right_upper"]) == (810_001, 799_999)
    assert set(flagged(ds)) == {"made.01", "made.02"}
    assert flagged(ds.read_as("strict")) == {}


def test_where_nothing_is_wrong_the_frame_is_empty_but_has_its_columns():
    found = contradictions(bundled().select(areas="Điện Biên"))
    assert found.empty
    assert list(found)[:4] == ["area", "period", "indicator", "kind"]
    assert flagged(bundled().select(areas="Điện Biên")) == {}


def kinds(*rows):
    return contradictions(made(*rows))["kind"].tolist()


def test_a_total_below_the_total_of_a_window_within_it_is_impossible():
    ds = made(flow("3.071 buổi", 2014, 2018), flow("3.000 buổi", 2014, 2023))
    found = contradictions(ds).iloc[0]
    assert (found["kind"], found["wording"], found["unit"]) == ("nested_total_falls", "both", "session")
    assert (found["concept"], found["indicators"]) == ("propaganda_sessions", ("sessions_provincial_bodies",))
    assert kinds(flow("3.000 buổi", 2014, 2018), flow("3.000 buổi", 2014, 2023)) == []


@pytest.mark.parametrize(
    "more", [{"scope_org": "all"}, {"mandate": "annual"}, {"revision": "new"}, {"obs_status": "D"}]
)
def test_totals_of_another_scope_or_definition_may_fall(more):
    assert kinds(flow("9 buổi", 2014, 2018), flow("8 buổi", 2014, 2023, **more)) == []


def test_one_text_may_count_two_things_beside_each_other():
    police = {"indicator": "sessions_police", "scope_org": "police", "scope_level": "unstated"}
    beside = flow("900 buổi", 2014, 2018), flow("8 buổi", 2014, 2023, **police)
    assert kinds(*beside) == []
    earlier = beside[0] | {"source_id": "baothanhhoa-2019"}
    assert kinds(earlier, beside[1]) == ["nested_concept_falls"]
    # The later text counts both: each is to be held against its own kind.
    assert kinds(earlier, beside[1], flow("1.000 buổi", 2014, 2023)) == []


def test_one_window_told_twice_contradicts_itself_unless_the_bounds_meet():
    assert kinds(flow("900 buổi", 2014, 2018), flow("8 buổi", 2014, 2018)) == ["same_window_differs"]
    assert kinds(flow("900 buổi", 2014, 2018), flow("gần 1.000 buổi", 2014, 2018)) == []


def test_a_part_printed_for_a_longer_window_is_no_falling_total():
    total, longer = flow("1.000 buổi", 2014, 2018), flow("2.000 buổi", 2014, 2023)
    assert kinds(total, longer, flow("200 buổi", 2014, 2023, part_of="made.02")) == []


MORE = {"indicator": "participants_provincial_bodies"}


def told(inner, outer, **more):
    """Tell of a window and, in a later text, of a wider one that begins with it."""
    return [flow(inner, 2014, 2016, source_id="baothanhhoa-2019", **more), flow(outer, 2014, 2019, **more)]


def test_siblings_whose_first_years_have_alike_a_share_agree():
    # A third and a ninth: three times as much is not over three times as much.
    assert kinds(*told("30 buổi", "90 buổi"), *told("10 người", "90 người", **MORE)) == []
    assert kinds(*told("31 buổi", "90 buổi"), *told("10 người", "90 người", **MORE)) == ["siblings_disagree"]


def test_a_share_of_nothing_disagrees_with_none():
    ten_times = told("5 người", "50 người", **MORE)
    assert kinds(*told("0 buổi", "0 buổi"), *ten_times) == []
    still = told("5 buổi", "5 buổi")
    assert kinds(*still, *ten_times) == ["siblings_disagree"]
    found = contradictions(made(*still, *ten_times)).iloc[0]
    assert (found["left_upper"], found["right_lower"], found["concept"]) == (0.1, 1, "")


def test_siblings_are_told_by_two_texts_and_no_figure_of_one_text_is_charged_with_them():
    rows = [*told("60 buổi", "90 buổi"), *told("10 người", "90 người", **MORE)]
    assert kinds(*(row | {"source_id": "baothanhhoa-2024"} for row in rows)) == []
    elsewhere = flow("1.931 buổi", 2014, 2019, ref_area="VN-24", source_id="quangbinh-2020")
    assert set(flagged(made(*rows, elsewhere))) == {f"made.{number:02d}" for number in range(1, 5)}


def test_what_two_texts_tell_alike_is_one_contradiction():
    inner, outer = flow("3.071 buổi", 2014, 2018), flow("3.000 buổi", 2014, 2023)
    again = [row | {"source_id": "hoabinh-2024"} for row in (inner, outer)]
    found = contradictions(made(inner, outer, *again))
    assert found["kind"].tolist() == ["nested_total_falls"]
    assert found["obs_ids"].tolist() == [("made.01", "made.03", "made.02", "made.04")]
    siblings = [*told("60 buổi", "90 buổi"), *told("10 người", "90 người", **MORE)]
    more = siblings[0] | {"source_id": "quangbinh-2020"}
    assert kinds(*siblings, more) == ["siblings_disagree"]


def test_five_years_are_shown_inside_their_ten_with_their_share_and_the_rest():
    rows = [flow("hơn 3.000 buổi", 2014, 2018), flow("28.778 buổi", 2014, 2023), flow("9 buổi", 2016, 2019)]
    pair = nested(made(*rows), "sessions_provincial_bodies", "Thanh Hóa").iloc[0]
    assert (pair["inner_printed"], pair["outer_printed"]) == ("hơn 3.000 buổi", "28.778 buổi")
    assert (pair["inner_period"], pair["outer_period"], pair["expected"]) == ("2014–2018", "2014–2023", 0.5)
    assert pair[["inner_lower", "inner_upper", "rest_lower", "rest_upper"]].tolist() == [
        3001, 3999, 28_778 - 3999, 28_778 - 3001,
    ]  # fmt: skip
    assert pair["share_lower"] == pytest.approx(3001 / 28_778)
    assert pair["share_upper"] == pytest.approx(3999 / 28_778)
    assert (pair["same_definition"], pair["obs_ids"]) == (True, ("made.01", "made.02"))
    # The window of 2016 to 2019 crosses the five years and lies in the ten.
    assert nested(made(*rows))["obs_ids"].tolist() == [("made.01", "made.02"), ("made.03", "made.02")]


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=5))
def test_totals_that_only_grow_never_contradict_each_other(parts):
    rows = [flow(f"{sum(parts[:n])} buổi", 2014, 2013 + n) for n in range(1, len(parts) + 1)]
    assert "nested_total_falls" not in kinds(*rows)


WHOLE = {"indicator": "model_types", "scope_level": "whole_province"}


def types(figure, scope, **more):
    return stock(f"{figure} loại mô hình", 2019, scope_org=scope, **WHOLE) | more


def test_types_of_model_sum_to_their_whole():
    whole, parts = types(31, "aes"), [(13, "agency"), (8, "enterprise"), (10, "school")]
    rows = [types(figure, scope, part_of="made.01") for figure, scope in parts]
    assert kinds(whole, *rows) == []
    one_more = [*rows[:2], types(11, "school", part_of="made.01")]
    found = contradictions(made(whole, *one_more)).iloc[0]
    assert (found["kind"], found["left_lower"], found["right_upper"]) == ("parts_do_not_sum", 32, 31)
    assert found["obs_ids"] == ("made.02", "made.03", "made.04", "made.01")
    assert kinds(whole, *rows[:2], types(9, "school", part_of="made.01")) == ["parts_do_not_sum"]


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ([(13, "agency"), (8, "enterprise")], []),
        ([(13, "agency"), (20, "enterprise")], ["parts_do_not_sum"]),
        ([(20, "aes"), (20, "agency")], []),
        ([(32, "agency")], ["part_above_whole"]),
        ([("hơn 12", "agency"), ("khoảng 8", "enterprise"), (10, "school")], []),
    ],
)
def test_parts_sum_only_where_they_can(parts, found):
    rows = [types(figure, scope, part_of="made.01") for figure, scope in parts]
    assert kinds(types(31, "aes"), *rows) == found


def test_a_part_told_by_two_texts_is_summed_once():
    rows = [types(figure, scope, part_of="made.01") for figure, scope in ((13, "agency"), (8, "enterprise"))]
    again = rows[0] | {"source_id": "baothanhhoa-2019", "paragraph": 2}
    school = types(10, "school", part_of="made.01")
    assert "parts_do_not_sum" not in kinds(types(31, "aes"), *rows, again, school)
    wrong = types(12, "school", part_of="made.01")
    assert "parts_do_not_sum" in kinds(types(31, "aes"), *rows, again, wrong)


def test_a_part_of_another_indicator_is_compared_with_its_whole_but_not_summed():
    through = {"scope_org": "aes", "scope_level": "whole_province"}
    whole = flow("1.464 nguồn tin", 2014, 2024, indicator="tips_through_models", **through)
    part = flow(
        "1.465 nguồn tin", 2014, 2024, indicator="valuable_tips_through_models", part_of="made.01", **through
    )
    found = contradictions(made(whole, part)).iloc[0]
    assert (found["kind"], found["left_lower"], found["right_lower"]) == ("part_above_whole", 1465, 1464)
    assert (found["wording"], found["possible"], found["reasons"]) == ("both", False, ("contradiction",))
    assert flagged(made(whole, part)) == {"made.01": ("contradiction",), "made.02": ("contradiction",)}


@pytest.mark.parametrize(
    ("fraction", "percent", "found"),
    [
        ("36/36", "100%", []),
        ("30/36", "100%", ["fraction_percent"]),
        ("24/36", "66,7%", []),
        ("24/36", "66,6%", ["fraction_percent"]),
        ("24/36", "trên 60%", []),
        ("24/36", "từ 70% trở lên", ["fraction_percent"]),
        ("24", "10%", []),
    ],
)
def test_a_fraction_is_the_percentage_printed_beside_it(fraction, percent, found):
    same = {"scope_org": "police", "scope_level": "whole_province", "paragraph": 8}
    rows = [
        flow(f"{fraction} xã", 2014, 2023, indicator="communes_transformed", part_of="made.02", **same),
        flow("/36", 2014, 2023, indicator="communes_designated", **same),
        flow(percent, 2014, 2023, indicator="communes_transformed_share", **same),
    ]
    assert kinds(*rows) == found


PRESS = ["CT07-2014", "ND06-2014", "annual"]


def test_what_was_not_reported_is_a_row_and_not_a_zero():
    rows = coverage(bundled(), areas=["Điện Biên", "Thanh Hóa", "Quảng Bình"], concepts="valuable_tips")
    silent = rows[~rows["reported"]]
    assert silent["ref_area"].tolist() == ["VN-71", "VN-24"]
    assert set(silent["obs_status"]) == {"O"}
    assert silent["obs_ids"].tolist() == [(), ()]


def test_an_area_only_inferred_has_not_reported_unless_it_was_selected():
    named = bundled().select(mandates=PRESS)
    assert coverage(named, areas="Hòa Bình", concepts="clearance")["obs_status"].tolist() == ["O"]
    asked = coverage(bundled(), areas="Hòa Bình", concepts="clearance").iloc[0]
    assert (asked["reported"], asked["area_basis"]) == (True, "inferred")


def test_known_areas_and_concepts_without_figures_are_not_refused():
    nowhere = bundled().select(until=1999)
    assert coverage(nowhere).empty
    assert coverage(nowhere, areas="Phú Thọ", concepts=["tips"])["obs_status"].tolist() == ["O"]


def test_a_number_that_a_paragraph_prints_twice_is_one_count():
    done = flow("36/36 xã", 2014, 2023, indicator="communes_transformed", part_of="made.02", paragraph=8)
    of = flow("36 xã", 2014, 2023, indicator="communes_designated", paragraph=9)
    assert heaping(made(done, of))["considered"].tolist() == [2]
    assert heaping(made(done, of | {"paragraph": 8}))["considered"].tolist() == [1]
    tables = [stock("36 hợp tác xã", year, paragraph=None) for year in (2022, 2023)]
    assert heaping(made(*tables))["considered"].tolist() == [2]


def test_only_plain_counts_printed_to_the_last_unit_are_considered():
    plain = ["10 buổi", "1.645 buổi"]
    others = ["9 buổi", "hơn 1.000 buổi", "gần 40 buổi", "304 nghìn buổi", "1,8 triệu buổi", "hàng trăm buổi"]
    rows = heaping(made(*(flow(figure, 2014, 2018) for figure in [*plain, *others])))
    assert rows["obs_ids"].tolist() == [("made.01", "made.02")]


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(10, 10**6), min_size=1, max_size=20, unique=True))
def test_every_plain_count_is_counted_and_round_ones_end_in_0(figures):
    row = heaping(made(*(flow(f"{figure} buổi", 2014, 2018) for figure in figures))).iloc[0]
    assert row["considered"] == len(figures)
    assert row["round"] == sum(str(figure).endswith("0") for figure in figures)
