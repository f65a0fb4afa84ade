import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from made_data import INFERRED, PUBLISHER, bundled, flow, made, stock
from pandas.testing import assert_frame_equal

import antq_analysis as aq
from antq_analysis.data.usage import watched
from antq_analysis.display.sources import cited

AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình", "Hòa Bình"]
SOURCE = "baothanhhoa-2019"


def soup(found):
    return BeautifulSoup(found._repr_html_(), "html.parser")


def listed(found):
    return [row["id"] for row in soup(found).select("tr[id]")]


def used(*results):
    return {obs_id for rows in results for obs_ids in rows["obs_ids"] for obs_id in obs_ids}


@pytest.fixture(scope="module")
def everything():
    """Give results that rest on figures of many sources, some of them on the same figures."""
    ds = bundled()
    return [
        aq.compare(ds, areas=AREAS, inferred_areas=True),
        aq.ratios(ds, ["valuable_tips_per_model", "valuable_tips_per_100k"], areas=AREAS),
        aq.windows(ds, "sessions_provincial_bodies", AREAS),
    ]


@pytest.fixture(scope="module", params=["vi", "en"])
def page(request, everything):
    return soup(aq.tables.sources(everything, bundled(), lang=request.param))


def changed(data, **cells):
    """Load the data with another entry of a source, and list its figures."""
    data.set("sources.csv", SOURCE, **cells)
    ds = aq.load(data.folder)
    figures = ds.observations.query("source_id == @SOURCE")
    return aq.tables.sources(figures, ds), ds


def test_every_figure_of_the_results_stands_there_exactly_once(everything):
    found = aq.tables.sources(everything, bundled())
    assert sorted(listed(found)) == sorted(f"obs-{obs_id}" for obs_id in used(*everything))
    assert len(found.frame) == len(used(*everything))


@settings(max_examples=15)
@given(st.sets(st.integers(0, 40)), st.booleans())
def test_every_figure_of_any_rows_stands_there_exactly_once(everything, places, twice):
    rows = everything[0].iloc[sorted(places & set(range(len(everything[0]))))]
    found = aq.tables.sources([rows] * (1 + twice), bundled())
    assert sorted(listed(found)) == sorted(f"obs-{obs_id}" for obs_id in used(rows))


def test_a_figure_stands_under_the_source_that_prints_it(page):
    known = bundled().observations.set_index("obs_id")["source_id"]
    for section in page.select("section.source"):
        figures = [row["id"].removeprefix("obs-") for row in section.select("tr[id]")]
        assert {f"src-{known[figure]}" for figure in figures} == {section["id"]}
        assert figures == sorted(figures)


def test_a_figure_is_told_under_titles_and_one_cell_is_left_for_the_way_back(page):
    for table in page.select("table"):
        titles = [head.get_text() for head in table.select("thead th")]
        assert all(titles)
        for row in table.select("tr[id]"):
            *told, back = row.find_all("td")
            assert len(told) + 1 == len(titles)
            assert (back["class"], back.get_text()) == (["back"], "")
            assert "back" not in {kind for cell in told for kind in cell.get("class", [])}


def test_each_source_is_folded_under_the_number_of_its_figures(page):
    for section in page.select("section.source"):
        fold = section.find("details", class_="fold")
        assert int(fold.summary.get_text().split()[0]) == len(section.select("tr[id]"))


def test_a_title_is_in_its_own_language(page):
    titles = bundled().sources().set_index("source_id")["title"]
    spoken = {}
    for section in page.select("section.source"):
        cite = section.h3.cite
        title = titles[section["id"].removeprefix("src-")]
        assert cite.get_text() == f"“{title}”"
        spoken.setdefault(cite["lang"], []).append(title)
    assert set(spoken) == {"vi", "en"}
    assert all(title.startswith(("Average", "Number")) for title in spoken["en"])


def test_a_source_is_cited_in_the_language_of_the_reader_to_the_day_or_year_known():
    rows = {row["source_id"]: row for _, row in bundled().sources().iterrows()}
    day, year, none = (rows[key] for key in (SOURCE, "baothanhhoa-2024", "gso-population-2019"))
    assert cited(day, "vi").striptags().startswith("Báo Thanh Hóa (baothanhhoa.vn), “")
    assert [cited(day, lang).striptags().rsplit("”, ")[1] for lang in ("vi", "en")] == [
        "11/09/2019 (suy ra)",
        "11 Sep 2019 (inferred)",
    ]
    assert cited(year, "en").striptags().endswith("nhà trường”, 2024 (inferred)")
    assert cited(none, "en").striptags().startswith("General Statistics Office (GSO), “")
    assert cited(none, "en").striptags().endswith("”")


def test_only_a_date_that_is_inferred_says_so():
    for _, row in bundled().sources().iterrows():
        inferred = row["published_basis"] == "inferred"
        assert cited(row, "en").striptags().endswith(" (inferred)") == inferred
    stated = bundled().sources().set_index("source_id", drop=False).loc["hoabinh-2024"]
    assert cited(stated, "vi").striptags().endswith("”, 19/04/2024")


def test_a_page_of_a_source_is_linked_to(data):
    found, _ = changed(data, url="https://example.org/a?b=1&c=2")
    (link,) = soup(found).find_all("a")
    assert (link["href"], link["rel"]) == ("https://example.org/a?b=1&c=2", ["noreferrer"])
    assert "https://example.org/a?b=1&amp;c=2" in found._repr_html_()


def test_an_address_that_would_run_is_no_link(data):
    ds = aq.load(data.folder)
    row = ds.sources().set_index("source_id").loc[SOURCE].to_dict() | {"source_id": SOURCE}
    table = aq.tables.sources(ds.observations.query("source_id == @SOURCE"), ds).tables[0]
    for url in ("javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "//example.org", ""):
        shown = soup(type(aq.tables.sources([], ds))([(row | {"url": url}, table)], "vi"))
        assert not shown.find_all("a"), url


def test_where_a_copy_was_read_is_said_in_the_language_of_the_reader(data):
    found, ds = changed(data, seen_in_vi="bản lưu <b>", seen_in_en="a copy <b>")
    figures = ds.observations.query("source_id == @SOURCE")
    english = aq.tables.sources(figures, ds, lang="en")
    said = [soup(one).select_one("p.where").get_text() for one in (found, english)]
    assert said == ["Đọc từ: bản lưu <b>.", "Read from: a copy <b>."]


def test_a_source_without_address_or_copy_says_nothing_of_them():
    found = aq.tables.sources(bundled().observations.query("source_id == @SOURCE"), bundled())
    assert not soup(found).select("p.where")


@pytest.mark.parametrize(
    ("row", "area", "window"),
    [
        (flow("9 buổi", 2014, 2018), "Thanh Hóa", "5 years (2014–2018)"),
        (
            flow("9 buổi", 2014, 2018, area_basis="publisher", period_basis="inherited"),
            f"Thanh Hóa ({PUBLISHER['en']})",
            "5 years (2014–2018) (period taken from the whole text)",
        ),
        (
            flow("9 buổi", 2014, 2018, area_basis="inferred", period_basis="inferred"),
            f"Thanh Hóa ({INFERRED['en']})",
            "5 years (2014–2018) (date inferred)",
        ),
        (stock("9 hợp tác xã", 2018, period_basis="inferred"), "Thanh Hóa", "the year 2018 (inferred)"),
    ],
)
def test_how_area_and_period_are_known_is_said(row, area, window):
    ds = made(row)
    shown = aq.tables.sources(ds.observations, ds, lang="en").frame.iloc[0]
    assert (shown["Province"], shown["Window"]) == (area, window)


def test_a_figure_outside_a_selection_keeps_its_mark():
    ds = bundled()
    rows = aq.compare(ds, "valuable_tips", areas="Thanh Hóa")
    whole, selected = (aq.tables.sources(rows, some) for some in (ds, ds.select(areas="Điện Biên")))
    assert_frame_equal(whole.frame, selected.frame)
    assert f"Thanh Hóa ({PUBLISHER['vi']})" in set(selected.frame["Tỉnh"])


def test_figures_and_sources_are_asked_for_by_name_and_no_others():
    ds = bundled()
    rows = aq.compare(ds, areas="Điện Biên", inferred_areas=True)
    with watched() as uses:
        found = aq.tables.sources(rows, ds)
    known = [(use["kind"], use["key"]) for use in uses]
    assert {kind for kind, _ in known} == {"table", "figure", "sources"}
    assert {f"obs-{key}" for kind, key in known if kind == "figure"} == set(listed(found))
    cited_ids = {section["id"].removeprefix("src-") for section in soup(found).select("section.source")}
    assert {source for kind, key in known if kind == "sources" for source in key} == cited_ids


AGES = {"Thanh Hóa": "2024?", "Quảng Bình": "2020-02-26?", "Hòa Bình": "2024-04-19"}


def test_the_newest_of_the_sources_listed_dates_them():
    def dated(area):
        rows = aq.compare(bundled(), areas=area, inferred_areas=True)
        return soup(aq.tables.sources(rows, bundled())).select_one("div.sources")["data-published"]

    assert [dated(area) for area in AGES] == list(AGES.values())


def test_nothing_used_is_an_empty_list():
    for results in ([], aq.compare(bundled(), "valuable_tips", areas="Điện Biên")):
        found = aq.tables.sources(results, bundled())
        assert found._repr_html_() == '<div class="sources"></div>'
        assert found.frame.empty
        assert repr(found) == ""


def test_nothing_from_the_data_is_markup(hostile):
    rows = aq.compare(hostile, areas=AREAS, inferred_areas=True)
    for lang in ("vi", "en"):
        shown = aq.tables.sources(rows, hostile, lang=lang)._repr_html_()
        assert "&lt;script&gt;alert(1)" in shown
        assert not re.search(r"<(script|i|b)\b", shown)


def test_english_sources_hold_no_vietnamese_but_names_titles_and_prints(everything):
    page = soup(aq.tables.sources(everything, bundled(), lang="en"))
    names = "|".join(map(re.escape, bundled().areas()["name_vi"]))
    text = re.sub(rf"{names}|“[^”]*”", "", page.get_text(" "))
    assert not re.search("[à-ỹđ]", text.lower()), re.findall(r"\S*[à-ỹđ]\S*", text.lower())


def test_showing_does_not_change_results_or_the_tables(everything):
    rows = everything[0]
    before = rows.copy(deep=True)
    found = aq.tables.sources(rows, bundled())
    single = found.tables[0]._repr_html_()
    assert found._repr_html_() == found._repr_html_()
    assert found.tables[0]._repr_html_() == single
    assert_frame_equal(rows, before)
