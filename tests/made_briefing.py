"""A small briefing with every kind of output that a page knows, hostile words included."""

from made_data import PUBLISHER
from made_notebooks import PLOTLY, shown
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from antq_analysis.i18n import words

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
BACK = "Dùng ở"
COLUMNS = ("Số in trong nguồn", "Tỉnh", "Kỳ", "Lưu ý")


def number(text: str, *obs_ids: str, basis: str = "") -> str:
    mark = f' <span class="basis">({basis})</span>' if basis else ""
    return f'<a class="fig" href="#obs-{obs_ids[0]}" data-obs="{" ".join(obs_ids)}">{text}</a>{mark}'


def table(caption: str, columns: tuple[str, ...], rows: str) -> str:
    head = "".join(
        f'<th scope="col"{" class=back" if title == BACK else ""}>{title}</th>' for title in columns
    )
    return (
        f'<div class="table-scroll" role="group" tabindex="0" aria-label="{caption}">'
        f'<table class="data"><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def row(texts: tuple[str, ...], key: str = "") -> str:
    cells = "".join(f"<td>{text}</td>" for text in texts)
    back = '<td class="back"></td>' if key else ""
    return f"<tr{key}>{cells}{back}</tr>"


def fold(summary: str, inner: str) -> str:
    return f'<details class="fold"><summary>{summary}</summary>{inner}</details>'


def sources() -> str:
    sections = ""
    for name in "ab":
        rows = "".join(
            row((f"“{printed}”", f"Thanh Hóa {EVIL}", window, note), f' id="obs-{key}"')
            for key, (printed, window, note) in FIGURES.items()
            if key.startswith(name)
        )
        listed = fold("Số liệu của nguồn này", table(f"Nguồn {name}", (*COLUMNS, BACK), rows))
        where = '<p class="where"><a href="https://bao.example/bai" rel="noreferrer">Mở nguồn</a></p>'
        head = f"<h3>Báo {name} {EVIL}, 2024</h3>"
        sections += f'<section class="source" id="src-{name}">{head}{where}{listed}</section>'
    return f'<div class="sources">{sections}</div>'


def cards() -> str:
    made = "".join(
        f'<li class="card"><p class="what">Người dự tuyên truyền của các đơn vị cấp tỉnh</p><p class="big">'
        f"{number(printed, key, basis=PUBLISHER['vi'] if key > 'b' else '')}</p>"
        f'<p class="sure">Ít nhất 740.001.</p>'
        f'<p class="unsure">Nhiều nhất 749.999 theo cách viết thông thường.</p>'
        f'<p class="when">{window}, đơn vị cấp tỉnh</p></li>'
        for key, (printed, window, _) in FIGURES.items()
    )
    return f'<ul class="cards">{made}</ul>'


def verdict() -> str:
    parts = {
        "can": (
            words("vi")("verdict.can"),
            f"Mỗi mô hình có {number('1,9 nguồn tin', 'a.01', 'a.02')} <span class='grade grade-A'>A</span>.",
        ),
        "maybe": (
            words("vi")("verdict.maybe"),
            "Mức <span class='grade grade-B'>B</span> <span class='grade grade-C'>C</span>.",
        ),
        "cannot": (
            words("vi")("verdict.cannot"),
            f"Tăng hay giảm <span class='grade grade-D'>D</span>: {number('năm số', *FIGURES)}.",
        ),
    }
    sections = "".join(
        f'<section class="{name}"><h3>{head}</h3><ul><li>{text}</li></ul></section>'
        for name, (head, text) in parts.items()
    )
    return f'<div class="verdict">{sections}</div>'


def details() -> str:
    titles = ("Chỉ tiêu", "Kết quả", "Mức")
    group = '<tr class="group"><th colspan="3" scope="rowgroup">Tuyên truyền</th></tr>'
    rows = [
        row(("Buổi, “cấp tỉnh”", number("3.071", "a.02"), "A")),
        row(("=1+1", "-5", "a, b")).replace(">a, b<", ' data-csv="Lý do một; lý do hai">a, b<'),
    ]
    return table("Từng số, cách tính và giới hạn", titles, group + "".join(rows * 12))


def plot() -> dict[str, object]:
    """Three windows as segments and a point that stands for five figures."""
    ends = [2014, 2019]
    line = {"type": "scatter", "mode": "lines+markers", "marker": {"size": 12}}
    traces = [
        {**line, "x": ends, "y": [level, level], "customdata": [[key, f"{FIGURES[key][0]}\n2014–2019"]] * 2}
        for level, key in enumerate(["a.01", "a.02", "a.03"])
    ]
    many = {**line, "x": [2024], "y": [1.5], "customdata": [[" ".join(FIGURES), f"<b>Năm số</b>\n{EVIL}"]]}
    layout = {
        "height": 320,
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "xaxis": {"fixedrange": True},
        "yaxis": {"fixedrange": True},
    }
    return {"data": [*traces, many], "layout": layout}


def briefing() -> NotebookNode:
    """Make the notebook of the briefing, as it looks once it has been run."""
    told = '<p class="finding">Thanh Hóa đã công bố năm số cho hai kỳ.</p>' + fold(
        "Bảng số liệu của biểu đồ",
        table("Số liệu của biểu đồ", ("Kỳ",), row((number("2014–2019", "a.01"),))),
    )
    chart = new_output("display_data", {PLOTLY: plot(), "text/html": told, "text/plain": "Thanh Hóa"})
    said = [
        ("# Tỉnh đã công bố những gì, cho những năm nào?\n\nTrang này gom mọi số liệu đã in.", None),
        ("## Những con số chính", shown(text_html=cards())),
        ("## Đã báo cáo gì?", chart),
        ("## Nói được gì, không nói được gì?", shown(text_html=verdict())),
        ("## Chi tiết", shown(text_html=fold("Bảng chi tiết", details()))),
        ("## Nguồn của từng số", shown(text_html=sources())),
    ]
    cells = []
    for text, output in said:
        cells.append(new_markdown_cell(text))
        if output is not None:
            cells.append(new_code_cell("secret_code", execution_count=1, outputs=[output]))
    return new_notebook(cells=cells)
