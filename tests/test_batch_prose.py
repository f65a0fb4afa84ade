import re
import unicodedata
from pathlib import Path

import nbformat
import pytest
from babel.messages.pofile import read_po
from made_notebooks import save

import antq_analysis as aq
from antq_analysis.briefings.prose import in_language, markdown_of, prose_faults, question
from antq_analysis.data import bundled
from antq_analysis.errors import RenderFailed

LONG = "# Mỗi tỉnh báo cáo phong trào theo cách riêng\n\nVà “gần”."
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
QUESTION = 'msgid "# Câu hỏi?"\nmsgstr "# A question?"\n'
LONG_TRANSLATED = (
    'msgid ""\n"# Mỗi tỉnh báo cáo phong trào theo cách riêng\\n"\n"\\n"\n"Và “gần”."\n'
    'msgstr "# Each province in its own way"\n'
)
LACKING = (
    "the cell '# Mỗi tỉnh báo cáo phong…' has no translation in locale/en.po; "
    "add it there, its whole text as msgid"
)


@pytest.fixture
def notebook(tmp_path) -> Path:
    return save(
        tmp_path / "01_words.ipynb", "# Câu hỏi?\n", "1 + 1", LONG, parameters='lang: str = "vi"  # Language'
    )


@pytest.fixture
def catalogue(tmp_path):
    def written(*entries, head=HEAD):
        (tmp_path / "locale").mkdir()
        (tmp_path / "locale" / "en.po").write_text(head + "\n".join(entries), encoding="utf-8")

    return written


def spoken(notebook, lang):
    return nbformat.reads(in_language(notebook, lang), as_version=4)


def test_every_markdown_cell_is_put_into_the_language_and_nothing_else(notebook, catalogue):
    catalogue(QUESTION, LONG_TRANSLATED)
    before = notebook.read_bytes()
    own, made = nbformat.read(notebook, as_version=4), spoken(notebook, "en")
    assert [cell.source for cell in made.cells if cell.cell_type == "markdown"] == [
        "# A question?",
        "# Each province in its own way",
    ]
    assert [cell for cell in made.cells if cell.cell_type == "code"] == [
        cell for cell in own.cells if cell.cell_type == "code"
    ]
    assert made.metadata == own.metadata
    assert notebook.read_bytes() == before


def test_a_notebook_in_its_own_language_needs_no_catalogue(notebook):
    assert prose_faults(notebook, "vi") == []
    assert spoken(notebook, "vi") == nbformat.read(notebook, as_version=4)


@pytest.mark.parametrize(("cells", "parameters"), [(["# Câu hỏi?"], ""), (["1"], 'lang: str = "vi"')])
def test_a_notebook_without_a_language_or_without_prose_needs_none(tmp_path, cells, parameters):
    path = save(tmp_path / "x.ipynb", *cells, parameters=parameters)
    assert prose_faults(path, "en") == []
    assert spoken(path, "en") == nbformat.read(path, as_version=4)


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        ([QUESTION], LACKING),
        ([QUESTION, LONG_TRANSLATED.replace("# Each province in its own way", "")], LACKING),
        ([QUESTION, LONG_TRANSLATED.replace("cách riêng", "cách khác")], LACKING),
        (
            [QUESTION, "#, fuzzy\n" + LONG_TRANSLATED],
            "the translation of '# Mỗi tỉnh báo cáo phong…' is marked fuzzy in locale/en.po; "
            "check it, then unmark it",
        ),
    ],
)
def test_a_cell_without_a_sure_translation_is_told_by_its_first_words(notebook, catalogue, entries, fault):
    catalogue(*entries)
    assert prose_faults(notebook, "en") == [fault]
    with pytest.raises(RenderFailed, match=re.escape(fault)):
        in_language(notebook, "en")


def test_a_catalogue_that_is_not_there_is_one_fault(notebook):
    assert prose_faults(notebook, "en") == [
        "no locale/en.po beside the notebook translates its cells; write one"
    ]


@pytest.mark.parametrize(
    ("head", "entry", "line", "reason"),
    [
        ("<<<<<<< HEAD\n", QUESTION, 1, "Unknown or misformatted keyword"),
        (HEAD, "<<<<<<< HEAD\n" + QUESTION, 4, "Unknown or misformatted keyword"),
        (HEAD, 'msgid "x"\n' + QUESTION, 4, "missing msgstr for msgid 'x'"),
    ],
)
def test_a_broken_catalogue_is_one_fault_with_its_line_counted_from_1(
    notebook, catalogue, head, entry, line, reason
):
    catalogue(entry, head=head)
    assert prose_faults(notebook, "en") == [f"locale/en.po, line {line}, cannot be read ({reason}); mend it"]


def test_a_catalogue_in_unknown_letters_is_one_fault(notebook, catalogue):
    catalogue(QUESTION, head='msgid ""\nmsgstr "Content-Type: text/plain; charset=no-such\\n"\n\n')
    (fault,) = prose_faults(notebook, "en")
    assert re.fullmatch(r"locale/en\.po is not a readable gettext catalogue \(.+\); mend it", fault)


def test_the_question_of_a_notebook_is_its_first_heading_in_the_language(notebook, catalogue):
    assert question(notebook, "en") == "Câu hỏi?"
    catalogue(QUESTION)
    assert (question(notebook, "vi"), question(notebook, "en")) == ("Câu hỏi?", "A question?")


def test_a_notebook_without_a_heading_is_called_by_its_name(tmp_path):
    assert question(save(tmp_path / "03_trends.ipynb", "1"), "vi") == "03_trends"


class TestEnglishOfTheNotebooks:
    """The catalogue beside the project's notebooks: complete, sure, and English."""

    NOTEBOOKS = sorted(bundled("notebooks").glob("*.ipynb"))

    @pytest.fixture
    def entries(self):
        with (bundled("notebooks") / "locale" / "en.po").open("rb") as file:
            catalogue = read_po(file, locale="en", abort_invalid=True)
        assert not catalogue.obsolete
        return [message for message in catalogue if message.id]

    @pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
    def test_every_notebook_can_be_rendered_in_english(self, path):
        assert prose_faults(path, "en") == []

    def test_no_entry_is_left_over_fuzzy_or_empty(self, entries):
        cells = {text for path in self.NOTEBOOKS for text in markdown_of(path)}
        assert {message.id for message in entries} == cells
        assert [message.id for message in entries if message.fuzzy or not message.string] == []

    def test_a_translation_keeps_the_shape_of_its_cell(self, entries):
        shape = re.compile(r"^(?:#+|[-*]|\d+\.)(?= )", re.MULTILINE)
        different = [m.id for m in entries if shape.findall(m.id) != shape.findall(m.string)]
        assert different == []

    def test_no_vietnamese_letter_stands_outside_quotes_but_in_names_of_provinces(self, entries):
        names = "|".join(map(re.escape, aq.load().areas()["name_vi"]))
        stripped = {m.id: re.sub(rf"“[^”]*”|{names}", "", m.string) for m in entries}
        assert [text for text in stripped.values() if re.search("[à-ỹđ]", text.lower())] == []

    def test_both_languages_are_written_in_composed_letters(self, entries):
        texts = [text for message in entries for text in (message.id, message.string)]
        assert [text for text in texts if not unicodedata.is_normalized("NFC", text)] == []
