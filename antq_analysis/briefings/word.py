"""Writes a page as a report, and its questions as a draft letter, in the layout of Nghị định 30/2020/NĐ-CP.

Phụ lục I of the decree: A4, Times New Roman, 13 to 14 points, margins of 20, 16, 20 and 30 mm; heading block,
number, place and date, kind and subject, text, recipients and signature, each in its place.
"""

import io
import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from antq_analysis.briefings.digest import Digest
from antq_analysis.errors import safe

if TYPE_CHECKING:
    from docx.document import Document

# Points; centimetres.
_TEXT, _SMALL, _LIST = 13, 12, 11
_WIDTH, _LEFT, _RIGHT, _KEYS, _SIGNED = 16.4, 6.3, 10.1, (3.2, 13.2), (6.5, 9.9)
# The height that a page of A4 leaves beside what every report has; the least and the most height of a chart.
_ROOM = 16.9
_LEAST, _MOST = 4.5, 9.0


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def report(page: Digest, chart: bytes | None = None) -> bytes:
    """Write the answer part of a page as a report of one A4 page; `chart` is a PNG, high as `room` says."""
    from docx.shared import Cm

    said, document = _words(), _document(page.title)
    _head(document, said["report"]["number"])
    _line(document, said["report"]["kind"], bold=True, centred=True, before=10)
    _line(document, said["report"]["subject"], bold=True, centred=True, after=6)
    _line(document, page.title, bold=True)
    for text in page.answer:
        _line(document, text, indent=1.0)
    if page.keys:
        _line(document, said["key_figures"], bold=True, before=4)
        table = _table(document, *_KEYS, rows=len(page.keys))
        for (number, what), key in zip((row.cells for row in table.rows), page.keys, strict=True):
            _line(number, key.value, bold=True, size=_SMALL, after=1)
            caution = f" – {key.caution}" if key.caution else ""
            _line(what, f"{key.what}{caution}", size=_SMALL, after=1)
        _trim(table)
    if chart:
        document.add_paragraph().add_run().add_picture(io.BytesIO(chart), width=Cm(_WIDTH))
        # The shares stand on the bars; what is left says how to read them.
        _line(document, page.finding.rpartition(". ")[2], size=_LIST, italic=True)
    if page.cautions:
        _line(document, said["keep"], bold=True, before=4)
        for text in page.cautions:
            _line(document, f"- {text}", size=_SMALL, after=1)
    sources = f"{said['sources']} {'; '.join(page.cited)}. {page.dated}"
    _line(document, sources, size=_LIST, italic=True, before=4)
    _foot(document, said["report"]["to"])
    return _bytes(document)


def letter(page: Digest, area: str) -> bytes:
    """Write the questions of a page as a draft letter to the office that reported the figures of an area."""
    said, document = _words()["letter"], _document(_words()["letter"]["subject"])
    _head(document, said["number"], said["subject"])
    addressee = said["addressee"].format(to=page.questions[0].to or area)
    _line(document, addressee, centred=True, before=14, after=8)
    _line(document, said["opening"].format(area=area), indent=1.0)
    sources = list(dict.fromkeys(source for each in page.questions for _, source, _ in each.figures))
    for number, question in enumerate(page.questions, start=1):
        _line(document, f"{number}. {question.text}", indent=1.0)
        for figure in question.figures:
            what, source, place = figure
            told = said["figure"].format(what=what, number=sources.index(source) + 1)
            told += said["paragraph"].format(place=place) if place else ""
            end = "." if figure == question.figures[-1] else ";"
            _line(document, f"- {told}{end}", size=_SMALL, indent=1.0, after=1)
    _line(document, said["sources"], indent=1.0, before=4)
    for number, source in enumerate(sources, start=1):
        _line(document, f"[{number}] {source}", size=_SMALL, indent=1.0, after=1)
    _line(document, said["closing"], indent=1.0, before=4)
    _foot(document, said["to"])
    return _bytes(document)


# ---- parts -------------------------------------------------------------------------------------------------


def _document(title: str) -> "Document":
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = Document()
    page, style = document.sections[0], document.styles["Normal"]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin, page.right_margin, page.bottom_margin, page.left_margin = map(Cm, (2, 1.6, 2, 3))
    page.header_distance = page.footer_distance = Cm(1)
    # Pages are numbered from the second one on.
    page.different_first_page_header_footer = True
    number = page.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    number._p.append(field)
    style.font.name, style.font.size = "Times New Roman", Pt(_TEXT)
    fonts = style.element.rPr.rFonts
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), "Times New Roman")
    style.paragraph_format.space_after, style.paragraph_format.line_spacing = Pt(3), 1.0
    style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    about = document.core_properties
    # Nobody is named, and the same page gives the same file.
    about.title, about.author, about.comments, about.language = safe(title)[:200], "", "", "vi-VN"
    about.created = about.modified = datetime(2000, 1, 1)
    return document


def _line(
    place: Any, text: str, *, bold: bool = False, italic: bool = False, centred: bool = False,
    size: float = _TEXT, indent: float = 0, before: float = 0, after: float = 3,
) -> Any:  # fmt: skip
    """Add a paragraph to a document or a cell; sizes and distances in points, the indent in centimetres."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    paragraph = place.add_paragraph()
    run = paragraph.add_run(safe(text))
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    look = paragraph.paragraph_format
    look.space_before, look.space_after, look.first_line_indent = Pt(before), Pt(after), Cm(indent)
    if centred:
        look.alignment, look.first_line_indent = WD_ALIGN_PARAGRAPH.CENTER, Cm(0)
    return paragraph


def _table(document: "Document", *widths: float, rows: int = 1) -> Any:
    """Add a table without borders whose columns have these widths."""
    from docx.shared import Cm

    table = document.add_table(rows=rows, cols=len(widths))
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)
    return table


def _trim(table: Any) -> None:
    """Remove the empty paragraph with which each cell of a table begins."""
    for cell in (cell for row in table.rows for cell in row.cells):
        empty = cell.paragraphs[0]._element
        empty.getparent().remove(empty)


def _ruled(cell: Any, text: str, length: float, width: float) -> None:
    """Add a bold line with a rule of `length` centimetres below it, in a cell that is `width` wide."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    _line(cell, text, bold=True, centred=True, size=_TEXT if text.islower() else _SMALL, after=0)
    rule = _line(cell, "", size=2, before=3, after=2, centred=True)
    rule.paragraph_format.left_indent = rule.paragraph_format.right_indent = Cm((width - length) / 2)
    rule.paragraph_format.line_spacing = Pt(3)
    border = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in {"val": "single", "sz": "6", "space": "1", "color": "000000"}.items():
        top.set(qn(f"w:{name}"), value)
    border.append(top)
    rule._element.get_or_add_pPr().append(border)


def _head(document: "Document", number: str, subject: str = "") -> None:
    """Write the heading block: offices and number at the left, state, motto, place and date at the right."""
    said, table = _words(), _table(document, _LEFT, _RIGHT)
    left, right = table.rows[0].cells
    _line(left, said["above"], centred=True, size=_SMALL, after=0)
    _ruled(left, said["office"], 2.2, _LEFT - 0.4)
    _line(left, number, centred=True, after=0)
    if subject:
        _line(left, subject, centred=True, size=_SMALL)
    _line(right, said["state"], bold=True, centred=True, size=_SMALL, after=0)
    _ruled(right, said["motto"], 5.2, _RIGHT - 0.4)
    _line(right, said["place"], italic=True, centred=True)
    _trim(table)


def _foot(document: "Document", to: list[str]) -> None:
    """Write the recipients at the left and the room for a signature at the right."""
    said, table = _words(), _table(document, *_SIGNED)
    left, right = table.rows[0].cells
    _line(left, said["to"], bold=True, italic=True, size=_SMALL, after=0)
    for each in to:
        _line(left, f"- {each}", size=_LIST, after=0)
    _line(right, said["signer"], bold=True, centred=True, before=2, after=22)
    _line(right, said["name"], bold=True, centred=True, after=0)
    _trim(table)


def room(page: Digest) -> float:
    """Return how many centimetres of height the texts of a report leave for a chart on its page."""
    # Texts with the height of a line, in centimetres, and the signs that it holds.
    parts = [
        (page.answer, 0.54, 78),
        ([f"{key.what} {key.caution}" for key in page.keys], 0.53, 66),
        ([page.finding.rpartition(". ")[2]], 0.5, 90),
        (page.cautions, 0.53, 86),
        ([f"{'; '.join(page.cited)} {page.dated}"], 0.45, 90),
    ]
    height = sum(line * -(-len(text) // signs) for texts, line, signs in parts for text in texts)
    return min(max(_ROOM - height, _LEAST), _MOST)


def _bytes(document: "Document") -> bytes:
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()
