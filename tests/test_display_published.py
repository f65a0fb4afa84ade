import pytest

from antq_analysis.display.published import newest, published


@pytest.mark.parametrize(
    ("day", "basis", "said"),
    [
        ("2024-04-19", "stated", "2024-04-19"),
        ("2024-04-19", "inferred", "2024-04-19?"),
        ("2019", "inferred", "2019?"),
        ("", "inferred", ""),
    ],
)
def test_a_day_that_is_inferred_ends_in_a_question_mark(day, basis, said):
    assert published({"published_on": day, "published_basis": basis}) == said


@pytest.mark.parametrize(
    ("days", "last"),
    [
        (["2019-09-11", "2024-04-19", "2020"], "2024-04-19"),
        (["2024-12-31", "2024"], "2024"),
        (["2024?", "2024-12-31"], "2024?"),
        (["2025-01-01", "2024"], "2025-01-01"),
        (["2024-04-18", "2024-04-19?", ""], "2024-04-19?"),
        ([""], ""),
        ([], ""),
    ],
)
def test_a_year_alone_is_newer_than_any_day_of_it(days, last):
    assert newest(days) == newest(reversed(days)) == last
