"""What users hold in their hands: frames of results, what objects show of themselves, examples that run."""

import doctest
import inspect
from types import ModuleType
from typing import Any

import pytest

import antq_analysis as aq

DISPLAY = [aq.answers, aq.cards, aq.plots, aq.tables]


# ---- examples ----------------------------------------------------------------------------------------------


def public() -> dict[str, Any]:
    """List what the package offers, by the name under which a reader finds it."""
    named = {name: getattr(aq, name) for name in aq.__all__}
    for module in DISPLAY:
        named |= {
            f"{module.__name__.rpartition('.')[2]}.{name}": getattr(module, name) for name in dir(module)
        }
    return {name: each for name, each in named.items() if callable(each) and not isinstance(each, ModuleType)}


@pytest.mark.parametrize("name", list(public()))
def test_every_public_name_has_an_example_that_runs_when_pasted(name: str) -> None:
    finder = doctest.DocTestFinder(exclude_empty=False)
    tests = finder.find(inspect.unwrap(public()[name]), name, globs={})
    assert next(test for test in tests if test.name == name).examples
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert [str(test) for test in tests if runner.run(test).failed] == []
