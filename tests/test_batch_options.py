import os

import pytest

from antq_analysis.batch.options import Options
from antq_analysis.errors import InvalidOption


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"pictures": ("pdf", "svg")}, "No pictures of kind 'svg'. Give some of: pdf, png."),
        ({"assets": "cdn"}, "assets='cdn' is no place. Give one of: inline, shared."),
        ({"jobs": 0}, "jobs=0 leaves nothing to run. Give a number above 0."),
        ({"timeout": -1.0}, "timeout=-1.0 leaves nothing to run. Give a number above 0."),
        ({"memory": -5}, "memory=-5 leaves nothing to run. Give a number above 0."),
    ],
)
def test_what_makes_no_sense_is_refused(option, message):
    with pytest.raises(InvalidOption) as raised:
        Options(**option)
    assert str(raised.value) == message


def test_there_are_as_many_workers_as_asked_for_or_one_more_than_cores_that_may_be_used():
    assert Options(jobs=7).workers == 7
    assert 2 <= Options().workers <= os.cpu_count() + 1


def test_an_unknown_option_is_refused():
    with pytest.raises(TypeError, match="jbos"):
        Options(jbos=2)
