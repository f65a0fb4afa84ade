"""Opens every page of the plan as readers do: on phone, tablet and desk, enlarged, in the dark, printed."""

import json
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import antq_analysis as aq

PLOTLY = "application/vnd.plotly.v1+json"
QUESTIONS = [
    "dien-bien-ho-so",
    "thanh-hoa-ho-so",
    "quang-binh-ho-so",
    "so-sanh-cac-tinh",
    "so-lieu-qua-cac-nam",
    "cac-ty-so",
    "chat-luong-so-lieu",
]
PAGES = [f"{question}-{lang}" for question, lang in product(QUESTIONS, ["vi", "en"])]

LIGHT, DARK = {"color_scheme": "light"}, {"color_scheme": "dark"}
PAPER, DARK_PAPER = {"media": "print", **LIGHT}, {"media": "print", **DARK}
# A window in which a page is opened, and the views of it there: width, height, look, and whether axe-core
# reads it. A window of half the size at twice the density is what 200 % zoom gives a reader on a desk; 680 px
# is the width of A4 within its margins, 794 px that of the whole sheet.
WINDOWS: dict[str, tuple[dict[str, Any], list[tuple[int, int, dict[str, Any], bool]]]] = {
    "phone": ({"has_touch": True}, [(390, 844, LIGHT, False), (390, 844, DARK, True)]),
    "desk": (
        {},
        [
            (1440, 900, LIGHT, True),
            (1440, 900, DARK, False),
            (768, 1024, DARK, False),
            (768, 1024, LIGHT, False),
            (680, 993, PAPER, False),
            (794, 1123, DARK_PAPER, False),
        ],
    ),
    "desk at 200 %": (
        {"device_scale_factor": 2},
        [(720, 450, LIGHT, False), (720, 450, DARK, False)],
    ),
}

# What is on the page in no language: names, figures as they are printed, words that are quoted.
FOREIGN_TEXT = """() => {
  const copy = document.body.cloneNode(true);
  copy.querySelectorAll('[lang=vi], script, svg').forEach((part) => part.remove());
  const labels = [...copy.querySelectorAll('[aria-label], [title], [data-label]')]
    .flatMap((part) => ['aria-label', 'title', 'data-label'].map((name) => part.getAttribute(name) ?? ''));
  const drawn = [...document.querySelectorAll('svg text')].map((text) => text.textContent);
  return [copy.textContent, ...labels, ...drawn].join('\\n');
}"""
# The numbers of a page, the figures of theirs that have no row, the ways back, and those that lead nowhere.
NUMBERS = """() => {
  const numbers = [...document.querySelectorAll('a.fig')];
  const ids = numbers.flatMap((number) => window.antq.idsOf(number));
  const back = [...document.querySelectorAll('td.back a')].map((link) => link.getAttribute('href'));
  return {
    numbers: numbers.length,
    rowless: ids.filter((id) => !document.getElementById(`obs-${id}`)),
    back: back.length,
    astray: back.filter((address) => !document.querySelector(address)),
  };
}"""


def test_the_pages_are_those_of_the_plan_and_the_index_links_each_of_them(folder, visit):
    assert sorted(path.stem for path in folder.glob("*.html")) == sorted([*PAGES, "index"])
    with visit(folder / "index.html") as look:
        links = look.page.locator("main a").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    assert sorted(links) == sorted(f"{name}.html" for name in PAGES)


@pytest.mark.parametrize("name", [*PAGES, "index"])
def test_a_page_is_whole_in_every_view(name, folder, visit):
    path = folder / f"{name}.html"
    figures = _figures_in(path.with_suffix(".ipynb")) if name != "index" else 0
    faults = []
    for window, (options, views) in WINDOWS.items():
        width, height, *_ = views[0]
        with visit(path, width=width, height=height, **options) as look:
            for width, height, media, is_read in views:
                look.page.set_viewport_size({"width": width, "height": height})
                look.page.emulate_media(**{"media": "screen", **media})
                seen = {"charts": look.drawn, "too wide": max(look.overflow, 0)}
                barriers = look.barriers() if is_read else []
                if seen != {"charts": figures, "too wide": 0} or barriers:
                    faults.append((window, width, media, seen, barriers))
    assert faults == []


@pytest.mark.parametrize("name", PAGES)
def test_every_number_leads_to_its_row_and_back_and_the_words_are_of_one_language(name, folder, visit):
    with visit(folder / f"{name}.html") as look:
        found = look.page.evaluate(NUMBERS)
        text = look.page.evaluate(FOREIGN_TEXT)
    assert (found["rowless"], found["astray"]) == ([], [])
    assert found["numbers"] > 0
    assert found["back"] > 0
    if name.endswith("-en"):
        assert _vietnamese_in(text)[:5] == []


def _vietnamese_in(text: str) -> list[str]:
    """Return the lines with Vietnamese letters besides names, figures as printed, and quotations."""
    ds = aq.load()
    printed = sorted(map(str, ds.observations["figure_printed"]), key=len, reverse=True)
    names = "|".join(map(re.escape, [*ds.areas()["name_vi"], *printed]))
    # Lower case first: to a search without case, "ſ" of this range is an "s".
    return re.findall(r"[^\n]*[à-ỹđ][^\n]*", re.sub(rf"{names}|“[^”]*”", " ", text).lower())


def _figures_in(notebook: Path) -> int:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return sum(PLOTLY in output.get("data", {}) for output in outputs)
