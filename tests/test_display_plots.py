"""Charts: plain plotly figures that draw the numbers of the frame, with a caption and their data."""

import copy
import json
import math

import pytest
from made_data import bundled, flow, made

import antq_analysis as aq
from antq_analysis.display.chart import PALETTE, Chart
from antq_analysis.display.labels import Labels
from antq_analysis.display.tables import Column, Table
from antq_analysis.i18n import words

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
    return getattr(aq.plots, kind)(rows, ds, **more)


def texts(figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def shown(kind, rows):
    """Pick the rows that may be drawn."""
    if kind == "levels":
        return rows[rows["grade"].isin(["A", "B", "C"])]
    reported = rows[rows["obs_status"] != "O"] if "obs_status" in rows else rows
    return reported[~reported["refused"].astype(bool)]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_result_that_stands_is_one_row_with_its_number_and_no_other_is(found, kind, lang):
    figure = draw(kind, found[kind], bundled(), lang=lang)
    drawn, name = shown(kind, found[kind]), Labels(bundled(), lang)
    numbers = [f"<b>{name.result(dict(row) | {'refused': False})}</b>" for _, row in drawn.iterrows()]
    results = [n.text for n in figure.layout.annotations if n.xanchor == "right" and not n.bordercolor]
    assert sorted(results) == sorted(numbers)
    assert len({(trace.yaxis, trace.y[0]) for trace in figure.data}) == len(drawn)


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


def test_open_bounds_are_drawn_as_an_open_end_and_said_in_words():
    ds = made(flow("hơn 100 buổi", 2014, 2018), flow("50 buổi", 2014, 2018, ref_area="VN-24")).read_as(
        "strict"
    )
    rows = aq.contrasts(ds, "propaganda_sessions", areas=["VN-21", "VN-24"])
    assert rows["upper"].tolist() == [math.inf]
    figure = aq.plots.contrasts(rows, ds)
    assert "<b>ít nhất 2,02</b>" in texts(figure)
    (mark,) = figure.data
    assert (mark.marker.symbol, mark.x) == ("triangle-right", (2.02,))


@pytest.mark.parametrize(
    ("lang", "said"), [("vi", "không kết luận được"), ("en", "no conclusion can be drawn")]
)
def test_where_nothing_may_be_drawn_the_reasons_come_instead(lang, said):
    ds = bundled()
    for answer in (
        aq.plots.ratios(
            aq.ratios(ds, "valuable_tips_per_model", areas="Thanh Hóa", allow="A"), ds, lang=lang
        ),
        aq.plots.levels(aq.compare(ds, "propaganda_sessions", areas=AREAS), ds, lang=lang),
        aq.plots.contrasts(aq.contrasts(ds, "propaganda_sessions", areas=AREAS), ds, lang=lang),
    ):
        assert isinstance(answer, aq.NotComparable)
        assert said in str(answer)
        assert len(answer.reasons) > 1


def test_charts_of_nothing_say_that_there_are_no_figures():
    ds = bundled()
    for answer in (
        aq.plots.ratios(aq.ratios(ds, "valuable_tips_per_model", areas="Điện Biên"), ds),
        aq.plots.ratios(aq.ratios(ds, []), ds),
        aq.plots.levels(aq.compare(ds, "valuable_tips", areas="Điện Biên"), ds),
    ):
        assert isinstance(answer, aq.NotComparable)
        assert answer.reasons == ("no_figures",)
    alone = aq.plots.contrasts(aq.contrasts(ds, "valuable_tips", areas=AREAS), ds)
    assert alone.reasons == ("no_pair",)


PLOTLY = "application/vnd.plotly.v1+json"
FIGURE = {"data": [{"type": "bar", "y": [1, 2]}], "layout": {"height": 200}}


def chart(finding="Two bars."):
    table = Table("Numbers", [Column("n", lambda row: row["n"])], {"": [{"n": "<1>"}]})
    return Chart(FIGURE, finding, table.folded("Data"))


def test_picture_finding_and_table_are_one_bundle():
    bundle = chart()._repr_mimebundle_()
    assert set(bundle) == {PLOTLY, "text/html", "text/plain"}
    assert bundle["text/plain"] == "Two bars."
    assert bundle["text/html"].startswith('<p class="finding">Two bars.</p><details class="fold">')
    assert "<summary>Data</summary>" in bundle["text/html"]
    assert json.loads(json.dumps(bundle[PLOTLY]))["data"][0]["y"] == [1, 2]


def test_what_can_be_done_with_a_figure_can_be_done_with_a_chart():
    first = chart()
    other = copy.deepcopy(first)
    assert isinstance(other, Chart)
    assert (other.finding, other.table.caption, other.to_dict()) == ("Two bars.", "Numbers", first.to_dict())
    assert other.update_layout(height=500) is other
    assert (first.layout.height, other.layout.height) == (200, 500)
    assert other._repr_mimebundle_()[PLOTLY]["layout"]["height"] == 500


def test_a_page_shows_the_figure_as_it_was_given_and_plotly_checks_it_for_whoever_asks():
    table = Table("Numbers", [], {})
    faulty = Chart({"data": [{"type": "bar", "hight": 1}], "layout": {}}, "A bar.", table)
    assert faulty._repr_mimebundle_()[PLOTLY]["data"] == [{"type": "bar", "hight": 1}]
    with pytest.raises(ValueError, match="hight"):
        faulty.to_dict()
    sound = chart()
    shown = sound._repr_mimebundle_()[PLOTLY]
    assert sound.data[0].type == "bar"
    assert sound._repr_mimebundle_()[PLOTLY]["data"] == shown["data"]


SERIES = ["population_average", "cooperatives"]
SESSIONS = "sessions_provincial_bodies"


@pytest.fixture(scope="module")
def series():
    return aq.annual_series(bundled(), SERIES, AREAS)


def yearly(figures, first=2015, **more):
    return [flow(figure, year, year, **more) for year, figure in enumerate(figures, start=first)]


def drawn(ds, area="VN-21", **more):
    return aq.plots.series(aq.annual_series(ds, SESSIONS, area), ds, **more)


def test_every_figure_of_a_series_is_drawn_once_with_its_value_and_tells_of_itself(series):
    figure = aq.plots.series(series, bundled())
    points = sorted(
        (math.floor(x), y) for trace in figure.data for x, y in zip(trace.x, trace.y, strict=True)
    )
    assert points == sorted(zip(series["year"], series["value"], strict=True))
    told = [pair for trace in figure.data for pair in trace.customdata]
    assert sorted(ids for ids, _ in told) == sorted(series["obs_id"])
    assert all("—" in text for _, text in told)
    assert not any(trace.connectgaps for trace in figure.data)


def test_bounds_are_bars_about_their_marks():
    (line,) = drawn(made(*yearly(["9 buổi", "hơn 1.000 buổi"]))).data
    assert line.error_y.visible
    assert line.error_y.array[0] == 0 < line.error_y.array[1]


def test_a_figure_without_a_number_is_no_mark():
    figure = drawn(made(*yearly(["9 buổi", "8 buổi", "hàng trăm buổi"])))
    assert figure.data[0].y == (9, 8)
    assert "null" not in figure.to_json()
    nothing = drawn(made(*yearly(["hàng trăm buổi"])))
    assert isinstance(nothing, aq.NotComparable)


def test_series_of_zeros_have_an_axis():
    figure = drawn(made(*yearly(["0 buổi", "0 buổi"])))
    assert all(map(math.isfinite, figure.layout.yaxis.range))
    assert figure.layout.yaxis.range[0] < figure.layout.yaxis.range[1]


NESTED = ["sessions_provincial_bodies", "participants_provincial_bodies"]


@pytest.fixture(scope="module")
def windows():
    return aq.windows(bundled(), NESTED, "Thanh Hóa")


def segments(figure):
    return [trace for trace in figure.data if trace.type == "scatter"]


def test_what_is_implied_is_dashed_and_what_is_impossible_left_out_and_counted(windows):
    dashes = [trace.line.dash for trace in segments(aq.plots.windows(windows, bundled()))]
    assert dashes == ["solid", "solid", "dash"] * 2
    ds = made(flow("200 buổi", 2014, 2018), flow("100 buổi", 2014, 2023))
    figure = aq.plots.windows(aq.windows(ds, SESSIONS), ds)
    assert [trace.line.dash for trace in segments(figure)] == ["solid", "solid"]
    assert "1 kết quả không so sánh được" in figure.finding


def test_an_open_window_has_no_upper_edge_and_says_so():
    ds = made(flow("hơn 100 buổi", 2014, 2018)).read_as("strict")
    figure = aq.plots.windows(aq.windows(ds, SESSIONS), ds)
    (segment,) = segments(figure)
    ceiling = figure.layout.yaxis.range[1]
    assert (segment.y[0], segment.y[-1]) == (pytest.approx(ceiling), pytest.approx(ceiling))
    assert segment.x[0] != segment.x[-1], "the path does not close above"
    assert min(segment.y) == 101 / 5
    assert f"<b>ít nhất 20,2</b> {words('vi')('kind.reported')}" in texts(figure)
    assert "null" not in figure.to_json()


def test_reported_figures_are_counted_by_how_they_are_worded():
    ds = made(
        flow("9 buổi", 2014, 2018),
        flow("hơn 100 buổi", 2014, 2023, period_basis="inherited"),
        flow("hàng trăm buổi", 2014, 2016),
    )
    rows = aq.compare(ds, ["propaganda_sessions", "tips"], areas="Thanh Hóa")
    assert aq.plots.periods(rows, ds, lang="en").finding == (
        "Thanh Hóa: 3 printed figures for the years 2014–2023; number of subjects: 1. Exact: 1; with a word "
        "such as “more than” or “nearly”: 1; order of magnitude only: 1. 1 figure has no period stated where "
        "it is printed. 1 subject was not reported."
    )
