"""Takes the text out of a file: plain text, a web page, or a Word document; refuses what it would spoil."""

import codecs
import io
import re
import unicodedata
import zipfile
import zlib
from xml.etree import ElementTree

from antq_analysis.errors import InvalidData, Problem

MOST_BYTES = 2_000_000
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BLOCKS = {"p", "div", "li", "tr", "br", "h1", "h2", "h3", "h4", "table", "section", "article", "header"}
# Letters of fonts of before Unicode, as they come out of a program that takes them for Western ones.
_OLD_LETTERS = {
    "UTF-8 that was read as another encoding": r"áº|á»|Ä‘|Ã[ª´¡¢£©¨]|Æ[°¡]",
    "TCVN3 (a font such as .VnTime)": r"(?<=[a-z])[¨©ª«¬\xad¸µ¶·¹¾»¼½Æ-Þßæø]|®",
    "VNI (a font such as VNI-Times)": r"[aeoôöuyAEOÔÖUY][âêîûùøûïëàáèéäåãúüØÙÛ](?=[\s,.a-z])|ñ[aeoiuöôy]",
}
_TAKEN = "text, HTML or .docx"
_VIETNAMESE = re.compile("[ăđơưĂĐƠƯạ-ỹẠ-Ỹ]")


def text_of(content: bytes, name: str) -> str:
    """Return the text of a file that is UTF-8 or UTF-16 text, HTML or .docx; `name` is told in errors.

    Raises InvalidData, with the way out, for a file that is too large, no text, or in another encoding.

    >>> text_of("<p>35 buổi</p><p>2 lớp</p>".encode(), "page.html").split()
    ['35', 'buổi', '2', 'lớp']
    """
    if len(content) > MOST_BYTES:
        raise _refusal(
            name, f"more than {MOST_BYTES / 1e6:.0f} MB", "an article", "cut out the part that you need"
        )
    if content.startswith(b"PK\x03\x04"):
        return _text_of_word(content, name)
    if content.startswith((b"%PDF", b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise _refusal(name, "a PDF, an old Word file or RTF", _TAKEN, "save it as .docx or plain text")
    text, _ = decoded(content, name)
    if re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise _refusal(name, "characters of a program", _TAKEN, "save it as plain text in UTF-8")
    if re.match(r"\s*<|(?s:.{0,2000})<(?:html|body|p|div)[\s>]", text, re.I):
        text = _text_of_page(text)
    refuse_old_letters(text, name)
    return text


def refuse_old_letters(text: str, name: str) -> None:
    """Raise InvalidData for a text in letters of before Unicode, or read in another encoding than its own."""
    if old := _old_encoding(text, 5):
        raise _refusal(name, old, "Vietnamese in Unicode", "convert it with UniKey (Ctrl+Shift+F6) first")


def decoded(content: bytes, name: str) -> tuple[str, str]:
    """Return the text of UTF-8, UTF-16 or Windows-1258, and what to note of the encoding, if anything.

    Raises InvalidData for other encodings.
    """
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if is_utf16 else "utf-8-sig")
        return text, "text in UTF-16" if is_utf16 else ""
    except UnicodeDecodeError:
        ways = "save it as UTF-8; what is TCVN3 or VNI, convert to Unicode with UniKey first"
        refusal = _refusal(name, "an encoding that is not UTF-8", "text in UTF-8", ways)
    try:
        text = unicodedata.normalize("NFC", content.decode("cp1258"))
    except UnicodeDecodeError:
        raise refusal from None
    # Of the letters of Vietnamese that Western languages lack, every text has some.
    if _old_encoding(text, 0) or not _VIETNAMESE.search(text):
        raise refusal
    return text, "text in Windows-1258"


def _old_encoding(text: str, least: int) -> str | None:
    """Name the encoding of which a text has more letters than of Vietnamese, and more than a few; or None."""
    most = max(least, len(_VIETNAMESE.findall(text)))
    return next(
        (name for name, letters in _OLD_LETTERS.items() if len(re.findall(letters, text)) > most), None
    )


def _refusal(name: str, found: str, expected: str, remedy: str) -> InvalidData:
    return InvalidData([Problem(name, None, None, found, expected, remedy)])


def _text_of_page(html: str) -> str:
    """Return what a browser would show, a line for each block and a tab between the cells of a table."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(re.sub(r"\s+", " ", html), "html.parser")
    for tag in soup(["script", "style", "noscript", "template", "head"]):
        tag.decompose()
    for tag in soup([*_BLOCKS, "td", "th"]):
        tag.append("\t" if tag.name in ("td", "th") else "\n")
        if tag.name in _BLOCKS:
            tag.insert_before("\n")
    return "\n".join(line.strip(" ") for line in soup.get_text().split("\n"))


def _text_of_word(content: bytes, name: str) -> str:
    """Return the paragraphs of a .docx, and the rows of its tables with tabs between cells."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if archive.getinfo("word/document.xml").file_size > 20 * MOST_BYTES:
                raise _refusal(name, "a Word text far longer than an article", "an article", "cut it")
            root = ElementTree.fromstring(archive.read("word/document.xml"))
    except (
        KeyError,
        zipfile.BadZipFile,
        zlib.error,
        ElementTree.ParseError,
        NotImplementedError,
        RuntimeError,
    ):
        raise _refusal(name, "an archive without a Word text", _TAKEN, "save it as .docx again") from None
    lines = []
    for block in root.find(f"{_WORD}body") or ():
        rows = [row.iter(f"{_WORD}tc") for row in block.iter(f"{_WORD}tr")]
        cells = ["\t".join(_letters(cell).replace("\n", " ") for cell in row) for row in rows]
        lines += cells or [_letters(block)]
    return "\n".join(lines)


def _letters(block: ElementTree.Element) -> str:
    signs = {f"{_WORD}tab": "\t", f"{_WORD}br": "\n", f"{_WORD}cr": "\n"}
    return "".join(
        each.text or "" if each.tag == f"{_WORD}t" else signs.get(each.tag, "") for each in block.iter()
    )
