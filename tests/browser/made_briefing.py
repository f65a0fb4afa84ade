"""A small briefing with every kind of output that a page knows, hostile words included."""

from typing import Any

PLOTLY = "application/vnd.plotly.v1+json"
EVIL = "&lt;script&gt;alert(1)&lt;/script&gt;"
FIGURES = {
    "a.01": ("hơn 740.000 người tham gia", "2014–2019", "Số cộng dồn; một người có thể dự nhiều buổi."),
    "a.02": ("3.071 buổi tuyên truyền", "2014–2019", ""),
    "a.03": ("gần 4.000 lượt tin, bài", "2014–2019", f"Lưu ý {EVIL} {{{{ 7*7 }}}}"),
    "b.01": ("hơn 1,8 triệu người tham gia", "2014–2024", "Bài không nêu tên tỉnh."),
    "b.02": ("28.778 buổi tuyên truyền pháp luật", "2014–2024", ""),
}


def number(text: str, *obs_ids: str) -> str:
    return f'<a class="fig" href="#obs-{obs_ids[0]}" data-obs="{" ".join(obs_ids)}">{text}</a>'


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


def plot() -> dict[str, Any]:
    """Three windows as segments and a point that stands for five figures."""
    line = {"type": "scatter", "mode": "lines+markers", "marker": {"size": 12}}
    traces = [
        {
            **line,
            "x": [2014, 2019],
            "y": [level] * 2,
            "customdata": [[key, f"{FIGURES[key][0]}\n2014–2019"]] * 2,
        }
        for level, key in enumerate(["a.01", "a.02", "a.03"])
    ]
    many = {**line, "x": [2024], "y": [1.5], "customdata": [[" ".join(FIGURES), f"<b>Năm số</b>\n{EVIL}"]]}
    fixed = {"xaxis": {"fixedrange": True}, "yaxis": {"fixedrange": True}, "dragmode": False}
    layout = {"height": 320, "showlegend": False, "hovermode": "closest", **fixed}
    layout["meta"] = {"description": FINDING}
    return {"data": [*traces, many], "layout": layout}


FINDING = "Thanh Hóa đã công bố năm số cho hai kỳ."
SOURCES = f'<div class="sources">{source("a")}{source("b")}</div>'
KEYS = "".join(
    f'<li><p class="value">{number(printed, key)}</p><p class="what">Người dự tuyên truyền, {window}</p>'
    '<p class="caution">Bài không ghi tên tỉnh.</p></li>'
    for key, (printed, window, _) in FIGURES.items()
)
ANSWER = f"<p>Hai báo cáo không khớp: {number('năm số', *FIGURES)} của hai kỳ.</p>"
BARS = "".join(
    f'<tr data-area="{area}"><td>{area}</td><td data-low="16.8" data-high="17.6">{number("16,8–17,6", key)} '
    f'<span class="bar{kind}" style="--from:12%;--to:40%"></span></td>'
    f'<td><span class="mark{kind}" style="--at:30%"></span></td></tr>'
    for area, key, kind in (("VN-21", "a.02", ""), ("VN-71", "b.02", " open"))
)
KEEP = "<h2>Điều cần nhớ</h2><ul><li>Không báo cáo không có nghĩa là bằng 0.</li></ul>"
DETAILS = (
    '<tr class="group"><th colspan="3" scope="rowgroup">Tuyên truyền</th></tr>',
    row("Buổi, “cấp tỉnh”", number("3.071", "a.02"), "A"),
    row("=1+1", "-5", "a, b").replace(">a, b<", ' data-csv="Lý do một; lý do hai">a, b<'),
)
# The part of which a leader reads only the first page, and what is folded behind it.
BRIEFING: list[str | dict[str, Any]] = [
    "# Tỉnh đã công bố những gì, cho những năm nào?",
    {"text/html": f'<section class="answer">{ANSWER}</section><ul class="keys">{KEYS}</ul>'},
    "## Đã báo cáo gì?",
    {PLOTLY: plot(), "text/html": "<script>draw()</script>", "text/plain": "Figure({})"},
    {"text/html": table("So sánh", ("Tỉnh", "Một năm", "Dấu"), BARS).replace("data", "data answers", 1)},
    {"text/html": f'<section class="keep">{KEEP}</section><ol class="questions"><li>Đếm gì?</li></ol>'},
]
APPENDIX: list[str | dict[str, Any]] = [
    "## Chi tiết",
    {"text/html": fold("Bảng chi tiết", table("Từng số", ("Chỉ tiêu", "Kết quả", "Mức"), *DETAILS))},
    "## Nguồn của từng số",
    {"text/html": SOURCES},
]
