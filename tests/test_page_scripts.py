"""The styles and scripts that a page carries or finds beside it, and what its policy allows."""

import base64
import gzip
import hashlib
import json
import os
import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from made_notebooks import FIGURE, chart, executed, shown
from plotly.offline import get_plotlyjs, get_plotlyjs_version

from antq_analysis.briefings import assets
from antq_analysis.briefings.assets import TEMPLATES, lacking, page_setup, script_files, shared_files
from antq_analysis.briefings.page import page

ROOT = Path(__file__).parents[1]
VERSION = get_plotlyjs_version()
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


@pytest.fixture(scope="module")
def inline():
    return page(executed(chart(), chart()))


@pytest.fixture(scope="module")
def shared():
    return page(executed(chart(), chart()), assets="shared")


def drawing(*kinds):
    """Return the page of a notebook with a chart of each type."""
    return page(executed(*(chart({"data": [{"type": kind}]}) for kind in kinds)))


def packed_in(html, name):
    """Return what a page carries packed under a name: `plotly` or `charts`."""
    found = re.search(rf'<script type="application/gzip" id="{name}">(.*?)</script>', html)
    return gzip.decompress(base64.b64decode(found[1])).decode() if found else ""


def hashed(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def put(folder, name, version):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"plotly-{name}.min.js").write_text(f"/**\n* plotly.js ({name}) v{version}\n*/\n")
    assets._small.cache_clear()
    return folder / f"plotly-{name}.min.js"


# ---- what a page carries -----------------------------------------------------------------------------------


def test_the_policy_allows_the_scripts_and_styles_of_the_page_and_no_connection(inline):
    (policy,) = re.findall(r'Content-Security-Policy" content="(.*?)">', inline)
    rules = dict(rule.strip().split(" ", 1) for rule in unescape(policy).split(";"))
    for tag, rule in {"script": "script-src", "style": "style-src-elem"}.items():
        texts = re.findall(rf"<{tag}>(.*?)</{tag}>", inline, re.DOTALL)
        assert texts
        # Allowed besides are plotly's script, which is packed, and what plotly adds.
        assert set(map(hashed, texts)) < set(rules[rule].split())
    assert rules["default-src"] == "'none'"
    assert "connect-src" not in rules
    assert "unsafe-eval" not in policy


@pytest.mark.parametrize("kind", ["bar", "box", "sankey"])
def test_the_policy_allows_plotly_and_the_styles_that_it_adds(kind):
    html = unescape(drawing(kind))
    script = packed_in(html, "plotly")
    (maps,) = re.findall(r"textContent='(\.maplibregl-map\{[^']*)'", script)
    assert script
    assert all(hashed(text) in html.split("<title>")[0] for text in (script, "", maps))


def test_hostile_text_stays_text():
    name = "</script><script>alert(1)</script>{{ say }}<!-- &amp; \u2028\u2029"
    html = page(executed(chart({"data": [], "layout": {"title": {"text": name}}})), title=name, subtitle=name)
    assert "<script>alert" not in html
    assert "{{ say }}&lt;!--" in html
    charts = packed_in(html, "charts")
    assert not set(charts) & set("<>&\u2028\u2029")
    assert json.loads(charts)[0]["layout"]["title"]["text"] == name


def test_a_page_without_charts_carries_no_script_to_draw_any():
    html = page(executed(shown(text_plain="42")))
    assert not re.findall(r'id="(plotly|charts)"', html)
    assert len(html) < 60_000


# ---- plotly's scripts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("types", "title"),
    [
        (["scatter", None, "bar", "pie"], "plotly.js (basic - minified)"),
        (["bar", "heatmap"], "plotly.js (cartesian - minified)"),
        (["bar", "sankey"], "plotly.js"),
    ],
)
def test_the_smallest_script_that_draws_all_is_in_the_page_once(at_hand, types, title):
    html = drawing(*types)
    assert html.count('id="plotly"') == html.count('id="charts"') == 1
    head = packed_in(html, "plotly")[:200]
    assert f"{title} v{VERSION}" in head
    assert "Licensed under the MIT license" in head


def test_each_small_script_draws_exactly_what_it_is_taken_for(at_hand):
    for name, drawn in assets.SMALL.items():
        script = script_files()[name].read_text(encoding="utf-8")
        assert set(re.findall(r'moduleType:"trace",name:"(\w+)"', script)) == drawn


def test_without_the_small_scripts_the_whole_one_is_taken_and_said(without_small_scripts):
    assert script_files() == {}
    assert packed_in(drawing("bar"), "plotly") == get_plotlyjs()
    assert lacking([]) is lacking(["bar", "sankey"]) is None
    assert lacking(["bar"]) == (
        f"the small scripts of plotly.js {VERSION} are not installed (basic, cartesian), "
        "and a page with charts has 2 MB instead of 0.7 MB; run `npm ci --ignore-scripts` in the project"
    )


def test_a_script_of_another_version_is_not_taken_and_that_of_the_package_comes_first(without_small_scripts):
    npm = without_small_scripts / "node_modules" / PACKAGES[0]
    put(npm, "basic", "0.0.1")
    assert packed_in(drawing("bar"), "plotly") == get_plotlyjs()
    script = put(npm, "basic", VERSION)
    assert packed_in(drawing("bar"), "plotly") == script.read_text()
    assert lacking(["bar"]) is None
    assert "(cartesian)" in lacking(["bar", "box"])
    own = put(without_small_scripts / "antq_analysis" / "_bundled" / "scripts", "basic", VERSION)
    assert script_files() == {"basic": own}


def test_the_small_scripts_are_locked_to_the_version_of_plotly_by_hash_and_without_an_address():
    package, lock = (json.loads((ROOT / f"package{each}.json").read_text("utf-8")) for each in ("", "-lock"))
    wanted = dict.fromkeys(PACKAGES, VERSION)
    assert package["dependencies"] == wanted
    locked = {path.removeprefix("node_modules/"): each for path, each in lock["packages"].items() if path}
    assert {name: each["version"] for name, each in locked.items()} == wanted
    assert all(re.fullmatch(r"sha512-[\w+/]{86}==", each["integrity"]) for each in locked.values())
    assert not re.search(r"resolved|://", json.dumps([package, lock]))


# ---- files beside pages ------------------------------------------------------------------------------------


def test_a_shared_page_has_its_charts_in_it_and_beside_it_what_it_would_else_carry(shared, inline):
    assert "<style>" not in shared
    assert packed_in(shared, "plotly") == ""
    assert json.loads(packed_in(shared, "charts")) == [FIGURE, FIGURE]
    files = shared_files(shared)
    for path, content in files.items():
        assert re.fullmatch(rf"assets/[a-z-]+-{hashlib.sha256(content).hexdigest()[:12]}\.(css|js)", path)
    css, plotly, own = (content.decode() for content in files.values())
    assert f"<style>{css}</style>" in inline
    assert plotly == packed_in(inline, "plotly")
    assert all(script in own for script in re.findall(r"<script>(.*?)</script>", inline, re.DOTALL)[1:])
    assert shared_files(inline) == {}


@pytest.mark.parametrize(
    "name", ["page-000000000000.css", "other-000000000000.js", "plotly-../x-000000000000.js"]
)
def test_no_other_file_is_given(name):
    assert shared_files(f'<script src="assets/{name}" nonce="x"></script>') == {}


def test_shared_scripts_carry_a_nonce_that_no_text_can_guess(shared, inline):
    (nonce,) = set(re.findall(r'nonce="(.*?)"', shared))
    assert len(re.findall(r"nonce-([^&]*)&#39;", shared)) == 2
    assert "nonce" not in inline.split("<main")[0]
    other = page(executed(chart(), title=f"# Câu hỏi?\n\n{nonce}"), assets="shared")
    assert f'nonce="{nonce}"' not in other
    assert page(executed(chart(), chart()), assets="shared") == shared


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_script_is_in_pages_or_stands_alone_and_is_given_the_words_that_it_says(lang):
    assert {path.name for path in TEMPLATES.glob("*.js")} == {*assets.SCRIPTS, "head.js", "index.js"}
    scripts = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in assets.SCRIPTS)
    words = page_setup(lang)["words"]
    assert set(re.findall(r"setup\.words\.(\w+)", scripts)) <= words.keys()
    assert "{count}" in words["moreFigures"]
    assert "{number}" in words["pointOf"]
