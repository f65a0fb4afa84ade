import math
import re
from html import unescape

import pytest
from bs4 import BeautifulSoup
from made_data import PUBLISHER, bundled, floors, flow, made
from pandas.testing import assert_frame_equal

import antq_analysis as aq
from antq_analysis.analysis.frames import records
from antq_analysis.analysis.grading import REASONS
from antq_analysis.display.tables import chance_text, result_text
from antq_analysis.i18n import bounds_text, number_text, words

AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình"]
CONCEPTS = ["propaganda_sessions", "valuable_tips", "awards_collectives"]
RATIOS = ["valuable_tips_per_model", "valuable_tips_per_100k", "attendance_per_session"]
WINDOWS = [
    "commendations_police_collectives",
    "commendations_police_individuals",
    "sessions_provincial_bodies",
]


# The mark of a figure whose province only its publisher tells.
BASIS = f" [{PUBLISHER['vi']}]"
KINDS = ["levels", "contrasts", "ratios", "windows"]


def result(kind, ds):
    if kind == "levels":
        return aq.compare(ds, CONCEPTS, areas=AREAS)
    if kind == "contrasts":
        return aq.contrasts(ds, CONCEPTS, areas=AREAS)
    if kind == "ratios":
        return aq.ratios(ds, RATIOS, areas=AREAS)
    return aq.windows(ds, WINDOWS, ["Điện Biên", "Thanh Hóa"])


@pytest.fixture(scope="module")
def found():
    return {kind: result(kind, bundled()) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_results_are_not_changed(found, kind):
    before = found[kind].copy(deep=True)
    getattr(aq.tables, kind)(found[kind], bundled())._repr_html_()
    assert_frame_equal(found[kind], before)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_from_the_data_is_markup(hostile, kind):
    rows = result(kind, hostile)
    for lang in ("vi", "en"):
        page = getattr(aq.tables, kind)(rows, hostile, lang=lang)._repr_html_()
        assert "&lt;script&gt;alert(1)" in page
        assert not re.search(r"<(script|i|b)\b", page)
        assert not re.search(r"&(?!lt;|gt;|amp;|quot;|#x27;)", page)


@pytest.mark.parametrize("kind", KINDS)
def test_no_cell_is_a_hole_of_the_frame(found, kind):
    for lang in ("vi", "en"):
        cells = getattr(aq.tables, kind)(found[kind], bundled(), lang=lang).frame.to_numpy().ravel()
        assert not {"nan", "None", "NaT", "<NA>"} & set(cells)


@pytest.mark.parametrize("kind", ["contrasts", "ratios", "windows"])
def test_letters_stand_for_the_reasons_of_the_frame(found, kind):
    table = getattr(aq.tables, kind)(found[kind], bundled(), lang="en")
    sentence = {words("en")(f"reason.{code}"): code for code in REASONS}
    meaning = {letter: sentence[text] for letter, text in table.legend}
    reported = [row["reasons"] for row in records(found[kind]) if row.get("obs_status") != "O"]
    assert set(meaning.values()) == {code for reasons in reported for code in reasons}
    column = table.frame[words("en")("column.reasons")]
    used = {letter for cell in column if cell for letter in cell.split(", ")}
    assert used == set(meaning)
    if kind != "contrasts":  # there, refused pairs stand together
        shown = [{meaning[letter] for letter in cell.split(", ") if cell} for cell in column]
        wanted = [set() if r.get("obs_status") == "O" else set(r["reasons"]) for r in records(found[kind])]
        assert sorted(map(sorted, shown)) == sorted(map(sorted, wanted))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_ratios_show_the_numbers_of_the_frame(found, lang):
    say = words(lang)
    cells = aq.tables.ratios(found["ratios"], bundled(), lang=lang).frame
    for row, shown in zip(records(found["ratios"]), records(cells), strict=True):
        result, chance = shown[say("column.result")], shown[say("column.chance")]
        if row["obs_status"] == "O":
            assert (result, chance, shown[say("column.parts")]) == ("", "", say("status.missing"))
        elif row["refused"]:
            assert (result, chance) == (say("status.refused"), say("status.none"))
        else:
            exact = not math.isnan(row["value"])
            wanted = (
                number_text(row["value"], lang) if exact else bounds_text(row["lower"], row["upper"], lang)
            )
            drawn = not math.isnan(row["ci_lower"])
            limits = bounds_text(row["ci_lower"], row["ci_upper"], lang) if drawn else say("status.none")
            assert (result, chance) == (wanted, limits)
            assert shown[say("column.grade_division")] == row["grade"]


def test_ratios_quote_what_was_divided(found):
    cells = aq.tables.ratios(found["ratios"], bundled()).frame
    parts = set(cells["Tử số : mẫu số"])
    assert f"“828 nguồn tin có giá trị”{BASIS} : “265 mô hình”{BASIS}" in parts
    years = rf"“828 [^”]*”{re.escape(BASIS)} : [\d.]+–[\d.]+ người-năm"
    assert any(re.fullmatch(years, part) for part in parts)


def test_an_area_that_did_not_report_is_said_so_and_shows_no_number(found):
    cells = aq.tables.levels(found["levels"], bundled()).frame
    silent = cells[(cells["Tỉnh"] == "Quảng Bình") & (cells[""] == "Tin báo có giá trị")]
    assert len(silent) == 1
    assert set(silent.iloc[0, 2:]) == {"không báo cáo", ""}


def test_levels_show_every_row_as_printed_and_per_year(found):
    cells = aq.tables.levels(found["levels"], bundled()).frame
    reported = found["levels"][found["levels"]["obs_status"] != "O"]
    assert set(reported["figure_printed"]) <= set(cells["Số in trong nguồn"].str.removesuffix(BASIS))
    assert len(cells) == len(found["levels"])
    sessions = cells[cells["Số in trong nguồn"] == "3.071 buổi tuyên truyền"].iloc[0]
    assert sessions["Bình quân một năm"] == "614"
    assert sessions["Nguồn"] == "Báo Thanh Hóa (baothanhhoa.vn), đoạn 11"


def test_an_order_of_magnitude_has_no_yearly_average():
    ds = made(flow("hàng trăm buổi", 2014, 2018), flow("hơn 100 buổi", 2014, 2018, ref_area="VN-24"))
    cells = aq.tables.levels(aq.compare(ds, "propaganda_sessions"), ds).frame
    assert cells.set_index("Số in trong nguồn")["Bình quân một năm"].to_dict() == {
        "hàng trăm buổi": "–",
        "hơn 100 buổi": "20,2–39,8",
    }


@pytest.mark.parametrize(("lang", "floor"), [("vi", "ít nhất 0,180"), ("en", "at least 0.180")])
def test_a_ratio_to_a_wider_count_is_at_least_and_has_no_chance_interval(lang, floor):
    (shown,) = records(aq.tables.ratios(floors(), bundled(), lang=lang).frame)
    say = words(lang)
    assert shown[say("column.result")] == floor
    assert shown[say("column.chance")] == say("status.none")


def test_windows_of_every_area_are_shown_whatever_the_order_of_rows():
    indicators = ("sessions_provincial_bodies", "sessions_police")
    ds = made(
        *(flow("9 buổi", 2014, 2018, indicator=indicator) for indicator in indicators),
        *(flow("8 buổi", 2014, 2019, indicator=indicator, ref_area="VN-71") for indicator in indicators),
    )
    rows = aq.windows(ds, indicators)
    for ordered in (rows, rows.sort_values("lower"), rows.iloc[::-1]):
        cells = aq.tables.windows(ordered, ds).frame
        assert cells.groupby("")["Tỉnh"].agg(set).tolist() == [{"Thanh Hóa", "Điện Biên"}] * 2


def test_windows_show_the_numbers_of_the_frame(found):
    rows = found["windows"]
    row = rows[rows["kind"] == "implied"].iloc[0]
    cells = aq.tables.windows(rows, bundled(), lang="en").frame
    shown = cells[cells["Kind"] == "implied"].iloc[0]
    assert bounds_text(row["count_lower"], row["count_upper"], "en") == "25,707"
    assert shown["Count"] == f"25,707 [{PUBLISHER['en']}]"
    assert shown["Times the first window"] == "8.37"


def test_refused_pairs_of_two_areas_stand_in_one_row_with_all_their_reasons(found):
    rows = found["contrasts"]
    cells = aq.tables.contrasts(rows, bundled(), lang="en").frame
    refused = rows[rows["refused"]]
    together = cells[cells["Ratio"] == "not computed"]
    assert len(together) == len(refused.groupby(["concept", "ref_area_a", "ref_area_b"]))
    counts = [int(text.split()[0]) for text in together["Indicators"] if text.endswith("pairs of figures")]
    single = len(together) - len(counts)
    assert sum(counts) + single == len(refused)
    kept = rows[~rows["refused"]]
    assert sorted(cells["Ratio"]) == sorted(
        [*(number_text(v, "en") for v in kept["value"]), *together["Ratio"]]
    )


def test_a_result_is_a_number_bounds_or_a_refusal():
    nan = math.nan
    assert result_text({"value": 3.12, "lower": 3.12, "upper": 3.12}, "vi") == "3,12"
    assert result_text({"value": nan, "lower": 2.02, "upper": 3.98}, "en") == "2.02–3.98"
    assert result_text({"value": nan, "lower": 101, "upper": math.inf}, "vi") == "ít nhất 101"
    assert result_text({"value": nan, "lower": nan, "upper": nan, "refused": True}, "vi") == "không tính"
    assert chance_text({"ci_lower": nan, "ci_upper": nan}, "en") == "–"
    assert chance_text({"ci_lower": 1, "ci_upper": math.inf}, "en") == "at least 1"


def test_open_bounds_are_written_in_a_table():
    ds = made(flow("hơn 100 buổi", 2014, 2018)).read_as("strict")
    rows = aq.windows(ds, "sessions_provincial_bodies")
    assert "ít nhất 101" in set(aq.tables.windows(rows, ds).frame["Số cộng dồn"])


def test_tables_of_nothing_are_empty():
    ds = made(flow("9 buổi", 2014, 2018))
    assert aq.tables.contrasts(aq.contrasts(ds, "propaganda_sessions"), ds).frame.empty
    assert aq.tables.windows(aq.windows(ds, "sessions_police"), ds).frame.empty
    assert aq.tables.ratios(aq.ratios(ds, []), ds).frame.empty


def test_a_table_speaks_one_language(found):
    page = unescape(aq.tables.contrasts(found["contrasts"], bundled(), lang="en")._repr_html_())
    names = "|".join(map(re.escape, bundled().areas()["name_vi"]))
    assert not re.search("[à-ỹ]", re.sub(names, "", page).lower())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_numbers_lead_to_figures_of_the_rows(found, kind, lang):
    page = BeautifulSoup(
        getattr(aq.tables, kind)(found[kind], bundled(), lang=lang)._repr_html_(), "html.parser"
    )
    linked = {obs_id for link in page.select("td a.fig") for obs_id in link["data-obs"].split()}
    assert linked
    assert linked <= {obs_id for obs_ids in found[kind]["obs_ids"] for obs_id in obs_ids}


@pytest.mark.parametrize("kind", KINDS)
def test_the_legend_spells_the_reasons_of_every_row_out(found, kind):
    table = getattr(aq.tables, kind)(found[kind], bundled(), lang="en")
    page = BeautifulSoup(table._repr_html_(), "html.parser")
    (place,) = (n for n, head in enumerate(page.select("thead th")) if head.has_attr("data-letters"))
    cells = [row.find_all("td")[place] for row in page.select("tbody tr:not(.group)")]
    told = {letter for cell in cells for letter in cell.get_text().split(", ") if letter}
    assert told == set(dict(table.legend)) != set()
    assert not any(cell.has_attr("data-csv") for cell in cells)


@pytest.mark.parametrize("kind", KINDS)
def test_the_csv_of_a_row_holds_the_same_numbers_whatever_the_language(found, kind):
    pages = [
        getattr(aq.tables, kind)(found[kind], bundled(), lang=lang)._repr_html_() for lang in ("vi", "en")
    ]
    pairs = zip(*(BeautifulSoup(page, "html.parser").select("td.number") for page in pages), strict=True)
    # A number that one language writes as a machine does is not said twice there.
    numbers = [pair for pair in pairs if any(cell.has_attr("data-csv") for cell in pair)]
    vi, en = ([pair[n].get("data-csv", pair[n].get_text()) for pair in numbers] for n in (0, 1))
    assert vi == en
    assert any(vi)
    assert all(re.fullmatch(r"(-?[\d.e+-]+?(\.\.(-?[\d.e+-]+)?)?)?", text) for text in vi)
