"""Watches the page's own script at work: colours by scheme, paper, failures that a reader must see."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from antq_analysis.briefings.assets import shared_files
from antq_analysis.briefings.page import page

PLOTLY = "application/vnd.plotly.v1+json"
BAR = {"type": "bar", "x": ["Điện Biên", "Thanh Hóa"], "y": [1234.5, 2345.5]}
INK = "getComputedStyle(document.querySelector('.xtick text')).fill"
BODY = "getComputedStyle(document.body).color"


@pytest.fixture
def write(tmp_path: Path):
    def written(*figures: dict[str, Any], **options: Any) -> Path:
        outputs = [new_output("display_data", {PLOTLY: figure}) for figure in figures]
        cells = [new_markdown_cell("# Câu hỏi?"), new_code_cell(outputs=outputs)]
        path, html = tmp_path / "page.html", page(new_notebook(cells=cells), **options)
        path.write_text(html, encoding="utf-8")
        for name, content in shared_files(html).items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(content)
        return path

    return written


def figure(**layout: Any) -> dict[str, Any]:
    return {"data": [BAR], "layout": layout, "config": {"plotlyServerURL": "https://plot.example"}}


def test_charts_are_drawn_in_order_and_counted(write, visit):
    with visit(write(figure(title={"text": "Một"}), figure(title={"text": "Hai"})), width=1440) as look:
        assert look.page.locator(".gtitle").all_text_contents() == ["Một", "Hai"]
        assert look.page.evaluate("document.documentElement.dataset.charts") == "2"
        assert (look.said, look.asked) == ([], [])


@pytest.mark.parametrize(("lang", "tick"), [("vi", "1.500"), ("en", "1,500")])
def test_numbers_follow_the_language(write, visit, lang, tick):
    layout = {"yaxis": {"tickformat": ",d", "dtick": 500}}
    with visit(write(figure(**layout), lang=lang), width=1440) as look:
        assert tick in look.page.locator(".ytick text").all_text_contents()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_in_charts_has_the_colour_of_the_page(write, visit, scheme):
    with visit(write(figure()), width=1440, color_scheme=scheme) as look:
        assert look.page.evaluate(INK) == look.page.evaluate(BODY)


def test_charts_follow_a_change_of_scheme(write, visit):
    with visit(write(figure()), width=1440) as look:
        before = look.page.evaluate(INK)
        look.page.emulate_media(color_scheme="dark")
        look.until(f"{INK} !== '{before}'")
        assert look.page.evaluate(INK) == look.page.evaluate(BODY)


def test_paper_is_light_and_no_chart_is_wider_than_it(write, visit):
    with visit(write(figure()), width=1440, color_scheme="dark") as look:
        look.page.emulate_media(media="print")
        look.until("document.querySelector('.main-svg').clientWidth < 700")
        assert look.page.evaluate(INK) == "rgb(26, 33, 41)"
        look.page.emulate_media(media="screen")
        look.until("document.querySelector('.main-svg').clientWidth > 700")
        assert look.page.evaluate(INK) == look.page.evaluate(BODY)


def test_a_chart_longer_than_a_sheet_is_made_to_fit_it_and_large_again(write, visit):
    size = "document.querySelector('.main-svg').getBoundingClientRect()"
    with visit(write(figure(height=1600)), width=1440) as look:
        look.page.emulate_media(media="print")
        look.until(f"{size}.height < 800 && Math.abs({size}.width - 680) < 20")
        look.page.emulate_media(media="screen")
        look.until(f"{size}.height === 1600")


def test_colours_set_by_the_notebook_stay(write, visit):
    with visit(write(figure(font={"color": "rgb(1, 2, 3)"})), width=1440) as look:
        assert look.page.evaluate(INK) == "rgb(1, 2, 3)"


def test_a_fixed_width_does_not_push_a_phone_page_wide(write, visit):
    with visit(write(figure(width=1200)), width=390) as look:
        assert (look.drawn, look.overflow) == (1, 0)


def test_a_chart_that_cannot_be_drawn_says_so_and_the_others_are_drawn(write, visit):
    broken = {"data": [BAR | {"y": {"dtype": "f8", "bdata": "not base64"}}], "layout": {}}
    with visit(write(broken, figure()), width=1440) as look:
        assert look.page.get_by_role("alert").all_inner_texts() == [
            "Không vẽ được biểu đồ này. Phần chữ và bảng số liệu vẫn đầy đủ."
        ]
        assert look.page.evaluate("document.documentElement.dataset.charts") == "1"


def test_a_browser_that_cannot_unpack_says_so(write, browser):
    with browser.new_context() as context:
        opened = context.new_page()
        opened.add_init_script("delete window.DecompressionStream")
        opened.goto(write(figure(), lang="en").as_uri())
        opened.wait_for_selector("html[data-charts='0']")
        assert "cannot draw the charts" in opened.get_by_role("alert").inner_text()


def test_without_scripts_the_reader_is_told(write, browser):
    with browser.new_context(java_script_enabled=False) as context:
        opened = context.new_page()
        opened.goto(write(figure()).as_uri())
        assert "JavaScript" in opened.locator(".unscripted").inner_text()
        assert not opened.locator(".plot").is_visible()


def test_markup_in_data_is_text_and_no_foreign_script_runs(write, visit):
    hostile = "</script><script>document.title = 'taken'</script>"
    with visit(write(figure(title={"text": hostile}), subtitle=hostile), width=1440) as look:
        assert look.page.locator(".subtitle").inner_text() == hostile
        assert look.page.title() != "taken"
        assert look.drawn == 1


def test_what_a_notebooks_own_chart_carries_is_left_to_plotly(write, visit):
    packed = {"bdata": "AQI=", "dtype": "i1", "shape": "2, 1"}
    with visit(write({"data": [BAR | {"customdata": packed}], "layout": {}}), width=1440) as look:
        assert look.drawn == 1
        assert look.page.locator(".plot").get_attribute("role") == "img"
        assert (look.said, look.asked) == ([], [])


def test_charts_take_the_colours_that_a_reader_has_chosen_and_follow_a_change(write, visit):
    with visit(write(figure()), width=1440) as look:
        look.page.emulate_media(forced_colors="active", color_scheme="dark")
        look.until(f"{INK} === {BODY} && {BODY} === 'rgb(255, 255, 255)'")
        look.page.emulate_media(forced_colors="none", color_scheme="light")
        look.until(f"{INK} === 'rgb(26, 33, 41)'")


def test_the_picture_of_a_chart_is_called_by_its_chart(write, visit):
    with visit(write(figure(), figure(title={"text": "Hai"})), width=1440) as look:
        named = [button.get_attribute("aria-label") for button in look.page.locator(".tool").all()]
        assert named == ["Tải ảnh PNG: Biểu đồ 1", "Tải ảnh PNG: Hai"]


@pytest.mark.parametrize("assets", ["inline", "shared"])
@pytest.mark.parametrize("kind", ["bar", "box", "funnel"])
def test_each_of_the_scripts_draws_what_it_is_chosen_for(write, visit, kind, assets):
    with visit(write({"data": [BAR | {"type": kind}], "layout": {}}, assets=assets), width=1440) as look:
        assert (look.drawn, look.said, look.asked) == (1, [], [])


class TestShared:
    def test_a_page_takes_style_and_scripts_from_the_folder_beside_it(self, write, visit):
        with visit(write(figure(), assets="shared"), width=1440) as look:
            assert look.drawn == 1
            assert (
                look.page.evaluate("getComputedStyle(document.querySelector('.skip')).position") == "absolute"
            )
            assert look.page.evaluate(INK) == look.page.evaluate(BODY)
            assert (look.said, look.asked) == ([], [])

    def test_no_other_file_beside_it_acts(self, write, visit):
        path = write(figure(), assets="shared")
        (path.parent / "evil.js").write_text("document.title = 'taken'")
        (path.parent / "evil.css").write_text("h1 { color: rgb(1, 2, 3) }")
        evil = '<script src="evil.js"></script><link rel="stylesheet" href="evil.css">'
        path.write_text(
            path.read_text(encoding="utf-8").replace("</main>", f"{evil}</main>"), encoding="utf-8"
        )
        with visit(path, width=1440) as look:
            assert look.drawn == 1
            assert look.page.title() != "taken"
            assert (
                look.page.evaluate("getComputedStyle(document.querySelector('h1')).color") != "rgb(1, 2, 3)"
            )
            assert len([said for said in look.said if "Content Security Policy" in said]) == 2

    def test_without_its_folder_it_can_still_be_read(self, write, browser):
        path = write(figure(), assets="shared")
        shutil.rmtree(path.parent / "assets")
        with browser.new_context() as context:
            opened = context.new_page()
            opened.goto(path.as_uri())
            assert opened.locator("h1").is_visible()
            assert "JavaScript" in opened.locator(".unscripted").inner_text()
