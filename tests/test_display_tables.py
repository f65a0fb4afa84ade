"""Tables of results: the numbers of the frame, the letters of their reasons, and the CSV behind a cell."""

import math
import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from made_data import bundled, floors, flow, made
from markupsafe import escape

import antq_analysis as aq
from antq_analysis.analysis.frames import records
from antq_analysis.analysis.grading import REASONS
from antq_analysis.display.labels import plain
from antq_analysis.display.tables import Column, Table
from antq_analysis.i18n import bounds_text, number_text, words

AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình"]
CONCEPTS = ["propaganda_sessions", "valuable_tips", "awards_collectives"]
RATIOS = ["valuable_tips_per_model", "valuable_tips_per_100k", "attendance_per_session"]
WINDOWS = [
    "commendations_police_collectives",
    "commendations_police_individuals",
    "sessions_provincial_bodies",
]
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


def test_tables_of_nothing_are_empty():
    ds = made(flow("9 buổi", 2014, 2018))
    assert aq.tables.contrasts(aq.contrasts(ds, "propaganda_sessions"), ds).frame.empty
    assert aq.tables.windows(aq.windows(ds, "sessions_police"), ds).frame.empty
    assert aq.tables.ratios(aq.ratios(ds, []), ds).frame.empty


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


TEXTS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1)


def soup(table):
    return BeautifulSoup(table._repr_html_(), "html.parser")


@given(TEXTS)
def test_any_text_reaches_the_reader_unchanged(text):
    columns = [Column(text, lambda row: row["x"], full=lambda row: f"={row['x']}")]
    page = soup(Table(text, columns, {text: [{"x": text}]}, key=lambda row: row["x"]).folded())
    (cell,) = page.find_all("td")
    assert [cell.get_text(), cell["data-csv"], cell.parent["id"]] == [text, f"={text}", text]
    assert page.th.get_text() == text
    assert [page.summary.get_text(), page.caption.get_text(), page.div["aria-label"]] == [text] * 3
    assert plain(escape(text)) == text
