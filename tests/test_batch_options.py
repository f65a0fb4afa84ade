import os

import pytest

from antq_analysis.briefings.options import Options, in_bytes
from antq_analysis.errors import InvalidOption

SECONDS = "Give 0.001 to 1,000,000 s; for no limit, None or --timeout 0."
GIGABYTES = "Give 0.001 to 1,000,000 GB; for no limit, None or no --memory."


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"pictures": ("pdf", "svg")}, "No pictures of kind 'svg'. Give some of: pdf, png."),
        ({"assets": "cdn"}, "assets='cdn' is no place. Give one of: inline, shared."),
        ({"jobs": 0}, "jobs=0 leaves nothing to run. Give a number above 0."),
        ({"timeout": -1.0}, f"A timeout of -1 s is no limit. {SECONDS}"),
        ({"timeout": 0}, f"A timeout of 0 s is no limit. {SECONDS}"),
        ({"timeout": float("nan")}, f"A timeout of nan s is no limit. {SECONDS}"),
        ({"timeout": float("inf")}, f"A timeout of inf s is no limit. {SECONDS}"),
        ({"timeout": 1_000_001}, f"A timeout of 1e+06 s is no limit. {SECONDS}"),
        ({"memory": -5}, f"A memory of -5e-09 GB is no limit. {GIGABYTES}"),
        ({"memory": 0}, f"A memory of 0 GB is no limit. {GIGABYTES}"),
        ({"memory": 999_999}, f"A memory of 0.000999999 GB is no limit. {GIGABYTES}"),
        ({"memory": 10**16}, f"A memory of 1e+07 GB is no limit. {GIGABYTES}"),
    ],
)
def test_what_makes_no_sense_is_refused(option, message):
    with pytest.raises(InvalidOption) as raised:
        Options(**option)
    assert str(raised.value) == message


@pytest.mark.parametrize(("name", "value"), [("timeout", 0.001), ("timeout", 1e6), ("memory", 10**6)])
def test_a_limit_may_be_as_small_or_as_large_as_is_said(name, value):
    assert getattr(Options(**{name: value}), name) == value
    assert getattr(Options(**{name: None}), name) is None


@pytest.mark.parametrize("gigabytes", [float("nan"), float("inf"), 0, -1, 1e-10, 1e7])
def test_no_amount_of_memory_is_no_number_of_bytes(gigabytes):
    with pytest.raises(InvalidOption) as raised:
        in_bytes(gigabytes)
    assert str(raised.value) == f"A memory of {gigabytes:g} GB is no limit. {GIGABYTES}"


def test_there_are_as_many_workers_as_asked_for_or_one_more_than_cores_that_may_be_used():
    assert Options(jobs=7).workers == 7
    assert 2 <= Options().workers <= os.cpu_count() + 1


def test_an_unknown_option_is_refused():
    with pytest.raises(TypeError, match="jbos"):
        Options(jbos=2)
