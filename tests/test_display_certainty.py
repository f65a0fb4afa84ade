"""What is sure of a figure and what is not, for every way in which a figure is printed."""

import pytest
from made_data import bundled, flow, made

import antq_analysis as aq
from antq_analysis.display.certainty import amount, certainty, doubts
from antq_analysis.display.labels import Labels


def said(printed, ds=None, **more):
    ds = ds or made(flow(printed, 2014, 2018, **more))
    row = aq.compare(ds, "propaganda_sessions").iloc[0].to_dict()
    figure = ds.observations.set_index("obs_id").loc[row["obs_ids"][0]]
    name = Labels(ds, "en")
    return certainty(row, figure, name), doubts(row, figure, {}, name)


@pytest.mark.parametrize(
    ("printed", "sure", "unsure"),
    [
        ("3.071 buổi", "Sure of the number printed", []),
        ("230.000 buổi", "Sure of the number printed", ["a round number"]),
        ("4.600 buổi", "Sure of the number printed", ["a round number"]),
        ("150 buổi", "Sure of the number printed", []),
        ("hơn 740.000 buổi", "Sure: at least 740,001.", ["the upper end, 749,999"]),
        ("gần 4.000 buổi", "Sure: at most 3,999.", ["the lower end, 3,500"]),
        ("khoảng 400 buổi", "", ["the upper end, 450", "the lower end, 350"]),
    ],
)
def test_each_wording_has_its_sure_and_its_unsure_part(printed, sure, unsure):
    (told, open_), _ = said(printed)
    assert told.startswith(sure)
    assert bool(told) == bool(sure)
    assert len(open_) == len(unsure)
    assert all(part in text for part, text in zip(unsure, open_, strict=True))


def test_a_note_an_unstated_level_and_a_clash_are_said_beside_the_wording():
    ds = bundled()
    rows = aq.compare(ds, "tips", areas="Thanh Hóa")
    row = rows.iloc[0].to_dict()
    figure = ds.observations.set_index("obs_id").loc[row["obs_ids"][0]]
    found = doubts(row, figure, {row["obs_ids"][0]: "unsure.clash"}, Labels(ds, "en"))
    assert str(figure["note_en"]) in found
    assert "The source does not say which levels it counts." in found
    assert found[-1].startswith("Does not fit other figures")
    assert "Does not fit" not in " ".join(doubts(row, figure, {}, Labels(ds, "en")))


def test_a_share_is_written_with_its_sign():
    name = Labels(bundled(), "vi")
    assert [amount(82, {"measure_type": kind}, name) for kind in ("share", "flow")] == ["82%", "82"]
