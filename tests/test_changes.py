"""What is new: two data sets beside each other, two folders in a terminal, two runs on the front page."""

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import FLOW, PRESS, STOCK, DataCopy
from made_data import flow, made, populated
from made_notebooks import save
from test_own_data import OWN, antq, enter

import antq_analysis as aq
from antq_analysis.analysis.results import HEAD
from antq_analysis.intake.scaffold import new

TODAY, EARLIER = date.today().isoformat(), "2026-10-01"


def told(rows: pd.DataFrame) -> list[list[str]]:
    return rows[["kind", "obs_id", "shown"]].to_numpy().tolist()


def say(*arguments: object) -> tuple[int, str]:
    """Run the command; return its exit code and all it said."""
    result = antq(*arguments)
    return result.exit_code, result.output


# ---- two data sets -----------------------------------------------------------------------------------------


def test_figures_are_known_by_their_ids_and_only_what_they_say_counts(data: DataCopy) -> None:
    old = aq.load()
    data.set(PRESS, FLOW, figure_printed="151 đợt", obs_value="151")
    data.set(PRESS, STOCK, note_en="another", paragraph="9")
    data.write(PRESS, [row for row in data.rows(PRESS) if row[0] != "dienbientv-2020.03"])
    new, before = aq.load(data.folder), old.observations
    rows = aq.changes(old, new)
    assert told(rows) == [
        ["corrected", FLOW, "sửa: 150 đợt → 151 đợt"],
        ["withdrawn", "dienbientv-2020.03", "rút: 31.191 lượt người tham gia"],
    ]
    assert list(rows)[: len(HEAD)] == HEAD
    assert rows["changed"].tolist() == [("figure_printed", "obs_value"), ()]
    assert rows[["printed_before", "printed_after"]].to_numpy().tolist()[1] == [
        "31.191 lượt người tham gia",
        "",
    ]
    assert told(aq.changes(new, old))[0][:2] == ["added", "dienbientv-2020.03"]
    pd.testing.assert_frame_equal(old.observations, before)
    assert len(aq.changes(old, old.read_as("strict"))) == 0


def test_a_new_figure_may_change_the_grade_of_an_old_one_and_a_correction_says_its_own() -> None:
    first, second = flow("90 buổi", 2015, 2019), flow("80 buổi", 2015, 2019, ref_area="VN-24")
    rows = aq.changes(made(first), made(first, second))
    assert rows[["kind", "ref_area"]].to_numpy().tolist() == [["added", "VN-24"], ["grade", "VN-21"]]
    assert (rows["grade_before"][1], rows["grade_after"][1]) == ("", rows["grade"][1])
    assert rows["shown"][1] == f"mức – → {rows['grade'][1]}"
    other = second | {"indicator": "sessions_police"}
    rows = aq.changes(populated(first, second), populated(first, other))
    assert told(rows) == [
        ["corrected", "made.02", "sửa: 80 buổi; mức A → D"],
        ["grade", "made.01", "mức A → D"],
    ]
    assert rows["changed"].tolist() == [("indicator",), ()]


def test_what_is_no_data_set_is_refused() -> None:
    for work in (aq.changes, aq.compare, aq.contradictions):
        said = rf"{work.__name__}\(\): \w+='data' is no data set\. Give one such as aq\.load\(\)\."
        with pytest.raises(aq.InvalidOption, match=said):
            work("data", *[aq.load()] * (work is aq.changes))


# ---- antq diff ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_two_folders_of_data_are_compared_in_words(data: DataCopy, tmp_path: Path) -> None:
    shutil.copytree(data.folder, tmp_path / "old")
    none = "Figures: 0 added, 0 corrected, 0 withdrawn. Grades: 0 changed.\n"
    assert say("diff", tmp_path / "old", data.folder) == (0, none)
    data.set(PRESS, FLOW, figure_printed="151 đợt", obs_value="151")
    code, out = say("diff", tmp_path / "old", data.folder)
    assert (code, out.splitlines()) == (1, [
        "Figures: 0 added, 1 corrected, 0 withdrawn. Grades: 0 changed.",
        f"{FLOW}  Điện Biên, 2014–2019, Rounds of publicity on the Road Traffic Law: "
        "corrected: 150 đợt → 151 đợt  (figure_printed, obs_value)",
    ])  # fmt: skip


@pytest.mark.slow
def test_what_cannot_be_compared_is_told(data: DataCopy, tmp_path: Path) -> None:
    same = f"{data.folder} and {data.folder}/datapackage.json are the same folder. Give two.\n"
    assert say("diff", data.folder, f"{data.folder}/datapackage.json") == (2, same)
    missing = f"No data at {tmp_path}/none: give a folder of data, or one that antq render has made.\n"
    assert say("diff", data.folder, tmp_path / "none") == (2, missing)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "manifest.json").write_text('{"format": 4}')
    kept = f"{tmp_path}/run keeps no data: it was made by an older antq_analysis. Render again.\n"
    assert say("diff", tmp_path / "run", data.folder) == (2, kept)
    shutil.copytree(data.folder, tmp_path / "sound")
    data.set(PRESS, FLOW, obs_value="x")
    code, out = say("diff", tmp_path / "sound", data.folder)
    assert (code, out.splitlines()[0]) == (
        2,
        f"The data of {data.folder} cannot be compared. 1 problem in the data:",
    )
    data.json("datapackage.json", lambda package: package.update(schema_version=1))
    assert (
        "expected 2, the layout that this antq_analysis reads"
        in say("diff", tmp_path / "sound", data.folder)[1]
    )


# ---- two runs ----------------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> DataCopy:
    """A small plan beside data of one's own: a page of the province in each language, and a front page."""
    new(tmp_path / "mine")
    cells = [
        "# Câu hỏi?",
        "import antq_analysis as aq\nprint(*aq.load(data).observations.tail(9)['figure_printed'])",
    ]
    asked = "area: str = 'Nghệ An'  # tỉnh\nlang: str = 'vi'  # ngôn ngữ\ndata: str = ''  # thư mục"
    save(tmp_path / "one.ipynb", *cells, parameters=asked)
    (tmp_path / "locale").mkdir()
    (tmp_path / "locale" / "en.po").write_text('msgid "# Câu hỏi?"\nmsgstr "# A question?"\n')
    (tmp_path / "plan.toml").write_text(
        'data = "mine"\n[overview]\nareas = "all"\nconcepts = ["models"]\n'
        '[[briefing]]\nnotebook = "one"\nmatrix = { lang = ["vi", "en"], area = ["Nghệ An"] }\n'
    )
    return enter(tmp_path / "mine")


def rendered(own: DataCopy, *options: object) -> Path:
    folder = own.folder.parent / "out" / TODAY
    assert say("render", own.folder.parent / "plan.toml", "--out", folder.parent, *options)[0] == 0
    assert say("render", "--verify", folder)[0] == 0
    return folder


def banner(folder: Path, name: str = "index.html") -> str:
    found = BeautifulSoup((folder / name).read_text(encoding="utf-8"), "html.parser").select_one(".news > p")
    return " ".join(found.text.split()) if found else ""


def change(own: DataCopy) -> None:
    """Add a figure, correct one and withdraw one."""
    rows = own.rows(OWN)
    added = ["baonghean-2024.11", *rows[4][1:]]
    added[rows[0].index("period_end")], added[rows[0].index("figure_printed")] = (
        "2022-12-31",
        "170 mô hình tự quản",
    )
    added[rows[0].index("obs_value")] = "170"
    own.write(OWN, [*rows[:-1], added])
    own.set(OWN, "baonghean-2024.01", figure_printed="1.250 buổi tuyên truyền", obs_value="1250")


@pytest.mark.slow
def test_the_front_page_says_what_is_new_since_the_newest_earlier_day(own: DataCopy) -> None:
    first = rendered(own)
    assert len(aq.load(first / "data")) == len(aq.load(own.folder))
    assert banner(first) == ""
    earlier = first.rename(first.with_name(EARLIER))
    shutil.copytree(earlier, first.with_name("2026-09-01"))
    assert banner(rendered(own)) == ""
    change(own)
    folder = rendered(own)
    vi, en = banner(folder), banner(folder, "index.en.html")
    figure = "Nghệ An: 170 mô hình đang hoạt động, 2022"
    assert vi == f"Mới so với ngày 01/10/2026: thêm 1 số liệu ({figure}), sửa 1, rút 1."
    assert en.startswith(
        "New since 1 Oct 2026: 1 figure added (Nghệ An: 170 models in operation, 2022), 1 corr"
    )
    page = BeautifulSoup((folder / "index.html").read_text(encoding="utf-8"), "html.parser")
    page = page.select_one(".news")
    assert page.a["href"] == "one-nghe-an-vi.html"
    assert [item.text for item in page.select("li")][1:] == [
        "Nghệ An – sửa: 1.240 → 1.250 buổi tuyên truyền của đơn vị cấp tỉnh, 2019–2023",
        "Nghệ An – rút: 42 tập thể được Công an tặng Giấy khen, 2019–2023",
    ]
    code, out = say("diff", earlier, folder)
    assert (code, out.splitlines()[0]) == (
        1,
        "Figures: 1 added, 1 corrected, 1 withdrawn. Grades: 0 changed.",
    )
    (earlier / "one-nghe-an-vi.html").write_text("edited")
    assert banner(rendered(own, "--force")) == vi


@pytest.mark.slow
def test_without_an_earlier_day_the_run_before_counts_and_a_further_run_keeps_what_was_said(
    own: DataCopy,
) -> None:
    folder = rendered(own)
    change(own)
    said = banner(rendered(own, "--only", "*-en"))
    assert said.startswith("Mới so với lần lập trước trong ngày: thêm 1 số liệu (Nghệ An: 170 mô hình")
    before = {path: path.stat().st_ino for path in (folder / "data").iterdir()}
    assert banner(rendered(own, "--force")) == said
    assert {path: path.stat().st_ino for path in (folder / "data").iterdir()} == before
    shutil.copytree(folder, folder.parent / "kept")
    own.json("datapackage.json", lambda package: package.update(name="another"))
    DataCopy(own.folder.parent).text("plan.toml", lambda plan: plan.replace(', "en"', ""))
    assert banner(rendered(own)) == ""
    assert "one-nghe-an-en.html is gone" in say("diff", folder.parent / "kept", folder)[1]
    assert "one-nghe-an-en.html is new" in say("diff", folder, folder.parent / "kept")[1]


@pytest.mark.slow
def test_earlier_data_that_cannot_be_read_are_told_and_the_pages_are_made(own: DataCopy) -> None:
    folder = rendered(own)
    earlier = folder.rename(folder.with_name(EARLIER))
    (earlier / "data" / "units.csv").write_text("edited")
    change(own)
    code, out = say("render", own.folder.parent / "plan.toml", "--out", folder.parent)
    fault = "cannot be read, or are not as they were kept: the front page does not say what is new"
    assert (code, banner(folder)) == (0, "")
    assert f"note: the data in {earlier / 'data'} {fault}" in out
    assert "data/units.csv is not what was made; render again" in say("render", "--verify", earlier)[1]
