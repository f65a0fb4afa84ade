import re
from html import unescape

import pytest
from made_data import PUBLISHER, bundled
from pandas.testing import assert_frame_equal

import antq_analysis as aq
from antq_analysis.i18n import bounds_text

AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình"]
CONCEPTS = ["valuable_tips", "models"]


def tables(ds, lang="vi"):
    """Make every table about the data themselves."""
    return {
        "sources": aq.tables.sources(aq.ratios(ds, "valuable_tips_per_model", areas=AREAS), ds, lang=lang),
        "coverage": aq.tables.coverage(aq.coverage(ds, areas=AREAS, concepts=CONCEPTS), ds, lang=lang),
        "contradictions": aq.tables.contradictions(aq.contradictions(ds), ds, lang=lang),
        "heaping": aq.tables.heaping(aq.heaping(ds), ds, lang=lang),
        "robustness": aq.tables.robustness(
            aq.robustness(aq.contrasts(ds, "awards_collectives", areas=AREAS)), ds, lang=lang
        ),
        "definitions": aq.tables.definitions(ds, CONCEPTS, lang=lang),
    }


@pytest.fixture(scope="module")
def made():
    return tables(bundled())


def test_every_figure_used_is_listed_once_under_its_source(made):
    rows = aq.ratios(bundled(), "valuable_tips_per_model", areas=AREAS)
    used = {obs_id for obs_ids in rows["obs_ids"] for obs_id in obs_ids}
    known = bundled().observations.set_index("obs_id")
    assert sorted(made["sources"].frame["Số in trong nguồn"]) == sorted(
        "“" + known.loc[list(used), "figure_printed"] + "”"
    )
    assert len(made["sources"].tables) == known.loc[list(used), "source_id"].nunique()
    assert made["sources"]._repr_html_().count('<details class="fold">') == len(made["sources"].tables)


def test_a_series_and_several_results_have_sources_too():
    ds = bundled()
    series = aq.annual_series(ds, "cooperatives", "Thanh Hóa")
    assert len(aq.tables.sources(series, ds).frame) == len(series)
    both = [series, aq.compare(ds, "valuable_tips", areas="Thanh Hóa"), series]
    assert len(aq.tables.sources(both, ds).frame) == len(series) + 2


def test_coverage_says_who_did_not_report(made):
    cells = made["coverage"].frame.set_index("Nội dung")
    assert cells.loc["Tin báo có giá trị", AREAS].tolist() == [
        "không báo cáo",
        f"2014–2019, 2014–2024 [{PUBLISHER['vi']}]",
        "không báo cáo",
    ]


def test_each_contradiction_is_said_with_its_figures_and_both_sides(made):
    rows, cells = aq.contradictions(bundled()), made["contradictions"].frame
    assert len(cells) == len(rows)
    for (_, row), text in zip(rows.iterrows(), cells["Điều tìm thấy"], strict=True):
        for side in ("left", "right"):
            assert bounds_text(row[f"{side}_lower"], row[f"{side}_upper"], "vi") in text
    assert f"“hơn 10.000 tin”; “1.464 nguồn tin” [{PUBLISHER['vi']}]" in set(cells["Số liệu"])


def test_round_figures_are_counted_as_in_the_frame(made):
    rows, cells = aq.heaping(bundled()), made["heaping"].frame
    assert cells["Tận cùng là 0"].astype(int).tolist() == rows["round"].tolist()
    assert cells["Số liệu xét"].astype(int).tolist() == rows["considered"].tolist()


def test_definitions_stand_with_those_who_report_by_them(made):
    cells = made["definitions"].frame.set_index("Chỉ tiêu")
    assert cells.loc["Loại mô hình tự quản", "Tỉnh báo cáo"] == "Thanh Hóa"
    assert cells.loc["Mô hình “Dân vận khéo”", "Tỉnh báo cáo"] == "Hòa Bình"
    assert set(cells[""]) == {"Tin báo có giá trị", "Mô hình"}


def test_letters_of_what_would_remove_a_contrast_are_explained(made):
    table = made["robustness"]
    used = {letter for cell in table.frame["Lý do đủ để giải thích"] for letter in cell.split(", ") if letter}
    assert used == {letter for letter, _ in table.legend}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_cell_is_a_hole_of_the_frame(lang):
    for kind, table in tables(bundled(), lang).items():
        cells = set(table.frame.to_numpy().ravel())
        assert not {"nan", "None", "NaT", "<NA>"} & cells, kind


def test_nothing_from_the_data_is_markup(hostile):
    for kind, table in tables(hostile).items():
        page = table._repr_html_()
        assert "&lt;script&gt;alert(1)" in page, kind
        assert not re.search(r"<(script|i|b)\b", page), kind


def test_english_definitions_hold_no_vietnamese_but_names():
    page = unescape(aq.tables.definitions(bundled(), CONCEPTS, lang="en")._repr_html_())
    names = "|".join(map(re.escape, bundled().areas()["name_vi"]))
    assert not re.search("[à-ỹ]", re.sub(names, "", page).lower())


def test_results_are_not_changed():
    rows = aq.contradictions(bundled())
    before = rows.copy(deep=True)
    aq.tables.contradictions(rows, bundled())
    assert_frame_equal(rows, before)
