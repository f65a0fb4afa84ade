"""One class per thing that can go wrong, so that a caller can tell a typing mistake from bad data.

Every message names the thing, the fault and the way out. All errors survive pickling, because briefings
are rendered in worker processes and their errors travel back.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import wraps
from html import escape
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

LISTED_PROBLEMS, LISTED_ROWS = 20, 5
SHOWN_CHARACTERS = 80

# What a notebook, a file or a name says must not steer the terminal in which it is shown.
_CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {ord("\n"), ord("\t")}
# With these a text reads as another.
_TURNING = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
# These no encoding, or no XML, can hold.
_UNWRITABLE = {*range(0xD800, 0xE000), 0xFFFE, 0xFFFF}
_REPLACED = dict.fromkeys(_CONTROLS | _TURNING | _UNWRITABLE, "\N{REPLACEMENT CHARACTER}")


class AntqError(Exception):
    """Base class of all errors of this package.

    Whatever a message quotes, a file name say, no error lets it steer a terminal.

    >>> import antq_analysis as aq
    >>> issubclass(aq.InvalidData, aq.AntqError)
    True
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        told = cls.__str__
        cls.__str__ = lambda self: safe(told(self))  # type: ignore[method-assign]


@dataclass(frozen=True)
class Problem:
    """Describe one fault in a data file: where it stands, what was expected and how to mend it.

    `row` counts as a spreadsheet shows it: the header is row 1. It is None where the fault belongs to the
    whole file, as `column` is where it belongs to the whole row. A warning is to be looked at, and no fault.

    >>> import antq_analysis as aq
    >>> print(aq.Problem("areas.csv", 3, "ref_area", "", "a value", "fill the cell in"))
    areas.csv, row 3, column ref_area: found '', expected a value; fill the cell in.
    """

    file: str
    row: int | None
    column: str | None
    value: str
    expected: str
    remedy: str
    is_warning: bool = False

    def __str__(self) -> str:
        place = [f"warning: {self.file}" if self.is_warning else self.file]
        place += [f"row {self.row}"] if self.row is not None else []
        place += [f"column {self.column}"] if self.column is not None else []
        told = f"{', '.join(place)}: found {shorten(self.value)!r}, expected {self.expected}; {self.remedy}."
        return safe(told.replace("\n", " "))


class UnreadableFigure(AntqError, ValueError):
    """Say that a printed figure cannot be read, and why; `text` and `reason` hold the parts.

    >>> import antq_analysis as aq
    >>> print(aq.UnreadableFigure("5.15", "no number is written so"))
    Cannot read the figure '5.15': no number is written so.
    """

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(text, reason)
        self.text, self.reason = text, reason

    def __str__(self) -> str:
        return f"Cannot read the figure {shorten(self.text)!r}: {self.reason}."


class UnknownName(AntqError, LookupError):
    """Say that a name is not in the data, and suggest the nearest one that is, or give the `hint` instead.

    >>> import antq_analysis as aq
    >>> print(aq.UnknownName("indicator", "sesions", ["sessions", "models"], "ds.indicators()"))
    No indicator 'sesions'. Did you mean 'sessions'? See ds.indicators().
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], see: str, *, hint: str = "") -> None:
        self.kind, self.name, self.known, self.see, self.hint = kind, name, tuple(known), see, hint
        super().__init__(kind, name, self.known, see)

    def __str__(self) -> str:
        nearest = None if self.hint else suggest(self.name, self.known)
        hint = f"Did you mean {nearest!r}?" if nearest else self.hint
        return " ".join(filter(None, [f"No {self.kind} {self.name!r}.", hint, f"See {self.see}."]))


class InvalidOption(AntqError, ValueError):
    """Say that an option has a value it cannot have, and which values it can have.

    >>> import antq_analysis as aq
    >>> str(aq.InvalidOption("per=0 is not possible."))
    'per=0 is not possible.'
    """


class MissingData(AntqError, FileNotFoundError):
    """Say that there is no data where it was looked for.

    >>> import antq_analysis as aq
    >>> print(aq.MissingData("data", "give a folder"))
    No data at data: give a folder.
    """

    def __init__(self, place: str, remedy: str) -> None:
        super().__init__(place, remedy)
        self.place, self.remedy = place, remedy

    def __str__(self) -> str:
        return f"No data at {self.place}: {self.remedy}."


class InvalidData(AntqError, ValueError):
    """Hold every fault found in the data at once, in `problems`.

    >>> import antq_analysis as aq
    >>> print(aq.InvalidData(aq.check()))
    0 problems in the data:
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        count = len(self.problems)
        head = f"{count} problem{'s' * (count != 1)} in the data:"
        told = told_once(self.problems)
        lines, rest = [head, *(f"  {line}" for line in told[:LISTED_PROBLEMS])], len(told) - LISTED_PROBLEMS
        if rest > 0:
            lines.append(f"  and {rest} more: the attribute `problems` holds them all.")
        return "\n".join(lines)


def told_once(problems: Iterable[Problem]) -> list[str]:
    """Say each fault once, with the further rows that have it."""
    alike: dict[Problem, list[Problem]] = {}
    for problem in problems:
        alike.setdefault(replace(problem, row=None), []).append(problem)
    return [str(first) + _further([problem.row for problem in more]) for first, *more in alike.values()]


def _further(rows: list[int | None]) -> str:
    listed, rest = ", ".join(map(str, rows[:LISTED_ROWS])), len(rows) - LISTED_ROWS
    more = f" and {rest} more" if rest > 0 else ""
    return f" Also in row{'s' * (len(rows) > 1)} {listed}{more}." if rows else ""


def shorten(text: str) -> str:
    """Cut a long text to what fits a line, and say so by an ellipsis."""
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


def suggest(name: str, known: Iterable[str]) -> str | None:
    """Find the known name nearest to what was typed, capitals aside; None where nothing is near."""
    folded = {candidate.casefold(): candidate for candidate in known}
    nearest = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[nearest[0]] if nearest else None


def strict_options(work: Callable[P, T]) -> Callable[P, T]:
    """Refuse an option that a function does not have, an empty list, and what is no data set for one."""
    signature = inspect.signature(work)
    options_of = signature.parameters
    kinds = {name: getattr(each.annotation, "__name__", "") for name, each in options_of.items()}

    @wraps(work)
    def checked(*args: P.args, **options: P.kwargs) -> T:
        try:
            given = signature.bind(*args, **options).arguments
        except TypeError as error:
            known = [name for name, each in options_of.items() if each.kind == each.KEYWORD_ONLY]
            wrong = next((name for name in options if name not in options_of), None)
            nearest = suggest(wrong, options_of) if wrong else None
            said = f"has no option {wrong!r}" if wrong else f"was not called right: {error}"
            hint = f" Did you mean {nearest!r}?" if nearest else ""
            takes = f" Its options, given by name, are: {', '.join(known)}." if known else ""
            raise InvalidOption(f"{work.__name__}() {said}.{hint}{takes}") from None
        for name, value in given.items():
            if kinds[name] == "Dataset" and not hasattr(value, "observations"):
                said = f"{name}={shorten(repr(value))} is no data set"
                raise InvalidOption(f"{work.__name__}(): {said}. Give one such as aq.load().")
            if isinstance(value, Collection) and len(value) == 0:
                is_needed = options_of[name].default is inspect.Parameter.empty
                way = "Give one." if is_needed else "Give one, or leave it out."
                raise InvalidOption(f"{work.__name__}(): {name}={value!r} names none. {way}")
        return work(*args, **options)

    return checked


@dataclass(frozen=True)
class PlanFault:
    """Describe one fault in a plan of briefings: what it is about, and what to write."""

    file: str
    about: str
    fault: str

    def __str__(self) -> str:
        end = "" if self.fault.endswith((".", "?")) else "."
        return safe(f"{self.file}: {self.about}: {self.fault}{end}")


class InvalidPlan(AntqError, ValueError):
    """Hold every fault found in a plan at once, in `faults`; nothing of it has run."""

    def __init__(self, faults: Iterable[PlanFault]) -> None:
        self.faults = list(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        lines = [f"Nothing was rendered: the plan has {count}.", *(f"  {fault}" for fault in self.faults)]
        return "\n".join(lines)


class RenderFailed(AntqError, RuntimeError):
    """Say why one briefing could not be made; `cell` is the number Jupyter shows beside the code, if any."""

    def __init__(self, problem: str, cell: int | None = None) -> None:
        super().__init__(problem, cell)
        self.problem, self.cell = problem, cell

    def __str__(self) -> str:
        return self.problem if self.cell is None else f"cell [{self.cell}]: {self.problem}"


def html_table(rows: Mapping[str, object]) -> str:
    """Lay out names and values as a plain table, which a notebook dresses; what they say stays text."""
    lines = (f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>" for name, value in rows.items())
    return f'<table class="dataframe"><tbody>{"".join(lines)}</tbody></table>'


def safe(text: str) -> str:
    """Replace what would act on a screen instead of standing on it; lines and tabs stay."""
    return text.translate(_REPLACED)
