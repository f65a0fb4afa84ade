import copy
import json
import pickle

import nbformat
import papermill
import pytest
from made_data import bundled
from markupsafe import Markup

import antq_analysis as aq
from antq_analysis.display.chart import Chart
from antq_analysis.display.table import Column, Table

PLOTLY = "application/vnd.plotly.v1+json"
FIGURE = {"data": [{"type": "bar", "y": [1, 2]}], "layout": {"height": 200}}


def chart(finding="Two bars."):
    table = Table("Numbers", [Column("n", lambda row: row["n"])], {"": [{"n": "<1>"}]})
    return Chart(FIGURE, finding, table.folded("Data"))


def test_picture_finding_and_table_are_one_bundle():
    bundle = chart()._repr_mimebundle_()
    assert set(bundle) == {PLOTLY, "text/html", "text/plain"}
    assert bundle["text/plain"] == "Two bars."
    assert bundle["text/html"].startswith('<p class="finding">Two bars.</p><details class="fold">')
    assert "<summary>Data</summary>" in bundle["text/html"]
    assert json.loads(json.dumps(bundle[PLOTLY]))["data"][0]["y"] == [1, 2]


def test_a_finding_is_escaped_and_its_marked_numbers_are_kept():
    assert chart("<b>1 & 2")._repr_html_().startswith('<p class="finding">&lt;b&gt;1 &amp; 2</p>')
    tied = chart(Markup('It is <a class="fig" href="#obs-a">5 &lt; 6</a>.'))
    assert '<a class="fig" href="#obs-a">5 &lt; 6</a>' in tied._repr_html_()
    assert tied.finding == tied._repr_mimebundle_()["text/plain"] == "It is 5 < 6."
    assert "&lt;1&gt;" in tied._repr_html_()


def test_what_can_be_done_with_a_figure_can_be_done_with_a_chart():
    first = chart()
    other = copy.deepcopy(first)
    assert isinstance(other, Chart)
    assert (other.finding, other.table.caption, other.to_dict()) == ("Two bars.", "Numbers", first.to_dict())
    assert other.update_layout(height=500) is other
    assert (first.layout.height, other.layout.height) == (200, 500)
    assert other._repr_mimebundle_()[PLOTLY]["layout"]["height"] == 500


def test_a_page_shows_the_figure_as_it_was_given_and_plotly_checks_it_for_whoever_asks():
    table = Table("Numbers", [], {})
    faulty = Chart({"data": [{"type": "bar", "hight": 1}], "layout": {}}, "A bar.", table)
    assert faulty._repr_mimebundle_()[PLOTLY]["data"] == [{"type": "bar", "hight": 1}]
    with pytest.raises(ValueError, match="hight"):
        faulty.to_dict()
    sound = chart()
    shown = sound._repr_mimebundle_()[PLOTLY]
    assert sound.data[0].type == "bar"
    assert sound._repr_mimebundle_()[PLOTLY]["data"] == shown["data"]


@pytest.mark.parametrize("asked", [False, True])
def test_a_chart_can_be_stored_before_and_after_plotly_was_asked(asked):
    first = Chart(FIGURE, "Two bars.", Table("Numbers", [], {}))
    assert not asked or first.layout.height == 200
    other = pickle.loads(pickle.dumps(first))
    assert (type(other), other.finding, repr(other.table)) == (Chart, "Two bars.", repr(first.table))
    assert other == first
    assert not hasattr(other, "no_such_thing")


def test_a_chart_shows_itself_once_with_all_its_types_in_a_notebook(tmp_path):
    cells = [
        "import copy\n"
        "from antq_analysis.display.chart import Chart\n"
        "from antq_analysis.display.table import Table\n"
        "chart = Chart({'data': [], 'layout': {}}, 'Nothing.', Table('Numbers', [], {}))\n"
        "chart",
        "display(copy.deepcopy(chart).update_layout(height=300))",
        "chart.show()",
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells], metadata=kernel)
    nbformat.write(notebook, tmp_path / "in.ipynb")
    ran = papermill.execute_notebook(tmp_path / "in.ipynb", tmp_path / "out.ipynb", progress_bar=False)
    shown = [[sorted(output.data) for output in cell.outputs] for cell in ran.cells]
    assert shown == [[[PLOTLY, "text/html", "text/plain"]]] * 2 + [[[PLOTLY]]]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_charts_of_the_package_come_with_their_text(lang):
    rows = aq.ratios(bundled(), "valuable_tips_per_model", areas="Thanh Hóa")
    found = aq.charts.ratios(rows, bundled(), lang=lang)
    assert isinstance(found, Chart)
    assert (
        f"<summary>{'Data of the chart' if lang == 'en' else 'Bảng số liệu của biểu đồ'}"
        in found._repr_html_()
    )
