import re
import unicodedata
from pathlib import Path

import nbformat
import pytest
from babel.messages.pofile import read_po
from made_notebooks import save

from antq_analysis.briefings.notebooks import Parameter, question, read_notebook
from antq_analysis.data import bundled

CELL = """\
area: str = "Điện Biên"  # The province
areas: list[str] = []  # Several = many | more
since: int = 2014
share: float = 0.5
whole: bool = False
until: int | None = None
plain = "x"
"""

LONG = "# Mỗi tỉnh báo cáo phong trào theo cách riêng\n\nVà “gần”."
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
QUESTION = 'msgid "# Câu hỏi?"\nmsgstr "# A question?"\n'
LONG_TRANSLATED = (
    'msgid ""\n"# Mỗi tỉnh báo cáo phong trào theo cách riêng\\n"\n"\\n"\n"Và “gần”."\n'
    'msgstr "# Each province in its own way"\n'
)
LACKING = (
    "the cell '# Mỗi tỉnh báo cáo phong…' has no translation in locale/en.po, or one that is marked fuzzy; "
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
    return nbformat.reads(read_notebook(notebook).source(lang), as_version=4)


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
    assert read_notebook(notebook).untranslated("vi") == []
    assert spoken(notebook, "vi") == nbformat.read(notebook, as_version=4)


@pytest.mark.parametrize(("cells", "parameters"), [(["# Câu hỏi?"], ""), (["1"], 'lang: str = "vi"')])
def test_a_notebook_without_a_language_or_without_prose_needs_none(tmp_path, cells, parameters):
    path = save(tmp_path / "x.ipynb", *cells, parameters=parameters)
    assert read_notebook(path).untranslated("en") == []
    assert spoken(path, "en") == nbformat.read(path, as_version=4)


@pytest.mark.parametrize(
    "entry",
    [
        "",
        LONG_TRANSLATED.replace("# Each province in its own way", ""),
        LONG_TRANSLATED.replace("cách riêng", "cách khác"),
        "#, fuzzy\n" + LONG_TRANSLATED,
    ],
)
def test_a_cell_without_a_sure_translation_is_told_by_its_first_words(notebook, catalogue, entry):
    catalogue(QUESTION, entry)
    assert read_notebook(notebook).untranslated("en") == [LACKING]


def test_a_catalogue_that_is_not_there_is_one_fault(notebook):
    assert read_notebook(notebook).untranslated("en") == [
        "no locale/en.po beside the notebook translates its cells; write one"
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<<<<<<< HEAD\n" + QUESTION, ", line 1, cannot be read (Unknown or misformatted keyword); mend it"),
        (HEAD + "<<<<<<< HEAD\n", ", line 4, cannot be read (Unknown or misformatted keyword); mend it"),
        (HEAD + 'msgid "x"\n' + QUESTION, ", line 4, cannot be read (missing msgstr for msgid 'x'); mend it"),
        (HEAD.replace("utf-8", "no-such") + QUESTION, " is not a readable gettext catalogue ("),
    ],
)
def test_a_broken_catalogue_is_one_fault_with_its_line_counted_from_1(notebook, catalogue, text, fault):
    catalogue(text, head="")
    (found,) = read_notebook(notebook).untranslated("en")
    assert found.startswith(f"locale/en.po{fault}")
    assert found.endswith("; mend it")


def test_the_question_of_a_notebook_is_its_first_heading_in_the_language(notebook, catalogue):
    assert question(notebook, "en") == "Câu hỏi?"
    catalogue(QUESTION)
    assert (question(notebook, "vi"), question(notebook, "en")) == ("Câu hỏi?", "A question?")
    # One without a heading is called by its name.
    assert question(save(notebook.with_name("03_trends.ipynb"), "1"), "vi") == "03_trends"


def test_every_parameter_is_found_with_type_and_default(tmp_path):
    found = read_notebook(save(tmp_path / "a.ipynb", parameters=CELL)).parameters
    assert {name: (p.annotation, p.default) for name, p in found.items()} == {
        "area": ("str", "Điện Biên"),
        "areas": ("list[str]", []),
        "since": ("int", 2014),
        "share": ("float", 0.5),
        "whole": ("bool", False),
        "until": ("int | None", None),
        "plain": ("str", "x"),
    }
    assert read_notebook(save(tmp_path / "b.ipynb", "area = 'x'")).parameters == {}


FITTING = [("str", "01"), ("int", 1), ("float", 1), ("float", 1.5), ("bool", True), ("list", [1, "a"])]
FITTING += [("list[str]", ["a"]), ("list[int]", []), ("int | None", 3), ("str | list[str]", ["a"])]


@pytest.mark.parametrize(("annotation", "value"), [*FITTING, ("dict", {"a": 1})])
def test_a_value_of_the_declared_type_fits(annotation, value):
    assert Parameter("p", annotation, None).fault(value) is None


@pytest.mark.parametrize(
    ("annotation", "value", "fault"),
    [
        ("str", 1, "1 is of type int, the notebook declares str; write '1'"),
        ("int", "1", "'1' is of type str, the notebook declares int"),
        ("int", True, "True is of type bool, the notebook declares int"),
        ("list[str]", ["a", 1], "['a', 1] is of type list, the notebook declares list[str]"),
        ("int | None", "1", "'1' is of type str, the notebook declares int | None"),
        (
            "Path",
            "x",
            "the notebook declares Path, which no plan can check; "
            "declare str, int, float, bool, list or list[...] there",
        ),
    ],
)
def test_a_value_of_another_type_is_refused_with_both_types(annotation, value, fault):
    assert Parameter("p", annotation, None).fault(value) == fault


REFUSED = [
    *(({"text": text}, "is not a notebook of format 4; save it again") for text in ("{}", "no JSON", "[]")),
    ({"kernel": None}, "names no kernel; choose one in JupyterLab and save it"),
    *(({"parameters": cell}, "parameters cell that cannot be read .* write one annotated literal")
      for cell in ("area: str = find()", "area: str =", "%matplotlib inline")),
]  # fmt: skip


@pytest.mark.parametrize(("given", "fault"), REFUSED)
def test_what_cannot_be_read_as_a_notebook_with_parameters_is_refused(tmp_path, given, fault):
    path = tmp_path / "a.ipynb"
    if "text" in given:
        path.write_text(given["text"])
    else:
        save(path, **given)
    with pytest.raises(ValueError, match=rf"a\.ipynb.* {fault}"):
        read_notebook(path)


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
        assert read_notebook(path).untranslated("en") == []

    def test_no_entry_is_left_over_fuzzy_or_empty(self, entries):
        cells = {text for path in self.NOTEBOOKS for text in read_notebook(path).texts()}
        assert {message.id for message in entries} == cells
        assert [message.id for message in entries if message.fuzzy or not message.string] == []

    def test_a_translation_keeps_the_shape_of_its_cell(self, entries):
        shape = re.compile(r"^(?:#+|[-*]|\d+\.)(?= )", re.MULTILINE)
        different = [m.id for m in entries if shape.findall(m.id) != shape.findall(m.string)]
        assert different == []

    def test_both_languages_are_written_in_composed_letters(self, entries):
        texts = [text for message in entries for text in (message.id, message.string)]
        assert [text for text in texts if not unicodedata.is_normalized("NFC", text)] == []
