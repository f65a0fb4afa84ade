import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_notebooks import save

import antq_analysis as aq
from antq_analysis.briefings.parameters import Parameter, declared, parameter_faults
from antq_analysis.briefings.subject import Subject

CELL = """\
area: str = "Điện Biên"  # The province
areas: list[str] = []  # Several = many | more
since: int = 2014
share: float = 0.5
whole: bool = False
until: int | None = None
plain = "x"
"""


def test_every_parameter_is_found_with_type_and_default(tmp_path):
    found = declared(save(tmp_path / "a.ipynb", parameters=CELL))
    assert {name: (p.annotation, p.default) for name, p in found.items()} == {
        "area": ("str", "Điện Biên"),
        "areas": ("list[str]", []),
        "since": ("int", 2014),
        "share": ("float", 0.5),
        "whole": ("bool", False),
        "until": ("int | None", None),
        "plain": ("str", "x"),
    }


def test_a_notebook_without_the_cell_declares_none(tmp_path):
    assert declared(save(tmp_path / "a.ipynb", "area = 'x'")) == {}


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        ("str", "01"),
        ("int", 1),
        ("float", 1),
        ("float", 1.5),
        ("bool", True),
        ("list", [1, "a"]),
        ("list[str]", ["a"]),
        ("list[int]", []),
        ("int | None", 3),
        ("str | list[str]", ["a"]),
        ("dict", {"a": 1}),
    ],
)
def test_a_value_of_the_declared_type_fits(annotation, value):
    assert Parameter("p", annotation, None).fault(value) is None


@pytest.mark.parametrize(
    ("annotation", "value", "fault"),
    [
        ("str", 1, "1 is of type int, the notebook declares str; write '1'"),
        ("int", "1", "'1' is of type str, the notebook declares int"),
        ("int", True, "True is of type bool, the notebook declares int"),
        ("float", False, "False is of type bool, the notebook declares float"),
        ("bool", 1, "1 is of type int, the notebook declares bool"),
        ("list", "a", "'a' is of type str, the notebook declares list"),
        ("list[str]", ["a", 1], "['a', 1] is of type list, the notebook declares list[str]"),
        ("str", ["a"], "['a'] is of type list, the notebook declares str"),
        ("int | None", "1", "'1' is of type str, the notebook declares int | None"),
    ],
)
def test_a_value_of_another_type_is_refused_with_both_types(annotation, value, fault):
    assert Parameter("p", annotation, None).fault(value) == fault


def test_an_annotation_that_no_plan_can_check_is_refused():
    assert Parameter("p", "Path", None).fault("x") == (
        "the notebook declares Path, which no plan can check; "
        "declare str, int, float, bool, list or list[...] there"
    )


@given(st.one_of(st.text(), st.integers(), st.booleans(), st.floats(), st.lists(st.text())))
def test_a_value_fits_the_name_of_its_own_type(value):
    assert Parameter("p", type(value).__name__, None).fault(value) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "a.ipynb is not a notebook of format 4; save it again in JupyterLab"),
        ("no JSON", "a.ipynb is not a notebook of format 4; save it again in JupyterLab"),
        ("[]", "a.ipynb is not a notebook of format 4; save it again in JupyterLab"),
    ],
)
def test_a_file_that_is_no_notebook_is_refused(tmp_path, text, message):
    (tmp_path / "a.ipynb").write_text(text)
    with pytest.raises(ValueError, match=message):
        declared(tmp_path / "a.ipynb")


def test_a_notebook_that_names_no_kernel_is_refused(tmp_path):
    path = save(tmp_path / "a.ipynb", kernel=None)
    with pytest.raises(ValueError, match=r"a\.ipynb names no kernel; choose one in JupyterLab and save it"):
        declared(path)


@pytest.mark.parametrize("cell", ["area: str = find()", "area: str =", "%matplotlib inline"])
def test_a_parameters_cell_that_holds_more_than_literals_is_refused(tmp_path, cell):
    path = save(tmp_path / "a.ipynb", parameters=cell)
    with pytest.raises(
        ValueError, match=r"parameters cell that cannot be read .* write one annotated literal"
    ):
        declared(path)


@pytest.mark.parametrize(
    ("name", "value", "faults"),
    [
        ("area", "dien bien", []),
        ("aera", "dien bien", ["no parameter of the notebook 'aera'; did you mean 'area'?"]),
        ("area", 71, ["71 is of type int, the notebook declares str; write '71'"]),
        ("area", "Hà Tây", ["No area 'Hà Tây'. See ds.areas()."]),
    ],
)
def test_a_parameter_of_a_plan_is_checked_by_name_then_type_then_what_it_names(name, value, faults):
    known = {"area": Parameter("area", "str", "Thanh Hóa")}
    assert list(parameter_faults(name, value, known, Subject(aq.load()))) == faults
