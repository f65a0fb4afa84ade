"""Sources: every figure once under the source that prints it, cited as far as it is known; links to it."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from made_data import INFERRED, PUBLISHER, bundled, flow, made, stock

import antq_analysis as aq
from antq_analysis.display.labels import Labels
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


@settings(max_examples=15)
@given(st.sets(st.integers(0, 40)), st.booleans())
def test_every_figure_of_any_rows_stands_there_exactly_once(everything, places, twice):
    rows = everything[0].iloc[sorted(places & set(range(len(everything[0]))))]
    found = aq.tables.sources([rows] * (1 + twice), bundled())
    assert sorted(listed(found)) == sorted(f"obs-{obs_id}" for obs_id in used(rows))


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


def test_an_address_that_would_run_is_no_link(data):
    ds = aq.load(data.folder)
    row = ds.sources().set_index("source_id").loc[SOURCE].to_dict() | {"source_id": SOURCE}
    table = aq.tables.sources(ds.observations.query("source_id == @SOURCE"), ds).tables[0]
    for url in ("javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "//example.org", ""):
        shown = soup(type(aq.tables.sources([], ds))([(row | {"url": url}, table)], "vi"))
        assert not shown.find_all("a"), url


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


def test_nothing_used_is_an_empty_list():
    for results in ([], aq.compare(bundled(), "valuable_tips", areas="Điện Biên")):
        found = aq.tables.sources(results, bundled())
        assert found._repr_html_() == '<div class="sources"></div>'
        assert repr(found) == ""


@pytest.fixture(scope="module")
def three():
    """Give a figure of each way in which an area may be known."""
    bases = ("stated", "publisher", "inferred")
    return made(*(flow(f"{n} buổi", 2014, 2018, area_basis=basis) for n, basis in enumerate(bases, start=7)))


def test_marked_a_number_leads_to_its_figures(three):
    name = Labels(three, "en", marked=True)
    assert name.traced("7", ["made.01"]) == ('<a class="fig" href="#obs-made.01" data-obs="made.01">7</a>')
    assert name.traced("8–9", ["made.02", "made.03"]) == (
        '<a class="fig" href="#obs-made.02" data-obs="made.02 made.03">8–9</a>'
        f' <span class="basis basis-inferred"><span>[{INFERRED["en"]}]</span></span>'
    )
    assert name.tied("8", ["made.02"]) == '<a class="fig" href="#obs-made.02" data-obs="made.02">8</a>'


def test_ids_and_texts_cannot_break_out_of_a_link(three):
    name = Labels(three, marked=True)
    tied = name.tied("<script>1</script>", ['a" onclick="alert(1)', "<b>"])
    (link,) = BeautifulSoup(tied, "html.parser").find_all(True)
    assert set(link.attrs) == {"class", "href", "data-obs"}
    assert link["href"] == '#obs-a" onclick="alert(1)'
    assert link["data-obs"] == 'a" onclick="alert(1) <b>'
    assert link.get_text() == "<script>1</script>"
