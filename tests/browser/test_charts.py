"""Watches charts: their colours in each scheme, their size on paper, and what is said where one fails."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from browser.conftest import displaying

PLOTLY = "application/vnd.plotly.v1+json"
BAR = {"type": "bar", "x": ["Điện Biên", "Thanh Hóa"], "y": [1234.5, 2345.5]}
HOSTILE = "</script><script>document.title = 'taken'</script>"
BODY = "getComputedStyle(document.body).color"
LIGHT_INK = "rgb(26, 33, 41)"
INK = "getComputedStyle(document.querySelector('.ytick text')).fill"
TALL = "document.querySelectorAll('.main-svg')[0].getBoundingClientRect()"


def chart(trace: dict[str, Any] = BAR, **layout: Any) -> str:
    config = {"plotlyServerURL": "https://plot.example"}
    return displaying({PLOTLY: {"data": [trace], "layout": layout, "config": config}})


THOUSANDS = {"tickformat": ",d", "dtick": 500}
PACKED = {"bdata": "AQI=", "dtype": "i1", "shape": "2, 1"}
BROKEN = chart(BAR | {"y": {"dtype": "f8", "bdata": "not base64"}})
# A figure as plotly leaves it, on a template with a ground and an ink of its own.
STOCK = """\
import plotly.graph_objects as go
fig = go.Figure(go.Bar(x=["a", "b"], y=[1, 2], error_y={"array": [1, 1]}), {"template": "plotly_white"})
fig.update_layout(paper_bgcolor="white", plot_bgcolor="#eee", meta={"description": "Hai cột."})
fig.add_annotation(x=0, y=1, text="Ghi chú")
fig"""
NOTEBOOKS = {
    "stock": ["# Câu hỏi?", STOCK],
    "many": [
        "# Câu hỏi?",
        chart(yaxis=THOUSANDS, height=1600, title={"text": "Một"}),
        chart(title={"text": HOSTILE}),
        chart(font={"color": "rgb(1, 2, 3)"}, width=1200),
        chart(BAR | {"customdata": PACKED}),
    ],
    "box": ["# Câu hỏi?", chart(BAR | {"type": "box"})],
    "funnel": ["# Câu hỏi?", chart(BAR | {"type": "funnel"})],
    "broken": ["# Câu hỏi?", BROKEN, chart()],
}


@pytest.fixture(scope="module")
def pages(render):
    """The folder of the pages, each of which holds what it needs."""
    titled = f"""[[briefing]]\nnotebook = "many"\ntitle = "{HOSTILE}"\n"""
    return render("charts", NOTEBOOKS, plan=titled)


@pytest.fixture(scope="module")
def shared(render):
    """The folder of the same pages with their scripts and style beside them."""
    return render("shared", NOTEBOOKS, "--assets", "shared")


@pytest.fixture(params=["light", "dark"])
def many(request, pages, visit):
    with visit(pages / "many.html", color_scheme=request.param) as look:
        yield look


def test_charts_are_drawn_in_order_counted_and_named_and_markup_in_data_is_text(many):
    assert many.page.title() != "taken"
    assert many.page.locator("h1").inner_text() == HOSTILE
    assert many.page.locator(".gtitle").all_text_contents() == ["Một", HOSTILE]
    assert many.page.evaluate("document.documentElement.dataset.charts") == "4"
    tools = many.page.locator(".tool").all()
    assert [button.get_attribute("aria-label") for button in tools] == [
        "Tải ảnh PNG: Một",
        "Tải ảnh PNG: document.title = 'taken'",
        "Tải ảnh PNG: Biểu đồ 3",
        "Tải ảnh PNG: Biểu đồ 4",
    ]
    # What a notebook's own chart carries beside its points is left to plotly.
    assert many.page.locator(".plot").last.get_attribute("role") == "img"
    assert "1.500" in many.page.locator("figure.chart").first.locator(".ytick text").all_text_contents()


def test_text_in_charts_follows_the_scheme_unless_the_notebook_chose_a_colour(many):
    own = many.page.locator("figure.chart").nth(2).locator(".xtick text").first
    before = many.page.evaluate(INK)
    assert before == many.page.evaluate(BODY)
    many.page.emulate_media(color_scheme="dark" if before == LIGHT_INK else "light")
    many.until(f"{INK} !== '{before}' && {INK} === {BODY}")
    assert own.evaluate("(text) => getComputedStyle(text).fill") == "rgb(1, 2, 3)"
    many.page.emulate_media(forced_colors="active", color_scheme="dark")
    many.until(f"{INK} === {BODY} && {BODY} === 'rgb(255, 255, 255)'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_figure_on_any_template_has_the_ink_and_the_ground_of_the_page(pages, visit, scheme):
    with visit(pages / "stock.html", color_scheme=scheme) as look:
        body = look.page.evaluate(BODY)
        fills = "all => all.map(text => getComputedStyle(text).fill)"
        texts = look.page.locator(".plot svg text").evaluate_all(fills)
        assert {*texts} == {body}
        svg, rect = look.page.locator(".main-svg").first, look.page.locator(".bglayer .bg").first
        assert svg.evaluate("svg => getComputedStyle(svg).backgroundColor") == "rgba(0, 0, 0, 0)"
        assert not rect.count() or rect.evaluate("rect => getComputedStyle(rect).fillOpacity") == "0"
        assert look.page.locator("figcaption").inner_text() == "Hai cột."


def test_on_paper_a_chart_is_light_and_fits_the_sheet_in_readable_words_and_is_large_again(many):
    many.page.emulate_media(media="print")
    many.until(f"{TALL}.height < 800 && Math.abs({TALL}.width - 680) < 20")
    assert many.page.evaluate(INK) == LIGHT_INK
    zoomed = (
        "(plot) => parseFloat(getComputedStyle(plot.querySelector('text')).fontSize) * (plot.style.zoom || 1)"
    )
    assert many.page.locator(".plot").first.evaluate(zoomed) * 0.75 >= 7
    width = "(all) => Math.max(...all.map((svg) => svg.getBoundingClientRect().width))"
    assert many.page.locator(".main-svg").evaluate_all(width) < 700
    many.page.emulate_media(media="screen")
    many.until(f"{TALL}.height === 1600 && {TALL}.width > 700")
    assert many.page.evaluate(INK) == many.page.evaluate(BODY)


@pytest.mark.parametrize("assets", ["pages", "shared"])
@pytest.mark.parametrize(("name", "charts"), [("many", 4), ("box", 1), ("funnel", 1)])
def test_each_of_the_scripts_draws_what_it_is_chosen_for_within_a_phone(request, visit, assets, name, charts):
    with visit(request.getfixturevalue(assets) / f"{name}.html", width=390) as look:
        assert (look.drawn, look.overflow) == (charts, 0)
        assert look.page.evaluate(INK) == look.page.evaluate(BODY)
        assert look.page.evaluate("getComputedStyle(document.querySelector('.skip')).position") == "absolute"


def test_a_chart_that_cannot_be_drawn_says_so_and_the_others_are_drawn(pages, visit):
    with visit(pages / "broken.html", quiet=False) as look:
        assert look.page.get_by_role("alert").all_inner_texts() == [
            "Không vẽ được biểu đồ này. Phần chữ và bảng số liệu vẫn đầy đủ."
        ]
        assert look.page.evaluate("document.documentElement.dataset.charts") == "1"


def test_a_browser_that_cannot_unpack_says_so(pages, browser):
    with browser.new_context() as context:
        opened = context.new_page()
        opened.add_init_script("delete window.DecompressionStream")
        opened.goto((pages / "box.html").as_uri())
        opened.wait_for_selector("html[data-charts='0']")
        assert "không vẽ được" in opened.get_by_role("alert").inner_text()


def test_no_other_file_beside_a_page_acts(shared, tmp_path, visit):
    folder = shutil.copytree(shared, tmp_path / "pages")
    (folder / "evil.js").write_text("document.title = 'taken'")
    (folder / "evil.css").write_text("h1 { color: rgb(1, 2, 3) }")
    evil = '<script src="evil.js"></script><link rel="stylesheet" href="evil.css">'
    html = (folder / "box.html").read_text(encoding="utf-8").replace("</main>", f"{evil}</main>")
    (folder / "box.html").write_text(html, encoding="utf-8")
    with visit(folder / "box.html", quiet=False) as look:
        assert look.drawn == 1
        assert look.page.title() != "taken"
        heading = look.page.locator("h1")
        assert heading.evaluate("(h1) => getComputedStyle(h1).color") != "rgb(1, 2, 3)"
        assert len([said for said in look.said if "Content Security Policy" in said]) == 2


def test_a_page_without_its_folder_of_scripts_can_still_be_read(shared, tmp_path, browser):
    with browser.new_context() as context:
        opened = context.new_page()
        opened.goto(Path(shutil.copy(shared / "box.html", tmp_path)).as_uri())
        assert opened.locator("h1").is_visible()
        assert "JavaScript" in opened.locator(".unscripted").inner_text()
