import math

import pytest
from made_data import bundled, flow, made
from pandas.testing import assert_frame_equal

import antq_analysis as aq

NESTED = ["sessions_provincial_bodies", "participants_provincial_bodies"]
SERIES = ["population_average", "cooperatives"]
AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình"]
SESSIONS = "sessions_provincial_bodies"


@pytest.fixture(scope="module")
def windows():
    return aq.windows(bundled(), NESTED, "Thanh Hóa")


@pytest.fixture(scope="module")
def series():
    return aq.annual_series(bundled(), SERIES, AREAS)


def yearly(figures, first=2015, **more):
    return [flow(figure, year, year, **more) for year, figure in enumerate(figures, start=first)]


def drawn(ds, area="VN-21"):
    return aq.charts.series(aq.annual_series(ds, SESSIONS, area), ds)


def texts(figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def test_results_are_not_changed(windows, series):
    for rows, chart in ((windows, aq.charts.windows), (series, aq.charts.series)):
        before = rows.copy(deep=True)
        chart(rows, bundled())
        assert_frame_equal(rows, before)


def test_a_window_is_a_segment_over_its_years_and_never_a_point(windows):
    figure = aq.charts.windows(windows, bundled())
    assert {trace.mode for trace in figure.data} == {"lines"}
    first = figure.data[0]
    assert (min(first.x), round(max(first.x), 1)) == (2014, 2019.7)
    assert set(first.y) == {3071 / 5}


def test_bounds_are_the_height_of_a_segment(windows):
    figure = aq.charts.windows(windows, bundled())
    rows = windows[windows["indicator"] == "participants_provincial_bodies"]
    heights = [(min(trace.y), max(trace.y)) for trace in figure.data if trace.yaxis == "y2"]
    assert heights == list(zip(rows["lower"], rows["upper"], strict=True))


def test_what_is_implied_is_dashed_and_what_is_impossible_left_out(windows):
    dashes = [trace.line.dash for trace in aq.charts.windows(windows, bundled()).data]
    assert dashes == ["solid", "solid", "dash"] * 2
    ds = made(flow("200 buổi", 2014, 2018), flow("100 buổi", 2014, 2023))
    figure = aq.charts.windows(aq.windows(ds, SESSIONS), ds)
    assert [trace.line.dash for trace in figure.data] == ["solid", "solid"]


def test_an_open_window_has_no_upper_edge_and_says_so():
    ds = made(flow("hơn 100 buổi", 2014, 2018)).read_as("strict")
    figure = aq.charts.windows(aq.windows(ds, SESSIONS), ds)
    (segment,) = figure.data
    ceiling = figure.layout.yaxis.range[1]
    assert (segment.y[0], segment.y[-1]) == (pytest.approx(ceiling), pytest.approx(ceiling))
    assert segment.x[0] != segment.x[-1], "the path does not close above"
    assert min(segment.y) == 101 / 5
    assert "báo cáo: ít nhất 20,2" in texts(figure)
    assert "null" not in figure.to_json()


def test_windows_of_two_areas_have_a_panel_each_with_its_name():
    ds = made(flow("9 buổi", 2014, 2018), flow("8 buổi", 2014, 2018, ref_area="VN-71"))
    figure = aq.charts.windows(aq.windows(ds, SESSIONS), ds)
    assert {trace.yaxis for trace in figure.data} == {"y", "y2"}
    titles = [text for text in texts(figure) if text.startswith("<b>")]
    assert [("Thanh Hóa" in title, "Điện Biên" in title) for title in titles] == [
        (True, False),
        (False, True),
    ]


def test_every_mark_is_within_its_axes_whatever_the_years():
    old = made(flow("9 buổi", 1995, 1999), flow("20 buổi", 1995, 2004))
    late = made(*yearly(["9 buổi", "8 buổi"], 2029))
    for figure in (aq.charts.windows(aq.windows(old, SESSIONS), old), drawn(late)):
        for trace in figure.data:
            assert figure.layout.xaxis.range[0] < min(trace.x) <= max(trace.x) < figure.layout.xaxis.range[1]
            assert figure.layout.yaxis.range[0] < min(trace.y) <= max(trace.y) < figure.layout.yaxis.range[1]


def test_zero_is_in_sight(windows, series):
    for figure in (aq.charts.windows(windows, bundled()), aq.charts.series(series, bundled())):
        assert figure.layout.yaxis.range[0] < 0 < figure.layout.yaxis.range[1]
        assert figure.layout.yaxis2.zeroline


def test_a_series_breaks_where_the_revision_changes(series):
    rows = series[(series["indicator"] == "population_average") & (series["ref_area"] == "VN-21")]
    figure = aq.charts.series(rows, bundled())
    assert [trace.x for trace in figure.data] == [
        (2014, 2015, 2016, 2017, 2018),
        (2017, 2018, 2019, 2020, 2021, 2022),
        (2024,),
    ]
    assert [len(trace.y) for trace in figure.data] == rows.groupby("segment").size().tolist()


def test_every_figure_of_a_series_is_drawn_once_with_its_value(series):
    figure = aq.charts.series(series, bundled())
    points = sorted((x, y) for trace in figure.data for x, y in zip(trace.x, trace.y, strict=True))
    assert points == sorted(zip(series["year"], series["value"], strict=True))
    assert not any(trace.connectgaps for trace in figure.data)


def test_marks_that_are_not_plain_are_open():
    rows = yearly(["9 buổi", "8 buổi", "7 buổi"])
    rows[1] |= {"obs_status": "P"}
    (line,) = drawn(made(*rows)).data
    assert line.marker.symbol == ("circle", "circle-open", "circle")


def test_areas_differ_in_colour_and_keep_it_from_panel_to_panel(series):
    figure = aq.charts.series(series, bundled())
    names = bundled().areas().set_index("ref_area")["name_vi"]
    seen: dict[str, set[str]] = {}
    for note in figure.layout.annotations:
        for name in names:
            if note.text.startswith(f"{name} "):
                seen.setdefault(name, set()).add(note.font.color)
    assert sorted(map(len, seen.values())) == [1, 1, 1]
    assert len(set.union(*seen.values())) == 3


def test_a_line_is_named_with_its_last_figure():
    assert "Thanh Hóa 1.230" in texts(drawn(made(*yearly(["9 buổi", "1.230 buổi"]))))


def test_a_figure_without_a_number_is_no_mark():
    figure = drawn(made(*yearly(["9 buổi", "8 buổi", "hàng trăm buổi"])))
    assert figure.data[0].y == (9, 8)
    assert "null" not in figure.to_json()
    nothing = drawn(made(*yearly(["hàng trăm buổi"])))
    assert isinstance(nothing, aq.NotComparable)


def test_charts_of_nothing_say_why():
    ds = bundled()
    for lang, said in (("vi", "Không có số liệu."), ("en", "There are no figures.")):
        for answer in (
            aq.charts.windows(aq.windows(ds, SESSIONS, "Quảng Bình"), ds, lang=lang),
            aq.charts.series(aq.annual_series(ds, SESSIONS, "Quảng Bình"), ds, lang=lang),
        ):
            assert isinstance(answer, aq.NotComparable)
            assert str(answer).endswith(said)


def test_series_of_zeros_have_an_axis():
    figure = drawn(made(*yearly(["0 buổi", "0 buổi"])))
    assert all(map(math.isfinite, figure.layout.yaxis.range))
    assert figure.layout.yaxis.range[0] < figure.layout.yaxis.range[1]


def test_nothing_from_the_data_is_markup(hostile):
    for figure in (
        aq.charts.windows(aq.windows(hostile, NESTED, "Thanh Hóa"), hostile),
        aq.charts.series(aq.annual_series(hostile, SERIES, "Thanh Hóa"), hostile),
    ):
        hovers = [text for trace in figure.data for text in (trace.hovertemplate, *(trace.text or ()))]
        shown = "".join([*texts(figure), *hovers])
        assert "&lt;script&gt;" in shown
        assert "<script" not in shown
        assert "<i>" not in shown


def test_figures_are_small_and_speak_the_language(windows):
    figure = aq.charts.windows(windows, bundled(), lang="en")
    assert figure.layout.separators == ".,"
    assert len(figure.to_json()) < 12_000
    assert any(text.startswith("implied: ") for text in texts(figure))
