"""Reads a page by mouse, by keyboard, by touch, enlarged, on paper, without scripts, and saves its tables."""

import csv
import io
import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Locator, Page
from pypdf import PdfReader

import antq_analysis as aq
from browser.conftest import Visit, displaying
from browser.made_briefing import APPENDIX, BRIEFING, FIGURES, SOURCES, row, table

# Where on the screen the point of a trace is.
POINT = """([curve, number]) => {
  const plot = document.querySelector(".js-plotly-plot"), { left, top } = plot.getBoundingClientRect();
  const { xaxis, yaxis } = plot._fullLayout, { x, y } = plot.data[curve];
  return [left + xaxis._offset + xaxis.d2p(x[number]), top + yaxis._offset + yaxis.d2p(y[number])];
}"""
# Whether the popover is whole in the window and leaves free what it speaks of.
APART = """(() => {
  const box = document.querySelector(".popover").getBoundingClientRect();
  const number = document.querySelector("a.fig[aria-expanded=true]");
  const it = document.querySelector(".ring:not([hidden])") ?? number;
  const { top, bottom } = it.getBoundingClientRect();
  const apart = (box.top >= bottom || box.bottom <= top) && top >= 0 && bottom <= innerHeight;
  return apart && box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight;
})()"""
# Whether the element that has the focus, or the ring, lies under the sheet.
COVERED = """() => {
  const sheet = document.querySelector(".popover.sheet:not([hidden])");
  const it = document.querySelector(".ring:not([hidden])") ?? document.activeElement;
  return sheet !== null && it.getBoundingClientRect().bottom > sheet.getBoundingClientRect().top;
}"""
APPENDIX_SUMMARY = ".appendix > details > summary"
WORD = "x" * 200
LONG_WORDS = (
    f'<section class="answer"><p>{WORD}</p></section>'
    f'<ul class="keys"><li><p class="value">{WORD}</p></li></ul>'
    f'<h2>{WORD}</h2><dl class="legend"><dt>{WORD}</dt><dd>{WORD}</dd></dl>'
    f'<dl class="pairs"><dt>{WORD}</dt><dd>{WORD}</dd></dl>' + table(WORD, (WORD,), row(WORD))
)

# What a spreadsheet would run, in the widths that it knows, and what it would not.
NOTES = ["=1+1", "＝1", "＋1", "－1", "＠x", "@x", "-5", "-5x", "một ghi chú dài về cách đếm người dự"]
FRAME = pd.DataFrame({"tỉnh": ["Điện Biên"] * 9, "người": [740_001, *range(8)], "ghi chú": NOTES})
STYLED = FRAME.style.highlight_max(subset=["người"], color="yellow").set_caption("Người dự")
FRAMES = [
    FRAME,
    FRAME.head(3).set_index(["tỉnh", "người"]),
    pd.DataFrame({f"cột số {number}": range(2) for number in range(20)}),
    STYLED.map(lambda text: "color: darkblue", subset=["ghi chú"]),
]


@pytest.fixture(scope="module")
def pages(render) -> Path:
    """The folder of pages: one with every kind of output, one of long words, one of frames."""
    begin = f"#appendix{APPENDIX[0]}"
    cells = [*BRIEFING, begin, *APPENDIX[1:]]
    whole = [cell if isinstance(cell, str) else displaying(cell) for cell in cells]
    end = displaying({"text/html": SOURCES})
    small = {
        "words": [f"# {WORD}\n\n{WORD}", displaying({"text/html": LONG_WORDS}), end],
        "frames": ["# Câu hỏi?", *(displaying({"text/html": frame._repr_html_()}) for frame in FRAMES)],
    }
    return render("reading", {"thanh-hoa-ho-so-vi": whole, **small})


@pytest.fixture
def made(pages) -> Path:
    return pages / "thanh-hoa-ho-so-vi.html"


@pytest.fixture
def desk(made, visit) -> Iterator[Visit]:
    with visit(made) as look:
        yield look


@pytest.fixture
def phone(made, visit) -> Iterator[Visit]:
    with visit(made, width=390, height=844, has_touch=True, is_mobile=True, reduced_motion="reduce") as look:
        yield look


def point(opened: Page, curve: int, number: int) -> list[float]:
    opened.locator(".plot").scroll_into_view_if_needed()
    return opened.evaluate(POINT, [curve, number])


def saved(page: Page, button: Locator) -> tuple[str, bytes]:
    """Press a button; return the name and the content of the file that it saves."""
    with page.expect_download() as waiting:
        button.click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def read(raw: bytes) -> list[list[str]]:
    """Read a file as a Vietnamese spreadsheet does."""
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))


class TestMouse:
    def test_a_number_tells_its_source_while_the_pointer_is_on_either(self, desk):
        box = desk.page.locator(".popover")
        desk.page.locator(".keys a.fig").first.hover()
        box.wait_for()
        for said in (
            "“hơn 740.000 người tham gia”",
            "Báo a <script>alert(1)</script>, 2024",
            "Số cộng dồn; một người có thể dự nhiều buổi.",
        ):
            assert said in box.inner_text()
        desk.until(APART)
        box.hover()
        desk.page.wait_for_timeout(600)
        assert box.is_visible()
        desk.page.mouse.move(2, 2)
        box.wait_for(state="hidden")

    def test_a_click_keeps_it_open_until_it_is_closed_and_counts_what_is_not_shown(self, desk):
        box = desk.page.locator(".popover")
        desk.page.locator(".keys a.fig").nth(1).click()
        desk.page.mouse.move(2, 2)
        desk.page.wait_for_timeout(600)
        assert box.is_visible()
        desk.page.get_by_role("button", name="Đóng").click()
        assert (box.is_visible(), desk.focused) == (False, "ref-3")
        desk.page.locator(".answer a.fig").click()
        assert box.locator(".figure").count() == 3
        assert "Còn 2 số nữa trong danh sách nguồn" in box.inner_text()

    def test_the_list_of_sources_leads_back(self, desk):
        desk.page.locator(".keys a.fig").first.click()
        desk.page.locator(".popover .more a").click()
        desk.until("document.activeElement.id === 'obs-a.01'")
        row = desk.page.locator("[id='obs-a.01']")
        assert row.is_visible()
        assert row.locator(".back a").all_inner_texts() == ["1", "2", "Biểu đồ 1"]
        row.locator(".back a").first.click()
        desk.until("document.activeElement.id === 'ref-1'")
        desk.page.wait_for_timeout(500)
        assert not desk.page.locator(".popover").is_visible()
        assert desk.page.url.endswith("#ref-1")

    def test_a_point_of_a_chart_tells_its_figures(self, desk):
        box = desk.page.locator(".popover")
        desk.page.mouse.move(*point(desk.page, 3, 0))
        desk.page.mouse.move(*[at + 1 for at in point(desk.page, 3, 0)])
        box.wait_for()
        told = box.locator(".point p").all_inner_texts()
        assert told == ["<b>Năm số</b>", "&lt;script&gt;alert(1)&lt;/script&gt;"]
        assert box.locator(".figure").count() == 3
        desk.until(APART)
        assert not desk.page.locator(".hoverlayer > *").count()
        desk.page.mouse.move(2, 2)
        box.wait_for(state="hidden")
        desk.page.mouse.click(*point(desk.page, 0, 1))
        assert desk.focused == "popover"


class TestKeyboard:
    def test_the_first_stop_skips_to_the_text_and_a_number_is_told_on_focus(self, desk):
        box = desk.page.locator(".popover")
        desk.press("Tab", "Enter")
        desk.until("document.activeElement.id === 'main'")
        while desk.focused != "ref-1":
            desk.press("Tab")
        assert box.is_visible()
        desk.press("Escape")
        assert (box.is_visible(), desk.focused) == (False, "ref-1")
        desk.press("Enter")
        assert (box.get_attribute("aria-label"), desk.focused) == ("Nguồn của con số", "popover")
        desk.press("Escape")
        assert (box.is_visible(), desk.focused) == (False, "ref-1")

    def test_tab_goes_through_what_is_open_and_on_to_the_next_number(self, desk):
        desk.page.locator("[id=ref-2]").press("Enter")
        stops = []
        for _ in range(3):
            desk.press("Tab")
            stops.append(desk.page.evaluate("document.activeElement.id || document.activeElement.innerText"))
        assert stops == ["×", "Xem trong danh sách nguồn", "ref-3"]
        desk.press("Enter", "Shift+Tab")
        assert (desk.focused, desk.page.locator(".popover").is_visible()) == ("ref-3", False)

    def test_arrow_keys_move_between_points_with_text_for_screen_readers(self, desk):
        spoken, walked = desk.page.locator("[role=status]"), []
        desk.page.locator(".plot").focus()
        for key in ("ArrowRight", "ArrowDown", "End", "ArrowRight", "ArrowLeft", "Home"):
            desk.press(key)
            walked.append(spoken.inner_text().split(". Điểm ")[-1])
        assert walked == ["1 trên 4", "2 trên 4", "4 trên 4", "4 trên 4", "3 trên 4", "1 trên 4"]
        assert spoken.inner_text().startswith("gần 4.000 lượt tin, bài. 2014–2019.")
        desk.until(APART)
        desk.press("Enter")
        assert desk.focused == "popover"
        desk.press("Escape")
        assert (desk.page.locator(".ring").is_visible(), desk.focused) == (False, "plot")


class TestTouch:
    def test_the_sheet_at_the_bottom_does_not_cover_the_tapped_element(self, phone):
        sheet = phone.page.locator(".popover.sheet")
        phone.page.locator(".keys a.fig").nth(3).tap()
        sheet.wait_for()
        phone.until(APART)
        boxes = [target.bounding_box() for target in sheet.locator("a, button").all()]
        assert min(min(box["width"], box["height"]) for box in boxes) >= 24
        phone.page.get_by_role("button", name="Đóng").tap()
        assert not sheet.is_visible()
        phone.page.touchscreen.tap(*point(phone.page, 3, 0))
        sheet.wait_for()
        phone.until(APART)
        phone.page.touchscreen.tap(200, 20)
        sheet.wait_for(state="hidden")

    def test_every_value_says_what_it_is_and_a_table_stays_one_for_a_screen_reader(self, phone):
        phone.page.locator(APPENDIX_SUMMARY).tap()
        source = phone.page.locator("#src-b")
        source.locator("summary").tap()
        cell = source.locator("[id='obs-b.01'] td").first
        assert cell.evaluate("(cell) => getComputedStyle(cell, '::before').content") == '"Số in trong nguồn"'
        assert cell.evaluate("(cell) => getComputedStyle(cell.parentElement).display") == "block"
        assert source.get_by_role("row").nth(1).get_by_role("cell").count() == 5
        assert source.get_by_role("columnheader").count() == 5

    def test_numbers_of_a_frame_stand_beside_their_names_and_to_the_right_on_a_desk(self, pages, visit):
        style = "(cell) => [getComputedStyle(cell).textAlign, getComputedStyle(cell, '::before').content]"
        for width, is_right, label in [(1440, True, "none"), (390, False, '"người"')]:
            with visit(pages / "frames.html", width=width) as look:
                align, named = look.page.locator("td.number").first.evaluate(style)
                assert (align == "right", named) == (is_right, label)


class TestSmallWindow:
    @pytest.mark.parametrize(("width", "height"), [(640, 450), (320, 256)])
    def test_nothing_that_has_the_focus_lies_under_the_sheet(self, made, visit, width, height):
        with visit(made, width=width, height=height) as look:
            look.page.locator("[id=main]").focus()
            seen = []
            for _ in range(40):
                look.press("Tab")
                if look.page.evaluate("document.activeElement.matches('a.fig')"):
                    look.page.wait_for_timeout(250)
                    seen.append(look.focused)
                    assert look.page.locator(".popover.sheet").is_visible()
                    # A busy machine scrolls late.
                    look.page.wait_for_function(f"() => !({COVERED})()", timeout=5000)
            assert len(seen) > 5
            look.page.locator(".plot").focus()
            for _ in range(4):
                look.press("ArrowRight")
                look.page.wait_for_timeout(250)
                look.page.wait_for_function(f"() => !({COVERED})()", timeout=5000)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
@pytest.mark.parametrize("name", ["thanh-hoa-ho-so-vi", "frames", "words"])
def test_unfolded_it_has_no_barrier_and_is_no_wider_than_the_window(pages, visit, name, scheme, width):
    with visit(pages / f"{name}.html", width=width, color_scheme=scheme) as look:
        look.page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        for each in (390, 720, 768, 1440, width):
            look.page.set_viewport_size({"width": each, "height": 900})
            assert look.overflow <= 0, each
        if number := look.page.locator(".keys a.fig").all():
            number[0].click()
        assert look.barriers() == []


class TestDownloads:
    def test_a_table_is_a_csv_that_a_spreadsheet_opens_and_does_not_run(self, desk):
        desk.page.locator(APPENDIX_SUMMARY).click()
        desk.page.get_by_text("Bảng chi tiết", exact=True).click()
        name, raw = saved(desk.page, desk.page.get_by_role("button", name="Tải bảng CSV: Từng số"))
        assert name == "thanh-hoa-ho-so-vi-tung-so.csv"
        assert raw.startswith(b"\xef\xbb\xbf")
        lines = read(raw)
        assert lines[:3] == [
            ["Nhóm", "Chỉ tiêu", "Kết quả", "Mức", "Mã số liệu"],
            ["Tuyên truyền", "Buổi, “cấp tỉnh”", "3.071", "A", "a.02"],
            ["Tuyên truyền", "'=1+1", "-5", "Lý do một; lý do hai", ""],
        ]
        desk.page.locator("#src-b summary").click()
        head, first, *_ = read(saved(desk.page, desk.page.locator("#src-b .tool"))[1])
        assert head[-3:] == ["Lưu ý", "Nguồn", "Mã số liệu"]
        assert first[-2:] == ["Báo b <script>alert(1)</script>, 2024", "b.01"]

    def test_bounds_are_numbers_in_columns_of_their_own(self, desk):
        lines = read(saved(desk.page, desk.page.get_by_role("button", name="Tải bảng CSV: So sánh"))[1])
        assert lines[:2] == [
            ["Tỉnh", "Một năm", "Một năm (cận dưới)", "Một năm (cận trên)", "Dấu", "Mã số liệu"],
            ["VN-21", "16,8–17,6", "16,8", "17,6", "", "a.02"],
        ]

    def test_the_table_of_a_frame_runs_nothing_in_a_spreadsheet(self, pages, visit):
        with visit(pages / "frames.html") as look:
            head, *lines = read(saved(look.page, look.page.locator(".tool").first)[1])
        assert head[:4] == ["", "tỉnh", "người", "ghi chú"]
        assert lines[0][:3] == ["0", "Điện Biên", "740001"]
        told = ["'=1+1", "'＝1", "'＋1", "'－1", "'＠x", "'@x", "-5", "'-5x", NOTES[-1]]
        assert [line[3] for line in lines] == told

    def test_a_chart_downloads_as_png(self, desk):
        name, content = saved(desk.page, desk.page.get_by_role("button", name="Tải ảnh PNG"))
        assert name == "thanh-hoa-ho-so-vi-da-bao-cao-gi-1.png"
        width, height = struct.unpack(">II", content[16:24])
        # Beside the chart it holds its heading, the title of the page, the sources and the day.
        assert (width, height > 2 * (320 + 120)) == (1920, True)


def test_paper_opens_all_that_is_folded_behind_the_first_page_and_the_screen_folds_it_again(desk):
    desk.page.emulate_media(media="print")
    desk.until("document.documentElement.classList.contains('paper')")
    assert desk.page.locator("main details:not([open])").count() == 0
    assert desk.page.get_by_role("table", name="Từng số").is_visible()
    for hidden in (".ways", ".tools", ".skip"):
        assert not desk.page.locator(hidden).first.is_visible()
    texts = [sheet.extract_text() for sheet in PdfReader(BytesIO(desk.page.pdf(format="A4"))).pages]
    assert "Đếm gì?" in texts[0]
    assert "Chi tiết" not in texts[0]
    desk.page.emulate_media(media="screen")
    desk.until("!document.querySelector('main details[open]')")


def test_without_scripts_the_reader_is_told_and_numbers_tables_and_sources_are_there(made, visit):
    with visit(made, width=390, java_script_enabled=False) as look:
        assert "JavaScript" in look.page.locator(".unscripted").inner_text()
        assert not look.page.locator(".plot").is_visible()
        assert look.page.locator(".keys > li").count() == len(FIGURES)
        assert look.page.locator("figcaption").is_visible()
        look.page.locator(APPENDIX_SUMMARY).click()
        look.page.locator("#src-b summary").click()
        cell = look.page.locator("[id='obs-b.01'] td").first
        assert cell.evaluate("(cell) => getComputedStyle(cell).display") == "table-cell"
        frame = look.page.locator("#src-b .table-scroll")
        assert frame.evaluate("(frame) => getComputedStyle(frame).overflowX") == "auto"
        assert look.overflow <= 0
        look.page.locator(".keys a.fig").first.click()
        assert look.page.url.endswith("#obs-a.01")


# ---- every kind of page of the plan ------------------------------------------------------------------------

KINDS = ["thanh-hoa-ho-so", "so-sanh-cac-tinh", "so-lieu-qua-cac-nam", "cac-ty-so", "chat-luong-so-lieu"]
# What is read first, and what may be folded away.
PLACES = [":is(.answer, .keys) a.fig", "main table.data a.fig"]
UNFOLD = """(link) => {
  for (let fold = link; (fold = fold.parentElement.closest("details")); ) fold.open = true;
}"""
TOLD = """(box) => [...box.querySelectorAll(".figure")].map((figure) => [
  decodeURIComponent(figure.querySelector(".more a").hash).slice("#obs-".length),
  ...[".printed", ".from", "dl"].map((part) => figure.querySelector(part).textContent),
])"""
MIDDLE = """(ring) => {
  const { left, top, width, height } = ring.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}"""


def told(page: Page) -> list[str]:
    """Return the ids of the figures that the popover tells, each as the data have it, and close it."""
    ds, box = aq.load(), page.locator("#popover")
    rows = ds.observations.set_index("obs_id")
    box.wait_for(state="visible")
    figures: list[Any] = box.evaluate(TOLD)
    for figure, words, source, more in figures:
        row = rows.loc[figure]
        assert words == f"“{row.figure_printed}”"
        assert source.startswith(ds.sources().set_index("source_id").at[row.source_id, "publisher_vi"])
        assert pd.isna(row.paragraph) or f"Đoạn{row.paragraph}" in more
    page.mouse.move(1, 1)
    page.keyboard.press("Escape")
    box.wait_for(state="hidden")
    return [figure for figure, *_ in figures]


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_and_points_tell_their_sources_by_mouse_keyboard_and_touch(kind, folder, visit):
    window = {"width": 390, "height": 844, "has_touch": True, "reduced_motion": "reduce"}
    with visit(folder / f"{kind}-vi.html", **window) as look:
        page = look.page
        for found in [page.locator(place).first for place in PLACES if page.locator(place).count()]:
            found.evaluate(UNFOLD)
            figures = found.evaluate("(link) => window.antq.idsOf(link)")[:3]
            found.hover()
            assert told(page) == figures
            found.press("Enter")
            assert told(page) == figures
            found.tap()
            assert told(page) == figures
        charts = page.locator("figure.chart")
        if charts.count() == 0:
            return
        chart = charts.first
        chart.locator(".plot").press("ArrowRight")
        x, y = chart.locator(".ring").evaluate(MIDDLE)
        page.keyboard.press("Enter")
        assert told(page)
        page.mouse.move(x + 3, y)
        assert told(page)
        page.touchscreen.tap(x, y)
        assert told(page)
