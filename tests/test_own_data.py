"""Data of one's own: a folder that extends the bundled data, from `antq new` to its pages."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import DataCopy
from typer.testing import CliRunner

import antq_analysis as aq
from antq_analysis.cli import app
from antq_analysis.data import bundled

OWN = "observations/own.csv"
SOURCE = {"source_id": "baonghean-2024", "title": "Xứ Nghệ sau 5 năm", "publisher_vi": "Báo (giả định)",
          "publisher_en": "A newspaper (made up)", "published_on": "2024-03-05",
          "published_basis": "stated", "accessed_on": "2026-11-01", "licence": "Press copyright"}  # fmt: skip
AREA = {"ref_area": "VN-22", "name_vi": "Nghệ An", "name_en": "Nghệ An", "region_vi": "Bắc Trung Bộ",
        "region_en": "North Central Coast", "gso_code": "40",
        "spellings": "Nghệ An|tỉnh Nghệ An|Nghe An"}  # fmt: skip
COMMON = {"area_basis": "stated", "scope_org": "aes", "scope_level": "whole_province",
          "mandate": "CT07-2014", "period_start": "2019-01-01", "period_end": "2023-12-31",
          "period_years": "5", "period_basis": "stated", "obs_status": "A",
          "source_id": "baonghean-2024", "paragraph": "2"}  # fmt: skip
# What a made-up article says of five years in one province.
FIGURES = """sessions_provincial_bodies|1.240 buổi tuyên truyền|1240|exact
participants_provincial_bodies|hơn 310.000 người tham gia|310000|more_than
banners_slogans|gần 2.600 băng rôn, khẩu hiệu|2600|nearly
models|187 mô hình tự quản|187|exact
model_bodies|412 cơ quan, doanh nghiệp, nhà trường|412|exact
tips_all_bodies|hơn 3.500 tin|3500|more_than
valuable_tips_all_bodies|2.140 tin có giá trị|2140|exact
certificates_province_collectives|18 tập thể|18|exact
certificates_province_individuals|25 cá nhân|25|exact
commendations_police_collectives|42 tập thể|42|exact"""


def antq(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def enter(folder: Path) -> DataCopy:
    """Type the figures of the article into a new folder, in place of its example."""
    data = DataCopy(folder)
    rows = []
    for number, line in enumerate(FIGURES.splitlines(), 1):
        indicator, printed, value, qualifier = line.split("|")
        row = COMMON | {
            "obs_id": f"baonghean-2024.{number:02}",
            "ref_area": AREA["ref_area"],
            "indicator": indicator,
        }
        row |= {"figure_printed": printed, "obs_value": value, "qualifier": qualifier}
        rows.append(row | ({"period_start": "", "period_years": ""} if indicator.startswith("model") else {}))
    for file, filled in ((OWN, rows), ("sources.csv", [SOURCE]), ("areas.csv", [AREA])):
        header = data.rows(file)[0]
        data.write(file, [header, *([row.get(name, "") for name in header] for row in filled)])
    return data


@pytest.fixture
def own(tmp_path):
    assert antq("new", tmp_path / "mine").exit_code == 0
    return enter(tmp_path / "mine")


@pytest.mark.parametrize(
    ("options", "figures"),
    [([], 146), (["--with-press"], 224), (["--standalone"], 1), (["--notebooks"], 146)],
)
def test_a_new_folder_is_sound_and_its_example_is_warned_of(tmp_path, options, figures):
    result = antq("new", tmp_path / "my own", *options)
    assert result.exit_code == 0
    assert f"antq check '{tmp_path}/my own'" in result.stdout
    assert len(aq.load(tmp_path / "my own")) == figures
    result = antq("check", tmp_path / "my own")
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 2)
    assert result.stdout.startswith(
        f"warning: {OWN}, row 2, column source_id: found 'vi-du', expected a source"
    )
    assert len((tmp_path / "my own" / "README.md").read_text(encoding="utf-8").splitlines()) <= 100


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path):
    (tmp_path / "note.txt").write_text("mine")
    assert (antq("new", tmp_path).exit_code, [path.name for path in tmp_path.iterdir()]) == (2, ["note.txt"])
    result = antq("new", tmp_path / "a", "--standalone", "--with-press")
    assert (result.exit_code, (tmp_path / "a").exists()) == (2, False)
    assert "Leave out one of the two" in result.stderr


def test_own_rows_stand_beside_the_bundled_ones(own):
    assert aq.check(own.folder) == []
    ds = aq.load(own.folder)
    assert ds.area_id("nghe an") == "VN-22"
    assert set(ds.observations["mandate"]) == {"CT07-2014", "statistics"}
    assert len(ds) == len(aq.load().select(mandates="statistics", inferred_areas=True)) + 10
    own.json("datapackage.json", lambda package: package.update(extends="bundled with press"))
    assert len(aq.load(own.folder)) == len(aq.load()) + 10


def test_faults_name_the_bundled_row_and_where_a_row_may_be_added(own):
    own.set("areas.csv", "VN-22", ref_area="VN-21")
    expected = aq.check(own.folder)[0].expected
    assert expected == f"a key of its own; {bundled('data') / 'areas.csv'} row 3 has it too"
    own.set(OWN, "baonghean-2024.01", indicator="nothing-like-it")
    assert "correct it, or add it to indicators.csv" in [problem.remedy for problem in aq.check(own.folder)]
    own.json("datapackage.json", lambda package: package["resources"].pop(3))
    (own.folder / "indicators.csv").unlink()
    remedies = [problem.remedy for problem in aq.check(own.folder)]
    assert "correct it, or add it to a table 'indicators' in datapackage.json" in remedies


LAYOUT = "expected 2, the layout that this antq_analysis reads at schema_version; "
DESCRIPTIONS = [
    ({"extends": "all"}, "found 'all', expected 'bundled' or 'bundled with press' at extends; write one of"),
    ({"schema_version": 3}, f"{LAYOUT}install a newer antq_analysis"),
    ({"schema_version": 1}, f"{LAYOUT}make a new folder with `antq new` and move the rows"),
    ({"schema_version": "2"}, "found '2', expected 2"),
    ({}, "the columns and the key of the bundled table of this name; copy the schema that `antq new` writes"),
]


@pytest.mark.parametrize(("change", "told"), DESCRIPTIONS)
def test_another_layout_or_table_is_refused_with_advice(own, change, told):
    own.json("datapackage.json", lambda package: package.update(change))
    if not change:
        own.json("schemas/units.json", lambda schema: schema["fields"].pop())
    assert told in str(aq.check(own.folder)[0])
    with pytest.raises(aq.InvalidData):
        aq.load(own.folder)


def test_a_file_without_a_name_is_a_fault_and_can_be_named(own):
    aq.load(own.folder)
    own.write("observations/Báo Nghệ An.csv", own.rows(OWN))
    own.write("units2.csv", [["a"], ["1"]])
    for left in (".hidden.csv", "~$own.csv", "notes/x.csv"):
        (own.folder / left).parent.mkdir(exist_ok=True)
        (own.folder / left).write_text("a\n")
    with pytest.raises(aq.InvalidData, match="a CSV that datapackage") as caught:
        aq.load(own.folder)
    assert {each.file for each in caught.value.problems} == {"units2.csv", "observations/Báo Nghệ An.csv"}
    before = json.loads((own.folder / "datapackage.json").read_text(encoding="utf-8"))
    result = antq("check", own.folder, "--fix")
    assert result.exit_code == 1
    assert "units2.csv was not added: its columns are not those of observations" in result.stdout
    assert "Báo Nghệ An.csv was added to datapackage.json" in result.stdout
    assert "own.csv row 2 has it too" in result.stdout
    after = json.loads((own.folder / "datapackage.json").read_text(encoding="utf-8"))
    before["resources"][-1]["path"] = ["observations/own.csv", "observations/Báo Nghệ An.csv"]
    assert after == before
    as_written = (own.folder / "datapackage.json").read_bytes()
    assert "was added" not in antq("check", own.folder, "--fix").stdout
    assert (own.folder / "datapackage.json").read_bytes() == as_written
    assert (antq("check", "--fix").exit_code, antq("check", own.folder / "no", "--fix").exit_code) == (2, 2)


# ---- pages -------------------------------------------------------------------------------------------------


def test_a_description_with_a_number_that_json_has_not_stays_as_it_is(own):
    file = own.folder / "datapackage.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"name": "own"', '"name": "own", "x": 1e999', 1))
    (own.folder / "observations" / "more.csv").write_bytes((own.folder / OWN).read_bytes())
    before = file.read_bytes()
    result = antq("check", own.folder, "--fix")
    assert (result.exit_code, file.read_bytes()) == (2, before)
    assert f"{file} holds a number too large to write. Correct it." in result.stderr


def test_a_path_that_no_folder_can_have_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    long = "a" * 5000
    for arguments in (
        ["check"],
        ["check", "--fix"],
        ["render", "--data"],
        ["render", "--out"],
        ["new"],
        ["read"],
    ):
        result = antq(*arguments, long)
        assert (result.exit_code, result.exception.__class__) == (2, SystemExit)
        assert long in result.stderr
    assert antq("export", "--out", f"{long}.csv").exit_code == 2
    for load in (aq.load, aq.check, lambda path: aq.export(aq.load(), f"{path}.csv")):
        with pytest.raises(aq.AntqError):
            load("a\0b")
    result = antq("new", "--", "--own")
    assert "antq check ./--own" in result.stdout


def test_without_population_figures_stand_per_year(own):
    rows = aq.compare(aq.load(own.folder), "propaganda_sessions", areas="Nghệ An")
    assert rows[["shown", "unit"]].to_numpy().tolist() == [["248", "buổi một năm"]]
    ds = aq.load(own.folder)
    assert "Bình quân một năm" in aq.tables.compare(rows, ds)._repr_html_()
    assert aq.tables.figures(rows, ds)._repr_html_().count("Bình quân một năm") == 1


@pytest.mark.slow
def test_a_broken_folder_tells_all_its_faults_and_renders_nothing(own, tmp_path):
    for number in range(1, 11):
        own.set(OWN, f"baonghean-2024.{number:02}", qualifier="?", obs_value="x", period_end="?")
    result = antq("render", "--data", own.folder, "--out", tmp_path / "out")
    assert (result.exit_code, result.stdout, (tmp_path / "out").exists()) == (2, "", False)
    assert len(result.stderr.splitlines()) == 31
    assert f"{OWN}, row 11, column period_end: found '?', expected a date" in result.stderr


@pytest.mark.slow
def test_pages_follow_the_own_figures(own, tmp_path):
    arguments = ["render", "--data", own.folder, "--out", tmp_path / "out", "--only", "01*"]
    assert antq(*arguments).exit_code == 0
    (folder,) = (tmp_path / "out").iterdir()
    assert "Nghệ An" in (folder / "index.html").read_text(encoding="utf-8")
    assert "2 pages are unchanged" in antq(*arguments).stdout
    own.set(OWN, "baonghean-2024.01", figure_printed="1.250 buổi tuyên truyền", obs_value="1250")
    result = antq(*arguments)
    assert "[2/2]" in result.stdout
    assert "1.250" in (folder / "nghe-an-ho-so-vi.html").read_text(encoding="utf-8")
    own.write("observations/later.csv", own.rows(OWN))
    assert antq(*arguments).exit_code == 2


@pytest.mark.slow
def test_the_walk_from_the_wheel_in_an_empty_folder(tmp_path):
    root = Path(__file__).parents[1]
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, check=True, capture_output=True, cwd=root)
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    work = tmp_path / "work"
    work.mkdir()

    def run(*arguments: object) -> str:
        code = "import antq_analysis.cli as c; print(c.__file__); c.main()"
        environ = os.environ | {"PYTHONPATH": str(tmp_path / "site")}
        command = [sys.executable, "-c", code, *map(str, arguments)]
        ran = subprocess.run(command, cwd=work, env=environ, text=True, capture_output=True, check=True)
        assert ran.stdout.startswith(str(tmp_path / "site"))
        return ran.stdout

    run("new", "mine", "--notebooks")
    enter(work / "mine")
    assert "155 figures" in run("check", "mine")
    run("render", "--data", "mine", "--only", "01*")
    run("render", "mine/notebooks/briefings.toml", "--out", "again")
    (folder,) = (work / "again").iterdir()
    assert len(list(folder.glob("*.html"))) == 12
