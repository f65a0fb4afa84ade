import pytest
from made_data import bundled, flow, made, stock

import antq_analysis as aq
from antq_analysis.display.labels import Labels, years

PARTICIPANTS = "baothanhhoa-2019.02"


@pytest.fixture(scope="module", params=["vi", "en"])
def name(request):
    return Labels(bundled(), request.param)


def test_everything_has_a_name_in_both_languages(name):
    ds = bundled()
    for say, codes in [
        (name.area, ds.areas()["ref_area"]),
        (name.indicator, ds.indicators()["indicator"]),
        (name.unit, ds.indicators()["indicator"]),
        (name.concept, ds.concepts()["concept"]),
        (name.ratio, ds.ratios()["ratio"]),
    ]:
        assert all(say(code) not in ("", "nan") for code in codes), say


def test_names_are_those_of_the_language():
    vi, en = (Labels(bundled(), lang) for lang in ("vi", "en"))
    assert [vi.concept("valuable_tips"), en.concept("valuable_tips")] == [
        "Tin báo có giá trị",
        "Valuable tips",
    ]
    assert [vi.unit("sessions_police"), en.unit("sessions_police")] == ["buổi", "sessions"]


def test_a_code_of_any_kind_is_known_and_other_text_stays():
    name = Labels(bundled(), "en")
    assert name.known("VN-21") == "Thanh Hóa"
    assert name.known("cooperatives") == "Cooperatives"
    assert name.known("propaganda_sessions") == "Awareness-raising activities"
    assert name.known("ready text") == "ready text"


def test_a_figure_is_traced_to_its_print_and_paragraph():
    vi, en = (Labels(bundled(), lang) for lang in ("vi", "en"))
    assert vi.trace(PARTICIPANTS) == "“hơn 740.000 người tham gia” — Báo Thanh Hóa (baothanhhoa.vn), đoạn 11"
    assert en.trace(PARTICIPANTS).endswith("Báo Thanh Hóa (baothanhhoa.vn), paragraph 11")


def test_a_figure_without_a_paragraph_names_its_publisher_alone(name):
    (figure,) = bundled().select(indicators="population_census", areas="VN-21").observations["obs_id"]
    assert name.source(figure) == "Tổng cục Thống kê (GSO)"


def test_a_figure_of_every_source_can_be_traced(name):
    assert all("nan" not in name.trace(obs_id) for obs_id in bundled().observations["obs_id"])


def test_only_inhabitants_are_population(name):
    assert name.is_population("population_average")
    assert not name.is_population("participants_provincial_bodies")


def test_years_of_a_row_are_those_of_its_window_or_its_date():
    rows = made(flow("9 buổi", 2014, 2018), stock("9 hợp tác xã", 2018)).observations
    assert [years(row) for _, row in rows.iterrows()] == ["2014–2018", "2018"]


def test_another_language_is_refused():
    with pytest.raises(aq.InvalidOption, match="No language 'fr'"):
        Labels(bundled(), "fr")
