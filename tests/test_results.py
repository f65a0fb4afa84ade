"""What users hold in their hands: results, what objects show of themselves, the explorer, examples."""

import doctest
import inspect
import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.express as px
import pytest
from bs4 import BeautifulSoup
from made_notebooks import executed, shown

import antq_analysis as aq
from antq_analysis.briefings.page import page
from antq_analysis.data import bundled

DISPLAY = [aq.answers, aq.cards, aq.plots, aq.tables]


@pytest.fixture
def rows() -> aq.Results:
    return aq.compare(aq.load(), "propaganda_sessions")


# ---- frames of results -------------------------------------------------------------------------------------


def test_a_result_shows_its_first_columns_and_how_many_more_there_are(rows: aq.Results) -> None:
    (head, *lines, _, size) = repr(rows).splitlines()
    assert head.split() == ["area", "period", "indicator", "shown", "unit", "grade"]
    assert len(lines) == len(rows)
    assert size == f"{len(rows)} dòng; còn {rows.shape[1] - 6} cột khác, xem .columns"
    aq.set_language("en")
    assert repr(rows.head(1)).endswith("1 row; 36 further columns, see .columns")
    assert "label" in repr(pd.concat([rows, rows])).splitlines()[0]
    assert "further" not in repr(rows[["area", "grade"]]) + rows[["area", "grade"]]._repr_html_()
    (table,) = BeautifulSoup(page(executed(shown(text_html=rows._repr_html_()))), "html.parser").select(
        "table"
    )
    assert [cell.text for cell in table.select("thead th") if cell.text] == head.split()


def test_what_pandas_and_plotly_make_of_a_result_keeps_its_kind(rows: aq.Results) -> None:
    regions = aq.load().areas()[["ref_area", "region_vi"]]
    made = [
        rows[rows["grade"] == "D"], rows.merge(regions), pd.concat([rows, rows]), rows.copy(),
        rows.groupby("area").head(1), rows.sort_values("lower"), pickle.loads(pickle.dumps(rows)),
    ]  # fmt: skip
    assert [type(each) for each in made] == [aq.Results] * len(made)
    assert [each.attrs for each in made] == [{}] * len(made)
    assert rows.groupby("area")["lower"].max().index.tolist() == sorted(rows["area"].unique())
    assert px.bar(rows, x="area", y="value").data
    assert px.scatter(rows, x="period", y="lower", color="area").data


def test_ratios_that_a_chart_would_stack_or_rank_have_no_value() -> None:
    ds, names = aq.load(), ["valuable_tips_per_model", "valuable_share_of_tips"]
    assert [aq.ratios(ds, name, areas="Thanh Hóa")["value"].count() for name in names] == [1, 1]
    assert aq.ratios(ds, names)["value"].count() == 0


# ---- files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["csv", "xlsx"])
def test_a_file_of_results_holds_texts_and_numbers_and_nothing_is_lost(
    rows: aq.Results, tmp_path: Path, end: str
) -> None:
    if end == "xlsx":
        pytest.importorskip("openpyxl")
    path = tmp_path / f"rows.{end}"
    before = pickle.dumps(rows)
    (rows.to_csv if end == "csv" else rows.to_excel)(path, index=False)
    assert pickle.dumps(rows) == before
    read = (pd.read_csv if end == "csv" else pd.read_excel)(path, keep_default_na=False, na_values=[""])
    for column in ("reasons", "obs_ids"):
        told = [() if pd.isna(cell) else tuple(cell.split(", ")) for cell in read[column]]
        assert told == [() if cell is None else cell for cell in rows[column]]
    for column in ("area", "shown", "lower", "year_upper", "ci_upper"):
        pd.testing.assert_series_equal(read[column], rows[column], check_dtype=False)


@pytest.mark.parametrize("text", ["=1+1", "@x", "+a", "-a1", "\t=2"])
def test_no_text_becomes_a_formula_and_numbers_stay_numbers(rows: aq.Results, text: str) -> None:
    made = rows.head(1).assign(area=text, shown="-5,2–3", lower=-5.5)
    assert made[["area", "shown", "lower"]].to_csv(index=False).splitlines()[1] == f'\'{text},"-5,2–3",-5.5'
    assert f"\n'{text},-5.5" in made.set_index("area")[["lower"]].to_csv()
    named = made.rename(columns={"lower": text}).set_index(["area", "period"])
    assert named[[text]].to_csv().count(f"'{text}") == 2


def test_without_what_writes_excel_files_the_way_out_is_named(
    rows: aq.Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("openpyxl", "openpyxl.workbook"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(aq.InvalidOption, match=r"pip install 'antq-analysis\[excel\]'\.$"):
        rows.to_excel(tmp_path / "rows.xlsx")


# ---- what objects show of themselves -----------------------------------------------------------------------


def test_what_objects_show_is_text_whatever_the_data_say(hostile: aq.Dataset) -> None:
    shown = [
        hostile, hostile.indicator.models, getattr(hostile.area, dir(hostile.area)[0]), hostile.concept.tips,
        aq.compare(hostile, "tips"), aq.trend(hostile, "population_average", "VN-21"),
        aq.parse_figure("150 đợt<i>"),
    ]  # fmt: skip
    for each in shown:
        html = BeautifulSoup(each._repr_html_(), "html.parser")
        assert not html.select("script, b:not(p > b), i, [style*=color]")
        assert "<" in html.text
        assert repr(each)


def test_objects_say_what_they_are() -> None:
    ds = aq.load()
    assert "most figures: Dân số (51), Doanh nghiệp (37)" in ds._repr_html_()
    model = dict(
        line.stripped_strings
        for line in BeautifulSoup(ds.indicator.models._repr_html_(), "html.parser")("tr")
    )
    assert model["unit"] == model["counts"].split(" đang")[0] == "mô hình"
    assert model["definition"].startswith("Số mô hình đang duy trì")
    figure = BeautifulSoup(aq.parse_figure("gần 40")._repr_html_(), "html.parser")
    assert (
        dict(line.stripped_strings for line in figure("tr")).items()
        >= {"lower": "35", "upper_basis": "meaning"}.items()
    )
    assert repr(aq.trend(ds, "Dân số trung bình", "thanh hoa")).startswith(
        "<NotComparable: Dân số trung bình, Thanh"
    )


# ---- the explorer without a browser ------------------------------------------------------------------------

PLAN = """
[[briefing]]
notebook = "00_explore"
slug = "{subject}-{lang}"
[briefing.matrix]
lang = ["vi", "en"]
subject = ["propaganda_sessions", "population", "classes_fire_safety"]
"""


def every_subject():
    ds = aq.load()
    reported = ds.indicators().query("indicator in @ds.distinct('indicator')")
    return [*reported["concept"].unique(), *reported["indicator"]]


@pytest.mark.parametrize(
    ("lang", "options"), [("vi", {}), ("en", {"per": None, "wording": "strict", "since": 2019})]
)
def test_every_subject_is_shown_and_its_code_gives_its_rows(lang, options):
    aq.set_language(lang)
    for subject in every_subject()[::8]:
        view = aq.explore(aq.load(), subject=subject, **options)
        space = {}
        exec(view.code.replace("print(aq.explain(rows, ds=ds))", ""), space)
        assert space["rows"].equals(view.rows), subject


def test_a_folder_of_ones_own_stands_in_the_code(data):
    view = aq.explore(aq.load(data.folder), data=str(data.folder))
    assert f"ds = aq.load({str(data.folder)!r}).read_as('convention')" in view.code


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"subject": "sesions"}, "No indicator 'sesions'"),
        ({"areas": "Điện"}, "No area 'Điện'"),
        ({"wording": "loose"}, "wording='loose'"),
        ({"subject": ("concept", "sesions")}, "No concept 'sesions'"),
        ({"subject": ("kind", "models")}, "subject=('kind', 'models') is no name"),
        ({"since": "early"}, "since='early' is no year"),
        ({"until": True}, "until=True is no year"),
        ({"until": "9" * 5000}, "… is no year"),
        ({"since": 2024, "until": 2020}, "Năm đầu (2024) sau năm cuối (2020); hãy đổi lại."),
    ],
)
def test_where_nobody_can_choose_anew_a_fault_is_raised(options, fault):
    with pytest.raises(aq.AntqError) as raised:
        aq.explore(aq.load(), **options)
    assert fault in str(raised.value)


def test_the_sources_cited_are_those_of_what_is_said_and_divided_by(capsys):
    aq.explore(aq.load(), subject="awards_collectives", areas=["Thanh Hóa", "Điện Biên"])._ipython_display_()
    (cited,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("Nguồn: "))
    said, other = ("dienbientv-2020", "baothanhhoa-2024")
    publisher = {key: aq.load().source(key)["publisher_vi"] for key in (said, other)}
    assert publisher[said] in cited
    assert "Tổng cục Thống kê" in cited, "of the inhabitants"
    assert publisher[other] not in cited


def test_options_may_come_from_a_frame_or_an_array():
    given = pd.Series(["Thanh Hóa"])
    view = aq.explore(aq.load(), subject=("concept", "models"), areas=given, since="2014", per=np.float64(10))
    assert "select(since=2014, " in view.code
    assert "areas=['Thanh Hóa'], per=10.0, " in view.code
    assert len(aq.compare(aq.load(), pd.Series(["models"]), areas=given)) == len(view.rows)
    assert len(aq.load().select(since=np.int64(2024))) == len(aq.load().select(since=2024))


@pytest.mark.slow
def test_widgets_are_imported_by_nothing_but_a_front_end():
    code = "import sys, antq_analysis as aq; aq.explore(aq.load()); assert 'ipywidgets' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
def test_the_page_of_a_batch_shows_the_view_of_its_parameters(tmp_path):
    shutil.copytree(bundled("notebooks"), tmp_path / "notebooks")
    (tmp_path / "notebooks" / "own.toml").write_text(PLAN, encoding="utf-8")
    command = [sys.executable, "-c", "from antq_analysis.cli import main; main()", "render"]
    command += [str(tmp_path / "notebooks" / "own.toml"), "--out", str(tmp_path / "out")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (folder,) = (tmp_path / "out").iterdir()
    for path in folder.glob("*-*.html"):
        made = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        assert made.select_one("pre.code").text.startswith("import antq_analysis as aq\n")
        assert "data-antq" not in str(made.main)
        assert len(made.select("figure.chart")) == ("classes" not in path.name)
    for path in folder.glob("*.ipynb"):
        made = json.loads(path.read_text(encoding="utf-8"))
        assert "widgets" not in made["metadata"]
        assert "widget-view" not in json.dumps(made["cells"])


# ---- examples ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", aq.__all__)
def test_every_public_name_has_an_example_that_runs_when_pasted(name: str) -> None:
    finder = doctest.DocTestFinder(exclude_empty=False)
    tests = finder.find(inspect.unwrap(getattr(aq, name)), name, globs={})
    assert next(test for test in tests if test.name == name).examples
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert [str(test) for test in tests if runner.run(test).failed] == []
