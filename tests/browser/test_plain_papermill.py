"""Runs notebooks with papermill and nbconvert alone: their pages keep the charts, without a network."""

import os
import subprocess
import sys

import pytest

from antq_analysis.data import bundled


@pytest.mark.parametrize("name", ["00_explore", "03_trends"])
def test_papermill_and_nbconvert_alone_keep_the_charts(name, tmp_path, visit):
    theirs = {key: value for key, value in os.environ.items() if key != "PLOTLY_RENDERER"}
    made = tmp_path / "made.ipynb"
    notebook = bundled("notebooks") / f"{name}.ipynb"
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
