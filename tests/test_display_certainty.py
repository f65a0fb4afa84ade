"""What is against a figure besides its wording; the wordings themselves are tested on the cards."""

from made_data import bundled

import antq_analysis as aq
from antq_analysis.display.certainty import amount, doubts
from antq_analysis.display.labels import Labels


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
