import math
from html import unescape

import pandas as pd
import pytest
from made_data import bundled

import antq_analysis as aq
from antq_analysis.analysis.frames import records
from antq_analysis.display.labels import Labels
from antq_analysis.display.marks import HOVER_WIDTH, colors_of, hover, refused, trace

SHARE = "valuable_share_of_tips"


def share(ds):
    rows = aq.ratios(ds, SHARE, areas="VN-21")
    return next(row for row in records(rows) if row["obs_ids"][0] == "baothanhhoa-2024.12")


def test_hovering_tells_result_chance_reasons_and_both_figures():
    text = hover(share(bundled()), Labels(bundled(), "en"))
    assert text.split("<br>")[:2] == ["56.6", "Chance interval: 54.0–59.1"]
    flat = text.replace("<br>", " ")
    assert "The text does not name the province; only its publisher tells." in flat
    assert "“828 nguồn tin có giá trị” — Báo Thanh Hóa" in flat
    assert "“1.464 nguồn tin” — Báo Thanh Hóa" in flat


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_line_of_a_hover_is_wider_than_a_phone(lang):
    for row in records(aq.ratios(bundled(), ["valuable_tips_per_100k", SHARE], areas="VN-21")):
        lines = hover(row, Labels(bundled(), lang)).split("<br>")
        assert max(len(unescape(line)) for line in lines) <= HOVER_WIDTH


def test_without_chance_or_reasons_there_is_no_line_for_them():
    nan = math.nan
    row = {"value": 40.0, "lower": 40, "upper": 40, "ci_lower": nan, "ci_upper": nan, "reasons": ()}
    text = hover(row | {"obs_ids": ("baothanhhoa-2019.05",)}, Labels(bundled(), "vi"))
    assert text.split("<br>")[:1] == ["40"]
    assert "Khoảng tin cậy" not in text
    assert len(text.split("<br>")) == 2 + (len(text) > HOVER_WIDTH + 10)


def test_of_many_population_averages_two_figures_tell_the_source():
    row = next(iter(records(aq.rate(bundled(), "valuable_tips_through_models", areas="VN-21"))))
    assert len(row["obs_ids"]) > 2
    assert trace(row["obs_ids"], Labels(bundled(), "vi")).count("—") == 2


def test_hovers_are_escaped(hostile):
    text = hover(share(hostile), Labels(hostile, "vi"))
    assert "<script" not in text
    assert "<i>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_each_area_has_one_colour_in_order_of_appearance():
    assert colors_of(pd.Series(["VN-21", "VN-71", "VN-21"])) == {"VN-21": 0, "VN-71": 1}


def test_a_refusal_names_its_subject_and_every_reason_once():
    rows = pd.DataFrame({"reasons": [("type_count", "wording_bounds"), ("type_count",)]})
    answer = refused("Ratios", rows, "en")
    assert not answer
    assert answer.reasons == ("type_count", "wording_bounds")
    assert str(answer).startswith("Ratios: no conclusion can be drawn. One of them")


def test_where_there_is_nothing_at_all_the_refusal_says_so():
    assert refused("Ratios", pd.DataFrame({"reasons": []}), "vi").reasons == ("no_figures",)
