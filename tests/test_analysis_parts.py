import json

import pytest
from made_data import flow, made, stock

from antq_analysis.analysis.contradictions import contradictions, flagged
from antq_analysis.analysis.parts import BODIES
from antq_analysis.data import bundled as bundled_folder

WHOLE = {"indicator": "model_types", "scope_level": "whole_province"}


def kinds(*rows):
    return contradictions(made(*rows))["kind"].tolist()


def types(figure, scope, **more):
    return (
        stock(f"{figure} loại mô hình", 2019, scope_org=scope, **WHOLE) | {"indicator": "model_types"} | more
    )


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
        ([(13, "agency"), (20, "agency")], []),
        ([(20, "aes"), (20, "agency")], []),
        ([(32, "agency")], ["part_above_whole"]),
        ([("hơn 12", "agency"), ("khoảng 8", "enterprise"), (10, "school")], []),
    ],
)
def test_parts_sum_only_where_they_can(parts, found):
    rows = [types(figure, scope, part_of="made.01") for figure, scope in parts]
    assert kinds(types(31, "aes"), *rows) == found


def test_every_kind_of_body_the_schema_knows_can_be_a_part():
    schema = json.loads((bundled_folder("data") / "observations" / "schema.json").read_text(encoding="utf-8"))
    scope = next(field for field in schema["fields"] if field["name"] == "scope_org")
    assert set(scope["constraints"]["enum"]) == set(BODIES)


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
        ("24/36", "67%", []),
        ("24/36", "66,6%", ["fraction_percent"]),
        ("24/36", "trên 60%", []),
        ("24/36", "từ 70% trở lên", ["fraction_percent"]),
        ("24", "10%", []),
    ],
)
def test_a_fraction_is_the_percentage_printed_beside_it(fraction, percent, found):
    same = {
        "scope_org": "police",
        "scope_level": "whole_province",
        "source_id": "baothanhhoa-2024",
        "paragraph": 8,
    }
    rows = [
        flow(f"{fraction} xã", 2014, 2023, indicator="communes_transformed", part_of="made.02", **same),
        flow("/36", 2014, 2023, indicator="communes_designated", **same),
        flow(percent, 2014, 2023, indicator="communes_transformed_share", **same),
    ]
    assert kinds(*rows) == found


def test_a_figure_dated_after_its_source_is_told_by_days():
    # hoabinh-2024 appeared on 19 April 2024, baothanhhoa-2024 on an unknown day of 2024.
    late = stock("12 hợp tác xã", 2024, period_end="2024-04-21", source_id="hoabinh-2024")
    found = contradictions(made(late)).iloc[0]
    assert (found["kind"], found["left_lower"], found["right_lower"], found["unit"]) == (
        "after_source",
        2,
        0,
        "day",
    )
    assert (found["obs_ids"], found["possible"]) == (("made.01",), False)
    assert kinds(late | {"period_end": "2024-04-19"}) == []
    assert kinds(late | {"period_end": "2024-12-31", "source_id": "baothanhhoa-2024"}) == []
    assert kinds(late | {"period_end": "2025-01-01", "source_id": "baothanhhoa-2024"}) == ["after_source"]
