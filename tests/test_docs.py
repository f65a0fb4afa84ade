"""Checks the documentation: its code runs, its commands exist, the pages are whole and fetch nothing."""

import ast
import doctest
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import typer

import antq_analysis as aq
from antq_analysis.analysis.grading import REASONS, reasons_text
from antq_analysis.cli import app

ROOT = Path(__file__).parents[1]
DOCS = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [*DOCS, ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
TUTORIAL = ROOT / "docs" / "tutorial.ipynb"


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", [path for path in PAGES if blocks(path, "py.*?")], ids=name)
def test_the_python_of_a_page_runs_and_shows_what_the_page_says(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks(path, "python"):
        code = compile(block, name(path), "exec")
        # Airflow has an environment of its own.
        if "airflow" not in block:
            exec(code, names)
    examples = "\n".join(blocks(path, "pycon"))
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    runner.run(doctest.DocTestParser().get_doctest(examples, names, name(path), None, 0), out=told.append)
    assert "".join(told) == ""


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_the_commands_of_a_page_exist_with_their_options(path):
    text = path.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE)) <= targets
    known = {
        command: {option for each in asked.params for option in (*each.opts, *each.secondary_opts)}
        for command, asked in typer.main.get_command(app).commands.items()
    }
    for command, rest in re.findall(r"(?:^|`|/)antq ([a-z]+)([^`\n#]*)", text, re.MULTILINE):
        assert command in known, f"antq {command}"
        assert set(re.findall(r"(?<!\S)--?[a-z-]+", rest)) <= known[command], f"antq {command}{rest}"


class Page(HTMLParser):
    """Collects what a page would fetch, its language and its ids."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.lang = ""
        self.ids: set[str] = set()
        self.text = path.read_text(encoding="utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids.add(given.get("id") or "")
        self.lang = (given.get("lang") or "") if tag == "html" else self.lang
        if tag in ("link", "script", "img", "iframe", "source", "video", "audio", "object"):
            # A canonical address is told, not fetched.
            self.fetched += [given[key] or "" for key in ("src", "href", "data", "srcset") if key in given]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The documentation: built beside the pages that ANTQ_PAGES names, else now, as `make docs` does."""
    folder = Path(os.environ.get("ANTQ_PAGES", ROOT)).parent / "docs"
    if "ANTQ_PAGES" not in os.environ or not (folder / "index.html").exists():
        folder = tmp_path_factory.mktemp("site")
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
        built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert built.returncode == 0, built.stdout + built.stderr
    return {path.relative_to(folder).as_posix(): Page(path) for path in folder.rglob("*.html")}


@pytest.mark.slow
class TestSite:
    def test_it_asks_nothing_of_the_network(self, site):
        outside = {page: [each for each in made.fetched if "//" in each] for page, made in site.items()}
        assert {page: found for page, found in outside.items() if found} == {}
        assert not any("@import" in made.text for made in site.values())

    def test_it_documents_every_public_name(self, site):
        assert [each for each in aq.__all__ if f"antq_analysis.{each}" not in site["api.html"].ids] == []
        # An example of a docstring is shown as code.
        assert "<blockquote>" not in site["api.html"].text

    @pytest.mark.parametrize(("page", "lang"), [("read-a-grade.html", "en"), ("vi/read-a-grade.html", "vi")])
    def test_it_lists_every_reason_as_the_code_has_it(self, site, page, lang):
        for code, grade in REASONS.items():
            row = rf"<strong>{grade}</strong></td>\s*<td>(.*?)</td>\s*<td><code>{code}</code>"
            (said,) = re.findall(row, site[page].text)
            assert said == reasons_text([code], lang)

    def test_its_codebook_holds_every_column_and_indicator_in_both_languages(self, site):
        ds = aq.load()
        names = [*ds.observations.columns[:-4], *ds.areas(), *ds.sources(), *ds.indicators()["indicator"]]
        for page in ("codebook.html", "vi/codebook.html"):
            assert [each for each in names if f"<code>{each}</code>" not in site[page].text] == []

    def test_its_vietnamese_pages_say_that_they_are_vietnamese(self, site):
        assert {page: made.lang for page, made in site.items() if page != "404.html"} == {
            page: "vi" if page.startswith("vi/") else "en" for page in site if page != "404.html"
        }
        assert len([page for page in site if page.startswith("vi/")]) == 3

    def test_its_tutorial_shows_code_tables_and_charts(self, site):
        shown = site["tutorial.html"].text
        assert shown.count("Plotly.newPlot") == 2
        assert shown.count('class="shown"') >= 10
        assert "aq.contrasts" in re.sub("<.*?>", "", shown)


@pytest.mark.slow
def test_the_tutorial_runs_in_a_kernel_for_other_parameters(tmp_path):
    other = {"area": "VN-71", "other": "VN-24", "subject": "tips", "lang": "vi"}
    given = [part for name, value in other.items() for part in ("-p", name, value)]
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", str(TUTORIAL), "made.ipynb", *given]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "comparison.csv").read_text(encoding="utf-8").startswith("area,period")


def test_the_tutorial_types_in_no_result():
    cells = json.loads(TUTORIAL.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    numbers = [each.value for each in ast.walk(ast.parse(code)) if isinstance(each, ast.Constant)]
    assert [each for each in numbers if isinstance(each, int | float) and each > 1000] == []
