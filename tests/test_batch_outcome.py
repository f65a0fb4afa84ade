import dataclasses

import pytest

from antq_analysis.briefings.outcome import Outcome


def test_it_is_new_and_good_unless_somebody_says_otherwise_and_nobody_changes_it():
    outcome = Outcome("a", "01_profile")
    assert (outcome.is_new, outcome.failure, outcome.unpictured) == (True, None, None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        outcome.failure = "x"
