"""What can be told of PDF and PNG without making any; the tests in a browser make real ones."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from antq_analysis.briefings import pdf
from antq_analysis.briefings.pdf import BROWSERS, lacking, make_pictures
from antq_analysis.errors import RenderFailed

NO_PACKAGE = "the Python package playwright is not installed; run `pip install playwright`"
NO_BROWSER = (
    "there is no browser; install Chromium, Chrome or Edge, so that one of the commands "
    "chromium, chromium-browser, google-chrome, chrome, msedge is found"
)


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Put one program on an otherwise empty PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def named(name):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)

    return named


@pytest.mark.parametrize("name", BROWSERS)
def test_any_known_browser_will_do(program, name):
    program(name)
    assert lacking() is None


def test_what_is_lacking_is_told_before_a_picture_is_begun(program, tmp_path, monkeypatch):
    program("firefox")
    assert lacking() == NO_BROWSER
    with pytest.raises(RenderFailed, match=NO_BROWSER):
        make_pictures(tmp_path / "page.html", ("png",))
    monkeypatch.setitem(sys.modules, "playwright", None)
    assert lacking() == NO_PACKAGE
    with pytest.raises(RenderFailed, match=NO_PACKAGE):
        make_pictures(tmp_path / "page.html", ("pdf",))


@pytest.mark.skipif(lacking() is not None, reason="needs playwright and a browser")
@pytest.mark.parametrize("kind", ["pdf", "png"])
def test_a_page_that_never_says_that_its_charts_are_drawn_is_named(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(pdf, "DRAWN_WITHIN", 100)
    (tmp_path / "hai.html").write_text('<figure class="chart"></figure>')
    # In a thread of its own: playwright has one loop a thread, and other tests may hold one here.
    with ThreadPoolExecutor() as pool, pytest.raises(RenderFailed) as raised:
        pool.submit(make_pictures, tmp_path / "hai.html", (kind,)).result()
    assert str(raised.value) == (
        "hai.html has not said within 0.1 s that its charts are drawn; "
        "open the page in a browser and look at its console"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["hai.html"]
