"""Every error names the thing, the fault and the way out, and survives the way back from a worker process."""

import pickle
import unicodedata
from dataclasses import replace

import pytest

from antq_analysis import errors

PROBLEM = errors.Problem("areas.csv", 3, "ref_area", "", "a value", "fill the cell in")


def test_a_long_value_is_shown_in_part() -> None:
    problem = errors.Problem("areas.csv", 3, "name_vi", "x" * 1000, "a name", "shorten it")
    assert f"found '{'x' * 79}…', expected" in str(problem)
    assert problem.value == "x" * 1000
    assert len(str(errors.UnreadableFigure("y" * 1000, "it is long"))) < 150


KNOWN = ["models", "sessions"]
SAID = {
    "Cannot read the figure '5.15': write 5,15.": errors.UnreadableFigure("5.15", "write 5,15"),
    "No indicator 'sesions'. Did you mean 'sessions'? See ds.indicators().": errors.UnknownName(
        "indicator", "sesions", KNOWN, "ds.indicators()"
    ),
    "No concept 'x'. It is no concept. See ds.concepts().": errors.UnknownName(
        "concept", "x", KNOWN, "ds.concepts()", hint="It is no concept."
    ),
    "No area 'zzz'. See ds.areas().": errors.UnknownName("area", "zzz", KNOWN, "ds.areas()"),
    "wording='x' is not possible.": errors.InvalidOption("wording='x' is not possible."),
    "No data at /nowhere: give a folder.": errors.MissingData("/nowhere", "give a folder"),
    f"1 problem in the data:\n  {PROBLEM}": errors.InvalidData([PROBLEM]),
    "Nothing was rendered: the plan has 1 fault.\n  briefings.toml: briefing 1: no.": errors.InvalidPlan(
        [errors.PlanFault("briefings.toml", "briefing 1", "no")]
    ),
    "cell [3]: no figure": errors.RenderFailed("no figure", cell=3),
}


@pytest.mark.parametrize("message", SAID)
def test_errors_speak_and_survive_pickling(message: str) -> None:
    error = SAID[message]
    assert isinstance(error, errors.AntqError)
    assert isinstance(error, (ValueError, LookupError, FileNotFoundError, RuntimeError))
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), vars(copy)) == (type(error), message, vars(error))


def test_invalid_data_lists_twenty_problems_and_holds_all() -> None:
    problems = [replace(PROBLEM, value=str(number)) for number in range(25)]
    error = errors.InvalidData(problems)
    lines = str(error).splitlines()
    assert (lines[0], len(lines)) == ("25 problems in the data:", 22)
    assert lines[-1] == "  and 5 more: the attribute `problems` holds them all."
    assert error.problems == problems


def test_a_fault_of_several_rows_is_said_once() -> None:
    many = (range(3, 11), " Also in rows 4, 5, 6, 7, 8 and 2 more.")
    for rows, further in (([3], ""), ([3, 4], " Also in row 4."), many):
        head, *lines = str(errors.InvalidData(replace(PROBLEM, row=row) for row in rows)).splitlines()
        assert head.startswith(f"{len(rows)} problem")
        assert lines == [f"  {PROBLEM}{further}"]


EVIL = "\x1b[2J\x9b\u202e\u200f"


@pytest.mark.parametrize(
    "error",
    [
        errors.Problem(EVIL, 1, EVIL, EVIL, EVIL, EVIL),
        errors.UnreadableFigure(EVIL, EVIL),
        errors.UnknownName(EVIL, EVIL, [EVIL], EVIL),
        errors.InvalidOption(EVIL),
        errors.MissingData(EVIL, EVIL),
        errors.RenderFailed(EVIL, 1),
        type("OfAnotherModule", (errors.AntqError,), {"__str__": lambda self: EVIL})(),
    ],
)
def test_no_message_steers_the_terminal(error: object) -> None:
    assert not set(str(error)) & set(EVIL) - set("[2J")


REPLACED = "\N{REPLACEMENT CHARACTER}"
TURNING = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}


def acts(text: str) -> bool:
    is_control = unicodedata.category(text) == "Cc" and text not in "\n\t"
    turns = unicodedata.bidirectional(text) in TURNING or text in "\u061c\u200e\u200f"
    return is_control or turns or text in "\ufffe\uffff"


def test_no_control_character_is_left_and_no_other_is_touched() -> None:
    letters = [chr(code) for code in range(0x20000) if not 0xD800 <= code < 0xE000]
    assert [text for text in letters if errors.safe(text) != (REPLACED if acts(text) else text)] == []
    assert errors.safe("a\ud800b").encode() == f"a{REPLACED}b".encode()
