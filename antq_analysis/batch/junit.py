"""CI systems show a run of tests; here each briefing is one, so that they show a run of briefings."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from antq_analysis.batch.files import write_all
from antq_analysis.batch.outcome import Outcome

# What XML 1.0 cannot hold at all, in whatever disguise.
_FORBIDDEN = dict.fromkeys(
    [*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "\N{REPLACEMENT CHARACTER}"
)


def write_junit(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Write the outcomes of a run as a JUnit report.

    A page that was not made is a failure, one without its pictures an error, one left alone is skipped.
    Raises OSError where the report cannot be written.
    """
    suites = Element("testsuites")
    suite = SubElement(suites, "testsuite", {"name": "antq render", **_counts(outcomes)})
    for outcome in outcomes:
        _case(suite, outcome)
    indent(suites)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_all({path: tostring(suites, encoding="utf-8", xml_declaration=True)})


def _counts(outcomes: Sequence[Outcome]) -> dict[str, str]:
    return {
        "tests": str(len(outcomes)),
        "failures": str(sum(outcome.failure is not None for outcome in outcomes)),
        "errors": str(sum(outcome.unpictured is not None for outcome in outcomes)),
        "skipped": str(sum(not outcome.is_new for outcome in outcomes)),
        "time": f"{sum(outcome.seconds for outcome in outcomes):.3f}",
    }


def _case(suite: Element, outcome: Outcome) -> None:
    case = SubElement(
        suite, "testcase", classname=outcome.notebook, name=outcome.slug, time=f"{outcome.seconds:.3f}"
    )
    if outcome.failure is not None:
        text = f"{outcome.failure}\n{outcome.kept}" if outcome.kept else outcome.failure
        SubElement(case, "failure", type="page", message=_text(outcome.failure)).text = _text(text)
    if outcome.unpictured is not None:
        SubElement(case, "error", type="pictures", message=_text(outcome.unpictured))
    if not outcome.is_new:
        SubElement(case, "skipped", message="unchanged")
    if told := [*outcome.warnings, *outcome.remarks]:
        SubElement(case, "system-err").text = _text("\n".join(told))


def _text(text: str) -> str:
    return text.translate(_FORBIDDEN)
