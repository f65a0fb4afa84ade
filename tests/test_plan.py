import re
import shutil

import pytest
from made_notebooks import save

import antq_analysis as aq
from antq_analysis.briefings.plan import Names, read_plan, select
from antq_analysis.briefings.worker import Links
from antq_analysis.data import bundled
from antq_analysis.errors import InvalidPlan

CELL = """\
areas: list[str] = ["Điện Biên"]  # Provinces
code: str = ""  # Kept as text
since: int = 2014
lang: str = "vi"
"""


@pytest.fixture(scope="module")
def names():
    return Names(aq.load())


@pytest.fixture
def read(tmp_path, names):
    save(tmp_path / "02_compare.ipynb", parameters=CELL)
    save(tmp_path / "plain.ipynb", "1 + 1")
    (tmp_path / "broken.ipynb").write_text("{}")

    def reading(text):
        path = tmp_path / "briefings.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_plan(path, names).pages

    return reading


@pytest.fixture
def faults(read):
    def found(text):
        with pytest.raises(InvalidPlan) as raised:
            read(text)
        return [str(fault) for fault in raised.value.faults]

    return found


def briefing(*lines, notebook="02_compare"):
    return "\n".join(["[[briefing]]", f'notebook = "{notebook}"', *lines, ""])


def test_parameters_keep_the_type_they_are_written_with(read):
    (made,) = read(briefing("[briefing.parameters]", 'code = "01"', "since = 2019", 'areas = ["dien bien"]'))
    assert made.parameters == {"code": "01", "since": 2019, "areas": ["dien bien"]}
    assert type(made.parameters["code"]) is str


@pytest.mark.parametrize(("parameter", "kind"), [("denominator", "indicator"), ("ratios", "ratio")])
def test_what_a_plan_names_may_be_a_name_in_either_language(names, parameter, kind):
    row = getattr(aq.load(), f"{kind}s")().iloc[3]
    assert names.found(parameter, [row["name_vi"].lower(), row["name_en"]]) == [row[kind]] * 2
    assert names.said(parameter, row["name_en"], "vi") == row["name_vi"]


def test_what_the_plan_leaves_out_is_made_from_notebook_and_parameters(read, tmp_path):
    (made,) = read(briefing("[briefing.parameters]", 'areas = ["Điện Biên", "thanh hoa"]', "since = 2019"))
    assert made.notebook == tmp_path / "02_compare.ipynb"
    assert made.slug == "compare-dien-bien-thanh-hoa-since-2019-vi"
    assert made.lang == "vi"
    assert made.title is None
    assert made.subtitle == "Các tỉnh: Điện Biên, Thanh Hóa · Từ: 2019"
    assert made.areas == {"VN-71": "Điện Biên", "VN-21": "Thanh Hóa"}


def test_the_defaults_of_the_notebook_say_the_provinces_and_the_language(read):
    (made,) = read(briefing())
    assert (made.lang, made.subtitle, made.parameters) == ("vi", "Các tỉnh: Điện Biên", {})


def test_a_page_can_be_named_titled_and_written_in_english(read):
    (made,) = read(briefing('slug = "two"', 'title = "Hai"', "[briefing.parameters]", 'lang = "en"'))
    assert (made.slug, made.title, made.lang) == ("two", "Hai", "en")
    assert made.subtitle == "Provinces: Điện Biên"


FAULTS = {
    # The keys of a briefing.
    'slgu = "a"': "key slgu: no key of a briefing 'slgu'; did you mean 'slug'?",
    "slug = 3": "key slug: 3 is a whole number; write text in quotes.",
    'slug = "Điện Biên"': "key slug: 'Điện Biên' cannot be a file name here; write 'dien-bien-page', say.",
    'slug = "index"': "key slug: 'index' cannot be a file name here; write 'index-page', say.",
    f'slug = "{"a" * 100}"': f"key slug: '{'a' * 79}…' has 100 characters, and a file name has at most 80; "
    "write a shorter one.",
    'slug = "{areas"': "key slug: '{areas' has a { without its }; "
    "write {name} with the name of a parameter, or no brace.",
    # Values of parameters.
    'parameters.arreas = ["Điện Biên"]': "parameter arreas: no parameter of the notebook 'arreas'; "
    "did you mean 'areas'?",
    "parameters.code = 1": "parameter code: 1 is of type int, the notebook declares str; write '1'.",
    'parameters.areas = ["Dien Bein"]': "parameter areas: No area 'Dien Bein'. "
    "Did you mean 'Dien Bien'? See ds.areas().",
    'parameters = { lang = "fr" }': "parameter lang: 'fr' is no language; use 'vi' or 'en'.",
    "parameters.areas = []": "parameter areas: names no area; "
    "write one of ds.areas(), or leave areas to the notebook.",
    'parameters.areas = ["Điện Biên", "VN-21", "dien bien"]': "parameter areas: 'dien bien' is listed "
    "already, as 'Điện Biên'; keep one.",
    # The matrix.
    "matrix.lang = []": "parameter lang: lists no value; write one per page, or leave it out.",
    "matrix.lang = 'all'": "parameter lang: 'all' is no list; write one value per page: ['all'].",
    "matrix.areas = 'Thanh Hóa'": "parameter areas: 'Thanh Hóa' is no list; "
    "write one value per page: ['Thanh Hóa'], or 'all'.",
    "matrix.areas = [['Điện Biên', 'VN-21'], ['dien bien', 'thanh hoa']]": "parameter areas: "
    "['dien bien', 'thanh hoa'] is listed already, as ['Điện Biên', 'VN-21']; keep one.",
    "parameters.since = 2014\nmatrix.since = [2014, 2019]": "parameter since: stands among the parameters "
    "too; keep it in one of the two.",
    f"matrix = {{ since = {[*range(1, 400)]}, code = {[*map(str, range(1, 400))]} }}": "key matrix: "
    "makes 159,201 pages; a run makes at most 100,000: list less.",
    # Placeholders.
    'slug = "{area}-ho-so"': "key slug: no parameter of the notebook 'area'; did you mean 'areas'?",
    'slug = "ho-so-{lang}"\nmatrix = { since = [2014, 2019], lang = ["vi"] }': "key slug: 2 pages would "
    "have the file name 'ho-so-vi'; write {since} into slug.",
    'slug = "{code}-{lang}"\nmatrix.code = ["a b", "A-B"]': "key slug: 2 pages would have the file name "
    "'a-b-vi'; give each an entry and a slug of its own.",
}


@pytest.mark.parametrize("text", list(FAULTS))
def test_a_fault_is_named_with_its_key_and_the_way_out(faults, text):
    assert faults(briefing(text)) == [f"briefings.toml: briefing 1 (02_compare), {FAULTS[text]}"]


WHOLE = {
    briefing(notebook="02_comparee"): "briefing 1 (02_comparee), key notebook: "
    "no notebook beside the plan '02_comparee'; did you mean '02_compare'?",
    briefing(notebook="../02_compare"): "briefing 1 (../02_compare), key notebook: no notebook beside the",
    briefing(notebook="broken"): "briefing 1 (broken), key notebook: "
    "broken.ipynb is not a notebook of format 4; save it again in JupyterLab.",
    '[[briefing]]\ntitle = "x"\n': "briefing 1 (no notebook), key notebook: missing; "
    'add notebook = "02_compare_provinces".',
    briefing() + briefing('title = "x"'): "briefing 2 (02_compare), key slug: "
    "the file name 'compare-vi' is taken by a briefing above; give this one a slug.",
    "data = 1\n" + briefing(): 'data: no text in quotes; write data = "<folder>".',
    "title = 'Điện Biên'".encode("utf-16"): "the file: not written in UTF-8; save it as UTF-8.",
    **dict.fromkeys(["", "# nothing", "briefing = []", "briefing = 1", "briefing = [1]"],
                    'the plan: lists no briefing; add [[briefing]] and notebook = "...".'),
}  # fmt: skip


@pytest.mark.parametrize("text", list(WHOLE))
def test_a_plan_that_names_no_page_to_make_is_refused(faults, text):
    (found,) = faults(text)
    assert found.startswith(f"briefings.toml: {WHOLE[text]}")


def test_every_fault_of_a_plan_is_told_at_once_in_its_order(faults):
    text = briefing("slgu = 1", "title = 2") + briefing("[briefing.parameters]", "x = 1", 'lang = "fr"')
    found = [fault.split(": ")[1] for fault in faults(text + "[other]")]
    assert found == [
        "other",
        "briefing 1 (02_compare), key slgu",
        "briefing 1 (02_compare), key title",
        "briefing 2 (02_compare), parameter x",
        "briefing 2 (02_compare), parameter lang",
    ]


def test_a_matrix_makes_a_page_of_each_combination_the_last_parameter_changing_first(read):
    made = read(
        briefing(
            'slug = "{areas}-tu-{since}-{lang}"',
            'title = { vi = "{areas} từ {since}", en = "{areas} since {since}" }',
            "[briefing.parameters]",
            'code = "01"',
            "[briefing.matrix]",
            'lang = ["vi", "en"]',
            'areas = [["thanh hoa"], ["VN-71", "VN-24"]]',
        )
    )
    assert [(page.slug, page.title) for page in made] == [
        ("thanh-hoa-tu-2014-vi", "Thanh Hóa từ 2014"),
        ("dien-bien-quang-binh-tu-2014-vi", "Điện Biên, Quảng Bình từ 2014"),
        ("thanh-hoa-tu-2014-en", "Thanh Hóa since 2014"),
        ("dien-bien-quang-binh-tu-2014-en", "Điện Biên, Quảng Bình since 2014"),
    ]
    assert made[1].parameters == {"code": "01", "lang": "vi", "areas": ["VN-71", "VN-24"]}
    assert made[2].subtitle == "", "the title has said it"
    assert made[2].areas == {"VN-21": "Thanh Hóa"}


@pytest.mark.parametrize(
    ("title", "fault"),
    [
        ('"{areas}"', "one title for pages in several languages; write title = { vi = "),
        ('{ vi = "{areas}" }', "has no words in 'en'; add en = "),
        ('{ vi = "a", en = "b", fr = "c" }', "no language of a title 'fr'; there are vi, en"),
        ('{ vi = "a", en = "{area}" }', "no parameter of the notebook 'area'; did you mean 'areas'"),
    ],
)
def test_a_title_has_words_for_every_language_of_its_pages(read, title, fault):
    lines = (f"title = {title}", 'matrix = { lang = ["vi", "en"], areas = [["Thanh Hóa"]] }')
    with pytest.raises(InvalidPlan, match=re.escape(fault)):
        read(briefing(*lines))


@pytest.mark.parametrize(
    "lines",
    [
        ["[briefing.parameters]", 'lang = "en"'],
        ['matrix = { lang = ["vi", "en"], since = [2014, 2019] }'],
    ],
)
def test_a_cell_without_a_translation_is_a_fault_of_the_plan_told_once(faults, tmp_path, lines):
    save(tmp_path / "04_words.ipynb", "# Câu hỏi nào?", parameters=CELL)
    assert faults(briefing(*lines, notebook="04_words")) == [
        "briefings.toml: briefing 1 (04_words), parameter lang: "
        "no locale/en.po beside the notebook translates its cells; write one."
    ]


def test_all_areas_are_those_that_reported(read):
    # The text on Hòa Bình names no province: the area is only inferred.
    made = read(briefing("matrix = { areas = 'all', since = [2014, 2019] }"))
    assert [(page.parameters["areas"], page.parameters["since"]) for page in made] == [
        (["Điện Biên"], 2014),
        (["Điện Biên"], 2019),
        (["Thanh Hóa"], 2014),
        (["Thanh Hóa"], 2019),
        (["Quảng Bình"], 2014),
        (["Quảng Bình"], 2019),
    ]


HOSTILE = {
    "a long integer": f"parameters = {{ since = {'9' * 5000} }}",
    "deep lists": f"parameters = {{ areas = {'[' * 20_000}{']' * 20_000} }}",
    "deep tables": f"parameters.{'.'.join('a' * 5000)} = 1",
    "numbers that are none": "parameters = { since = nan }",
    "dates everywhere": "slug = 2014-01-01\ntitle = 10:00:00",
    "a key twice": "slug = 'a'\nslug = 'b'",
    "inputs that are not there": "inputs = ['no-such-file.csv']",
    "terminal escapes": '"\\u001b[2J" = 1',
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_any_fault_of_a_plan_is_our_error(faults, name):
    found = faults(briefing(HOSTILE[name]))
    assert found
    assert all(len(fault) < 400 and "\x1b" not in fault for fault in found)


def test_files_that_a_notebook_reads_are_inputs_of_its_pages(read, tmp_path):
    (tmp_path / "own.csv").write_text("a")
    (made,) = read(briefing('inputs = ["own.csv", "."]'))
    assert made.inputs == (tmp_path / "own.csv", tmp_path)


def test_a_plan_that_is_not_there_is_refused(tmp_path, names):
    with pytest.raises(InvalidPlan) as raised:
        read_plan(tmp_path / "none.toml", names)
    assert str(raised.value) == (
        f"Nothing was rendered: the plan has 1 fault.\n  {tmp_path / 'none.toml'}: the file: "
        "No such file or directory; give the path of a plan: antq render PLAN."
    )


def test_a_pattern_selects_by_file_name_or_notebook(read):
    made = read(briefing('slug = "so-sanh"') + briefing(notebook="plain"))
    assert [b.slug for b in select(made, "so-*")] == [b.slug for b in select(made, "02*")] == ["so-sanh"]
    assert select(made, "*") == made


def test_a_notebook_is_not_taken_for_a_plan(tmp_path, names):
    with pytest.raises(InvalidPlan) as raised:
        read_plan(save(tmp_path / "02_compare.ipynb", "1"), names)
    assert [str(fault) for fault in raised.value.faults] == [
        "02_compare.ipynb: a notebook, not a plan: name it in a plan beside it, "
        'by two lines: [[briefing]] and notebook = "02_compare".'
    ]


def test_the_plan_of_the_documentation_is_sound(names, tmp_path):
    notebooks = bundled("notebooks")
    shutil.copytree(notebooks, tmp_path / "notebooks")
    text = (notebooks.parent / "docs" / "render.md").read_text(encoding="utf-8")
    block = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[0]
    path = tmp_path / "notebooks" / "mine.toml"
    path.write_text(block)
    made = read_plan(path, names).pages
    assert [page.slug for page in made[:2]] == ["dien-bien-ho-so-vi", "thanh-hoa-ho-so-vi"]
    assert made[1].title == "Thanh Hóa đã công bố những gì?"


OVERVIEWS = {
    "areas = ['Dien Bein']\nconcepts = ['tips']": "key areas: No area 'Dien Bein'. Did you mean 'Dien Bien'?",
    "areas = ['VN-71']\nconcepts = ['tipps']": "key concepts: No concept 'tipps'. Did you mean 'tips'?",
    "areas = ['VN-71', 'dien bien']\nconcepts = ['tips']": "key areas: 'dien bien' is listed already",
    "areas = ['VN-71']": "key concepts: missing; write a list of names",
    "areas = ['VN-71']\nconcepts = ['tips']\narea = 1": "key area: no key of the overview 'area'; did",
}


@pytest.mark.parametrize("table", list(OVERVIEWS))
def test_a_fault_of_the_overview_is_named_with_the_way_out(faults, table):
    (fault,) = faults(f"{briefing()}\n[overview]\n{table}")
    assert fault.startswith(f"briefings.toml: the overview, {OVERVIEWS[table]}")


def test_an_overview_is_kept_by_its_codes_and_must_be_a_table(tmp_path, names, faults):
    path = save(tmp_path / "plain.ipynb", "1").with_name("plan.toml")
    path.write_text(
        f"{briefing(notebook='plain')}\n[overview]\nareas = ['Thanh Hóa']\nconcepts = ['tin báo']"
    )
    shown = read_plan(path, names).overview
    assert (shown.areas, shown.concepts) == (["VN-21"], ["tips"])
    (fault,) = faults(f"overview = 1\n{briefing()}")
    assert fault == "briefings.toml: the overview, the table: 1 is a whole number; write [overview]."


def test_pages_link_each_other_by_province_or_title_and_their_own_translations(read):
    matrix = 'matrix = { lang = ["vi", "en"], areas = [["Thanh Hóa"], ["Quảng Bình"]] }'
    made = read(briefing(matrix) + briefing('title = "Khác"', 'slug = "khac"'))
    first, links = made[0], made[0].links
    assert links.index == "index.html"
    assert links.groups == (
        (
            ("compare-thanh-hoa-vi.html", "Thanh Hóa", "vi"),
            ("compare-quang-binh-vi.html", "Quảng Bình", "vi"),
            ("khac.html", "Điện Biên", "vi"),
        ),
    )
    assert links.languages == (("compare-thanh-hoa-en.html", "English", "en"),)
    plain = read(briefing() + briefing('title = "Khác"', notebook="plain"))
    assert plain[0].links.groups == ((("compare-vi.html", "02_compare", "vi"), ("plain.html", "Khác", "vi")),)
    assert first.links != read(briefing(matrix))[0].links


def test_pages_of_a_large_plan_link_the_index_alone(read):
    many = read("".join(briefing(f'slug = "so-{number}"') for number in range(101)))
    assert many[0].links == Links("index.html", "so-0.html")
