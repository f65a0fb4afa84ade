import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from made_pages import unpacked
from plotly.offline import get_plotlyjs, get_plotlyjs_version

from antq_analysis.briefings import drawing, scripts
from antq_analysis.briefings.drawing import (
    chart_types,
    lacking,
    packed,
    page_setup,
    plotly_locale,
    script_for,
    script_named,
)

ROOT = Path(__file__).parents[1]
PACKAGES = ("plotly.js-basic-dist-min", "plotly.js-cartesian-dist-min")


@pytest.fixture
def without_small_scripts(monkeypatch, tmp_path):
    monkeypatch.setattr(scripts, "_PACKAGE", tmp_path / "antq_analysis")
    drawing._small.cache_clear()
    yield tmp_path
    drawing._small.cache_clear()


@pytest.fixture
def at_hand():
    """Skip what needs the small scripts where nobody could install them; nowhere else."""
    if message := lacking(["bar"]) or lacking(["box"]):
        pytest.fail(message) if os.environ.get("CI") and shutil.which("npm") else pytest.skip(message)


@pytest.mark.parametrize(
    ("types", "name"),
    [
        ([], "plotly-basic"),
        (["scatter", "bar", "pie"], "plotly-basic"),
        (["bar", "heatmap"], "plotly-cartesian"),
        (["bar", "sankey"], "plotly"),
    ],
)
def test_the_smallest_script_that_draws_all_is_taken(at_hand, types, name):
    assert script_for(types).name == name
    assert script_named(name) is script_for(types)


def test_each_small_script_draws_exactly_what_it_is_taken_for(at_hand):
    for name, drawn in drawing._DRAWS.items():
        script = script_named(f"plotly-{name}").text
        assert set(re.findall(r'moduleType:"trace",name:"(\w+)"', script)) == drawn


def test_each_script_is_of_the_version_of_plotly_and_keeps_its_licence(at_hand):
    for name in ("plotly-basic", "plotly-cartesian", "plotly"):
        head = script_named(name).text[:200]
        assert f"v{get_plotlyjs_version()}" in head
        assert "Licensed under the MIT license" in head


def test_without_the_small_scripts_the_whole_one_is_taken_and_said(without_small_scripts):
    assert script_for(["bar"]).text == get_plotlyjs()
    assert lacking([]) is lacking(["bar", "sankey"]) is None
    assert lacking(["bar"]) == (
        f"the small scripts of plotly.js {get_plotlyjs_version()} are not installed (basic, cartesian), "
        "and a page with charts has 2 MB instead of 0.7 MB; run `npm ci --ignore-scripts` in the project"
    )


def test_a_script_of_another_version_is_not_taken(without_small_scripts):
    folder = without_small_scripts / "node_modules" / PACKAGES[0]
    folder.mkdir(parents=True)
    (folder / "plotly-basic.min.js").write_text("/**\n* plotly.js (basic - minified) v0.0.1\n*/\n")
    assert script_for(["bar"]).name == "plotly"
    (folder / "plotly-basic.min.js").write_text(f"/**\n* plotly.js v{get_plotlyjs_version()}\n*/\n")
    drawing._small.cache_clear()
    assert script_for(["bar"]).name == "plotly-basic"
    assert lacking(["bar"]) is None
    assert "(cartesian)" in lacking(["bar", "box"])


def test_an_installed_package_brings_its_own(without_small_scripts):
    folder = without_small_scripts / "antq_analysis" / "_bundled" / "scripts"
    folder.mkdir(parents=True)
    (folder / "plotly-cartesian.min.js").write_text(f"/**\n* plotly.js v{get_plotlyjs_version()}\n*/\n")
    assert script_for(["bar"]).name == "plotly-cartesian"


def test_a_chart_without_a_type_is_a_line():
    assert chart_types({"data": [{"type": "bar"}, {}, {"type": None}]}) == {"bar", "scatter"}
    assert chart_types({"data": [{"type": "box"}]}, {"data": [{}]}) == {"box", "scatter"}
    assert chart_types({}) == chart_types() == set()


def test_a_script_is_packed_whole_and_the_same_every_time():
    script = script_named("plotly")
    assert unpacked(script.packed) == get_plotlyjs()
    assert packed("Điện Biên") == packed("Điện Biên")


def test_the_styles_that_a_script_adds_are_found_in_it():
    for types in (["bar"], ["box"], ["sankey"]):
        script = script_for(types)
        empty, maps = script.styles
        assert empty == ""
        assert maps.startswith(".maplibregl-map{")
        assert f"'{maps}'" in script.text


class TestPackages:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))

    def test_they_are_of_the_version_of_plotly(self):
        wanted = dict.fromkeys(PACKAGES, get_plotlyjs_version())
        assert json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"] == wanted
        locked = {f"node_modules/{name}" for name in PACKAGES}
        assert {path for path in self.lock["packages"] if path} == locked
        assert {self.lock["packages"][path]["version"] for path in locked} == {get_plotlyjs_version()}

    def test_each_has_its_hash_and_none_an_address(self):
        hashes = [package["integrity"] for path, package in self.lock["packages"].items() if path]
        assert [text for text in hashes if not re.fullmatch(r"sha512-[\w+/]{86}==", text)] == []
        for name in ("package.json", "package-lock.json"):
            assert not re.search(r"resolved|://", (ROOT / name).read_text(encoding="utf-8"))

    @pytest.mark.parametrize("brought", [PACKAGES, ()])
    def test_the_wheel_carries_the_scripts_where_they_are(self, tmp_path, brought):
        project = tmp_path / "project"
        for name in ("antq_analysis", "data", "notebooks"):
            shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
            shutil.copy(ROOT / name, project / name)
        scripts = {name: f"plotly-{name.split('-')[1]}.min.js" for name in brought}
        for name, script in scripts.items():
            (project / "node_modules" / name).mkdir(parents=True)
            (project / "node_modules" / name / script).write_text("script")
        build = [
            sys.executable,
            "-m",
            "hatchling",
            "build",
            "--target",
            "wheel",
            "--directory",
            str(tmp_path),
        ]
        subprocess.run(build, cwd=project, check=True, capture_output=True)
        (wheel,) = tmp_path.glob("*.whl")
        names = {
            name for name in zipfile.ZipFile(wheel).namelist() if "plotly-" in name or "node_modules" in name
        }
        assert names == {f"antq_analysis/_bundled/scripts/{script}" for script in scripts.values()}


def test_numbers_and_days_are_written_as_the_reader_writes_them():
    vietnamese, english = plotly_locale("vi")["format"], plotly_locale("en")["format"]
    assert (vietnamese["decimal"], vietnamese["thousands"]) == (",", ".")
    assert (english["decimal"], english["thousands"]) == (".", ",")
    assert (vietnamese["days"][0], english["days"][0]) == ("Chủ Nhật", "Sunday")
    assert "Tháng 12" in vietnamese["months"][11]


def test_the_scripts_say_no_word_that_they_are_not_given():
    vietnamese, english = page_setup("vi")["words"], page_setup("en")["words"]
    assert vietnamese.keys() == english.keys()
    assert "{count}" in english["moreFigures"]
    assert "{number}" in vietnamese["pointOf"]
