"""The words around a number, understood once for every shape."""

import pytest

from antq_analysis.data.grammar import read_shape


def test_a_template_tells_where_the_number_stands_and_how_it_scales() -> None:
    template = read_shape("a99: hơn 9,9 triệu người")
    assert (template.start, template.stop, template.exponent, template.scaled) == (2, 4, 5, True)


def test_a_fraction_has_its_whole_beside_it() -> None:
    template = read_shape("99/99 xã")
    assert (template.start, template.stop, template.total_start, template.total_stop) == (0, 2, 2, 4)


@pytest.mark.parametrize("shape", ["9.999", "9\u00a0999", "9\u202f999,9"])
def test_thousands_are_known_as_groups(shape: str) -> None:
    assert read_shape(shape).grouped


@pytest.mark.parametrize(
    ("shape", "doubtful"), [("9,999", True), ("9,999 triệu", False), ("9,999%", False), ("9999,999", False)]
)
def test_three_decimals_are_doubtful_only_where_they_could_be_thousands(shape: str, doubtful: bool) -> None:
    assert read_shape(shape).three_decimals is doubtful


def test_a_qualifier_counts_only_directly_before_the_number() -> None:
    assert read_shape("trên  9 xã").qualifier == "more_than"
    assert read_shape("trên địa bàn 9 xã").qualifier == "exact"
    assert read_shape("gầnn 9 xã").qualifier == "exact"


def test_a_refused_shape_holds_nothing_but_its_reason() -> None:
    template = read_shape("9-9")
    assert template.reason
    assert (template.start, template.stop, template.exponent) == (0, 0, 0)
