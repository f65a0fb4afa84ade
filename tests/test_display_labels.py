import pytest
from bs4 import BeautifulSoup
from made_data import INFERRED, PUBLISHER, bundled, flow, made, stock
from markupsafe import Markup

import antq_analysis as aq
from antq_analysis.data.usage import watched
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
    assert en.trace(PARTICIPANTS) == (
        "“hơn 740.000 người tham gia” — Thanh Hóa newspaper (baothanhhoa.vn), paragraph 11"
    )


def test_a_figure_without_a_paragraph_names_its_publisher_alone(name):
    (figure,) = bundled().select(indicators="population_census", areas="VN-21").observations["obs_id"]
    publishers = {"vi": "Tổng cục Thống kê (GSO)", "en": "General Statistics Office (GSO)"}
    assert name.source(figure) == publishers[name.lang]


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


@pytest.fixture(scope="module")
def three():
    """Give a figure of each way in which an area may be known."""
    bases = ("stated", "publisher", "inferred")
    return made(*(flow(f"{n} buổi", 2014, 2018, area_basis=basis) for n, basis in enumerate(bases, start=7)))


def test_the_weakest_basis_of_several_figures_is_said(three):
    vi, en = Labels(three, "vi"), Labels(three, "en")
    assert [vi.basis([f"made.0{n}"]) for n in (1, 2, 3)] == [
        "",
        "tỉnh xác định theo cơ quan đăng tin",
        "tỉnh chỉ được suy ra",
    ]
    assert en.basis(["made.01", "made.02"]) == "province known by its publisher"
    assert en.basis(["made.03", "made.02"]) == en.basis(["made.02", "made.03"]) == "province only inferred"
    assert en.basis([]) == ""


def test_plain_a_number_carries_its_mark_and_no_markup(three):
    name = Labels(three, "en")
    assert name.traced("7", ["made.01"]) == "7"
    assert name.traced("8", ["made.02"]) == f"8 [{PUBLISHER['en']}]"
    assert name.tied("8", ["made.02"]) == "8"
    assert name.grade("C") == "C"


def test_marked_a_number_leads_to_its_figures(three):
    name = Labels(three, "en", marked=True)
    assert name.traced("7", ["made.01"]) == ('<a class="fig" href="#obs-made.01" data-obs="made.01">7</a>')
    assert name.traced("8–9", ["made.02", "made.03"]) == (
        '<a class="fig" href="#obs-made.02" data-obs="made.02 made.03">8–9</a>'
        f' <span class="basis basis-inferred"><span>[{INFERRED["en"]}]</span></span>'
    )
    assert name.tied("8", ["made.02"]) == '<a class="fig" href="#obs-made.02" data-obs="made.02">8</a>'
    assert name.grade("C") == '<span class="grade grade-C">C</span>'


@pytest.mark.parametrize("marked", [False, True])
def test_what_is_no_number_or_has_no_figures_is_no_link(three, marked):
    name = Labels(three, "vi", marked=marked)
    assert name.tied(name.say("status.none"), ["made.01"]) == "–"
    assert name.tied("5", []) == name.traced("5", []) == "5"


def test_parts_are_quoted_each_with_its_own_link_and_mark(three):
    obs_ids = ["made.01", "made.02"]
    assert Labels(three).parts(obs_ids) == f"“7 buổi”; “8 buổi” [{PUBLISHER['vi']}]"
    marked = BeautifulSoup(Labels(three, marked=True).parts(obs_ids), "html.parser")
    assert marked.get_text() == f"“7 buổi”; “8 buổi” [{PUBLISHER['vi']}]"
    assert [link["data-obs"] for link in marked.select("a.fig")] == obs_ids
    assert Labels(three).parts([]) == ""


def test_a_print_names_its_language_only_where_the_text_around_is_another(three):
    marks = [Labels(three, lang, marked=marked) for lang in ("vi", "en") for marked in (False, True)]
    assert [name.printed("made.01") for name in marks] == [
        "7 buổi",
        "7 buổi",
        "7 buổi",
        '<span lang="vi">7 buổi</span>',
    ]
    trace = marks[-1].trace("made.01")
    assert isinstance(trace, Markup)
    assert trace.startswith('“<span lang="vi">7 buổi</span>” — Thanh Hóa newspaper')


def test_texts_are_joined_as_the_others_are(three):
    plain, marked = Labels(three), Labels(three, marked=True)
    assert plain.join("; ", ["a < b", "c"]) == "a < b; c"
    assert marked.join("; ", ["a < b", Markup("<i>c</i>")]) == "a &lt; b; <i>c</i>"
    assert plain.join("; ", []) == marked.join("; ", []) == ""


def test_ids_and_texts_cannot_break_out_of_a_link(three):
    name = Labels(three, marked=True)
    tied = name.tied("<script>1</script>", ['a" onclick="alert(1)', "<b>"])
    (link,) = BeautifulSoup(tied, "html.parser").find_all(True)
    assert set(link.attrs) == {"class", "href", "data-obs"}
    assert link["href"] == '#obs-a" onclick="alert(1)'
    assert link["data-obs"] == 'a" onclick="alert(1) <b>'
    assert link.get_text() == "<script>1</script>"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_hostile_names_and_prints_stay_text(hostile, lang):
    name = Labels(hostile, lang, marked=True)
    obs_ids = list(hostile.observations["obs_id"])
    named = [name.area("VN-21"), name.indicator("cooperatives"), name.source(obs_ids[0])]
    said = [name.parts(obs_ids), *map(name.trace, obs_ids), name.join("; ", named)]
    tags = {tag.name for text in said for tag in BeautifulSoup(text, "html.parser").find_all(True)}
    assert tags == {"a", "span"}
    assert not any("<script" in text or "<i>" in text for text in said)


def test_figures_outside_a_selection_keep_their_print_and_their_mark():
    name = Labels(bundled().select(areas="Điện Biên"), "vi")
    assert name.traced(name.printed("baothanhhoa-2024.12"), ["baothanhhoa-2024.12"]) == (
        f"828 nguồn tin có giá trị [{PUBLISHER['vi']}]"
    )


@pytest.mark.parametrize(
    "show",
    [aq.cards.levels, aq.charts.periods, aq.charts.levels, aq.tables.levels, aq.readings, aq.verdict],
)
def test_what_shows_results_uses_their_figures_and_no_others(show):
    ds = bundled()
    rows = aq.compare(ds, areas="Quảng Bình")
    with watched() as uses:
        show(rows, ds)._repr_html_()
    known = [(use["kind"], use["key"]) for use in uses]
    assert {kind for kind, _ in known} <= {"table", "figure", "sources"}
    assert {key for kind, key in known if kind == "figure"} <= {i for ids in rows["obs_ids"] for i in ids}
    assert ("table", "sources") not in known


def test_names_are_uses_of_the_tables_they_come_from_however_often_they_are_asked_for():
    tables = []
    for _ in range(2):
        with watched() as uses:
            Labels(bundled(), "vi")
        tables.append({use["key"] for use in uses})
    assert tables == [{"areas", "indicators", "concepts", "units", "ratios"}] * 2
