"""Options of a selection: what is no flag, name or moment is refused with the way out."""

from typing import Any

import pytest

import antq_analysis as aq


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"inferred_areas": "no"}, "inferred_areas='no' is neither True nor False."),
        ({"inferred_areas": 1}, "inferred_areas=1 is neither True nor False."),
        ({"since": True}, "since=True is no date. Give a year such as 2014"),
        ({"until": False}, "until=False is no date."),
        ({"indicators": 5}, "indicators=5 is no name. Give a name in quotes, or a list of names."),
        ({"concepts": [5]}, "concepts=[5] is no name."),
        ({"mandates": b"x"}, "mandates=b'x' is no name."),
        ({"areas": 71}, "areas=71 is no name."),
    ],
)
def test_an_option_of_another_kind_is_refused(condition: dict[str, Any], message: str) -> None:
    with pytest.raises(aq.InvalidOption) as caught:
        aq.load().select(**condition)
    assert message in str(caught.value)
