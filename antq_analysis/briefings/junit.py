"""CI systems show a run of tests; here each briefing is one, so that they show a run of briefings.

A run that makes nothing is a report as well: the one of the day before would be taken for it.
"""

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from antq_analysis.briefings.files import write_all
from antq_analysis.briefings.outcome import Outcome
from antq_analysis.briefings.safe import safe


def write_junit(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Write the outcomes of a run as a JUnit report.

    A page that was not made is a failure, one without its pictures an error, one left alone is skipped.
    Raises OSError where the report cannot be written.
    """
    suite = _suite(**_counts(outcomes))
    for outcome in outcomes:
        _case(suite, outcome)
    _write(path, suite)


def write_unrun(path: Path, why: str) -> None:
    """Write a JUnit report of a run that has made nothing: a single case, which is an error.

    Raises OSError where the report cannot be written.
    """
    suite = _suite(tests="1", failures="0", errors="1", skipped="0", time="0.000")
    case = SubElement(suite, "testcase", classname="antq", name="render", time="0.000")
    SubElement(case, "error", type="run", message=safe(why)).text = safe(why)
    _write(path, suite)


def _suite(**counts: str) -> Element:
    return Element("testsuite", {"name": "antq render", **counts})


def _write(path: Path, suite: Element) -> None:
    if path.is_dir():
        # Some folders, as ".", have no name beside which it could be written.
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    suites = Element("testsuites")
    suites.append(suite)
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
    named = {"classname": safe(outcome.notebook), "name": safe(outcome.slug)}
    case = SubElement(suite, "testcase", named, time=f"{outcome.seconds:.3f}")
    if outcome.failure is not None:
        text = f"{outcome.failure}\n{outcome.kept}" if outcome.kept else outcome.failure
        SubElement(case, "failure", type="page", message=safe(outcome.failure)).text = safe(text)
    if outcome.unpictured is not None:
        SubElement(case, "error", type="pictures", message=safe(outcome.unpictured))
    if not outcome.is_new:
        SubElement(case, "skipped", message="unchanged")
    if told := [*outcome.warnings, *outcome.remarks]:
        SubElement(case, "system-err").text = safe("\n".join(told))
