"""Opens every page of the plan as readers do: on phone, tablet and desk, enlarged, in the dark, printed."""

import json
import re
from typing import Any

import pytest

import antq_analysis as aq
from browser.conftest import PAGES

PLOTLY = "application/vnd.plotly.v1+json"
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
    "desk at 200 %": ({"device_scale_factor": 2}, [(720, 450, LIGHT, False), (720, 450, DARK, False)]),
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


def test_every_page_of_the_plan_is_reached_from_the_front_page_of_its_language_and_from_any_other(
    folder, visit
):
    fronts = {"vi": "index", "en": "index.en"}
    assert sorted(path.stem for path in folder.glob("*.html")) == sorted([*PAGES, *fronts.values()])
    addresses = "links => links.map(a => a.getAttribute('href'))"
    for lang, front in fronts.items():
        own = {f"{name}.html" for name in PAGES if name.endswith(lang)}
        with visit(folder / f"{front}.html") as look:
            assert own == {*look.page.locator(":is(.briefings, thead) a").evaluate_all(addresses)}
        with visit(folder / f"thanh-hoa-ho-so-{lang}.html") as look:
            ways = look.page.locator("nav a").evaluate_all(addresses)
            other = "thanh-hoa-ho-so-{}.html".format("en" if lang == "vi" else "vi")
            assert {*ways} >= own - {f"thanh-hoa-ho-so-{lang}.html"} | {f"{front}.html", other}
            assert look.page.locator(".elsewhere [aria-current=page]").inner_text() == "Thanh Hóa"


@pytest.mark.parametrize("name", [*PAGES, "index", "index.en"])
def test_a_page_is_whole_in_every_view(name, folder, visit):
    path = folder / f"{name}.html"
    cells = json.loads(path.with_suffix(".ipynb").read_text("utf-8"))["cells"] if name in PAGES else []
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    figures = sum(PLOTLY in output.get("data", {}) for output in outputs)
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
        ds = aq.load()
        printed = sorted(map(str, ds.observations["figure_printed"]), key=len, reverse=True)
        names = "|".join(map(re.escape, [*ds.areas()["name_vi"], *printed]))
        # Lower case first: to a search without case, "ſ" of this range is an "s".
        left = re.sub(rf"{names}|“[^”]*”", " ", text).lower()
        assert re.findall(r"[^\n]*[à-ỹđ][^\n]*", left)[:5] == []


# ---- as a leader meets a page: the first screen, what is open ----------------------------

WORDS, SCREENS, HEIGHT = 600, 6, 844
# What is seen while all is folded; labels on the axes of charts are no text to read.
SEEN = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const words = [];
  while (texts.nextNode()) {
    const { parentElement, data } = texts.currentNode;
    const isSeen = parentElement.checkVisibility({ visibilityProperty: true });
    if (!isSeen || parentElement.closest('svg, .unseen, .skip')) continue;
    words.push(...data.split(/\\s+/).filter((each) => /[\\p{L}\\p{N}]/u.test(each)));
  }
  const foot = (part) => document.querySelector(part)?.getBoundingClientRect().bottom ?? Infinity;
  return {
    words: words.length,
    screens: document.documentElement.scrollHeight / innerHeight,
    answer: foot(".answer"),
    key: foot(".keys li:first-child"),
    titles: document.querySelectorAll("h1").length,
  };
}"""


@pytest.mark.parametrize("name", [*PAGES, "index", "index.en"])
def test_a_page_is_read_in_two_minutes_and_answers_on_its_first_screen(name, folder, visit):
    with visit(folder / f"{name}.html", width=390, height=HEIGHT, has_touch=True, is_mobile=True) as look:
        seen = look.page.evaluate(SEEN)
        assert look.overflow == 0
    assert seen["titles"] == 1
    assert (seen["words"] <= WORDS, seen["screens"] <= SCREENS) == (True, True), seen
    assert seen["answer"] <= HEIGHT, seen
    if name in PAGES:
        assert seen["key"] <= HEIGHT, seen
