"""What every answer, card, table and chart keeps, whatever it shows, and what every page keeps to."""

import re
from functools import cache
from html import unescape

import plotly.graph_objects as go
import pytest
from bs4 import BeautifulSoup
from made_data import bundled, flow, made
from made_outputs import FOUR, html, linked, results, run, shown, soup
from pandas.testing import assert_frame_equal

import antq_analysis as aq
from antq_analysis.data import bundled as bundled_folder
from antq_analysis.display import labels
from antq_analysis.i18n import words


@pytest.fixture(params=["vi", "en"])
def lang(request):
    """Choose a language for all, as a notebook does."""
    aq.set_language(request.param)
    return request.param


@cache
def of_bundled(lang):
    """Give the results of the bundled data and what shows them, made once for each language."""
    found = results(bundled())
    return found, shown(found, bundled(), lang)


@pytest.fixture
def found(lang):
    return of_bundled(lang)[0]


@pytest.fixture
def outputs(lang):
    return of_bundled(lang)[1]


def test_names_and_prints_are_escaped_everywhere(hostile, lang):
    for what, output in shown(results(hostile), hostile, lang).items():
        page = html(output)
        assert not re.search(r"<(script|i)\b", page), what
        assert "&amp;lt;" not in page, what
        assert "&lt;script&gt;" in page or what == "tables.heaping", what


def test_what_a_notebook_prints_is_plain_text(outputs):
    for what, output in outputs.items():
        if not isinstance(output, go.Figure):
            assert not re.search(r"</?\w+[ >]|&\w+;", repr(output)), what


def test_english_holds_no_vietnamese_but_names_titles_and_prints():
    names = "|".join(map(re.escape, bundled().areas()["name_vi"]))
    aq.set_language("en")
    for what, output in of_bundled("en")[1].items():
        parts = BeautifulSoup(html(output), "html.parser")
        for own in parts.select("cite"):
            own.decompose()
        text = re.sub(names, "", unescape(parts.get_text(" ")))
        if what == "tables.sources":
            text = re.sub(r"“[^”]*”", "", text)
        assert not re.search("[à-ỹđ]", text.lower()), what
        assert not re.search(r"[1-9]\d{0,2}\.\d{3}(?!\d)|\d,\d\d?(?!\d)", text), what


def test_vietnamese_writes_numbers_its_own_way():
    for what, output in of_bundled("vi")[1].items():
        text = BeautifulSoup(html(output), "html.parser").get_text(" ")
        assert not re.search(r"[1-9]\d{0,2},\d{3}(?!\d)|\d\.\d\d?(?!\d)", text), what


def test_missing_values_never_appear_as_nan_or_none(outputs):
    for what, output in outputs.items():
        text = BeautifulSoup(html(output), "html.parser").get_text(" ")
        assert not re.search(r"\b(nan|None|NaT|inf)\b|<NA>|[{}]", text), what


def test_results_are_not_changed(found, outputs):
    for key, rows in results(bundled()).items():
        assert_frame_equal(found[key], rows)


def test_every_number_leads_to_a_row_of_the_sources(outputs):
    rows = [row["id"].removeprefix("obs-") for row in soup(outputs["tables.sources"]).select("tr[id]")]
    listed = set(rows)
    assert len(listed) == len(rows), "each stands there once"
    asked = set(bundled().select(areas="Thanh Hóa").observations["obs_id"])
    for what, output in outputs.items():
        assert linked(output) <= listed | asked, what
        assert linked(output) or re.search("keep|sources|definitions", what), what


# What stands without a link: years and days, inhabitants a rate is for, and how many more there are.
DAYS = r"\b(19|20)\d\d\b|\d\d/\d\d/\d{4}|\d+ \w{3} (?=\d{4})"
FREE = rf"{DAYS}|\b\d+[.,]000 (inhabitants|dân)|\b\d+ (số liệu|more)"


def test_no_number_in_an_answer_or_a_card_stands_without_its_figures(outputs):
    for what, output in outputs.items():
        # The page on quality counts figures and gaps, which are no figures themselves.
        if what.startswith(("answers", "cards")) and not re.search("quality|keep", what):
            parts = soup(output)
            for own in parts.select("a.fig"):
                own.decompose()
            for text in parts.select("p, li"):
                # A bound in a caution is that of the number it stands below.
                if not (text.select("p") or text.get("class") == ["caution"]):
                    assert not re.search(r"\d", re.sub(FREE, "", text.get_text())), what


def test_every_number_of_a_result_in_a_table_leads_to_its_figures(outputs):
    for what, output in outputs.items():
        if what.startswith("tables") and what not in ("tables.sources", "tables.heaping"):
            cells = [cell for cell in soup(output).select("td.number") if re.search(r"\d", cell.get_text())]
            assert all(cell.find("a", class_="fig") for cell in cells), what


def test_the_language_chosen_once_is_that_of_all_that_is_shown(found, outputs):
    for what, output in shown(found, bundled(), None).items():
        assert html(output) == html(outputs[what]), what


def test_the_package_lists_and_explains_its_public_names_only():
    assert not [name for name in dir(aq) if name.startswith("_") or not hasattr(aq, name)]
    for name in dir(aq):
        assert re.search(rf"^    {name}\b.* {{2,}}\S", aq.__doc__, re.MULTILINE), name


# ---- where there is little or nothing ----


def of_one_area(ds, area, concepts):
    """Give the results of one area on some subjects."""
    some = ds.select(concepts=concepts)
    figures = aq.compare(ds, concepts, areas=area)
    return {
        "figures": figures,
        "one": figures,
        "pairs": aq.contrasts(ds, concepts, areas=[area]),
        "ratios": aq.ratios(ds, "valuable_tips_per_model", areas=area),
        "nested": aq.nested(some, areas=area),
        "series": aq.annual_series(ds, "cooperatives", area),
        "courses": aq.describe_series(ds, "cooperatives", area),
        "gaps": aq.coverage(ds, areas=area, concepts=concepts),
        "clashes": aq.contradictions(some),
        "heaping": aq.heaping(some),
    }


ONE = flow("9 buổi", 2014, 2018)
LITTLE = {
    "an area with no figures": (bundled(), "Quảng Trị", "propaganda_sessions"),
    "a subject nobody published": (bundled(), "Điện Biên", "valuable_tips"),
    "one figure": (made(ONE), "Thanh Hóa", "propaganda_sessions"),
    "one size": (made(ONE | {"figure_printed": "hàng trăm buổi"}), "Thanh Hóa", "propaganda_sessions"),
    "one figure without a ceiling": (
        made(ONE | {"figure_printed": "hơn 9 buổi"}).read_as("strict"), "Thanh Hóa", "propaganda_sessions",
    ),
    "nothing": (made(ONE).select(areas="Điện Biên"), "Thanh Hóa", "propaganda_sessions"),
}  # fmt: skip


@pytest.mark.parametrize("case", LITTLE)
def test_where_there_is_little_or_nothing_a_sentence_says_so_and_nothing_breaks(case, lang):
    ds, area, concepts = LITTLE[case]
    outputs = shown(of_one_area(ds, area, concepts), ds, lang)
    for what, output in outputs.items():
        assert not re.search(r"\b(nan|None|NaT|inf)\b|: *[.;]|[{}]", html(output)), what
    for what in ("profile", "compare", "trends", "ratios", "quality"):
        assert outputs[f"answers.{what}"].sentences
    assert all(type(output) is go.Figure for what, output in outputs.items() if what.startswith("plots"))


@pytest.mark.parametrize(
    "notebook", sorted(bundled_folder("notebooks").glob("0*.ipynb")), ids=lambda p: p.stem
)
@pytest.mark.parametrize("case", ["one figure", "one size", "nothing"])
def test_every_notebook_runs_on_a_data_set_of_ones_own_that_holds_next_to_nothing(
    monkeypatch, notebook, case
):
    monkeypatch.setattr(aq, "load", lambda *_, **__: LITTLE[case][0])
    run(notebook.stem)


# ---- the pages ----

PAGES = [("01_province_profile", {"area": area}) for area in FOUR]
PAGES += [("01_province_profile", {"area": "Quảng Trị"})]
PAGES += [(name, {}) for name in ("02_compare_provinces", "04_ratios", "05_data_quality")]
PAGES += [("03_trends", {})]


def words_of(tag):
    return len(tag.get_text(" ", strip=True).split())


@pytest.mark.parametrize(("name", "given"), PAGES, ids=str)
def test_every_page_answers_shortly(name, given, lang):
    outputs, _ = run(name, lang=lang, **given)
    parts = [soup(output) for output in outputs if hasattr(output, "_repr_html_")]
    (answer,) = [found for part in parts if (found := part.select_one("section.answer"))]
    assert 1 <= len(answer.select("p")) <= 3
    keys = [found for part in parts if (found := part.select_one("ul.keys"))]
    # Of Quảng Trị nothing was published.
    assert len(keys) == (given != {"area": "Quảng Trị"})
    assert all(len(found.select("li")) <= 5 for found in keys)
    cautions = [caution.get_text() for found in keys for caution in found.select("p.caution")]
    assert all(len(text.split()) <= 12 for text in cautions)
    assert len(set(cautions)) == len(cautions), "a caution is said once"
    kept = [found for part in parts if (found := part.select_one("section.keep"))]
    for points in (found.select("li") for found in kept):
        assert 1 <= len(points) <= 5
        assert all(words_of(point) <= 25 for point in points)
    asked = [found for part in parts if (found := part.select_one("ol.questions"))]
    assert all(len(found.select("li")) <= 10 for found in asked)


def test_of_an_area_with_many_figures_the_newest_are_shown_and_the_others_counted(monkeypatch):
    monkeypatch.setattr(labels, "FIGURES", 4)
    indicators = ["sessions_provincial_bodies", "participants_provincial_bodies"]
    rows = [flow(f"{n} buổi", 2010, 2010 + n, indicator=key) for n in range(1, 6) for key in indicators]
    ds = made(*rows)
    figures = aq.compare(ds)
    for lang in ("vi", "en"):
        more = words(lang)("shows.left", count=6, figures=4)
        sources = aq.tables.sources([figures, ds.observations], ds, lang=lang)
        listed = {row["id"].removeprefix("obs-") for row in soup(sources).select("tr[id]")}
        assert listed == {"made.07", "made.08", "made.09", "made.10"}
        assert more in unescape(html(sources))
        assert more in unescape(html(aq.tables.figures(figures, ds, lang=lang)))
        for output in (
            aq.tables.figures(figures, ds, lang=lang),
            aq.tables.compare(figures, ds, lang=lang),
            aq.cards.figures(figures, ds, lang=lang),
            aq.answers.questions(ds, "Thanh Hóa", lang=lang),
            aq.plots.windows(figures, ds, lang=lang),
        ):
            assert linked(output) <= listed
