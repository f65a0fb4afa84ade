import numpy as np
import pandas as pd
import pytest

import antq_analysis as aq
from antq_analysis.analysis.guards import check_confidence, numbers, positive, require, whole_counts


@pytest.mark.parametrize("confidence", [0.5, 0.95, np.float64(0.99)])
def test_a_confidence_between_0_and_1_is_returned(confidence):
    assert check_confidence(confidence) == confidence


@pytest.mark.parametrize(
    ("confidence", "message"),
    [
        (95, r"confidence=95 is not possible: it lies between 0 and 1\. Did you mean 0\.95\?"),
        (99.9, r"confidence=99\.9 .* Did you mean 0\.999\?"),
        (2, r"confidence=2 .* An example is 0\.95\."),
        (0, r"confidence=0 "),
        (1, r"confidence=1 "),
        (-0.95, r"confidence=-0\.95 "),
        (float("nan"), r"confidence=nan "),
        (None, r"confidence=None "),
        ("0.95x", r"confidence='0\.95x' "),
    ],
)
def test_another_confidence_is_refused_with_the_one_that_was_meant(confidence, message):
    with pytest.raises(aq.InvalidOption, match=message):
        check_confidence(confidence)


def test_whole_numbers_of_any_kind_are_counts():
    given = pd.Series([0, 5, 12], dtype="Int64")
    assert whole_counts("count", given).tolist() == [0, 5, 12]
    assert whole_counts("count", 7).shape == ()
    assert positive("exposure", [0.5, 5]).tolist() == [0.5, 5]


def test_a_missing_number_is_not_a_count():
    with pytest.raises(aq.InvalidOption, match=r"count\[1\]=nan .*leave missing figures out"):
        whole_counts("count", pd.Series([1, None], dtype="Float64"))


@pytest.mark.parametrize("given", ["hàng trăm", ["3", "hơn 4"], {1, 2}])
def test_what_is_no_number_is_refused(given):
    with pytest.raises(aq.InvalidOption, match="read by parse_figure"):
        numbers("count", given)


def test_the_first_value_that_does_not_fit_is_named_with_its_place():
    require([True, True], "total", [1, 2], "Never said.")
    with pytest.raises(aq.InvalidOption, match=r"total\[1\]=8 is not possible\. Too large\."):
        require([True, False, False], "total", [1, 8, 9], "Too large.")
    with pytest.raises(aq.InvalidOption, match=r"total=2\.5 is not possible"):
        require(False, "total", 2.5, "Not whole.")
