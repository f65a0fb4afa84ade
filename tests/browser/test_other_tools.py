"""Opens what other tools make of notebooks and texts: the documentation, and pages of nbconvert alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from antq_analysis.data import bundled

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(once) -> Path:
    """The documentation: built already beside the pages that ANTQ_PAGES names, else now."""
    built = Path(os.environ.get("ANTQ_PAGES", ROOT)).parent / "docs"
    if "ANTQ_PAGES" in os.environ and (built / "index.html").exists():
        return built
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir"]
    return once("docs", lambda folder: subprocess.run([*build, folder], cwd=ROOT, check=True))


def test_the_tutorial_draws_its_charts_and_leads_to_the_sources(visit, site):
    with visit(site / "tutorial.html") as seen:
        seen.until("document.querySelectorAll('.js-plotly-plot .main-svg').length >= 2")
        links = "[...document.querySelectorAll('a.fig')].map(link => link.hash.slice(1))"
        assert seen.page.evaluate(f"{links}.filter(place => !document.getElementById(place))") == []


@pytest.mark.parametrize(
    ("words", "page"), [("person-years", "method.html"), ("địa giới", "vi/read-a-grade.html")]
)
def test_the_search_finds_pages_in_both_languages_without_a_server(visit, site, words, page):
    with visit(site / "index.html") as seen:
        seen.page.locator("input[name=query]").fill(words)
        seen.until(f"!!document.querySelector('.md-search-result__list a[href*=\"{page}\"]')")


def test_papermill_and_nbconvert_alone_keep_the_charts(tmp_path, visit):
    theirs = {key: value for key, value in os.environ.items() if key != "PLOTLY_RENDERER"}
    made = tmp_path / "made.ipynb"
    notebook = bundled("notebooks") / "00_explore.ipynb"
    for command in (["papermill", notebook, made], ["nbconvert", "--to", "html", made]):
        subprocess.run([sys.executable, "-m", *command], env=theirs, capture_output=True, check=True)
    page = made.with_suffix(".html")
    # Only what nbconvert adds to every page is asked of the network, in vain.
    with visit(page, quiet=False) as seen:
        seen.until("document.querySelectorAll('.js-plotly-plot .main-svg').length > 0")
        assert seen.drawn == 2
        assert seen.page.locator(".jupyter-widgets").count() == 0
    # plotly.js, which is the same in all pages, once, and little besides.
    assert page.stat().st_size < 6_000_000
