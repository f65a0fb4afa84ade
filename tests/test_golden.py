"""What users see, frozen: pages, frames, and what the command says.

`make golden` writes the files of `tests/golden/` anew; read the difference before you commit it.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup, NavigableString, Tag
from made_notebooks import save
from typer.testing import CliRunner

import antq_analysis as aq
from antq_analysis.cli import app

GOLDEN = Path(__file__).parent / "golden"
PLOTLY = "application/vnd.plotly.v1+json"


def same(name: str, text: str) -> None:
    """Compare a text with the golden one, or write it where ANTQ_GOLDEN=update is set."""
    path = GOLDEN / name
    if os.environ.get("ANTQ_GOLDEN") == "update":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, (
        f"{name} changed; read the difference, then `make golden`"
    )


def only(folder: str, names: set[str]) -> None:
    """Check that a folder holds the golden files of these names and no other, or delete the others."""
    for path in (GOLDEN / folder).iterdir():
        if path.stem not in names and os.environ.get("ANTQ_GOLDEN") == "update":
            path.unlink()
    assert {path.stem for path in (GOLDEN / folder).iterdir()} == names


# ---- pages -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Render the plan of the project once."""
    out = tmp_path_factory.mktemp("golden")
    result = CliRunner().invoke(app, ["render", "--out", str(out), "--jobs", "2"])
    assert result.exit_code == 0, result.output
    (folder,) = out.iterdir()
    return folder


def lines_of(tag: Tag) -> Iterator[str]:
    """Give the words of a page, a block a line; a number that leads to its source is put in ⟨⟩."""
    blocks = {"p", "li", "tr", "h1", "h2", "h3", "summary", "caption", "figure", "title", "option", "label"}
    text: list[str] = []
    for part in tag.descendants:
        if isinstance(part, Tag) and part.name in blocks and text:
            yield " ".join("".join(text).split())
            text = []
        if isinstance(part, Tag) and part.name in {"td", "th"}:
            text.append(" | ")
        if type(part) is NavigableString and part.find_parent(["script", "style"]) is None:
            link = part.find_parent("a", href=re.compile("^#obs-"))
            text.append(f"⟨{part}⟩" if link else str(part))
    yield " ".join("".join(text).split())


def chart_lines(notebook: Path) -> Iterator[str]:
    """Give what the charts of an executed notebook draw: the type, name and points of each trace."""
    for cell in nbformat.read(notebook, 4).cells:
        for output in cell.get("outputs", []):
            if figure := output.get("data", {}).get(PLOTLY):
                yield "chart"
                for trace in figure["data"]:
                    kept = {key: trace[key] for key in ("type", "name", "x", "y", "text") if key in trace}
                    yield "  " + json.dumps(kept, ensure_ascii=False, default=str)


@pytest.mark.slow
def test_pages_match_the_golden_files(rendered: Path) -> None:
    pages = sorted(rendered.glob("*.html"))
    assert len(pages) == 18
    for page in pages:
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        text = "\n".join(filter(None, lines_of(soup)))
        text = re.sub(r"(pandas|plotly) \d[\d.]*", r"\1", text)
        text = re.sub(r"(lập ngày|made on) (\d\d/\d\d/\d{4}|\d+ \w+ \d{4})", r"\1 DAY", text)
        notebook = page.with_suffix(".ipynb")
        charts = chart_lines(notebook) if notebook.exists() else ()
        same(f"pages/{page.stem}.txt", "\n".join([text, *charts, ""]))
    only("pages", {page.stem for page in pages})


# ---- frames ------------------------------------------------------------------------------------------------


def calls(ds: aq.Dataset) -> dict[str, Callable[[], Any]]:
    """List the calls whose frames are frozen."""
    press = ds.select(mandates=["CT07-2014", "ND06-2014", "annual"], inferred_areas=True)
    three = ["Điện Biên", "Thanh Hóa", "Quảng Bình"]
    series = ["population_average", "enterprises_active", "cooperatives"]
    return {
        "observations": lambda: ds.observations,
        "indicators": ds.indicators,
        "areas": ds.areas,
        "compare": lambda: aq.compare(ds, inferred_areas=True),
        "compare_per": lambda: aq.compare(ds, "enterprises", areas=three, per=1000),
        "compare_strict": lambda: aq.compare(ds.read_as("strict"), "propaganda_sessions"),
        "contrasts": lambda: aq.contrasts(ds, list(ds.concepts()["concept"]), areas=three),
        "ratios": lambda: aq.ratios(ds, list(ds.ratios()["ratio"])),
        "ratio": lambda: aq.ratio(ds, "valuable_tips_through_models", "models", areas="Thanh Hóa"),
        "nested": lambda: aq.nested(press),
        "describe_series": lambda: aq.describe_series(ds, series, three),
        "annual_series": lambda: aq.annual_series(ds, series, three),
        "contradictions": lambda: aq.contradictions(press),
        "coverage": lambda: aq.coverage(press),
        "heaping": lambda: aq.heaping(press),
    }


def as_text(result: Any) -> str:
    """Write a frame as CSV with twelve digits of every number: the last ones differ between processors."""
    frame = pd.DataFrame(result if isinstance(result, pd.DataFrame) else [vars(result)])
    return frame.to_csv(index=False, float_format="%.12g", lineterminator="\n")


@pytest.mark.parametrize("name", list(calls(aq.load())))
def test_frames_match_the_golden_files(name: str) -> None:
    same(f"frames/{name}.csv", as_text(calls(aq.load())[name]()))


def test_no_golden_frame_is_left_over() -> None:
    only("frames", set(calls(aq.load())))


# ---- messages ----------------------------------------------------------------------------------------------


SOUND = '[[briefing]]\nnotebook = "words"\n'
COMMANDS: dict[str, tuple[str, list[str]]] = {
    "good": (SOUND, []),
    "fails": (SOUND + '[[briefing]]\nnotebook = "raises"\n', []),
    "unknown keys": ('[[briefing]]\nnotebook = "none"\nslgu = "x"\n', []),
    "wrong types": ('[[briefing]]\nnotebook = "words"\nslug = 3\ntitle = []\nparameters = 1\n', []),
    "unknown parameter": (SOUND + "parameters = { x = 1 }\n", []),
    "not a plan": ("nothing = [", []),
    "an empty plan": ("", []),
    "jobs": (SOUND, ["--jobs", "0"]),
    "assets": (SOUND, ["--assets", "cdn"]),
    "timeout": (SOUND, ["--timeout", "nan"]),
    "memory": (SOUND, ["--memory", "0"]),
    "only": (SOUND, ["--only", "*nope*"]),
}


@pytest.mark.slow
def test_output_of_the_command_matches_the_golden_file(tmp_path: Path) -> None:
    told = [
        said
        for name, (plan, options) in COMMANDS.items()
        for said in (f"# {name}", run(tmp_path / name, plan, options))
    ]
    same("command.txt", "\n".join(told))


def run(folder: Path, plan: str, options: list[str]) -> str:
    """Render a plan; return exit code and output without what differs from run to run."""
    folder.mkdir()
    save(folder / "words.ipynb", "# Câu hỏi?", "print('42')")
    save(folder / "raises.ipynb", "1 / 0")
    (folder / "plan.toml").write_text(plan)
    result = CliRunner().invoke(
        app, ["render", str(folder / "plan.toml"), "--out", str(folder / "out"), *options]
    )
    said = f"exit code {result.exit_code}\n--- stdout\n{result.stdout}--- stderr\n{result.stderr}"
    said = re.sub(r"\d+\.\d s\b", "TIME", said.replace(str(folder), "DIR"))
    said = re.sub(r"  \(\d+:\d\d:\d\d left\)", "", said)
    return re.sub(r"\d{4}-\d\d-\d\d", "DAY", said)
