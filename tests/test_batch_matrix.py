import pytest

import antq_analysis as aq
from antq_analysis.briefings.matrix import exclude_faults, matrix_faults, matrix_pages
from antq_analysis.briefings.parameters import Parameter
from antq_analysis.briefings.subject import Subject

KNOWN = {
    parameter.name: parameter
    for parameter in (
        Parameter("area", "str", "Thanh Hóa"),
        Parameter("areas", "list", []),
        Parameter("since", "int", 2014),
        Parameter("lang", "str", "vi"),
    )
}


@pytest.fixture(scope="module")
def subject():
    return Subject(aq.load())


def test_without_a_matrix_there_is_one_page(subject):
    assert matrix_pages({"parameters": {"since": 2019}}, KNOWN, subject) == [{"since": 2019}]
    assert matrix_pages({}, KNOWN, subject) == [{}]


def test_the_last_parameter_of_a_matrix_changes_first(subject):
    entry = {"parameters": {"since": 2019}, "matrix": {"lang": ["vi", "en"], "area": ["A", "B"]}}
    assert matrix_pages(entry, KNOWN, subject) == [
        {"since": 2019, "lang": "vi", "area": "A"},
        {"since": 2019, "lang": "vi", "area": "B"},
        {"since": 2019, "lang": "en", "area": "A"},
        {"since": 2019, "lang": "en", "area": "B"},
    ]


def test_all_areas_are_those_with_figures_that_their_source_or_publisher_places(subject):
    entry = {"matrix": {"area": "all"}}
    assert list(matrix_faults(entry, KNOWN, subject)) == []
    # The text on Hòa Bình names no province: the area is only inferred.
    assert matrix_pages(entry, KNOWN, subject) == [
        {"area": "Điện Biên"},
        {"area": "Thanh Hóa"},
        {"area": "Quảng Bình"},
    ]


def test_all_areas_of_a_list_are_a_page_each(subject):
    made = matrix_pages({"matrix": {"areas": "all"}}, KNOWN, subject)
    assert made == [{"areas": ["Điện Biên"]}, {"areas": ["Thanh Hóa"]}, {"areas": ["Quảng Bình"]}]


@pytest.mark.parametrize(
    ("matrix", "fault"),
    [
        ({"lang": "all"}, "'all' is no list; write one value per page: ['all']"),
        (
            {"area": "Thanh Hóa"},
            "'Thanh Hóa' is no list; write one value per page: ['Thanh Hóa'], or 'all'",
        ),
        ({"since": 2014}, "2014 is no list; write one value per page: [2014]"),
        ({"area": []}, "lists no value; write one per page, or leave it out"),
        ({"since": ["2014"]}, "'2014' is of type str, the notebook declares int"),
        ({"lang": ["vi", "vi"]}, "'vi' is listed already; keep one"),
        ({"area": ["Điện Biên", "VN-71"]}, "'VN-71' is listed already, as 'Điện Biên'; keep one"),
        (
            {"areas": [["Điện Biên", "VN-21"], ["dien bien", "thanh hoa"]]},
            "['dien bien', 'thanh hoa'] is listed already, as ['Điện Biên', 'VN-21']; keep one",
        ),
        ({"areas": [[]]}, "names no area; write one of ds.areas(), or leave areas to the notebook"),
        ({"since2": [1]}, "no parameter of the notebook 'since2'; did you mean 'since'?"),
    ],
)
def test_a_fault_of_a_matrix_is_told_with_the_way_out(subject, matrix, fault):
    ((name, found),) = matrix_faults({"matrix": matrix}, KNOWN, subject)
    assert (name, found) == (next(iter(matrix)), fault)


def test_a_parameter_stands_in_one_place(subject):
    entry = {"parameters": {"lang": "vi"}, "matrix": {"lang": ["vi", "en"]}}
    assert list(matrix_faults(entry, KNOWN, subject)) == [
        ("lang", "stands among the parameters too; keep it in one of the two")
    ]


def test_every_fault_is_told(subject):
    assert len(list(matrix_faults({"matrix": {"lang": ["fr", "de"], "since": []}}, KNOWN, subject))) == 3


LANGS_AREAS = {"lang": ["vi", "en"], "area": ["Điện Biên", "Thanh Hóa"]}


@pytest.mark.parametrize(
    ("exclude", "kept"),
    [
        ([{"lang": "en", "area": "dien bien"}], ["vi Điện Biên", "vi Thanh Hóa", "en Thanh Hóa"]),
        ([{"lang": "en"}], ["vi Điện Biên", "vi Thanh Hóa"]),
        ([{"lang": "en"}, {"area": "VN-21"}], ["vi Điện Biên"]),
    ],
)
def test_combinations_that_fit_an_exclusion_are_left_out(subject, exclude, kept):
    entry = {"matrix": LANGS_AREAS, "exclude": exclude}
    assert list(exclude_faults(entry, KNOWN, subject)) == []
    assert [f"{page['lang']} {page['area']}" for page in matrix_pages(entry, KNOWN, subject)] == kept


def test_an_area_is_left_out_of_all_areas(subject):
    entry = {"matrix": {"areas": "all"}, "exclude": [{"areas": "THANH HOÁ"}]}
    assert matrix_pages(entry, KNOWN, subject) == [{"areas": ["Điện Biên"]}, {"areas": ["Quảng Bình"]}]


@pytest.mark.parametrize(
    ("exclude", "fault"),
    [
        ([{"lnag": "en"}], (["lnag"], "no parameter of the matrix 'lnag'; did you mean 'lang'?")),
        ([{"lang": "fr"}], (["lang"], "'fr' is not in the matrix, so it leaves nothing out")),
        ([{"area": "Quảng Bình"}], (["area"], "'Quảng Bình' is not in the matrix, so it leaves nothing out")),
        ([{}], ([], '{} names no combination; write { lang = "…" }')),
        (["en"], ([], "'en' names no combination; write { lang = \"…\" }")),
        ([{"lang": "vi"}, {"lang": "en"}], ([], "leaves no page of the matrix; exclude less")),
    ],
)
def test_an_exclusion_that_does_nothing_or_too_much_is_refused(subject, exclude, fault):
    assert list(exclude_faults({"matrix": LANGS_AREAS, "exclude": exclude}, KNOWN, subject)) == [fault]


def test_without_a_matrix_nothing_can_be_excluded(subject):
    ((key, fault),) = exclude_faults({"exclude": [{"lang": "en"}]}, KNOWN, subject)
    assert (key, fault.split(";")[0]) == ([], "there is no matrix to leave combinations out of")
