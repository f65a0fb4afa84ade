"""What a page becomes for Word, for mail and for a message: a report, a letter, a picture and five lines."""

import io
import sys
import zipfile
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from docx import Document
from docx.shared import Pt
from typer.testing import CliRunner

from antq_analysis.briefings.digest import Digest, Key, Question, digest
from antq_analysis.briefings.pdf import lacking
from antq_analysis.briefings.word import letter, report
from antq_analysis.cli import app

PAGE = "thanh-hoa-ho-so-vi"
HOSTILE = "a\x00b\x1b[31m<w:p>&\ud800\ufffe"


def words_of(content: bytes) -> list[str]:
    """Return the texts of a Word file in their order, those in tables too."""
    paragraphs = [
        each for each in Document(io.BytesIO(content)).element.body.iter() if each.tag.endswith("}p")
    ]
    return [
        "".join(part.text or "" for part in each.iter() if part.tag.endswith("}t")) for each in paragraphs
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Render a profile and the comparison with all that a browser is needed for."""
    out = tmp_path_factory.mktemp("office")
    for only in (PAGE, "so-sanh-cac-tinh-*"):
        result = CliRunner().invoke(app, ["render", "--only", only, "--out", str(out), "--png", "--docx"])
        assert result.exit_code == 0, result.output
    (folder,) = out.iterdir()
    assert CliRunner().invoke(app, ["render", "--verify", str(folder)]).exit_code == 0
    return folder


@pytest.mark.slow
def test_the_report_says_what_the_page_says_in_the_layout_of_the_decree(made: Path) -> None:
    page = BeautifulSoup((made / f"{PAGE}.html").read_text(encoding="utf-8"), "html.parser")
    said = words_of((made / f"{PAGE}.docx").read_bytes())
    for text in page.select("section.answer p, ul.keys .value"):
        assert " ".join(text.get_text().split()) in said
    for text in page.select("section.keep li"):
        assert f"- {text.get_text()}" in said
    assert said[:3] == ["[CƠ QUAN CHỦ QUẢN]", "[CƠ QUAN BAN HÀNH]", ""]
    assert {"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "BÁO CÁO", "Nơi nhận:"} <= {
        *said
    }
    document = Document(made / f"{PAGE}.docx")
    sheet, font = document.sections[0], document.styles["Normal"].font
    measures = sheet.page_width, sheet.page_height, sheet.left_margin, sheet.right_margin, sheet.top_margin
    assert [round(each.cm, 1) for each in measures] == [21, 29.7, 3, 1.6, 2]
    assert (font.name, font.size) == ("Times New Roman", Pt(13))
    (chart,) = document.inline_shapes
    assert 16 < chart.width.cm < 16.6
    assert 4 < chart.height.cm < 9.1
    assert document.core_properties.author == ""
    assert len(Document(made / "so-sanh-cac-tinh-vi.docx").inline_shapes) == 1


@pytest.mark.slow
def test_each_question_of_the_letter_names_its_figures_and_their_sources(made: Path) -> None:
    page = BeautifulSoup((made / f"{PAGE}.html").read_text(encoding="utf-8"), "html.parser")
    said = words_of((made / f"{PAGE}-cong-van.docx").read_bytes())
    assert "Kính gửi: [Cơ quan báo cáo số liệu] tỉnh Thanh Hóa" in said
    questions = page.select("ol.questions > li")
    assert len(questions) == sum(text[:1].isdigit() for text in said) > 5
    figures = [text for text in said if text.startswith("- “")]
    assert len(figures) == sum(len(str(each["data-obs"]).split()) for each in questions)
    first = "- “3.071 buổi tuyên truyền” – Buổi tuyên truyền của các đơn vị cấp tỉnh, 5 năm (2014–2019); "
    assert f"{first}nguồn [1], đoạn 11;" in figures
    sources = [text for text in said if text.startswith("[") and text[1].isdigit()]
    assert {text.rpartition("nguồn [")[2][0] for text in figures} == {text[1] for text in sources}
    assert said[-4:] == ["- Như trên;", "- Lưu: VT, …", "[QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ]", "[Họ và tên]"]


@pytest.mark.slow
def test_pictures_to_share_have_the_size_of_a_message_and_only_vietnamese_pages_become_letters(
    made: Path,
) -> None:
    for path in made.glob("*-chia-se.png"):
        content = path.read_bytes()
        assert [int.from_bytes(content[at : at + 4]) for at in (16, 20)] == [1080, 1350]
    assert {path.name for path in made.glob("*.docx")} == {
        f"{PAGE}.docx", f"{PAGE}-cong-van.docx", "so-sanh-cac-tinh-vi.docx"}  # fmt: skip
    assert len([*made.glob("*-chia-se.png")]) == 3
    for path in made.glob("*.txt"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) == 5, lines
        assert (
            BeautifulSoup((made / f"{path.stem}.html").read_text(), "html.parser").h1.get_text() == lines[0]
        )


def test_whatever_a_page_says_becomes_a_word_file_that_opens_and_is_the_same_again() -> None:
    question = Question(HOSTILE, [(HOSTILE, HOSTILE, "")])
    said = Digest(
        "vi",
        HOSTILE,
        [HOSTILE],
        [Key(HOSTILE, HOSTILE)],
        HOSTILE,
        [HOSTILE],
        [question],
        [HOSTILE],
        [HOSTILE],
        HOSTILE,
    )
    for content, again in ((report(said), report(said)), (letter(said, HOSTILE), letter(said, HOSTILE))):
        assert any("<w:p>&" in text for text in words_of(content))
        first, second = (zipfile.ZipFile(io.BytesIO(each)) for each in (content, again))
        assert [first.read(name) for name in first.namelist()] == [
            second.read(name) for name in second.namelist()
        ]


def test_a_page_without_answer_and_figures_is_read_as_well() -> None:
    said = digest(
        "<html lang='vi'><body><main><h1>Một câu hỏi?</h1></main><footer><p>Lập hôm nay.</p></footer>"
    )
    assert said.lines == ["Một câu hỏi?", "Lập hôm nay."]
    assert (said.answer, said.keys, said.questions, said.sources) == ([], [], [], [])


def test_without_python_docx_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    way = "the Python package python-docx is not installed; run `pip install 'antq-analysis[office]'`"
    assert lacking({"docx"}) == way
