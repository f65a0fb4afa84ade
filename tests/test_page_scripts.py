"""The styles and scripts that a page carries or finds beside it."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from html import unescape
from pathlib import Path

import pytest
from made_notebooks import FIGURE, chart, executed, shown
from made_pages import charts_in, unpacked
from plotly.offline import get_plotlyjs, get_plotlyjs_version

from antq_analysis.briefings import assets
from antq_analysis.briefings.assets import (
    TEMPLATES,
    chart_types,
    lacking,
    page_setup,
    script_files,
    script_for,
    shared_files,
)
from antq_analysis.briefings.page import page

ROOT = Path(__file__).parents[1]
PACKAGES = ("plotly.js-basic-dist-min", "plotly.js-cartesian-dist-min")


@pytest.fixture
def without_small_scripts(monkeypatch, tmp_path):
    monkeypatch.setattr(assets, "_PACKAGE", tmp_path / "antq_analysis")
    assets._small.cache_clear()
    yield tmp_path
    assets._small.cache_clear()


@pytest.fixture
def at_hand():
    """Skip what needs the small scripts where nobody could install them; nowhere else."""
    if message := lacking(["bar"]) or lacking(["box"]):
        pytest.fail(message) if os.environ.get("CI") and shutil.which("npm") else pytest.skip(message)


def drawing(*kinds, **options):
    """Return the page of a notebook with a chart of each type."""
    return page(executed(*(chart({"data": [{"type": kind}]}) for kind in kinds)), **options)


def plotly_in(html):
    found = re.search(r'<script type="application/gzip" id="plotly">(.*?)</script>', html)
    return unpacked(found[1]) if found else ""


def put(folder, name, version):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"plotly-{name}.min.js").write_text(f"/**\n* plotly.js ({name}) v{version}\n*/\n")
    assets._small.cache_clear()
    return folder / f"plotly-{name}.min.js"


# ---- plotly's scripts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("types", "name", "title"),
    [
        (["scatter", "bar", "pie"], "plotly-basic", "plotly.js (basic - minified)"),
        (["bar", "heatmap"], "plotly-cartesian", "plotly.js (cartesian - minified)"),
        (["bar", "sankey"], "plotly", "plotly.js"),
    ],
)
def test_the_smallest_script_that_draws_all_is_in_the_page_once(at_hand, types, name, title):
    assert script_for(types) == name
    html = drawing(*types)
    assert html.count('id="plotly"') == html.count('id="charts"') == 1
    head = plotly_in(html)[:200]
    assert f"{title} v{get_plotlyjs_version()}" in head
    assert "Licensed under the MIT license" in head


def test_a_page_without_charts_carries_no_script_to_draw_any():
    html = page(executed(shown(text_plain="42")))
    assert not re.findall(r'id="(plotly|charts)"', html)
    assert charts_in(html) == []
    assert len(html) < 60_000


def test_each_small_script_draws_exactly_what_it_is_taken_for(at_hand):
    for name, drawn in assets.SMALL.items():
        script = script_files()[name].read_text(encoding="utf-8")
        assert set(re.findall(r'moduleType:"trace",name:"(\w+)"', script)) == drawn


def test_the_policy_allows_plotly_and_the_styles_that_it_adds():
    for kind in ("bar", "box", "sankey"):
        html = unescape(drawing(kind))
        script = plotly_in(html)
        (maps,) = re.findall(r"textContent='(\.maplibregl-map\{[^']*)'", script)
        assert script
        assert all(assets.digest(text) in html.split("<title>")[0] for text in (script, "", maps))


def test_without_the_small_scripts_the_whole_one_is_taken_and_said(without_small_scripts):
    assert script_files() == {}
    assert plotly_in(drawing("bar")) == get_plotlyjs()
    assert lacking([]) is lacking(["bar", "sankey"]) is None
    assert lacking(["bar"]) == (
        f"the small scripts of plotly.js {get_plotlyjs_version()} are not installed (basic, cartesian), "
        "and a page with charts has 2 MB instead of 0.7 MB; run `npm ci --ignore-scripts` in the project"
    )


def test_a_script_of_another_version_is_not_taken(without_small_scripts):
    folder = without_small_scripts / "node_modules" / PACKAGES[0]
    put(folder, "basic", "0.0.1")
    assert script_for(["bar"]) == "plotly"
    put(folder, "basic", get_plotlyjs_version())
    assert script_for(["bar"]) == "plotly-basic"
    assert lacking(["bar"]) is None
    assert "(cartesian)" in lacking(["bar", "box"])


def test_an_installed_package_brings_its_own_scripts_and_the_smallest_comes_first(without_small_scripts):
    version = get_plotlyjs_version()
    names = ("cartesian", "basic")
    npm = {
        name: put(without_small_scripts / "node_modules" / f"plotly.js-{name}-dist-min", name, version)
        for name in names
    }
    assert list(script_files().items()) == [("basic", npm["basic"]), ("cartesian", npm["cartesian"])]
    own = put(without_small_scripts / "antq_analysis" / "_bundled" / "scripts", "cartesian", version)
    assert script_files() == {**npm, "cartesian": own}


def test_a_chart_without_a_type_is_a_line():
    assert chart_types({"data": [{"type": "bar"}, {}]}, {"data": [{"type": None}]}) == {"bar", "scatter"}
    assert chart_types({}) == chart_types() == set()


def test_the_small_scripts_are_locked_to_the_version_of_plotly_by_hash_and_without_an_address():
    package, lock = (json.loads((ROOT / f"package{each}.json").read_text("utf-8")) for each in ("", "-lock"))
    wanted = dict.fromkeys(PACKAGES, get_plotlyjs_version())
    assert package["dependencies"] == wanted
    locked = {path.removeprefix("node_modules/"): each for path, each in lock["packages"].items() if path}
    assert {name: each["version"] for name, each in locked.items()} == wanted
    assert all(re.fullmatch(r"sha512-[\w+/]{86}==", each["integrity"]) for each in locked.values())
    assert not re.search(r"resolved|://", json.dumps([package, lock]))


@pytest.mark.parametrize("brought", [PACKAGES, ()])
def test_the_wheel_carries_the_scripts_where_they_are(tmp_path, brought):
    project = tmp_path / "project"
    for name in ("antq_analysis", "data", "notebooks"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, project / name)
    scripts = {name: f"plotly-{name.split('-')[1]}.min.js" for name in brought}
    for name, script in scripts.items():
        (project / "node_modules" / name).mkdir(parents=True)
        (project / "node_modules" / name / script).write_text("script")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path]
    subprocess.run(build, cwd=project, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if re.search("plotly-|node_modules", name)}
    assert names == {f"antq_analysis/_bundled/scripts/{script}" for script in scripts.values()}


# ---- files beside pages ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared():
    return page(executed(chart(), chart()), subtitle="Tỉnh: Điện Biên", assets="shared")


def test_style_and_scripts_are_beside_a_shared_page_and_its_charts_in_it(shared):
    assert len(shared) < len(drawing("bar")) - 500_000
    assert "<style>" not in shared
    assert plotly_in(shared) == ""
    assert charts_in(shared) == [FIGURE, FIGURE]


def test_the_files_beside_a_page_are_named_after_what_it_would_else_carry(shared):
    inline = page(executed(chart()))
    files = shared_files(shared)
    for path, content in files.items():
        assert re.fullmatch(rf"assets/[a-z-]+-{hashlib.sha256(content).hexdigest()[:12]}\.(css|js)", path)
    css, plotly, own = (content.decode() for content in files.values())
    assert f"<style>{css}</style>" in inline
    assert plotly == plotly_in(inline)
    for script in re.findall(r"<script>(.*?)</script>", inline, re.DOTALL)[1:]:
        assert script in own


def test_every_script_of_the_templates_is_in_pages_or_stands_alone():
    assert {path.name for path in TEMPLATES.glob("*.js")} == {*assets.SCRIPTS, "head.js", "index.js"}


@pytest.mark.parametrize(
    "path",
    ["assets/page-000000000000.css", "assets/other-000000000000.js", "assets/plotly-../../x-000000000000.js"],
)
def test_no_other_file_is_given(path):
    assert shared_files(f'<script src="{path}" nonce="x"></script>') == shared_files(drawing("bar")) == {}


def test_what_acts_in_a_shared_page_bears_a_word_that_no_text_of_it_can_know(shared):
    (nonce,) = set(re.findall(r'nonce="(.*?)"', shared))
    assert len(re.findall(r"nonce-([^&]*)&#39;", shared)) == 2
    assert "nonce" not in drawing("bar").split("<main")[0]
    other = page(executed(chart(), title=f"# Câu hỏi?\n\n{nonce}"), assets="shared")
    assert f'nonce="{nonce}"' not in other
    assert page(executed(chart(), chart()), subtitle="Tỉnh: Điện Biên", assets="shared") == shared


# ---- words -------------------------------------------------------------------------------------------------


def test_charts_write_numbers_and_days_as_the_reader_does():
    vietnamese, english = (page_setup(lang)["locale"]["format"] for lang in ("vi", "en"))
    assert (vietnamese["decimal"], vietnamese["thousands"]) == (",", ".")
    assert (english["decimal"], english["thousands"]) == (".", ",")
    assert (vietnamese["days"][0], english["days"][0]) == ("Chủ Nhật", "Sunday")
    assert "Tháng 12" in vietnamese["months"][11]


def test_the_scripts_are_given_every_word_that_they_say():
    scripts = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in assets.SCRIPTS)
    for lang in ("vi", "en"):
        words = page_setup(lang)["words"]
        assert set(re.findall(r"setup\.words\.(\w+)", scripts)) <= words.keys()
        assert "{count}" in words["moreFigures"]
        assert "{number}" in words["pointOf"]
