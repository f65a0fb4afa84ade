"""A small briefing with every kind of output that a page knows, hostile words included."""

from typing import Any

PLOTLY = "application/vnd.plotly.v1+json"
EVIL = "&lt;script&gt;alert(1)&lt;/script&gt;"
FIGURES = {
    "a.01": (
        "hơn 740.000 người tham gia",
        "5 năm (2014–2019)",
        "Số cộng dồn; một người có thể dự nhiều buổi.",
    ),
    "a.02": ("3.071 buổi tuyên truyền", "5 năm (2014–2019)", ""),
    "a.03": ("gần 4.000 lượt tin, bài", "5 năm (2014–2019)", f"Lưu ý {EVIL} {{{{ 7*7 }}}}"),
    "b.01": ("hơn 1,8 triệu người tham gia", "10 năm (2014–2024)", "Bài không nêu tên tỉnh."),
    "b.02": ("28.778 buổi tuyên truyền pháp luật", "10 năm (2014–2024)", ""),
}


def number(text: str, *obs_ids: str, basis: str = "") -> str:
    mark = f' <span class="basis">({basis})</span>' if basis else ""
    return f'<a class="fig" href="#obs-{obs_ids[0]}" data-obs="{" ".join(obs_ids)}">{text}</a>{mark}'


def table(caption: str, columns: tuple[str, ...], *rows: str, back: bool = False) -> str:
    head = "".join(f'<th scope="col">{title}</th>' for title in columns)
    head += '<th scope="col" class="back">Dùng ở</th>' if back else ""
    return (
        f'<div class="table-scroll" role="group" tabindex="0" aria-label="{caption}">'
        f'<table class="data"><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def row(*texts: str, key: str = "") -> str:
    cells = "".join(f"<td>{text}</td>" for text in texts)
    return f'<tr id="{key}">{cells}<td class="back"></td></tr>' if key else f"<tr>{cells}</tr>"


def fold(summary: str, inner: str) -> str:
    return f'<details class="fold"><summary>{summary}</summary>{inner}</details>'


def source(name: str) -> str:
    rows = [
        row(f"“{printed}”", f"Thanh Hóa {EVIL}", window, note, key=f"obs-{key}")
        for key, (printed, window, note) in FIGURES.items()
        if key.startswith(name)
    ]
    columns = ("Số in trong nguồn", "Tỉnh", "Kỳ", "Lưu ý")
    listed = fold("Số liệu của nguồn này", table(f"Nguồn {name}", columns, *rows, back=True))
    where = '<p class="where"><a href="https://bao.example/bai" rel="noreferrer">Mở nguồn</a></p>'
    return (
        f'<section class="source" id="src-{name}"><h3>Báo {name} {EVIL}, 2024</h3>{where}{listed}</section>'
    )


def card(key: str, printed: str, window: str) -> str:
    basis = "tỉnh theo nơi đăng" if key > "b" else ""
    return (
        '<li class="card"><p class="what">Người dự tuyên truyền của các đơn vị cấp tỉnh</p>'
        f'<p class="big">{number(printed, key, basis=basis)}</p><p class="sure">Ít nhất 740.001.</p>'
        '<p class="unsure">Nhiều nhất 749.999 theo cách viết thông thường.</p>'
        f'<p class="when">{window}, đơn vị cấp tỉnh</p></li>'
    )


def said(name: str, head: str, text: str) -> str:
    return f'<section class="{name}"><h3>{head}</h3><ul><li>{text}</li></ul></section>'


def plot() -> dict[str, Any]:
    """Three windows as segments and a point that stands for five figures."""
    line = {"type": "scatter", "mode": "lines+markers", "marker": {"size": 12}}
    traces = [
        line
        | {"x": [2014, 2019], "y": [level] * 2, "customdata": [[key, f"{FIGURES[key][0]}\n2014–2019"]] * 2}
        for level, key in enumerate(["a.01", "a.02", "a.03"])
    ]
    many = line | {"x": [2024], "y": [1.5], "customdata": [[" ".join(FIGURES), f"<b>Năm số</b>\n{EVIL}"]]}
    fixed = {"xaxis": {"fixedrange": True}, "yaxis": {"fixedrange": True}, "dragmode": False}
    return {
        "data": [*traces, many],
        "layout": {"height": 320, "showlegend": False, "hovermode": "closest"} | fixed,
    }


SOURCES = f'<div class="sources">{source("a")}{source("b")}</div>'
CARDS = "".join(card(key, printed, window) for key, (printed, window, _) in FIGURES.items())
VERDICT = (
    said(
        "can",
        "Kết luận được",
        f"{number('1,9 nguồn tin', 'a.01', 'a.02')} <span class='grade grade-A'>A</span>",
    )
    + said(
        "maybe", "Để tham khảo", "<span class='grade grade-B'>B</span> <span class='grade grade-C'>C</span>"
    )
    + said(
        "cannot", "Chưa kết luận được", f"<span class='grade grade-D'>D</span> {number('năm số', *FIGURES)}"
    )
)
DETAILS = (
    '<tr class="group"><th colspan="3" scope="rowgroup">Tuyên truyền</th></tr>',
    row("Buổi, “cấp tỉnh”", number("3.071", "a.02"), "A"),
    row("=1+1", "-5", "a, b").replace(">a, b<", ' data-csv="Lý do một; lý do hai">a, b<'),
)
FINDING = '<p class="finding">Thanh Hóa đã công bố năm số cho hai kỳ.</p>' + fold(
    "Bảng số liệu của biểu đồ",
    table("Số liệu của biểu đồ", ("Kỳ",), row(number("2014–2019", "a.01"))),
)
# The cells of the briefing: the text of one, or what another displays.
BRIEFING: list[str | dict[str, Any]] = [
    "# Tỉnh đã công bố những gì, cho những năm nào?\n\nTrang này gom mọi số liệu đã in.",
    "## Những con số chính",
    {"text/html": f'<ul class="cards">{CARDS}</ul>'},
    "## Đã báo cáo gì?",
    {PLOTLY: plot(), "text/html": FINDING, "text/plain": "Thanh Hóa"},
    "## Nói được gì, không nói được gì?",
    {"text/html": f'<div class="verdict">{VERDICT}</div>'},
    "## Chi tiết",
    {"text/html": fold("Bảng chi tiết", table("Từng số", ("Chỉ tiêu", "Kết quả", "Mức"), *DETAILS))},
    "## Nguồn của từng số",
    {"text/html": SOURCES},
]
