import math
from html import unescape

import pytest
from made_data import bundled

import antq_analysis as aq
from antq_analysis.analysis.frames import records
from antq_analysis.display.labels import Labels
from antq_analysis.display.marks import HOVER_WIDTH, colors_of, named, refused, sign, sourced, story, telling
from antq_analysis.i18n import words

SHARE = "valuable_share_of_tips"


def share(ds):
    rows = aq.ratios(ds, SHARE, areas="VN-21")
    return next(row for row in records(rows) if row["obs_ids"][0] == "baothanhhoa-2024.12")


def test_a_mark_tells_result_chance_reasons_and_both_figures():
    lines = story(share(bundled()), Labels(bundled(), "en"))
    assert lines[:2] == ["56.6", words("en")("hover.chance", bounds="54.0–59.1")]
    assert "The text does not name the province; only its publisher tells." in lines[2]
    assert [line.split(" — ")[0] for line in lines[3:]] == ["“828 nguồn tin có giá trị”", "“1.464 nguồn tin”"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_line_of_a_label_is_wider_than_a_phone(lang):
    rows = records(aq.ratios(bundled(), ["valuable_tips_per_100k", SHARE], areas="VN-21"))
    told = telling((row["obs_ids"], story(row, Labels(bundled(), lang))) for row in rows)
    lines = [line for text in told["hovertext"] for line in text.split("<br>")]
    assert max(len(unescape(line)) for line in lines) <= HOVER_WIDTH


def test_without_chance_or_reasons_there_is_no_line_for_them():
    nan = math.nan
    row = {"value": 40.0, "lower": 40, "upper": 40, "ci_lower": nan, "ci_upper": nan, "reasons": ()}
    lines = story(row | {"obs_ids": ("baothanhhoa-2019.05",)}, Labels(bundled(), "vi"))
    assert len(lines) == 2
    assert lines[0] == "40"
    assert "—" in lines[1]


def test_of_many_population_averages_two_figures_tell_the_source():
    row = next(iter(records(aq.rate(bundled(), "valuable_tips_through_models", areas="VN-21"))))
    assert len(row["obs_ids"]) > 2
    assert len(sourced(row["obs_ids"], Labels(bundled(), "vi"))) == 2


def test_labels_are_escaped_for_plotly_and_plain_for_a_page(hostile):
    row = share(hostile)
    told = telling([(row["obs_ids"], story(row, Labels(hostile, "vi")))])
    assert "<script" not in told["hovertext"][0]
    assert "<i>" not in told["hovertext"][0]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in told["hovertext"][0]
    ((ids, text),) = told["customdata"]
    assert ids.split() == list(row["obs_ids"])
    assert "<script>alert(1)</script>" in text


def test_a_name_stands_behind_its_mark_in_the_ink_of_the_page():
    assert named(1, "<b>") == '<span style="color:#D55E00">■</span> &lt;b&gt;'
    assert named(0, "a") != named(1, "a") != named(2, "a")


def test_a_sign_says_that_the_text_does_not_name_the_area():
    name = Labels(bundled(), "vi")
    known = bundled().observations.groupby("area_basis", observed=True)["obs_id"].first()
    assert sign([known["stated"]], name) == ""
    assert sign([known["publisher"]], name) == "*"
    assert sign([known["inferred"]], name) == "†"
    assert sign([known["publisher"], known["inferred"]], name) == "†"


def test_each_area_has_one_colour_in_order_of_appearance():
    rows = [{"ref_area": area} for area in ("VN-21", "VN-71", "VN-21")]
    assert colors_of(rows) == {"VN-21": 0, "VN-71": 1}


def test_a_refusal_names_its_subject_and_every_reason_once():
    rows = [{"reasons": ("type_count", "wording_bounds")}, {"reasons": ("type_count",)}]
    answer = refused("Ratios", rows, "en")
    assert not answer
    assert answer.reasons == ("type_count", "wording_bounds")
    assert str(answer).startswith("Ratios: no conclusion can be drawn. One of them")


def test_where_there_is_nothing_at_all_the_refusal_says_so():
    assert refused("Ratios", [], "vi").reasons == ("no_figures",)
