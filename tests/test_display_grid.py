from itertools import pairwise

import pytest
from made_data import INFERRED, PUBLISHER, bundled
from pandas.testing import assert_frame_equal

import antq_analysis as aq

AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình", "Hòa Bình"]
CONCEPTS = ["propaganda_sessions", "tips", "models", "awards_collectives"]


@pytest.fixture(scope="module")
def rows():
    return aq.coverage(bundled(), areas=AREAS, concepts=CONCEPTS)


def texts(figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def chips(figure):
    return [
        (ids, trace.base[place] + trace.x[place] / 2, trace.y[place])
        for trace in figure.data
        for place, (ids, _) in enumerate(trace.customdata)
    ]


def test_results_are_not_changed(rows):
    before = rows.copy(deep=True)
    aq.charts.coverage(rows, bundled())
    assert_frame_equal(rows, before)


def test_every_window_is_a_chip_in_the_column_of_its_area(rows):
    found = {ids: column for ids, column, _ in chips(aq.charts.coverage(rows, bundled()))}
    reported = rows[rows["reported"]]
    columns = list(dict.fromkeys(rows["ref_area"]))
    assert found == {
        " ".join(row["obs_ids"]): columns.index(row["ref_area"]) for _, row in reported.iterrows()
    }


def test_a_gap_says_that_it_is_one(rows):
    figure = aq.charts.coverage(rows, bundled(), lang="en")
    assert texts(figure).count("–") == int((~rows["reported"]).sum()) > 0
    assert any("– not reported" in text for text in texts(figure))


def test_windows_of_a_cell_stand_below_each_other(rows):
    found = aq.charts.coverage(rows, bundled())
    places = [(column, y) for _, column, y in chips(found)]
    assert len(set(places)) == len(places)
    for column in {column for column, _ in places}:
        heights = sorted(y for other, y in places if other == column)
        assert all(below - above >= 24 for above, below in pairwise(heights))
    assert found.layout.yaxis.range[0] >= max(y for _, y in places) + 12


def test_an_area_that_the_text_does_not_name_has_an_open_chip_and_a_sign(rows):
    figure = aq.charts.coverage(rows, bundled(), lang="en")
    basis = {" ".join(row["obs_ids"]): row["area_basis"] for _, row in rows[rows["reported"]].iterrows()}
    for trace in figure.data:
        is_open = trace.marker.color == "rgba(0,0,0,0)"
        assert {basis[ids] == "stated" for ids, _ in trace.customdata} == {not is_open}
    assert "2014–2024*" in texts(figure)
    assert "2024†" in texts(figure)
    key = " ".join(texts(figure))
    assert all(said in key for said in ("■ province named", f"□* {PUBLISHER['en']}", f"□† {INFERRED['en']}"))


def test_only_kinds_of_cells_that_occur_are_explained(rows):
    one = aq.coverage(bundled(), areas="Điện Biên", concepts="propaganda_sessions")
    key = " ".join(texts(aq.charts.coverage(one, bundled(), lang="en")))
    assert "publisher" not in key
    assert "inferred" not in key


def test_each_chip_tells_where_when_and_what_is_printed(rows):
    figure = aq.charts.coverage(rows, bundled(), lang="en")
    (told,) = (
        text for trace in figure.data for ids, text in trace.customdata if ids == "baothanhhoa-2024.11"
    )
    assert told.startswith(f"Thanh Hóa · {PUBLISHER['en']} · 2014–2024\nTips\n“1.464 nguồn tin” — ")


def test_columns_are_named_and_subjects_stand_above_their_cells(rows):
    figure = aq.charts.coverage(rows, bundled())
    heads = [note for note in figure.layout.annotations if note.text in {f"<b>{area}</b>" for area in AREAS}]
    assert sorted(note.x for note in heads) == [0, 1, 2, 3]
    subject = next(note for note in figure.layout.annotations if note.text == "<b>Tin báo</b>")
    assert min(y for ids, _, y in chips(figure) if ids == "baothanhhoa-2024.11") > subject.y


def test_of_nothing_there_is_no_matrix():
    ds = bundled()
    answer = aq.charts.coverage(aq.coverage(ds, concepts=[]), ds, lang="en")
    assert isinstance(answer, aq.NotComparable)
    assert str(answer).endswith("There are no figures.")


def test_nothing_from_the_data_is_markup(hostile):
    figure = aq.charts.coverage(aq.coverage(hostile, areas=["VN-21"], concepts=CONCEPTS), hostile)
    shown = "".join([*texts(figure), *(text for trace in figure.data for text in trace.hovertext)])
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert "<i>" not in shown
