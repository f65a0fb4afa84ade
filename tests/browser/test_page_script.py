"""Uses a whole page as readers do: by mouse, by keyboard, by finger, on paper, without scripts."""

import csv
import io
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from made_briefing import FIGURES, briefing, number, row, sources, table
from made_notebooks import executed, shown
from markupsafe import Markup
from playwright.sync_api import Page

from antq_analysis.analysis.grading import reasons_text as spelt
from antq_analysis.briefings.page import page
from antq_analysis.display.tables import Column, Legend, Table

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FOCUSED = "document.activeElement.id || document.activeElement.className"
# Where on the screen the point of a trace is.
POINT = """([curve, number]) => {
  const plot = document.querySelector(".js-plotly-plot"), { left, top } = plot.getBoundingClientRect();
  const { xaxis, yaxis } = plot._fullLayout, { x, y } = plot.data[curve];
  return [left + xaxis._offset + xaxis.d2p(x[number]), top + yaxis._offset + yaxis.d2p(y[number])];
}"""

APART = """() => {
  const box = document.querySelector(".popover").getBoundingClientRect();
  const number = document.querySelector("a.fig[aria-expanded=true]");
  const it = document.querySelector(".ring:not([hidden])") ?? number;
  const { top, bottom } = it.getBoundingClientRect();
  const apart = (box.top >= bottom || box.bottom <= top) && top >= 0 && bottom <= innerHeight;
  return apart && box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight;
}"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "thanh-hoa-ho-so-vi.html"
    path.write_text(page(briefing(), subtitle="Tỉnh: Thanh Hóa"), encoding="utf-8")
    return path


@pytest.fixture
def desk(made: Path, visit):
    with visit(made, width=1440) as look:
        yield look
        assert (look.said, look.asked) == ([], [])


@pytest.fixture
def phone(made: Path, browser):
    window = {"width": 390, "height": 844}
    with browser.new_context(
        viewport=window, has_touch=True, is_mobile=True, reduced_motion="reduce"
    ) as context:
        opened = context.new_page()
        opened.goto(made.as_uri())
        opened.wait_for_selector("html[data-charts]")
        yield opened


def point(opened: Page, curve: int, number: int) -> list[float]:
    opened.locator(".plot").scroll_into_view_if_needed()
    return opened.evaluate(POINT, [curve, number])


def fits(opened: Page) -> bool:
    """Whether the popover comes to rest whole in the window, leaving free what it speaks of."""
    for _ in range(40):
        if opened.evaluate(APART):
            return True
        opened.wait_for_timeout(50)
    return False


class TestMouse:
    def test_a_number_shows_where_it_is_printed_as_long_as_the_pointer_is_on_either(self, desk):
        desk.page.locator(".card a.fig").first.hover()
        box = desk.page.locator(".popover")
        box.wait_for()
        text = box.inner_text()
        assert "“hơn 740.000 người tham gia”" in text
        assert "Báo a <script>alert(1)</script>, 2024" in text
        assert "Số cộng dồn; một người có thể dự nhiều buổi." in text
        assert fits(desk.page)
        box.hover()
        desk.page.wait_for_timeout(600)
        assert box.is_visible()
        desk.page.mouse.move(2, 2)
        box.wait_for(state="hidden")

    def test_a_click_keeps_it_open_until_it_is_closed(self, desk):
        desk.page.locator(".card a.fig").nth(1).click()
        desk.page.mouse.move(2, 2)
        desk.page.wait_for_timeout(600)
        assert desk.page.locator(".popover").is_visible()
        desk.page.get_by_role("button", name="Đóng").click()
        assert not desk.page.locator(".popover").is_visible()
        assert desk.page.evaluate(FOCUSED) == "ref-2"

    def test_of_many_figures_three_are_shown_and_the_rest_counted(self, desk):
        desk.page.locator(".verdict .cannot a.fig").click()
        assert desk.page.locator(".popover .figure").count() == 3
        assert "Còn 2 số nữa trong danh sách nguồn" in desk.page.locator(".popover").inner_text()

    def test_the_list_of_sources_leads_back(self, desk):
        desk.page.locator(".card a.fig").first.click()
        desk.page.locator(".popover .more a").click()
        desk.until(f"{FOCUSED} === 'obs-a.01'")
        row = desk.page.locator("[id='obs-a.01']")
        assert row.is_visible()
        assert row.locator(".back a").all_inner_texts() == ["1", "6", "7", "8", "Biểu đồ 1"]
        row.locator(".back a").first.click()
        desk.until(f"{FOCUSED} === 'ref-1'")
        assert not desk.page.locator(".popover").is_visible()

    def test_a_point_of_a_chart_shows_its_figures(self, desk):
        desk.page.mouse.move(*point(desk.page, 3, 0))
        desk.page.mouse.move(*[at + 1 for at in point(desk.page, 3, 0)])
        box = desk.page.locator(".popover")
        box.wait_for()
        assert box.locator(".point p").all_inner_texts() == [
            "<b>Năm số</b>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
        ]
        assert box.locator(".figure").count() == 3
        assert fits(desk.page)
        assert not desk.page.locator(".hoverlayer > *").count()
        desk.page.mouse.move(2, 2)
        box.wait_for(state="hidden")
        desk.page.mouse.click(*point(desk.page, 0, 1))
        assert desk.page.evaluate(FOCUSED) == "popover"


class TestKeyboard:
    def test_focus_shows_enter_opens_and_escape_gives_the_focus_back(self, desk):
        box, keys = desk.page.locator(".popover"), desk.page.keyboard
        while desk.page.evaluate(FOCUSED) != "ref-1":
            keys.press("Tab")
        assert box.is_visible()
        keys.press("Escape")
        assert not box.is_visible()
        assert desk.page.evaluate(FOCUSED) == "ref-1"
        keys.press("Enter")
        assert desk.page.evaluate(FOCUSED) == "popover"
        assert box.get_attribute("aria-label") == "Nguồn của con số"
        keys.press("Escape")
        assert (box.is_visible(), desk.page.evaluate(FOCUSED)) == (False, "ref-1")

    def test_tab_goes_through_what_is_open_and_on_to_the_next_number(self, desk):
        desk.page.locator("[id=ref-1]").focus()
        stops = []
        desk.page.keyboard.press("Enter")
        for _ in range(3):
            desk.page.keyboard.press("Tab")
            stops.append(desk.page.evaluate("document.activeElement.id || document.activeElement.innerText"))
        assert stops == ["×", "Xem trong danh sách nguồn", "ref-2"]
        desk.page.keyboard.press("Enter")
        desk.page.keyboard.press("Shift+Tab")
        assert (desk.page.evaluate(FOCUSED), desk.page.locator(".popover").is_visible()) == ("ref-2", False)

    def test_the_arrows_walk_the_points_and_each_is_spoken(self, desk):
        keys, spoken = desk.page.keyboard, desk.page.locator("[role=status]")
        desk.page.locator(".plot").focus()
        walked = []
        for key in ("ArrowRight", "ArrowDown", "End", "ArrowRight", "ArrowLeft", "Home"):
            keys.press(key)
            walked.append(spoken.inner_text().split(". Điểm ")[-1])
        assert walked == ["1 trên 4", "2 trên 4", "4 trên 4", "4 trên 4", "3 trên 4", "1 trên 4"]
        assert spoken.inner_text().startswith("gần 4.000 lượt tin, bài. 2014–2019.")
        assert fits(desk.page)
        keys.press("Enter")
        assert desk.page.evaluate(FOCUSED) == "popover"
        keys.press("Escape")
        assert desk.page.evaluate(FOCUSED) == "plot"
        assert not desk.page.locator(".ring").is_visible()

    def test_the_first_stop_skips_to_the_main_content(self, desk):
        desk.page.keyboard.press("Tab")
        desk.page.keyboard.press("Enter")
        desk.until(f"{FOCUSED} === 'main'")


# Whether the element that has the focus, or the ring, lies under the sheet.
COVERED = """() => {
  const sheet = document.querySelector(".popover.sheet:not([hidden])");
  const it = document.querySelector(".ring:not([hidden])") ?? document.activeElement;
  return sheet !== null && it.getBoundingClientRect().bottom > sheet.getBoundingClientRect().top;
}"""


@pytest.mark.parametrize(("width", "height"), [(640, 450), (320, 256)])
class TestZoom:
    def test_no_number_that_has_the_focus_lies_under_the_sheet(self, made, visit, width, height):
        with visit(made, width=width, height=height) as look:
            look.page.locator(".contents summary").focus()
            seen = []
            for _ in range(40):
                look.page.keyboard.press("Tab")
                if not look.page.evaluate("document.activeElement.matches('a.fig')"):
                    continue
                look.page.wait_for_timeout(250)
                seen.append(look.page.evaluate(FOCUSED))
                assert look.page.locator(".popover.sheet").is_visible()
                assert not look.page.evaluate(COVERED), seen
            assert len(seen) > 5

    def test_no_point_that_is_walked_lies_under_the_sheet(self, made, visit, width, height):
        with visit(made, width=width, height=height) as look:
            look.page.locator(".plot").focus()
            for _ in range(4):
                look.page.keyboard.press("ArrowRight")
                look.page.wait_for_timeout(250)
                assert not look.page.evaluate(COVERED)


class TestArrival:
    def test_a_way_back_opens_nothing(self, desk):
        desk.page.locator("#src-a summary").click()
        desk.page.locator("[id='obs-a.01'] .back a").first.focus()
        desk.page.keyboard.press("Enter")
        desk.until(f"{FOCUSED} === 'ref-1'")
        desk.page.wait_for_timeout(500)
        assert not desk.page.locator(".popover").is_visible()
        assert desk.page.url.endswith("#ref-1")

    def test_an_address_that_is_no_text_stops_nothing(self, made, desk):
        desk.page.goto("about:blank")
        desk.page.goto(f"{made.as_uri()}#%E0%A4")
        desk.page.wait_for_selector("html[data-charts='1']")

    def test_a_row_taller_than_the_window_is_read_from_its_top(self, made, visit):
        with visit(made, width=320, height=200, reduced_motion="reduce") as look:
            look.page.locator(".card a.fig").first.click()
            look.page.locator(".popover .more a").click()
            look.until(f"{FOCUSED} === 'obs-a.01'")
            top, height = look.page.locator("[id='obs-a.01']").evaluate(
                "(row) => [row.getBoundingClientRect().top, row.offsetHeight]"
            )
            assert height > 200
            assert 0 <= top < 40


def opened(folder: Path, html: str, title: str = "# Câu hỏi?") -> Path:
    """Write a page whose only output before its sources is this HTML."""
    path = folder / "page.html"
    outputs = executed(shown(text_html=html), shown(text_html=sources()), title=title)
    path.write_text(page(outputs), encoding="utf-8")
    return path


def test_long_words_do_not_widen_a_phone_page(visit, tmp_path):
    word = "x" * 200
    html = (
        f'<h2>{word}</h2><ul class="cards"><li class="card"><p class="what">{word}</p></li></ul>'
        f'<div class="verdict"><section class="can"><h3>{word}</h3><ul><li>{word}</li></ul></section></div>'
        f'<dl class="legend"><dt>{word}</dt><dd>{word}</dd></dl>'
        f'<dl class="pairs"><dt>{word}</dt><dd>{word}</dd></dl>' + table(word, (word,), row((word,)))
    )
    with visit(opened(tmp_path, html, f"# {word}\n\n{word}"), width=390) as look:
        assert look.overflow <= 0


class TestTouch:
    def test_a_tap_on_a_number_opens_a_sheet_that_leaves_the_number_free(self, phone):
        phone.locator(".card a.fig").nth(3).tap()
        phone.locator(".popover.sheet").wait_for()
        assert fits(phone)
        phone.get_by_role("button", name="Đóng").tap()
        assert not phone.locator(".popover").is_visible()

    def test_a_tap_on_a_point_opens_it_and_a_tap_beside_closes_it(self, phone):
        phone.touchscreen.tap(*point(phone, 3, 0))
        phone.locator(".popover.sheet").wait_for()
        assert fits(phone)
        phone.touchscreen.tap(200, 20)
        phone.locator(".popover").wait_for(state="hidden")

    def test_what_is_tapped_is_large_enough(self, phone):
        phone.locator(".card a.fig").first.tap()
        targets = phone.locator(".popover :is(a, button), .tool:visible").all()
        boxes = [target.bounding_box() for target in targets]
        assert min(min(box["width"], box["height"]) for box in boxes) >= 24


class TestTables:
    CELL = "[id='obs-b.01'] td"

    def test_on_a_phone_every_value_says_what_it_is_and_a_table_stays_one(self, phone):
        phone.locator("#src-b summary").tap()
        cell = phone.locator(self.CELL).first
        said = cell.evaluate("(cell) => getComputedStyle(cell, '::before').content")
        assert said == '"Số in trong nguồn"'
        assert cell.evaluate("(cell) => getComputedStyle(cell.parentElement).display") == "block"
        rows = phone.locator("#src-b").get_by_role("row")
        assert rows.nth(1).get_by_role("cell").count() == 5
        assert phone.locator("#src-b").get_by_role("columnheader").count() == 5

    def test_where_no_script_runs_it_is_a_table_that_scrolls(self, made, browser):
        with browser.new_context(
            viewport={"width": 390, "height": 844}, java_script_enabled=False
        ) as context:
            opened = context.new_page()
            opened.goto(made.as_uri())
            opened.locator("#src-b summary").click()
            shown = "(cell) => getComputedStyle(cell).display"
            assert opened.locator(self.CELL).first.evaluate(shown) == "table-cell"
            assert opened.locator("#src-b").get_by_role("row").nth(1).get_by_role("cell").count() == 5
            frame = opened.locator("#src-b .table-scroll")
            assert frame.evaluate("(frame) => getComputedStyle(frame).overflowX") == "auto"
            assert opened.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


class TestContents:
    def test_they_stand_beside_the_text_and_follow_the_reader(self, desk):
        links = desk.page.locator(".contents a")
        assert links.count() == 6
        links.nth(4).click()
        desk.until("document.querySelector('.contents [aria-current]')?.textContent === 'Nguồn của từng số'")
        assert desk.page.url.endswith("#nguon-cua-tung-so")

    def test_on_a_phone_they_are_folded(self, phone):
        assert not phone.locator(".contents a").first.is_visible()
        phone.locator(".contents summary").tap()
        phone.locator(".contents a").nth(3).tap()
        assert not phone.locator(".contents a").first.is_visible()
        assert phone.url.endswith("#chi-tiet")


@pytest.mark.parametrize(("wish", "at_once"), [("reduce", True), ("no-preference", False)])
def test_who_wants_no_motion_is_taken_to_a_section_at_once(made, visit, wish, at_once):
    with visit(made, width=1440, reduced_motion=wish) as look:
        link = look.page.locator(".contents a").nth(4)
        assert (link.evaluate("(link) => { link.click(); return scrollY; }") > 0) is at_once
        look.until("document.querySelector('#nguon-cua-tung-so').getBoundingClientRect().top < innerHeight")


class TestFiles:
    def test_every_table_is_a_csv_that_a_spreadsheet_opens_and_does_not_run(self, desk):
        desk.page.get_by_text("Bảng chi tiết", exact=True).click()
        with desk.page.expect_download() as waiting:
            desk.page.get_by_role("button", name="Tải bảng CSV: Từng số").click()
        assert re.fullmatch(r"thanh-hoa-ho-so-vi-\d\.csv", waiting.value.suggested_filename)
        raw = Path(waiting.value.path()).read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
        assert lines[:3] == [
            ["Nhóm", "Chỉ tiêu", "Kết quả", "Mức", "Mã số liệu"],
            ["Tuyên truyền", "Buổi, “cấp tỉnh”", "3.071", "A", "a.02"],
            ["Tuyên truyền", "'=1+1", "-5", "Lý do một; lý do hai", ""],
        ]

    def test_the_rows_of_a_source_are_named_in_its_csv(self, desk):
        desk.page.locator("#src-b summary").click()
        with desk.page.expect_download() as waiting:
            desk.page.locator("#src-b .tool").click()
        text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
        assert "<script>alert(1)</script>" in text
        assert text.splitlines()[0].endswith('"Lưu ý","Nguồn","Mã số liệu"')
        assert text.splitlines()[1].endswith('"Báo b <script>alert(1)</script>, 2024","b.01"')

    def test_how_a_province_is_known_has_a_column_of_its_own(self, visit, tmp_path):
        texts = [number("5", "a.01", basis="tỉnh theo nơi đăng"), number("6", "a.02")]
        rows = "".join(row((text,)) for text in texts)
        with visit(opened(tmp_path, table("Bảng", ("Số",), rows) * 2), width=1440) as look:
            names = [button.get_attribute("aria-label") for button in look.page.locator(".tool").all()]
            assert names[:2] == ["Tải bảng CSV: Bảng", "Tải bảng CSV: Bảng (2)"]
            with look.page.expect_download() as waiting:
                look.page.locator(".tool").first.click()
            saved = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
        assert saved.splitlines() == [
            '"Số","Cách xác định tỉnh","Mã số liệu"',
            '"5","tỉnh theo nơi đăng","a.01"',
            '"6","","a.02"',
        ]

    def test_letters_are_spelt_out(self, visit, tmp_path):
        legend = Legend("vi")
        columns = [
            Column("Số", lambda row: Markup("<a>{}</a>").format(row["value"]), full=lambda row: "1.5"),
            Column(
                "Lý do", lambda row: legend.letters(row["reasons"]), full=lambda row: spelt(row["reasons"])
            ),
        ]
        rows = [{"value": "1,5", "reasons": reasons} for reasons in (["type_count", "unit_differs"], [])]
        made = Table("Bảng", columns, {"": rows}, legend=legend)
        with (
            visit(opened(tmp_path, made._repr_html_()), width=1440) as look,
            look.page.expect_download() as waiting,
        ):
            look.page.locator(".tool").first.click()
            saved = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
        assert saved.splitlines()[1:] == [
            f'"1.5","{spelt(["type_count", "unit_differs"])}",""',
            '"1.5","",""',
        ]

    def test_a_chart_is_a_picture(self, desk):
        with desk.page.expect_download() as waiting:
            desk.page.get_by_role("button", name="Tải ảnh PNG").click()
        assert waiting.value.suggested_filename == "thanh-hoa-ho-so-vi-1.png"
        assert Path(waiting.value.path()).read_bytes().startswith(b"\x89PNG")


class TestPaper:
    def test_sources_and_method_are_opened_and_folded_again(self, desk):
        desk.page.emulate_media(media="print")
        desk.until("document.documentElement.classList.contains('paper')")
        opened = desk.page.locator("main details[open] > summary").all_inner_texts()
        assert opened.count("Số liệu của nguồn này") == 2
        assert "Cách đọc con số, các mức so sánh, khoảng tin cậy và phiên bản" in opened
        for folded in ("Bảng chi tiết", "Bảng số liệu của biểu đồ"):
            assert not desk.page.get_by_text(folded, exact=True).is_visible()
        assert desk.page.get_by_text("có trong bản điện tử").is_visible()
        for hidden in (".contents", ".tools", ".skip"):
            assert not desk.page.locator(hidden).first.is_visible()
        desk.page.emulate_media(media="screen")
        desk.until("!document.querySelector('main details[open]')")

    def test_the_pages_are_numbered_and_searched(self, desk, tmp_path):
        desk.page.pdf(path=str(tmp_path / "page.pdf"), prefer_css_page_size=True)
        printed = pdf_text(tmp_path / "page.pdf")
        assert "hơn 740.000 người tham gia" in " ".join(printed.split())
        assert "https://bao.example/bai" in printed
        assert re.search(r"1 / \d", printed)


def pdf_text(path: Path) -> str:
    from pypdf import PdfReader

    return "\n".join(sheet.extract_text() for sheet in PdfReader(path).pages)


class TestWithoutScripts:
    def test_numbers_tables_and_sources_are_all_there(self, made, browser):
        with browser.new_context(java_script_enabled=False) as context:
            opened = context.new_page()
            opened.goto(made.as_uri())
            assert not opened.locator(".plot").is_visible()
            assert opened.locator(".card").count() == len(FIGURES)
            assert opened.get_by_role("table", name="Số liệu của biểu đồ").is_visible()
            opened.locator(".card a.fig").first.click()
            assert opened.url.endswith("#obs-a.01")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 720, 768, 1440])
def test_no_barrier_is_found_and_nothing_is_wider_than_the_window(made, browser, width, scheme):
    # The tool is brought in by script, which the page's own policy would refuse; 720 is 1440 at 200 %.
    window = {"width": width, "height": 450 if width == 720 else 900}
    with browser.new_context(
        viewport=window, color_scheme=scheme, bypass_csp=True, device_scale_factor=2 if width == 720 else 1
    ) as context:
        opened = context.new_page()
        opened.goto(made.as_uri())
        opened.wait_for_selector("html[data-charts]")
        opened.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        assert opened.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        opened.locator(".card a.fig").first.click()
        found = Axe().run(opened, options={"runOnly": {"type": "tag", "values": TAGS}})
        assert found.response["violations"] == [], found.generate_report()
