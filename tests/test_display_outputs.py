"""What every chart, table, card and sentence keeps, whatever it shows."""

import ast
import re
import shutil
from html import unescape
from pathlib import Path

import nbformat
import pandas as pd
import plotly.graph_objects as go
import pytest
from bs4 import BeautifulSoup
from made_data import bundled, flow, made
from pandas.testing import assert_frame_equal

import antq_analysis as aq
from antq_analysis.briefings.page import page
from antq_analysis.data import bundled as bundled_folder
from antq_analysis.display import labels
from antq_analysis.i18n import words

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình", "Hòa Bình"]
CONCEPTS = ["propaganda_sessions", "valuable_tips", "models", "awards_collectives"]
RATIOS = ["valuable_tips_per_model", "valuable_tips_per_100k", "valuable_share_of_tips"]
WINDOWS = ["sessions_provincial_bodies", "participants_provincial_bodies"]
SERIES = ["population_average", "cooperatives"]


def results(ds):
    """Give the results that are shown."""
    official = ds.select(mandates="statistics", since=2018, until=2018)
    pairs = aq.contrasts(ds, CONCEPTS, areas=AREAS)
    return {
        "levels": aq.compare(ds, areas=AREAS, inferred_areas=True),
        "rates": aq.compare(official, "enterprises", areas=AREAS, per=1000),
        "pairs": pairs,
        "robust": aq.robustness(pairs),
        "ratios": aq.ratios(ds, RATIOS, areas=AREAS),
        "windows": aq.windows(ds, WINDOWS, AREAS),
        "series": aq.annual_series(ds, SERIES, AREAS),
        "gaps": aq.coverage(ds, areas=AREAS, concepts=CONCEPTS),
        "clashes": aq.contradictions(ds),
        "heaping": aq.heaping(ds),
        "trends": aq.trends(ds, SERIES, AREAS),
    }


def shown(found, ds, lang):
    """Show each result in every way there is; return what shows it by its name."""
    one = {"tables.definitions": aq.tables.definitions(ds, CONCEPTS, lang=lang)}
    one["questions"] = aq.questions(ds, "Thanh Hóa", lang=lang)
    ways = {
        "levels": [aq.tables.levels, aq.cards.levels, aq.plots.periods, aq.verdict, aq.readings],
        "rates": [aq.plots.levels],
        "pairs": [aq.tables.contrasts, aq.cards.contrasts, aq.plots.contrasts, aq.verdict, aq.readings],
        "robust": [aq.tables.robustness],
        "ratios": [aq.tables.ratios, aq.cards.ratios, aq.plots.ratios, aq.verdict, aq.readings, aq.cautions],
        "windows": [aq.tables.windows, aq.cards.windows, aq.plots.windows, aq.verdict, aq.readings],
        "series": [aq.tables.series, aq.plots.series],
        "gaps": [aq.tables.coverage, aq.plots.coverage],
        "clashes": [aq.tables.contradictions, aq.verdict],
        "heaping": [aq.tables.heaping],
        "trends": [aq.cards.trends, aq.verdict, aq.readings],
    }
    for key, functions in ways.items():
        for show in functions:
            one[f"{show.__module__}.{show.__name__}({key})"] = show(found[key], ds, lang=lang)
    one["cards.quality"] = aq.cards.quality(found["gaps"], found["clashes"], ds, lang=lang)
    frames = [rows for key, rows in found.items() if key != "trends"]
    one["tables.sources"] = aq.tables.sources([*frames, *found["trends"]], ds, lang=lang)
    return one


def html(output):
    """Return everything of an output that a reader may meet as HTML."""
    page = str(output._repr_html_())
    if isinstance(output, go.Figure):
        texts = [note.text for note in output.layout.annotations]
        texts += [text for trace in output.data for text in trace.hovertext or ()]
        page += "".join([*texts, *(axis.title.text or "" for axis in output.select_xaxes())])
    return page


def linked(output):
    """Return the figures to which an output leads."""
    links = BeautifulSoup(output._repr_html_(), "html.parser").select("a.fig")
    found = {key for link in links for key in link["data-obs"].split()}
    if isinstance(output, go.Figure):
        found |= {key for trace in output.data for ids, _ in trace.customdata or () for key in ids.split()}
    return found


def listed(sources):
    return {
        row["id"].removeprefix("obs-") for row in BeautifulSoup(html(sources), "html.parser").select("tr[id]")
    }


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
        if not what.startswith(
            ("antq_analysis.display.cards.contrasts", "antq_analysis.display.cards.trends")
        ):
            assert "&lt;script&gt;" in page or what in ("cards.quality",), what


def test_english_holds_no_vietnamese_but_names_titles_and_prints(found):
    names = "|".join(map(re.escape, bundled().areas()["name_vi"]))
    printed = "|".join(map(re.escape, bundled().observations["figure_printed"]))
    for what, output in shown(found, bundled(), "en").items():
        text = BeautifulSoup(html(output), "html.parser").get_text(" ")
        text = re.sub(rf"“[^”]*”|{printed}|{names}", "", unescape(text))
        assert not re.search("[à-ỹđ]", text.lower()), what


def test_missing_values_never_appear_as_nan_or_none(outputs):
    for what, output in outputs.items():
        text = BeautifulSoup(html(output), "html.parser").get_text(" ")
        assert not re.search(r"\b(nan|None|NaT)\b|<NA>|[{}]", text), what


def test_results_are_not_changed(found, outputs):
    for key, rows in results(bundled()).items():
        if isinstance(rows, pd.DataFrame):
            assert_frame_equal(found[key], rows)


def test_every_number_leads_to_a_row_of_the_sources(outputs):
    rows = listed(outputs["tables.sources"]) | set(bundled().select(areas="Thanh Hóa").observations["obs_id"])
    for what, output in outputs.items():
        assert linked(output) <= rows, what
    assert sum(bool(linked(output)) for output in outputs.values()) > 15


def test_unknown_languages_and_other_results_are_refused(found):
    with pytest.raises(aq.InvalidOption, match=r"No language 'fr'\. Give one of: vi, en"):
        aq.tables.levels(found["levels"], bundled(), lang="fr")
    with pytest.raises(TypeError, match=r"Not a result row\. Give a row of compare, contrasts, ratio"):
        aq.readings(bundled().areas(), bundled())


@pytest.mark.parametrize("module", [aq.plots, aq.tables, aq.cards])
def test_public_modules_list_their_public_functions_only(module):
    assert dir(module) == sorted(module.__all__)
    assert all(getattr(module, name).__doc__ for name in dir(module))


def test_the_package_lists_and_explains_its_public_names_only():
    assert not [name for name in dir(aq) if name.startswith("_") or not hasattr(aq, name)]
    for name in dir(aq):
        assert re.search(rf"^    {name}\b.* {{2,}}\S", aq.__doc__, re.MULTILINE), name


def crowded(folder, count):
    """Load the data with so many more figures of one province, repeated from its own."""
    shutil.copytree(bundled_folder("data"), folder)
    path = folder / "observations/press.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    own = rows[(rows["ref_area"] == "VN-21") & (rows["part_of"] == "")]
    more = own.iloc[[number % len(own) for number in range(count)]]
    more = more.assign(obs_id=[f"{key}.{n:05d}" for n, key in enumerate(more["source_id"], start=1000)])
    pd.concat([rows, more]).to_csv(path, index=False, lineterminator="\n")
    return aq.load(folder)


def run(notebook):
    """Run the cells of a notebook, each with its last expression as its output."""
    names = {}
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        *body, last = ast.parse(cell.source).body
        if not isinstance(last, ast.Expr):
            exec(cell.source, names)
            continue
        exec(ast.unparse(ast.Module(body, [])), names)
        shown = eval(ast.unparse(last.value), names)
        whole = hasattr(shown, "_repr_mimebundle_")
        bundle = shown._repr_mimebundle_() if whole else {"text/html": shown._repr_html_()}
        cell.outputs = [nbformat.v4.new_output("display_data", bundle)]
    return notebook


def test_a_page_of_a_province_with_hundreds_of_figures_stays_small_and_traced(tmp_path, monkeypatch):
    ds = crowded(tmp_path / "data", 600)
    monkeypatch.setattr(aq, "load", lambda *_, **__: ds)
    made_page = page(run(nbformat.read(NOTEBOOKS / "01_province_profile.ipynb", as_version=4)))
    assert len(made_page.encode()) < 3_000_000
    soup = BeautifulSoup(made_page, "html.parser")
    assert 500 <= len(soup.select("div.sources tr[id]")) < 600
    assert "mỗi tỉnh hiện nhiều nhất 500 số" in soup.get_text()


def test_of_an_area_with_many_figures_the_newest_are_shown_and_the_others_counted(monkeypatch):
    monkeypatch.setattr(labels, "FIGURES", 4)
    rows = [flow(f"{n} buổi", 2010, 2010 + n, indicator=key) for n in range(1, 6) for key in WINDOWS]
    ds = made(*rows)
    levels = aq.compare(ds)
    for lang in ("vi", "en"):
        more = words(lang)("shows.left", count=6, figures=4)
        sources = aq.tables.sources([levels, ds.observations], ds, lang=lang)
        for output in (
            aq.tables.levels(levels, ds, lang=lang),
            aq.plots.periods(levels, ds, lang=lang),
            aq.verdict(levels, ds, lang=lang),
            aq.readings(levels, ds, lang=lang),
            aq.questions(ds, "Thanh Hóa", lang=lang),
            sources,
        ):
            assert more in unescape(html(output))
            assert linked(output) <= listed(sources)
    assert listed(sources) == {"made.07", "made.08", "made.09", "made.10"}
    assert linked(aq.cards.levels(levels, ds)) <= listed(sources)
