"""Finds every fault of a folder of data at once, level by level, so that it can be mended in one sitting.

The levels are file, header, row, cell, key, reference and, last, the rules of the house. Nothing is checked
on top of a cell that is already known to be wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from antq_analysis.data.cells import check_column
from antq_analysis.data.csv_files import read_sheet
from antq_analysis.data.figures import read_figures
from antq_analysis.data.frames import joined, observation_frame
from antq_analysis.data.keys import check_chains, check_foreign_key, check_primary_key
from antq_analysis.data.rules import OBSERVATION_RULES, Rule
from antq_analysis.data.schema import ForeignKey, Package, Table
from antq_analysis.data.sheets import Sheet
from antq_analysis.data.table_rules import TABLE_RULES
from antq_analysis.errors import Problem

# What observations always refer to, whether or not a descriptor repeats it.
_REFERENCES = [
    ForeignKey((column,), table, (column,))
    for column, table in (("ref_area", "areas"), ("indicator", "indicators"), ("source_id", "sources"))
]


@dataclass
class Checked:
    """Hold what was read of a package: its sheets by table, the figures read in them, and every fault."""

    sheets: dict[str, list[Sheet]] = field(default_factory=dict)
    readings: dict[str, pd.DataFrame] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)


def check_package(package: Package, *, wording: str) -> Checked:
    """Read and check every table of a package.

    Returns the sheets and every fault found, in the order of the files and, within a file, of the rows.
    """
    checked = Checked()
    for table in package.tables.values():
        _read(package, table, checked)
    _check_keys(package, checked)
    _check_rules(package, checked, wording)
    files = {file: number for number, table in enumerate(package.tables.values()) for file in table.files}
    checked.problems.sort(key=lambda problem: (files[problem.file], problem.file, problem.row or 0))
    return checked


def _read(package: Package, table: Table, checked: Checked) -> None:
    sheets = checked.sheets.setdefault(table.name, [])
    for file in table.files:
        sheet, problems = read_sheet(package.folder, file, table)
        checked.problems += problems
        if sheet is None:
            checked.unread.add(table.name)
            continue
        sheets.append(sheet)
        for described in table.fields:
            checked.problems += check_column(sheet, described)


def _check_keys(package: Package, checked: Checked) -> None:
    observations = package.observations()
    checked.problems += check_primary_key(
        [s for t in observations for s in checked.sheets[t.name]], ["obs_id"]
    )
    for table in package.tables.values():
        if not (table in observations and table.primary_key == ("obs_id",)):
            checked.problems += check_primary_key(checked.sheets[table.name], table.primary_key)
        implied = _REFERENCES if table in observations else []
        for key in dict.fromkeys([*table.foreign_keys, *implied]):
            for sheet in checked.sheets[table.name]:
                checked.problems += _check_reference(sheet, key, checked)
    figures = [sheet for table in observations for sheet in checked.sheets[table.name]]
    checked.problems += check_chains(figures, "part_of", "obs_id")
    checked.problems += check_chains(checked.sheets["areas"], "successor", "ref_area")


def _check_reference(sheet: Sheet, key: ForeignKey, checked: Checked) -> list[Problem]:
    if key.resource in checked.unread:
        for column in key.fields:
            sheet.ok[column][:] = False
        return []
    return check_foreign_key(sheet, key, checked.sheets[key.resource])


def _check_rules(package: Package, checked: Checked, wording: str) -> None:
    for name, rules in TABLE_RULES.items():
        if sheets := checked.sheets[name]:
            checked.problems += _apply(rules, sheets, joined(sheets))
    for table in package.observations():
        for sheet in checked.sheets[table.name]:
            readings = read_figures(sheet.columns["figure_printed"].cells, wording=wording)
            checked.readings[sheet.file] = readings
            frame = observation_frame(sheet, checked.sheets, readings)
            checked.problems += _apply(OBSERVATION_RULES, [sheet], frame)


def _apply(rules: Sequence[Rule], sheets: Sequence[Sheet], frame: pd.DataFrame) -> list[Problem]:
    """Apply rules to the frame of one or more sheets, one below the other."""
    starts = np.cumsum([0, *(len(sheet.rows) for sheet in sheets)])
    problems = []
    for rule in rules:
        broken = rule.broken(frame).to_numpy(dtype=bool, na_value=False)
        for sheet, start in zip(sheets, starts, strict=False):
            sound = np.logical_and.reduce([sheet.ok[column] for column in (rule.column, *rule.needs)])

            def expected(position: int, rule: Rule = rule, start: int = int(start)) -> str:
                return rule.expected.format_map(dict(frame.iloc[start + position]))

            here = broken[start : start + len(sheet.rows)] & sound
            problems += sheet.report(rule.column, here, expected, rule.remedy)
    return problems
