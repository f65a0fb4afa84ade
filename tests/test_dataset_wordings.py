"""The words around a number: the nearest wording counts, what is not understood is refused."""

import pytest

from antq_analysis.data.wordings import RefusedError, read_wording, refuse_numeral_after


@pytest.mark.parametrize(
    ("before", "after", "qualifier"),
    [("", "", "exact"), ("ít nhất là", "", "at_least"), ("từ", "xã trở lên", "at_least"),
     ("đạt trên", "", "more_than"), ("độ chừng", "", "about"), ("quy ước", "", "exact")],
)  # fmt: skip
def test_a_wording_gives_its_qualifier(before: str, after: str, qualifier: str) -> None:
    assert read_wording(before, after) == qualifier


@pytest.mark.parametrize("before", ["không hơn", "chả phải", "gần như gần hơn", "hơn «", "ba"])
def test_what_is_not_understood_is_refused(before: str) -> None:
    with pytest.raises(RefusedError):
        read_wording(before, "")


def test_a_number_does_not_go_on_in_words() -> None:
    refuse_numeral_after("năm", scaled=True)
    refuse_numeral_after("tư vấn viên", scaled=False)
    for rest in ("năm trăm", "tư", ", hai"):
        with pytest.raises(RefusedError):
            refuse_numeral_after(rest, scaled=True)
