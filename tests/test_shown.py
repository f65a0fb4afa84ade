"""What every answer, card, table and chart keeps, whatever it shows, and what every page keeps to."""

import re
import shutil
from html import unescape

import pandas as pd
import plotly.graph_objects as go
import pytest
from bs4 import BeautifulSoup
from made_data import bundled, flow, made
from made_outputs import FOUR, drawn_texts, html, linked, results, run, shown, soup
from pandas.testing import assert_frame_equal

import antq_analysis as aq
from antq_analysis.briefings.page import page
from antq_analysis.data import bundled as bundled_folder
from antq_analysis.display import labels
from antq_analysis.i18n import words


@pytest.fixture(scope="module")
def found():
    return results(bundled())


@pytest.fixture(scope="module", params=["vi", "en"])
def lang(request):
    return request.param


@pytest.fixture(scope="module")
def outputs(found, lang):
    return shown(found, bundled(), lang)


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


def test_english_holds_no_vietnamese_but_names_titles_and_prints(found):
    names = "|".join(map(re.escape, bundled().areas()["name_vi"]))
    for what, output in shown(found, bundled(), "en").items():
        parts = BeautifulSoup(html(output), "html.parser")
        for own in parts.select("cite"):
            own.decompose()
        text = re.sub(names, "", unescape(parts.get_text(" ")))
        if what == "tables.sources":
            text = re.sub(r"“[^”]*”", "", text)
        assert not re.search("[à-ỹđ]", text.lower()), what
        assert not re.search(r"[1-9]\d{0,2}\.\d{3}(?!\d)|\d,\d\d?(?!\d)", text), what


def test_vietnamese_writes_numbers_its_own_way(found):
    for what, output in shown(found, bundled(), "vi").items():
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
    listed = {row["id"].removeprefix("obs-") for row in soup(outputs["tables.sources"]).select("tr[id]")}
    asked = set(bundled().select(areas="Thanh Hóa").observations["obs_id"])
    for what, output in outputs.items():
        assert linked(output) <= listed | asked, what
        assert linked(output) or what in ("tables.sources", "tables.definitions"), what


# What stands without a link: years and days, inhabitants a rate is for, and the number of things counted here.
FREE = (
    r"\b(19|20)\d\d\b|\d\d/\d\d/\d{4}|\d+ \w{3} (?=\d{4})|\b\d+[.,]000 (inhabitants|dân)|\b\d+ (nội dung|more)"
)


def test_no_number_in_an_answer_or_a_card_stands_without_its_figures(outputs):
    for what, output in outputs.items():
        # The page on quality counts figures and gaps, which are no figures themselves.
        if what.startswith(("answers", "cards")) and what != "answers.quality":
            parts = soup(output)
            for own in parts.select("a.fig"):
                own.decompose()
            for text in parts.select("p, li"):
                # A bound in a caution is that of the number it stands below.
                if text.get("class") != ["caution"]:
                    assert not re.search(r"\d", re.sub(FREE, "", text.get_text())), what


def test_every_number_of_a_result_in_a_table_leads_to_its_figures(outputs):
    for what, output in outputs.items():
        if what.startswith("tables") and what not in ("tables.sources", "tables.heaping", "tables.annual"):
            cells = [cell for cell in soup(output).select("td.number") if re.search(r"\d", cell.get_text())]
            assert all(cell.find("a", class_="fig") for cell in cells), what


def test_an_unknown_language_is_refused(found):
    with pytest.raises(aq.InvalidOption, match=r"No language 'fr'\. Give one of: vi, en"):
        aq.tables.figures(found["figures"], bundled(), lang="fr")
    with pytest.raises(aq.InvalidOption, match=r"No language 'fr'\. Give one of: vi, en"):
        aq.set_language("fr")


def test_the_language_chosen_once_is_that_of_frames_and_of_all_that_is_shown(found):
    aq.set_language("en")
    rows = results(bundled())
    chosen = shown(rows, bundled(), None)
    asked = shown(rows, bundled(), "en")
    assert rows["figures"]["indicator"].iloc[0] != found["figures"]["indicator"].iloc[0]
    assert {what: html(output) for what, output in chosen.items()} == {
        what: html(output) for what, output in asked.items()
    }


@pytest.mark.parametrize("module", [aq.answers, aq.plots, aq.tables, aq.cards])
def test_public_modules_list_and_explain_their_public_functions(module):
    assert dir(module) == sorted(module.__all__)
    assert all(getattr(module, name).__doc__ for name in dir(module))


def test_the_package_lists_and_explains_its_public_names_only():
    assert not [name for name in dir(aq) if name.startswith("_") or not hasattr(aq, name)]
    for name in dir(aq):
        assert re.search(rf"^    {name}\b.* {{2,}}\S", aq.__doc__, re.MULTILINE), name


# ---- where there is little or nothing ------------------------------------------------------------------------


def test_a_concept_nobody_published_is_said_and_drawn_as_nothing(lang):
    ds = bundled().select(areas=["Điện Biên", "Quảng Bình"])
    found = results_of(ds, "Điện Biên", "valuable_tips")
    outputs = shown(found, ds, lang)
    assert [str(outputs[f"answers.{key}"]) for key in ("compare", "ratios")] == [
        words(lang)("answer.one_area_none") if "answer.one_area_none" in words(lang) else str(outputs["answers.compare"]),
        words(lang)("answer.no_ratio"),
    ]
    assert all(str(output) for what, output in outputs.items() if re.match("answers.[cpqrt]", what))


def results_of(ds, area, concepts):
    """Give the results of one area on some subjects."""
    return {
        "figures": aq.compare(ds, concepts, areas=area),
        "one": aq.compare(ds, concepts, areas=area),
        "pairs": aq.contrasts(ds, concepts, areas=[area]),
        "ratios": aq.ratios(ds, "valuable_tips_per_model", areas=area),
        "nested": aq.nested(ds.select(concepts=concepts), areas=area),
        "series": aq.annual_series(ds, "cooperatives", area),
        "courses": aq.describe_series(ds, "cooperatives", area),
        "gaps": aq.coverage(ds, areas=area, concepts=concepts),
        "clashes": aq.contradictions(ds.select(concepts=concepts)),
        "heaping": aq.heaping(ds.select(concepts=concepts)),
    }
