import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from made_runs import antq, ended, job, plan_of, rendered
from plotly.offline import get_plotlyjs_version

import antq_analysis as aq
from antq_analysis.briefings import assets, freshness
from antq_analysis.briefings.folder import folder_at
from antq_analysis.briefings.freshness import Present, basis_of, inputs_of, is_fresh, package_key, versions
from antq_analysis.briefings.job import Job
from antq_analysis.briefings.manifest import PageRecord, read_manifest

PACKAGES = ("plotly.js-basic-dist-min", "plotly.js-cartesian-dist-min")
PAGE = Job("a", "a.ipynb", "{}", title="T", parameters={"area": "VN-71"})
CHANGES = {
    "source": '{"cells": []}',
    "lang": "en",
    "title": "Other",
    "subtitle": "Other",
    "parameters": {"area": "VN-21"},
    "assets": "shared",
    "pictures": ("pdf",),
}


@pytest.fixture
def place(tmp_path):
    return folder_at(tmp_path / "out")


@pytest.fixture
def present(place):
    return Present(place)


def record(present: Present, job: Job = PAGE, **more: object) -> PageRecord:
    used = {"data": [], "files": {}}
    about = {"inputs": inputs_of(job, present), "used": used, "files": {}}
    return PageRecord(job.name, job.lang, job.parameters, **{**about, **more})


def test_a_page_is_fresh_while_nothing_has_changed(present):
    assert is_fresh(record(present), PAGE, present)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_what_it_is_made_from_makes_a_page_stale(present, name):
    assert not is_fresh(record(present), replace(PAGE, **{name: CHANGES[name]}), present)


def test_every_field_of_a_job_counts_but_for_limits():
    assert {*CHANGES, "slug", "name", "timeout", "memory"} == vars(PAGE).keys()


@pytest.mark.parametrize("name", ["timeout", "memory"])
def test_a_limit_decides_nothing_of_what_a_page_says(present, name):
    assert is_fresh(record(present), replace(PAGE, **{name: 10}), present)


def test_a_page_made_while_data_change_counts_as_of_no_data(present, monkeypatch):
    before = present.fingerprint
    assert (present.data_after(), present.has_changed) == (before, False)
    monkeypatch.setattr(freshness, "fingerprint", lambda: "of the middle of the run")
    meanwhile = present.data_after()
    assert present.has_changed
    assert meanwhile not in (before, "of the middle of the run")


def test_pictures_that_are_there_are_kept_where_nobody_asks_for_them(present):
    made = record(present, pictures=["pdf"])
    assert is_fresh(made, PAGE, present)
    assert is_fresh(made, replace(PAGE, pictures=("pdf",)), present)
    assert not is_fresh(made, replace(PAGE, pictures=("pdf", "png")), present)


def test_what_failed_or_was_never_made_is_not_fresh(present):
    from antq_analysis.briefings.manifest import Failure

    assert not is_fresh(None, PAGE, present)
    assert not is_fresh(record(present, failure=Failure("gone", "", 0)), PAGE, present)


@pytest.mark.parametrize("content", [None, b"edited"])
def test_a_page_that_was_edited_or_deleted_is_not_fresh(place, content):
    place.write({"a.html": b"made"})
    made = record(Present(place), files={"a.html": freshness.sha256(b"made")})
    assert is_fresh(made, PAGE, Present(place))
    place.write({"a.html": content}) if content else place.remove("a.html")
    assert not is_fresh(made, PAGE, Present(place))


@pytest.mark.parametrize("content", [None, b"a,b\n1,3\n"])
def test_a_file_that_was_read_counts(tmp_path, present, content):
    path = tmp_path / "own.csv"
    path.write_bytes(b"a,b\n1,2\n")
    made = record(present, used={"data": [], "files": {str(path): freshness.digest_of(path)}})
    assert is_fresh(made, PAGE, present)
    path.write_bytes(content) if content else path.unlink()
    assert not is_fresh(made, PAGE, present)


def test_where_nobody_watched_all_data_count(present):
    made = record(present, used=None)
    assert is_fresh(made, PAGE, present)
    assert not is_fresh(replace(made, inputs={**made.inputs, "data": "of another time"}), PAGE, present)


def test_data_of_another_time_leave_a_page_that_used_none_of_them(present):
    made = record(present)
    assert is_fresh(replace(made, inputs={**made.inputs, "data": "of another time"}), PAGE, present)


class TestDataOfAnotherFolder:
    """Real notebooks cells that load data of a folder, one after the other through every kind of change."""

    CELLS = "# Trang?", "import antq_analysis as aq\nds = aq.load(FOLDER).select(areas='Điện Biên')"
    SHOW = "print(ds.observations.to_csv(), ds.sources().to_csv())"

    @pytest.fixture
    def page(self, data):
        return job("a", self.CELLS[0], self.CELLS[1].replace("FOLDER", repr(str(data.folder))), self.SHOW)

    @pytest.fixture
    def is_made_again(self, place, page):
        rendered(place, page)

        def answer() -> bool:
            return rendered(place, page)["a"].is_new

        assert not answer()
        return answer

    def test_each_kind_of_change_is_noticed_and_no_other(self, data, is_made_again):
        press = "observations/press.csv"
        own = next(row[0] for row in data.rows(press) if "VN-71" in row)
        other = next(row[0] for row in data.rows(press) if "VN-24" in row)
        source = own.rpartition(".")[0]
        data.set(press, other, note_vi="Khác", note_en="Other")
        assert not is_made_again()
        data.set(press, own, note_vi="Khác", note_en="Other")
        assert is_made_again()
        rows = data.rows(press)
        copied = rows[data.row_of(press, other) - 1]
        data.write(press, [*rows, [f"{copied[0].rpartition('.')[0]}.99", *copied[1:]]])
        assert not is_made_again()
        copied = rows[data.row_of(press, own) - 1]
        data.write(press, [*rows, [f"{source}.99", *copied[1:]]])
        assert is_made_again()
        data.write(press, rows)
        assert is_made_again()
        data.set("sources.csv", source, title="Khác")
        assert is_made_again()
        data.set("areas.csv", "VN-24", name_en="Other")
        # The name of a province is looked up in the table of all.
        assert is_made_again()
        data.set(press, own, ref_area="VN-99")
        assert is_made_again()
        shutil.rmtree(data.folder)
        assert is_made_again()

    def test_it_is_never_taken_to_stand_without_a_look_at_the_data(self, place, page, is_made_again):
        manifest, present = read_manifest(place), Present(place)
        manifest.basis = basis_of(Path("plan.toml"), present)
        assert not freshness.stands(manifest, manifest.basis, present)


LOOKED_AT = {
    "check": "import antq_analysis as aq\nprint(len(aq.check({0!r})))",
    "load": "import antq_analysis as aq\ntry:\n    aq.load({0!r})\nexcept aq.AntqError as e:\n    print(e)",
}


@pytest.mark.parametrize("way", LOOKED_AT)
def test_what_is_said_of_data_holds_as_long_as_nothing_in_them_changes(place, data, way):
    page, press = job("a", "# Trang?", LOOKED_AT[way].format(str(data.folder))), "observations/press.csv"
    own = data.rows(press)[1][0]

    def is_made_again() -> bool:
        return [rendered(place, page)["a"].is_new for _ in range(2)] == [True, False]

    assert is_made_again()
    data.set(press, own, obs_value="many")
    assert is_made_again()
    data.set(press, own, obs_value="more")
    assert is_made_again()
    data.folder.rename(data.folder.with_name("elsewhere"))
    if way == "load":
        assert is_made_again()


def test_data_that_come_with_the_package_count_as_far_as_they_are_used(place, tmp_path, monkeypatch):
    shutil.copytree(freshness._PACKAGE.parent / "data", tmp_path / "data")
    page = job(
        "a", "# Trang?", "import antq_analysis as aq\nprint(aq.load().select(areas='VN-71').observations)"
    )
    rendered(place, page)
    made = read_manifest(place).pages["a"]
    assert {use["folder"] for use in made.used["data"]} == {""}
    monkeypatch.setattr(Present, "dataset", aq.load(tmp_path / "data"))
    elsewhere = replace(made, inputs={**made.inputs, "data": "of another time"})
    assert is_fresh(elsewhere, page, Present(place))
    press = tmp_path / "data" / "observations" / "press.csv"
    lines = press.read_text().splitlines(keepends=True)
    press.write_text("".join(line for line in lines if ",VN-71," not in line or ",part_of," in line))
    monkeypatch.setattr(Present, "dataset", aq.load(tmp_path / "data"))
    assert not is_fresh(elsewhere, page, Present(place))


OWN = """\
import antq_analysis as aq
from antq_analysis.data.dataset import Dataset
ds = aq.load()
names = ["indicators", "areas", "sources", "units", "concepts", "ratios"]
tables = {name: getattr(ds, name)() for name in names} | {"ratio-parts": ds.ratio_parts()}
own = Dataset(ds.observations, tables, mandates={"annual"}, wording="convention")
print(len(own.select(areas="VN-71").observations))"""


def test_data_of_no_folder_are_as_fresh_as_what_they_were_made_from(place):
    page = job("a", "# Trang?", OWN)
    assert rendered(place, page)["a"].failure is None
    assert not rendered(place, page)["a"].is_new


def test_a_helper_module_and_a_file_of_ones_own_count(place, tmp_path):
    helper, table = tmp_path / "helper_of_mine.py", tmp_path / "own.csv"
    helper.write_text("WORD = 'một'\n")
    table.write_text("a\n1\n")
    lines = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nimport helper_of_mine, pandas as pd"
    page = job("a", "# Trang?", lines, f"print(helper_of_mine.WORD, pd.read_csv({str(table)!r}))")
    rendered(place, page)
    assert not rendered(place, page)["a"].is_new
    table.write_text("a\n2\n")
    assert rendered(place, page)["a"].is_new
    helper.write_text("WORD = 'hai ba'\n")
    assert rendered(place, page)["a"].is_new
    assert not rendered(place, page)["a"].is_new


def test_a_new_file_in_a_folder_that_is_looked_through_counts(place, tmp_path):
    many = tmp_path / "many"
    many.mkdir()
    (many / "a.csv").write_text("a\n1\n")
    page = job(
        "a", "# Trang?", f"from pathlib import Path\nprint(len(list(Path({str(many)!r}).glob('*.csv'))))"
    )
    rendered(place, page)
    assert not rendered(place, page)["a"].is_new
    (many / "b.csv").write_text("a\n2\n")
    assert rendered(place, page)["a"].is_new
    assert not rendered(place, page)["a"].is_new


class TestPackage:
    @pytest.fixture
    def package(self, tmp_path, monkeypatch):
        folder = tmp_path / "package"
        (folder / "batch" / "templates").mkdir(parents=True)
        (folder / "__pycache__").mkdir()
        (folder / "_bundled" / "data").mkdir(parents=True)
        for name in ("code.py", "batch/templates/page.css", "__pycache__/code.pyc", "_bundled/data/x.csv"):
            (folder / name).write_text("x")
        monkeypatch.setattr(freshness, "_PACKAGE", folder)
        yield folder
        package_key.cache_clear()

    def key(self) -> str:
        package_key.cache_clear()
        return package_key()

    @pytest.mark.parametrize("name", ["code.py", "batch/templates/page.css", "new.po"])
    def test_any_file_of_it_counts(self, package, name):
        before = self.key()
        (package / name).write_text("y")
        assert self.key() != before

    def test_a_file_that_is_gone_or_has_another_name_counts(self, package):
        before = self.key()
        (package / "code.py").rename(package / "other.py")
        assert self.key() != before

    def test_the_scripts_that_pages_carry_count_wherever_they_are(self, package, monkeypatch):
        monkeypatch.setattr(assets, "_PACKAGE", package)
        text, keys = "plotly.js", [self.key()]
        for place in ("_bundled/scripts", "../node_modules/plotly.js-basic-dist-min"):
            folder = package / place
            folder.mkdir(parents=True)
            (folder / "plotly-basic.min.js").write_text(text)
            keys.append(self.key())
            (folder / "plotly-basic.min.js").write_text("another")
            keys.append(self.key())
            (folder / "plotly-basic.min.js").unlink()
        none, one, other, same, also = keys
        assert len({none, one, other}) == 3
        assert (same, also) == (one, other)

    @pytest.mark.parametrize("name", ["__pycache__/code.pyc", "_bundled/data/x.csv"])
    def test_what_is_compiled_and_the_data_that_come_with_it_do_not(self, package, name):
        before = self.key()
        (package / name).write_text("y")
        assert self.key() == before


def test_the_version_of_every_library_counts(tmp_path, monkeypatch, present):
    def now() -> dict[str, str]:
        for cached in (freshness._installed, versions, package_key):
            cached.cache_clear()
        return inputs_of(PAGE, present)

    before, basis = now(), basis_of(tmp_path / "plan.toml", present)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    (tmp_path / "somelib-1.0.dist-info").mkdir()
    after = now()
    assert {name for name in after if after[name] != before[name]} == {"libraries"}
    assert basis_of(tmp_path / "plan.toml", present) != basis
    (tmp_path / "pandas-99.0.dist-info").mkdir()
    (tmp_path / "pandas-99.0.dist-info" / "METADATA").write_text("Name: pandas\nVersion: 99.0\n")
    assert now()["package"] != before["package"]
    assert versions()["pandas"] == "99.0"
    monkeypatch.undo()
    assert now() == before


def test_plan_notebooks_translations_and_options_are_what_a_run_looks_at(tmp_path, present):
    def changed(name: str) -> bool:
        before = basis_of(tmp_path / "plan.toml", present)
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{name} is new")
        return basis_of(tmp_path / "plan.toml", present) != before

    assert changed("plan.toml")
    assert changed("a.ipynb")
    assert changed("locale/en.po")
    assert not changed("notes.txt")
    plain = basis_of(tmp_path / "plan.toml", present)
    assert basis_of(tmp_path / "plan.toml", present, assets="shared") != plain


def test_a_new_figure_of_one_province_makes_the_profile_of_that_one(tmp_path):
    root = freshness._PACKAGE.parent
    for name in ("antq_analysis", "data", "notebooks"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "node_modules").symlink_to(root / "node_modules")

    def made() -> set[str]:
        place = {"cwd": tmp_path, "env": {"PYTHONPATH": str(tmp_path)}}
        code, said, error = ended(antq("render", "--only", "*-ho-so-vi", **place))
        assert (code, error) == (0, "")
        return {line.split()[1] for line in said.splitlines() if line.startswith("[")}

    profiles = {f"{area}-ho-so-vi" for area in ("dien-bien", "thanh-hoa", "quang-binh")}
    assert made() == profiles
    press = tmp_path / "data" / "observations" / "press.csv"
    row = next(line for line in press.read_text().splitlines() if ",VN-24," in line)
    key = row.partition(",")[0]
    press.write_text(f"{press.read_text()}{row.replace(key, key.rpartition('.')[0] + '.99', 1)}\n")
    assert made() == {"quang-binh-ho-so-vi"}
    assert made() == set()


def test_pages_made_without_the_small_scripts_are_made_again_with_them(tmp_path):
    root = freshness._PACKAGE.parent
    shutil.copytree(
        root / "antq_analysis", tmp_path / "antq_analysis", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(root / "data", tmp_path / "data")
    chart = ["# Trang?", "import plotly.graph_objects as go\ngo.Figure(go.Bar(x=['a'], y=[1]))"]
    plan = plan_of(tmp_path, one=chart, two=chart)

    def made() -> tuple[set[str], list[str]]:
        place = {"cwd": tmp_path, "env": {"PYTHONPATH": str(tmp_path)}}
        code, said, error = ended(antq("render", plan, "--out", tmp_path / "out", **place))
        assert (code, error) == (0, "")
        lines = said.splitlines()
        pages = {line.split()[1] for line in lines if line.startswith("[")}
        return pages, [line for line in lines if line.startswith("note: ")]

    pages, (note,) = made()
    assert pages == {"one", "two"}
    assert "are not installed (basic, cartesian), and a page with charts has 2 MB" in note
    (page,) = tmp_path.glob("out/*/one.html")
    assert page.stat().st_size > 1_500_000
    assert made() == (set(), [])
    for name in PACKAGES:
        folder = tmp_path / "node_modules" / name
        folder.mkdir(parents=True)
        script = f"{name.removesuffix('-dist-min').replace('.js', '')}.min.js"
        (folder / script).write_text(f"/**\n* plotly.js v{get_plotlyjs_version()}\n*/\n")
    assert made() == ({"one", "two"}, [])
    assert page.stat().st_size < 200_000
    assert made() == (set(), [])
