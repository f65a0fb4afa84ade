import re

import pytest
from made_data import PUBLISHER, bundled, flow, made, stock
from pandas.testing import assert_frame_equal

import antq_analysis as aq

SUBJECTS = ["propaganda_sessions", "cooperatives"]
WORDED = {
    "9 buổi": ("circle", "●"),
    "hơn 100 buổi": ("triangle-up-open", "△"),
    "gần 40 buổi": ("triangle-down-open", "▽"),
    "khoảng 40 buổi": ("circle-open", "○"),
    "hàng trăm buổi": ("diamond-open", "◇"),
}


def draw(*rows, lang="vi", areas="Thanh Hóa"):
    ds = made(*rows)
    return aq.charts.periods(aq.compare(ds, SUBJECTS, areas=areas), ds, lang=lang)


@pytest.fixture(scope="module")
def thanh_hoa():
    press = bundled().select(mandates=["CT07-2014", "ND06-2014", "annual"])
    return aq.compare(press, areas="Thanh Hóa")


def texts(figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def marks(figure):
    (found,) = (trace for trace in figure.data if trace.type == "scatter")
    return found


def touched(figure):
    (found,) = (trace for trace in figure.data if trace.type == "bar")
    return found


def segments(figure):
    return [
        shape
        for shape in figure.layout.shapes
        if shape.type == "line" and shape.y0 == shape.y1 and shape.xref == "x"
    ]


def caps(figure):
    return [shape for shape in figure.layout.shapes if shape.type == "line" and shape.x0 == shape.x1]


def test_results_are_not_changed(thanh_hoa):
    before = thanh_hoa.copy(deep=True)
    aq.charts.periods(thanh_hoa, bundled())
    assert_frame_equal(thanh_hoa, before)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_printed_figure_has_a_row_that_tells_of_it_and_nothing_else_has(thanh_hoa, lang):
    figure = aq.charts.periods(thanh_hoa, bundled(), lang=lang)
    reported = thanh_hoa[thanh_hoa["obs_status"] == "A"]
    bold = [re.match(r"<b>(.+)</b>[*†]?$", text) for text in texts(figure)]
    printed = [found[1] for found in bold if found]
    assert [text for text in printed if text in set(reported["figure_printed"])] == reported[
        "figure_printed"
    ].tolist()
    assert [ids for ids, _ in touched(figure).customdata] == [" ".join(ids) for ids in reported["obs_ids"]]
    assert len(marks(figure).x) == len(reported)
    assert marks(figure).hoverinfo == "skip"


def test_a_window_is_a_segment_over_its_years_and_a_stock_a_mark_on_its_day():
    figure = draw(flow("9 buổi", 2014, 2018), stock("40 hợp tác xã", 2019))
    (segment,) = segments(figure)
    assert segment.x0 == 2014
    assert 2018.7 < segment.x1 < 2019
    assert [round(x, 2) for x in marks(figure).x] == [2019.0, 2020.0]


@pytest.mark.parametrize("printed", WORDED)
def test_the_wording_of_a_number_is_the_shape_of_its_mark_and_explained(printed):
    figure = draw(flow(printed, 2014, 2018))
    symbol, glyph = WORDED[printed]
    assert marks(figure).marker.symbol == (symbol,)
    key = next(text for text in texts(figure) if glyph in text)
    assert not any(other in key for _, other in WORDED.values() if other != glyph)


def test_how_a_period_is_known_is_seen_in_its_line_and_said_in_words():
    stated = draw(flow("9 buổi", 2014, 2018), lang="en")
    told = draw(flow("9 buổi", 2014, 2018, period_basis="inherited"), lang="en")
    vague = draw(flow("hàng trăm buổi", 2014, 2018), lang="en")
    assert [figure.layout.shapes and segments(figure)[0].line.dash for figure in (stated, told, vague)] == [
        "solid",
        "dash",
        "dot",
    ]
    assert [len(caps(figure)) for figure in (stated, told, vague)] == [1, 0, 1]
    assert "period stated by the source" in touched(stated).customdata[0][1]
    assert "period taken from the whole text" in touched(told).customdata[0][1]
    assert any("╌╌ period taken" in text for text in texts(told))
    assert "2019, inferred" in texts(draw(stock("40 hợp tác xã", 2019, period_basis="inferred"), lang="en"))


def test_an_area_that_the_text_does_not_name_is_marked_at_the_number_and_explained():
    figure = draw(flow("9 buổi", 2014, 2018, area_basis="publisher"))
    assert "<b>9 buổi</b>*" in texts(figure)
    assert any(f"* {PUBLISHER['vi']}" in text for text in texts(figure))
    assert not any(PUBLISHER["vi"] in text for text in texts(draw(flow("9 buổi", 2014, 2018))))


def test_what_is_counted_is_said_once_for_figures_in_a_row_and_areas_only_where_there_are_several():
    same = draw(flow("9 buổi", 2014, 2018), flow("20 buổi", 2014, 2023))
    counted = [text for text in texts(same) if text.startswith("Buổi tuyên truyền")]
    assert len(counted) == 1
    both = draw(
        flow("9 buổi", 2014, 2018), flow("8 buổi", 2014, 2018, ref_area="VN-71"), areas=["VN-21", "VN-71"]
    )
    assert [text.split(" · ")[0] for text in texts(both) if " · " in text] == ["Thanh Hóa", "Điện Biên"]
    assert len(set(marks(both).marker.color)) == 2


def test_rows_can_be_found_by_a_finger(thanh_hoa):
    rows = touched(aq.charts.periods(thanh_hoa, bundled()))
    assert min(rows.width) >= 40
    assert min(rows.x) >= 1
    tops = [y - width / 2 for y, width in zip(rows.y, rows.width, strict=True)]
    assert tops == sorted(tops)


def test_a_tall_chart_names_the_years_again_at_its_foot(thanh_hoa):
    assert texts(aq.charts.periods(thanh_hoa, bundled())).count("2014") == 1
    assert "2014" not in texts(draw(flow("9 buổi", 2014, 2018)))


def test_years_outside_the_usual_ones_are_not_cut():
    figure = draw(flow("9 buổi", 1995, 1999))
    assert figure.layout.xaxis.range[0] < 1995


def test_where_nothing_was_reported_the_chart_says_so():
    ds = bundled()
    answer = aq.charts.periods(aq.compare(ds, "tips", areas="Điện Biên"), ds, lang="en")
    assert isinstance(answer, aq.NotComparable)
    assert str(answer).endswith("There are no figures.")


def test_nothing_from_the_data_is_markup(hostile):
    figure = aq.charts.periods(aq.compare(hostile, areas=["VN-21", "VN-71"]), hostile)
    shown = "".join([*texts(figure), *touched(figure).hovertext])
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert "<i>" not in shown


def test_the_figure_is_small_and_whole(thanh_hoa):
    page = aq.charts.periods(thanh_hoa, bundled()).to_json()
    assert len(page) < 120_000
    assert "NaN" not in page
    assert "null" not in page
