import hashlib
import re

import pytest

from antq_analysis.briefings.assets import SCRIPTS, beside, shared_files
from antq_analysis.briefings.drawing import script_named
from antq_analysis.briefings.shell import TEMPLATES, read


def referring(*names):
    return "".join(f'<script src="{name}" nonce="x"></script>' for name in names)


@pytest.mark.parametrize("name", ["page.css", "page.js", "plotly-basic.js", "plotly.js"])
def test_a_file_is_named_after_its_content(name):
    stem, suffix = name.split(".")
    ((path, content),) = shared_files(referring(beside(name))).items()
    assert path == beside(name)
    assert path == f"assets/{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{suffix}"


def test_they_hold_what_a_page_would_else_carry():
    names = ["page.css", "page.js", "plotly.js"]
    css, own, plotly = shared_files(referring(*map(beside, names))).values()
    assert css.decode() == read("page.css")
    assert all(read(name) in own.decode() for name in SCRIPTS)
    assert plotly.decode() == script_named("plotly").text


def test_every_script_of_a_page_is_among_them():
    alone = {"head.js", "index.js"}
    assert {path.name for path in TEMPLATES.glob("*.js")} == {*SCRIPTS} | alone


@pytest.mark.parametrize(
    "path",
    [
        "assets/page-000000000000.css",
        "assets/other-000000000000.js",
        "assets/plotly-../../x-000000000000.js",
        "page.css",
    ],
)
def test_a_file_that_this_version_does_not_make_is_not_among_them(path):
    assert shared_files(referring(path)) == {}


def test_only_what_is_referred_to_is_given():
    assert shared_files("<p>Text</p>") == {}
    assert list(shared_files(re.sub("src", "href", referring(beside("page.css"))))) == [beside("page.css")]
