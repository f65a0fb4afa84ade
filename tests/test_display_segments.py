import pytest
from made_data import PUBLISHER, bundled, flow, made
from pandas.testing import assert_frame_equal

import antq_analysis as aq
from antq_analysis.i18n import words

NESTED = ["sessions_provincial_bodies", "participants_provincial_bodies"]
SESSIONS = "sessions_provincial_bodies"


@pytest.fixture(scope="module")
def windows():
    return aq.windows(bundled(), NESTED, "Thanh Hóa")


def texts(figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def segments(figure):
    return [trace for trace in figure.data if trace.type == "scatter"]


def touched(figure):
    return [trace for trace in figure.data if trace.type == "bar"]


def test_results_are_not_changed(windows):
    before = windows.copy(deep=True)
    aq.charts.windows(windows, bundled())
    assert_frame_equal(windows, before)


def test_a_window_is_a_segment_over_its_years_and_never_a_point(windows):
    figure = aq.charts.windows(windows, bundled())
    assert {trace.mode for trace in segments(figure)} == {"lines"}
    first = figure.data[0]
    assert (min(first.x), round(max(first.x), 1)) == (2014, 2019.7)
    assert set(first.y) == {3071 / 5}


def test_bounds_are_the_height_of_a_segment(windows):
    figure = aq.charts.windows(windows, bundled())
    rows = windows[windows["indicator"] == "participants_provincial_bodies"]
    heights = [(min(trace.y), max(trace.y)) for trace in segments(figure) if trace.yaxis == "y2"]
    assert heights == list(zip(rows["lower"], rows["upper"], strict=True))


def test_each_segment_can_be_found_by_a_finger_and_tells_its_figures(windows):
    figure = aq.charts.windows(windows, bundled(), lang="en")
    assert {trace.hoverinfo for trace in segments(figure)} == {"skip"}
    told = [pair for trace in touched(figure) for pair in trace.customdata]
    assert [ids.split() for ids, _ in told] == windows["obs_ids"].map(list).tolist()
    assert told[0][1].startswith(f"Thanh Hóa · 2014–2019 · {words('en')('kind.reported')}\n614")
    for trace in touched(figure):
        panel = figure.layout["yaxis" + trace.yaxis[1:]]
        pixels = (panel.domain[1] - panel.domain[0]) * figure.layout.height
        scale = pixels / (panel.range[1] - panel.range[0])
        assert all(width * scale >= 24 for width in trace.width)


def test_what_is_implied_is_dashed_and_what_is_impossible_left_out_and_counted(windows):
    dashes = [trace.line.dash for trace in segments(aq.charts.windows(windows, bundled()))]
    assert dashes == ["solid", "solid", "dash"] * 2
    ds = made(flow("200 buổi", 2014, 2018), flow("100 buổi", 2014, 2023))
    figure = aq.charts.windows(aq.windows(ds, SESSIONS), ds)
    assert [trace.line.dash for trace in segments(figure)] == ["solid", "solid"]
    assert "1 kết quả không so sánh được" in figure.finding


def test_an_open_window_has_no_upper_edge_and_says_so():
    ds = made(flow("hơn 100 buổi", 2014, 2018)).read_as("strict")
    figure = aq.charts.windows(aq.windows(ds, SESSIONS), ds)
    (segment,) = segments(figure)
    ceiling = figure.layout.yaxis.range[1]
    assert (segment.y[0], segment.y[-1]) == (pytest.approx(ceiling), pytest.approx(ceiling))
    assert segment.x[0] != segment.x[-1], "the path does not close above"
    assert min(segment.y) == 101 / 5
    assert f"<b>ít nhất 20,2</b> {words('vi')('kind.reported')}" in texts(figure)
    assert "null" not in figure.to_json()


def test_windows_of_two_areas_have_a_panel_each_with_its_name():
    ds = made(flow("9 buổi", 2014, 2018), flow("8 buổi", 2014, 2018, ref_area="VN-71"))
    figure = aq.charts.windows(aq.windows(ds, SESSIONS), ds)
    assert {trace.yaxis for trace in figure.data} == {"y", "y2"}
    titles = [text for text in texts(figure) if text.startswith("<b>Buổi")]
    assert [("Thanh Hóa" in title, "Điện Biên" in title) for title in titles] == [
        (True, False),
        (False, True),
    ]


def test_every_segment_is_within_its_axes_whatever_the_years():
    old = made(flow("9 buổi", 1995, 1999), flow("20 buổi", 1995, 2004))
    figure = aq.charts.windows(aq.windows(old, SESSIONS), old)
    for trace in segments(figure):
        assert figure.layout.xaxis.range[0] < min(trace.x) <= max(trace.x) < figure.layout.xaxis.range[1]
        assert figure.layout.yaxis.range[0] < min(trace.y) <= max(trace.y) < figure.layout.yaxis.range[1]


def test_a_panel_says_its_grade_and_explains_the_signs_on_it(windows):
    heading = texts(aq.charts.windows(windows, bundled(), lang="en"))[0].replace("<br>", " ")
    assert "Grade C" in heading
    assert "more than 3" in heading or "three" in heading
    assert f"* {PUBLISHER['en']}" in heading


def test_rates_are_written_at_their_segments(windows):
    found = texts(aq.charts.windows(windows, bundled(), lang="en"))
    average = words("en")("kind.reported")
    assert average == "average of the figure published"
    assert f"<b>614</b> {average}" in found
    assert f"<b>2,878</b>* {average}" in found
    assert "<b>5,141</b>* implied" in found


@pytest.mark.parametrize(("lang", "said"), [("vi", "Không có số liệu."), ("en", "There are no figures.")])
def test_a_chart_of_nothing_says_why(lang, said):
    ds = bundled()
    answer = aq.charts.windows(aq.windows(ds, SESSIONS, "Quảng Bình"), ds, lang=lang)
    assert isinstance(answer, aq.NotComparable)
    assert str(answer).endswith(said)


def test_nothing_from_the_data_is_markup(hostile):
    figure = aq.charts.windows(aq.windows(hostile, NESTED, "Thanh Hóa"), hostile)
    hovers = [text for trace in touched(figure) for text in trace.hovertext]
    shown = "".join([*texts(figure), *hovers])
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert "<i>" not in shown


def test_figures_are_small_and_speak_the_language(windows):
    figure = aq.charts.windows(windows, bundled(), lang="en")
    assert figure.layout.separators == ".,"
    assert len(figure.to_json()) < 20_000
