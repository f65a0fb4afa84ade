"""Tables and cards: the numbers of the frame, the words of the print, and the way to the sources."""

import re

import pytest
from made_data import bundled, floors, flow, made, people, populated, stock
from made_outputs import THREE, says, soup

import antq_analysis as aq
from antq_analysis.analysis.frames import records
from antq_analysis.analysis.grading import REASONS
from antq_analysis.i18n import words

CONCEPTS = ["propaganda_sessions", "valuable_tips", "awards_collectives"]
RATIOS = ["valuable_tips_per_model", "valuable_tips_per_100k", "attendance_per_session"]
ONE, OTHER = flow("100 buổi", 2014, 2018), flow("50 buổi", 2014, 2018, ref_area="VN-24")
SHARE = {"indicator": "registration_share_bodies"}


def rows_of(table):
    """Return the cells of each row of a table as texts, without the heads of its groups."""
    lines = soup(table).select("tbody tr:not(.group)")
    return [[cell.get_text(" ", strip=True) for cell in line.select("td")] for line in lines]


# ---- the words of a print ----


@pytest.mark.parametrize(
    ("printed", "vi", "en", "caution"),
    [
        ("312 buổi", "312", "312", "exact"),
        ("04 buổi", "04", "4", "exact"),
        ("9.000 buổi", "9.000", "9,000", "round"),
        ("trên 2.170 buổi", "trên 2.170", "more than 2,170", "more_than"),
        ("hơn 1,8 triệu buổi", "hơn 1,8 triệu", "more than 1.8 million", "more_than"),
        ("từ 50 buổi trở lên", "từ 50 trở lên", "at least 50", "at_least"),
        ("gần 4.000 buổi", "gần 4.000", "nearly 4,000", "nearly"),
        ("khoảng 300 buổi", "khoảng 300", "about 300", "about"),
        ("hàng trăm buổi", "hàng trăm", "hundreds of", "order_of_magnitude"),
        ("hàng tỷ buổi", "hàng tỷ", "at least 1,000,000,000", "order_of_magnitude"),
    ],
)
def test_a_printed_number_keeps_its_own_word_wherever_it_stands(printed, vi, en, caution):
    ds = made(flow(printed, 2014, 2018, **SHARE if "%" in printed else {}))
    rows = aq.compare(ds, per=None)
    for lang, number in (("vi", vi), ("en", en)):
        (card,) = soup(aq.cards.figures(rows, ds, lang=lang)).select("li")
        assert card.select_one("p.value").get_text() == number
        assert says(card.select_one("p.caution").get_text(), f"caution.{caution}", lang)
        ((shown, *_),) = rows_of(aq.tables.compare(rows, ds, lang=lang))
        first, *more = number.split(" trở lên")
        assert shown.startswith(f"{first} ")
        assert shown.endswith(" trở lên") == bool(more)


# ---- cards ----


def cards(*rows, lang="en", **more):
    ds = made(*rows)
    return soup(aq.cards.figures(aq.compare(ds), ds, lang=lang, **more)).select("li")


def values(*rows, **more):
    return [card.select_one("p.value").get_text() for card in cards(*rows, **more)]


def test_of_a_subject_the_newest_and_longest_figure_is_shown():
    assert values(ONE, flow("20 buổi", 2015, 2019), flow("10 buổi", 2019, 2019)) == ["20"]


def test_what_the_movement_counts_stands_before_the_total_of_all_and_things_before_their_types():
    models = {"indicator": "models", "scope_level": "whole_province"}
    both = stock("779 mô hình", 2024, **models, scope_org="all"), stock("265 mô hình", 2024, **models)
    assert values(*both) == ["265"]
    assert values(stock("31 loại mô hình", 2024, indicator="model_types"), both[1]) == ["265"]


def test_at_most_five_figures_are_shown_or_as_many_as_asked_for():
    ds = bundled()
    rows = aq.compare(ds, areas=THREE)
    assert len(aq.cards.figures(rows, ds).cards) == 5
    assert len(aq.cards.figures(rows, ds, most=2).cards) == 2


def test_a_card_of_a_figure_that_does_not_fit_leads_to_the_other():
    rows = flow("200 buổi", 2014, 2018), flow("100 buổi", 2014, 2023)
    (card,) = cards(*rows, clashes=aq.contradictions(made(*rows)))
    caution = card.select_one("p.caution")
    assert says(caution.get_text(), "caution.clash", "en", number="200", years="2014–2018")
    assert caution.a["data-obs"] == "made.01"


def test_figures_may_be_asked_for_by_their_ids_each_once():
    assert "Thanh Hóa, " in str(aq.cards.quoted(["made.01"], made(ONE)))
    found = aq.cards.quoted(["dienbientv-2020.02", "baothanhhoa-2019.01", "dienbientv-2020.02"], bundled())
    assert str(found).splitlines()[0].startswith("150 · Điện Biên, ")
    assert len(found.cards) == 2
    with pytest.raises(aq.UnknownName, match=r"No figure 'dienbientv-2020\.99'"):
        aq.cards.quoted(["dienbientv-2020.99"], bundled())


def test_nothing_published_is_no_card():
    ds = bundled()
    assert aq.cards.figures(aq.compare(ds, "valuable_tips", areas="Điện Biên"), ds)._repr_html_() == ""
    assert aq.cards.quoted([], ds)._repr_html_() == ""


# ---- areas beside each other ----


def beside(*rows, areas=("VN-21", "VN-24", "VN-71")):
    ds = populated(*rows)
    return aq.tables.compare(aq.compare(ds, "propaganda_sessions", areas=areas), ds)


def marks(table):
    """Return for each row how its bounds are drawn."""
    lines = soup(table).select("tbody tr:not(.group)")
    return [[" ".join(mark["class"]) for mark in line.select(".scale > span")] for line in lines]


def test_rates_are_drawn_full_where_they_compare_and_hollow_where_definitions_differ():
    assert marks(beside(ONE, OTHER)) == [["mark"], ["mark"], []]
    assert marks(beside(ONE | {"figure_printed": "hơn 100 buổi"}, OTHER)) == [["bar"], ["mark"], []]
    assert marks(beside(ONE | {"indicator": "sessions_police"}, OTHER)) == [["mark open"], ["mark open"], []]


def test_rates_stand_on_one_axis_in_the_order_of_the_areas_and_not_of_their_size():
    table = beside(ONE, OTHER, areas=["VN-24", "VN-21"])
    assert [line["data-area"] for line in soup(table).select("tr[data-area]")] == ["VN-24", "VN-21"]
    assert [mark["style"] for mark in soup(table).select(".mark")] == ["--at:50.0%", "--at:100.0%"]


def test_an_order_of_magnitude_has_no_average():
    rows = ONE | {"figure_printed": "hàng trăm buổi"}, OTHER | {"figure_printed": "hơn 100 buổi"}
    ds = made(*rows)
    found = aq.compare(ds, "propaganda_sessions", per=None)
    assert [row[-1] for row in rows_of(aq.tables.compare(found, ds))] == [
        words("vi")("figure.size_only"),
        "20,2–39,8",
    ]
    assert [row[-3] for row in rows_of(aq.tables.figures(found, ds))] == ["–", "20,2–39,8"]


def test_a_rate_that_there_is_not_has_a_reason_and_no_column_of_its_own():
    def table(ds, *concepts, **how):
        return aq.tables.compare(aq.compare(ds, concepts or None, **how), ds).frame

    def said(ds, *concepts, **how):
        return table(ds, *concepts, **how).iloc[:, -1].tolist()

    # With a gap beside them rows without inhabitants have the yearly average, once.
    assert said(made(ONE), "propaganda_sessions", per=None, areas=THREE[1:]) == ["20", ""]
    awards = "awards_collectives"
    assert [*table(bundled(), awards, areas="Thanh Hóa")] == [
        "",
        *map(words("vi"), ("column.printed", "column.window")),
    ]
    partly = made(ONE, OTHER, people("1.000.000 người", 2016))
    assert said(partly, "propaganda_sessions")[1] == f"{words('vi')('status.no_population')} (10)"


def test_of_one_area_subjects_need_no_heads():
    ds = bundled()
    table = soup(aq.tables.compare(aq.compare(ds, CONCEPTS, areas="Thanh Hóa"), ds))
    assert not table.select("tr.group, .scale")
    assert "Tỉnh" not in [head.get_text() for head in table.select("th")]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_figure_stands_as_printed_in_the_table_of_figures(lang):
    ds = bundled()
    rows = aq.compare(ds, CONCEPTS, areas=THREE)
    table = rows_of(aq.tables.figures(rows, ds, lang=lang))
    assert len(table) == len(rows)
    for row, shown in zip(records(rows), table, strict=True):
        if row["obs_status"] == "O":
            assert shown[1] == words(lang)("status.missing")
        elif lang == "vi":
            assert shown[1] == row["printed"]
        else:
            assert re.search(r"\d", shown[1])


# ---- pairs and ratios ----


def test_a_pair_of_grade_d_has_reasons_and_no_quotient():
    for grade, row in (("A", ONE), ("D", ONE | {"indicator": "sessions_police"})):
        ds = populated(row, OTHER)
        pairs = aq.contrasts(ds, "propaganda_sessions", areas=["VN-21", "VN-24"])
        ((_, _, ratio, chance, shown, reasons),) = rows_of(aq.tables.contrasts(pairs, ds, lang="en"))
        assert shown == grade
        assert (ratio, bool(reasons)) == (("2", False) if grade == "A" else ("not computed", True))
        assert bool(re.search(r"\d", chance)) == (grade == "A")


@pytest.mark.parametrize("kind", ["contrasts", "ratios"])
def test_letters_stand_for_the_reasons_of_the_frame(kind):
    ds = bundled()
    if kind == "contrasts":
        rows = aq.contrasts(ds, CONCEPTS, areas=THREE)
        table = aq.tables.contrasts(rows, ds, lang="en")
    else:
        rows = aq.ratios(ds, RATIOS, areas=THREE)
        table = aq.tables.ratios(rows, ds, reasons=True, lang="en")
    sentence = {words("en")(f"reason.{code}"): code for code in REASONS}
    legend = zip(*(soup(table).select(f"dl.legend {part}") for part in ("dt", "dd")), strict=True)
    meaning = {letter.get_text(): sentence[text.get_text()] for letter, text in legend}
    reported = [row["reasons"] for row in records(rows) if row.get("obs_status") != "O"]
    assert set(meaning.values()) == {code for reasons in reported for code in reasons}
    shown = [{meaning[letter] for letter in row[-1].split(", ") if letter} for row in rows_of(table)]
    assert set().union(*shown) == set(meaning.values())
    if kind == "ratios":
        assert sorted(map(sorted, shown)) == sorted(map(sorted, map(set, reported)))


@pytest.mark.parametrize(("lang", "floor"), [("vi", "ít nhất 0,18"), ("en", "at least 0.18")])
def test_a_ratio_to_a_wider_count_is_at_least(lang, floor):
    ((*_, result),) = rows_of(aq.tables.ratios(floors(), bundled(), lang=lang))
    assert result.startswith(floor)


@pytest.mark.parametrize("kind", ["compare", "figures", "ratios", "contrasts"])
def test_the_bounds_behind_a_cell_are_the_same_whatever_the_language(kind):
    ds = bundled()
    rows = {
        "compare": lambda: aq.compare(ds, CONCEPTS, areas=THREE),
        "figures": lambda: aq.compare(ds, CONCEPTS, areas=THREE),
        "ratios": lambda: aq.ratios(ds, RATIOS, areas=THREE),
        "contrasts": lambda: aq.contrasts(ds, CONCEPTS, areas=THREE),
    }[kind]()
    show = getattr(aq.tables, kind)
    cells = [soup(show(rows, ds, lang=lang)).select("td[data-low]") for lang in ("vi", "en")]
    vi, en = ([(cell["data-low"], cell["data-high"]) for cell in each] for each in cells)
    assert vi == en
    assert vi
    assert all(float(low) <= float(high or "inf") for low, high in vi)


# ---- gaps, contradictions, definitions ----


def test_a_contradiction_is_said_with_both_numbers_and_leads_to_both_figures():
    ds = made(flow("200 buổi", 2014, 2018), flow("hơn 100 buổi", 2014, 2023))
    table = aq.tables.contradictions(aq.contradictions(ds), ds, lang="en")
    ((*_, finding),) = rows_of(table)
    assert re.sub(" +", " ", finding) == "The longer window ( 101–199 ) holds less than its part ( 200 )."
    assert {link["data-obs"] for link in soup(table).select("td:last-child a")} == {"made.01 made.02"}


# ---- sources ----


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "//example.org", ""]
)
def test_an_address_that_would_run_is_no_link(data, url):
    data.set("sources.csv", "baothanhhoa-2019", url=url)
    try:
        ds = aq.load(data.folder)
    except aq.InvalidData:
        return  # Refused even before it is shown.
    figures = ds.observations.query("source_id == 'baothanhhoa-2019'")
    assert not soup(aq.tables.sources(figures, ds)).select("p.where a")


@pytest.mark.parametrize(
    ("more", "window"),
    [
        ({}, "5 years (2014–2018)"),
        ({"period_basis": "inherited"}, "5 years (2014–2018) (period taken from the whole text)"),
        ({"period_basis": "inferred"}, "5 years (2014–2018) (date inferred)"),
    ],
)
def test_how_the_period_is_known_is_said(more, window):
    ds = made(ONE | more)
    (row,) = rows_of(aq.tables.sources(ds.observations, ds, lang="en"))
    assert row[:2] == ["“100 buổi”", "a plain number"]
    assert window in row
