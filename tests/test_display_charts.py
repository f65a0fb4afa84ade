import math
import re

import pytest
from made_data import PUBLISHER, bundled, floors, flow, made, stock
from pandas.testing import assert_frame_equal

import antq_analysis as aq
from antq_analysis.display.tables import result_text
from antq_analysis.display.theme import PALETTE

AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình"]
RATIOS = [
    "valuable_tips_per_model",
    "valuable_tips_per_100k",
    "valuable_share_of_tips",
    "attendance_per_session",
]
KINDS = ["ratios", "levels", "contrasts"]


def result(kind, ds):
    if kind == "ratios":
        return aq.ratios(ds, RATIOS, areas=AREAS)
    if kind == "contrasts":
        return aq.contrasts(ds, ["propaganda_sessions", "awards_collectives"], areas=AREAS)
    official = ds.select(mandates="statistics", since=2018, until=2018)
    return aq.compare(official, "enterprises", areas=AREAS, per=1000)


@pytest.fixture(scope="module")
def found():
    return {kind: result(kind, bundled()) for kind in KINDS}


def draw(kind, rows, ds, **more):
    return getattr(aq.charts, kind)(rows, ds, **more)


def texts(figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def badges(figure) -> list[str]:
    return [note.text for note in figure.layout.annotations if note.bordercolor]


def shown(kind, rows):
    """Pick the rows that may be drawn."""
    if kind == "levels":
        return rows[rows["grade"].isin(["A", "B", "C"])]
    reported = rows[rows["obs_status"] != "O"] if "obs_status" in rows else rows
    return reported[~reported["refused"].astype(bool)]


@pytest.mark.parametrize("kind", KINDS)
def test_results_are_not_changed(found, kind):
    before = found[kind].copy(deep=True)
    draw(kind, found[kind], bundled())
    assert_frame_equal(found[kind], before)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_result_that_stands_is_one_row_with_its_number_and_no_other_is(found, kind, lang):
    figure = draw(kind, found[kind], bundled(), lang=lang)
    drawn = shown(kind, found[kind])
    numbers = [f"<b>{result_text(dict(row) | {'refused': False}, lang)}</b>" for _, row in drawn.iterrows()]
    results = [n.text for n in figure.layout.annotations if n.xanchor == "right" and not n.bordercolor]
    assert sorted(results) == sorted(numbers)
    assert len({(trace.yaxis, trace.y[0]) for trace in figure.data}) == len(drawn)


@pytest.mark.parametrize("kind", KINDS)
def test_every_mark_stands_at_a_number_of_the_frame(found, kind):
    columns = ["value", "lower", "upper", "ci_lower", "ci_upper"]
    numbers = set(shown(kind, found[kind])[columns].to_numpy(dtype="float64").ravel())
    assert {x for trace in draw(kind, found[kind], bundled()).data for x in trace.x} <= numbers


@pytest.mark.parametrize("kind", KINDS)
def test_charts_are_valid_small_and_begin_at_zero(found, kind):
    figure = draw(kind, found[kind], bundled())
    plain = figure.to_dict()
    assert plain["layout"]["separators"] == ",."
    assert plain["layout"]["template"] == {"layout": {"colorway": list(PALETTE)}}
    assert all(axis["range"][0] == 0 for key, axis in plain["layout"].items() if key.startswith("xaxis"))
    page = figure.to_json()
    assert len(page) < 80_000
    assert "null" not in page
    assert "NaN" not in page


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_from_the_data_is_markup(hostile, kind):
    rows = result(kind, hostile)
    for lang in ("vi", "en"):
        figure = draw(kind, rows, hostile, lang=lang)
        axes = [axis.title.text or "" for axis in figure.select_xaxes()]
        hovers = [text for trace in figure.data for text in trace.hovertext]
        page = "".join([*texts(figure), *axes, *hovers])
        assert "&lt;script&gt;" in page
        assert "<script" not in page
        assert "<i>" not in page
        if kind != "contrasts":  # its axis has no unit
            assert any("&lt;script&gt;" in axis for axis in axes)


def test_a_refused_ratio_is_drawn_only_when_asked_for_and_says_so(found):
    one = "valuable_tips_per_model"
    allowed = aq.ratios(bundled(), one, areas="Thanh Hóa", allow="D")
    assert badges(aq.charts.ratios(allowed, bundled())) == ["<b>C</b>", "<b>D</b>"]
    usual = found["ratios"][found["ratios"]["ratio"] == one]
    assert badges(aq.charts.ratios(usual, bundled())) == ["<b>C</b>"]


def test_a_ratio_to_a_wider_count_points_up_from_its_lowest_level():
    figure = aq.charts.ratios(floors(), bundled(), lang="en")
    assert "triangle-right" in {trace.marker.symbol for trace in figure.data if trace.mode == "markers"}
    assert any("at least 0.180" in text for text in texts(figure))
    assert "interval" not in "".join(text for trace in figure.data for _, text in trace.customdata)


def test_ratios_of_other_figures_never_share_an_axis(found):
    pairs = shown("ratios", found["ratios"])[["ratio", "numerator", "denominator"]].drop_duplicates()
    figure = aq.charts.ratios(found["ratios"], bundled())
    assert len({trace.yaxis for trace in figure.data}) == len(pairs)


@pytest.mark.parametrize(
    ("ratio", "unit"),
    [
        ("valuable_tips_per_model", "tips per unit of models"),
        ("valuable_tips_per_100k", "tips a year per 100,000 inhabitants"),
        ("valuable_share_of_tips", "%"),
    ],
)
def test_an_axis_names_what_is_divided_by_what(found, ratio, unit):
    rows = found["ratios"][found["ratios"]["ratio"] == ratio]
    assert aq.charts.ratios(rows, bundled(), lang="en").layout.xaxis.title.text == unit


def test_a_ratio_of_unlike_figures_by_the_hundred_is_no_rate_per_inhabitant(found):
    rows = found["ratios"][found["ratios"]["ratio"] == "valuable_tips_per_model"].assign(per=100.0)
    unit = aq.charts.ratios(rows, bundled(), lang="en").layout.xaxis.title.text
    assert unit == "tips per 100 models"


def test_levels_say_whether_they_are_counted_a_year_at_a_date_or_per_inhabitant():
    rows = [flow("90 buổi", 2014, 2018), flow("80 buổi", 2014, 2018, ref_area="VN-24")]
    ds = made(*rows, *(stock("40 hợp tác xã", 2018, ref_area=area) for area in ("VN-21", "VN-24")))

    def unit(concept):
        return aq.charts.levels(aq.compare(ds, concept), ds, lang="en").layout.xaxis.title.text

    assert unit("propaganda_sessions") == "sessions a year"
    assert unit("cooperatives") == "cooperatives"
    official = bundled().select(mandates="statistics", since=2018, until=2018)
    rates = aq.compare(official, "enterprises", areas=AREAS, per=1000)
    figure = aq.charts.levels(rates, bundled(), lang="en")
    assert figure.layout.xaxis.title.text == "enterprises per 1,000 inhabitants"


def test_what_is_given_once_is_not_said_to_be_a_year():
    awards = aq.compare(bundled(), "awards_collectives", areas=["Thanh Hóa", "Điện Biên"])
    figure = aq.charts.levels(awards, bundled(), lang="en")
    assert figure.layout.xaxis.title.text == "collectives"
    assert "<b>30</b>" in texts(figure)


def test_areas_keep_their_colour_and_shape_from_panel_to_panel(found):
    figure = aq.charts.levels(found["levels"], bundled())
    seen: dict[str, set[str]] = {}
    for text in texts(figure):
        if "<span" in text:
            mark, area = re.fullmatch(r"<span (.+)</span> (.+) · .+", text).groups()
            seen.setdefault(area, set()).add(mark)
    assert sorted(map(len, seen.values())) == [1, 1, 1]
    assert len(set.union(*seen.values())) == 3
    assert {trace.line.color for trace in figure.data if trace.mode == "lines"} == set(PALETTE[:3])


def test_what_the_text_does_not_say_of_the_area_stands_at_the_number(found):
    assert PUBLISHER["vi"] in texts(aq.charts.ratios(found["ratios"], bundled()))


@pytest.mark.parametrize("kind", KINDS)
def test_every_mark_leads_to_the_figures_of_its_row(found, kind):
    known = {" ".join(ids) for ids in shown(kind, found[kind])["obs_ids"]}
    figure = draw(kind, found[kind], bundled())
    assert all(len(trace.customdata) == len(trace.x) for trace in figure.data)
    assert {ids for trace in figure.data for ids, _ in trace.customdata} == known


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_carries_what_it_shows_as_text_and_table(found, kind):
    figure = draw(kind, found[kind], bundled(), lang="en")
    assert 40 < len(figure.finding) < 350
    # Refused pairs would stand together in one row; none is drawn.
    assert len(figure.table.frame) == len(shown(kind, found[kind]))


def test_a_contrast_is_drawn_against_the_line_of_no_difference(found):
    figure = aq.charts.contrasts(found["contrasts"], bundled())
    (line,) = figure.layout.shapes
    assert line.x0 == line.x1 == 1
    assert "Điện Biên / Thanh Hóa" in texts(figure)
    assert set(badges(figure)) == {"<b>C</b>"}


def test_a_contrast_of_two_definitions_names_both():
    rows = aq.contrasts(bundled(), "propaganda_sessions", areas=["Điện Biên", "Thanh Hóa"], allow="D")
    titles = [
        text.replace("</b><br><b>", " ")
        for text in texts(aq.charts.contrasts(rows, bundled(), lang="en"))
        if text.startswith("<b>Legal")
    ]
    assert len(titles) == 1
    assert titles[0].startswith("<b>Legal-education sessions / Sessions held by provincial-level bodies")


def test_open_bounds_are_drawn_as_an_open_end_and_said_in_words():
    ds = made(flow("hơn 100 buổi", 2014, 2018), flow("50 buổi", 2014, 2018, ref_area="VN-24")).read_as(
        "strict"
    )
    rows = aq.contrasts(ds, "propaganda_sessions", areas=["VN-21", "VN-24"])
    assert rows["upper"].tolist() == [math.inf]
    figure = aq.charts.contrasts(rows, ds)
    assert "<b>ít nhất 2,02</b>" in texts(figure)
    (mark,) = figure.data
    assert (mark.marker.symbol, mark.x) == ("triangle-right", (2.02,))


@pytest.mark.parametrize(
    ("lang", "said"), [("vi", "không kết luận được"), ("en", "no conclusion can be drawn")]
)
def test_where_nothing_may_be_drawn_the_reasons_come_instead(lang, said):
    ds = bundled()
    for answer in (
        aq.charts.ratios(
            aq.ratios(ds, "valuable_tips_per_model", areas="Thanh Hóa", allow="A"), ds, lang=lang
        ),
        aq.charts.levels(aq.compare(ds, "propaganda_sessions", areas=AREAS), ds, lang=lang),
        aq.charts.contrasts(aq.contrasts(ds, "propaganda_sessions", areas=AREAS), ds, lang=lang),
    ):
        assert isinstance(answer, aq.NotComparable)
        assert said in str(answer)
        assert len(answer.reasons) > 1


def test_charts_of_nothing_say_that_there_are_no_figures():
    ds = bundled()
    for answer in (
        aq.charts.ratios(aq.ratios(ds, "valuable_tips_per_model", areas="Điện Biên"), ds),
        aq.charts.ratios(aq.ratios(ds, []), ds),
        aq.charts.levels(aq.compare(ds, "valuable_tips", areas="Điện Biên"), ds),
    ):
        assert isinstance(answer, aq.NotComparable)
        assert answer.reasons == ("no_figures",)
    alone = aq.charts.contrasts(aq.contrasts(ds, "valuable_tips", areas=AREAS), ds)
    assert alone.reasons == ("no_pair",)


def test_each_ratio_has_a_chart_of_its_own_or_the_reasons_why_not(found):
    drawn = aq.charts.each_ratio(found["ratios"], bundled())
    by_ratio = [rows for _, rows in found["ratios"].groupby("ratio", sort=False)]
    assert [type(chart) for chart in drawn] == [type(aq.charts.ratios(rows, bundled())) for rows in by_ratio]
    assert len(drawn) == len(by_ratio) > 1


def test_an_area_keeps_its_colour_from_chart_to_chart():
    names = ["general_schools", "population_average"]
    rows = aq.annual_series(bundled(), names, ["Điện Biên", "Thanh Hóa"])
    left_out = (rows["indicator"] == names[0]) & (rows["ref_area"] == "VN-71")
    charts = aq.charts.each_series(rows[~left_out], bundled())
    colors = [
        {trace.line.color for trace in chart.data if trace.line.color and "Thanh" in str(trace.customdata)}
        for chart in charts
    ]
    assert colors[0] == colors[1]
    assert len(colors[0]) == 1


@pytest.mark.parametrize("draw", [aq.charts.each_ratio, aq.charts.each_series])
def test_where_there_is_nothing_to_draw_one_reason_says_so(draw, found):
    rows = (
        found["ratios"]
        if draw is aq.charts.each_ratio
        else aq.annual_series(bundled(), "kindergartens", "Thanh Hóa")
    )
    (reason,) = draw(rows.iloc[:0], bundled())
    assert isinstance(reason, aq.NotComparable)


def test_charts_are_shown_one_after_the_other(found, monkeypatch):
    shown_ones = []
    monkeypatch.setattr("IPython.display.display", lambda *charts: shown_ones.extend(charts))
    drawn = aq.charts.each_ratio(found["ratios"], bundled())
    drawn._ipython_display_()
    assert shown_ones == list(drawn)
