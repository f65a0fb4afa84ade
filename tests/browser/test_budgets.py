"""Measures every page of the plan as a leader meets it: the first screen, what is open, a sheet of paper."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from browser.conftest import PAGES

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
# Points of the smallest text of a chart: a pixel on paper is three quarters of one.
SMALLEST = """() => Math.min(...[...document.querySelectorAll(".plot svg text")]
  .filter((text) => text.textContent.trim())
  .map((text) => [parseFloat(getComputedStyle(text).fontSize), text.closest(".plot").style.zoom || 1])
  .map(([pixels, zoom]) => pixels * zoom * .75))"""


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


@pytest.mark.parametrize("name", PAGES)
def test_the_answer_is_one_sheet_of_paper_and_the_appendix_begins_the_next(name, folder, visit):
    with visit(folder / f"{name}.html", width=1200, reduced_motion="reduce") as look:
        look.page.emulate_media(media="print")
        look.until("document.documentElement.classList.contains('paper')")
        look.page.wait_for_timeout(500)
        smallest = look.page.evaluate(SMALLEST)
        look.page.evaluate("document.querySelector('.appendix').prepend('#appendix#')")
        paper = PdfReader(BytesIO(look.page.pdf(prefer_css_page_size=True, format="A4")))
    begins = [number for number, sheet in enumerate(paper.pages, 1) if "#appendix#" in sheet.extract_text()]
    assert begins == [2]
    assert smallest >= 7
