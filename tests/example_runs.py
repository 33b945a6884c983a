"""An example after the whole pipeline, and ways to look at what came out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl

from xlreport.datapoints import DataPoint
from xlreport.findings import Finding
from xlreport.periods import Period
from xlreport.usecases.consolidate import ConsolidateResult, consolidate
from xlreport.usecases.example import Typed, example_reports, example_workspace, filled_workbooks, read_typed
from xlreport.usecases.export import tidy_table
from xlreport.usecases.issue import issue
from xlreport.usecases.state import FormState
from xlreport.workspace import Workspace, write_whole

TODAY = date(2026, 1, 5)
Entries = Mapping[tuple[str, str], str]


class Run:
    """A form of an example in a period, after the whole pipeline."""

    def __init__(self, workspace: Workspace, form: str, period: Period, result: ConsolidateResult) -> None:
        self.workspace, self.form, self.period, self.result = workspace, form, period, result
        self.totals = tidy_table(workspace, period, "totals", form)

    @property
    def state(self) -> FormState:
        (state,) = self.result.states
        return state

    def total(self, node: str, point: str) -> Decimal | None:
        """The value of a point such as chi-tieu/03:actual in the export of totals."""
        value: Decimal | None = self._row(node, point)["value"]
        return value

    def verdict(self, node: str, point: str) -> str | None:
        """The text of a point in the export."""
        text: str | None = self._row(node, point)["text"]
        return text

    def _row(self, node: str, point: str) -> dict[str, Any]:
        table, _, rest = point.partition("/")
        indicator, _, measure = rest.partition(":")
        found = self.totals.filter(
            (pl.col("node") == node) & (pl.col("table") == table)
            & (pl.col("indicator") == indicator) & (pl.col("measure") == (measure or "actual"))
        )  # fmt: skip
        assert found.height == 1, point
        return found.row(0, named=True)

    def cell(self, node: str, sheet: str, code: str, heading: str) -> object:
        """What a reader of the written workbook sees in a row and column of a sheet to be signed."""
        return self.sheet_cell(node, sheet, code, heading).value

    def number_format(self, node: str, sheet: str, code: str, heading: str) -> str:
        return str(self.sheet_cell(node, sheet, code, heading).number_format)

    def sheet_cell(self, node: str, sheet: str, code: str, heading: str) -> openpyxl.cell.cell.Cell:
        page = openpyxl.load_workbook(self.report(node), data_only=True)[sheet]
        (row,) = [row for row in page.iter_rows() if row[3].value == code]
        (column,) = [cell.column for line in page.iter_rows(max_row=11) for cell in line if cell.value == heading]
        found = row[column - 1]
        assert isinstance(found, openpyxl.cell.cell.Cell)
        return found

    def report(self, node: str) -> Path:
        (path,) = [one.path for one in self.result.published if one.node == node]
        return path

    def findings(self) -> dict[str, list[Finding]]:
        """What was found in each file received, by unit."""
        found: dict[str, list[Finding]] = {}
        for one in self.result.received.files:
            assert one.file.identity is not None
            found[one.file.identity.unit] = list(one.file.findings)
        return found


def run(
    folder: Path,
    name: str,
    form: str,
    period: str,
    changes: Mapping[str, Entries] | None = None,
    language: str = "vi",
    without: Collection[str] = (),
) -> Run:
    """Issue, fill, receive and consolidate one form of an example.

    `changes` are entries typed otherwise, by unit; `without` are units that send nothing.
    """
    workspace = example_workspace(folder / "workspace", name, language)
    (report,) = [one for one in example_reports(name) if (one.form, one.period.code) == (form, period)]
    typed = {unit: with_changes(own, (changes or {}).get(unit, {})) for unit, own in read_typed(report.path).items()}
    issued = {one.unit for one in issue(workspace, form, report.period, language=language)}
    assert set(typed) <= issued
    sent = {unit: own for unit, own in typed.items() if unit not in without}
    for unit, data in filled_workbooks(workspace, form, report.period, sent, language):
        write_whole(workspace.inbox / f"{unit}.xlsx", data)
    result = consolidate(workspace, report.period, language=language, today=TODAY, form=form)
    return Run(workspace, form, report.period, result)


def with_changes(typed: Typed, changes: Entries) -> Typed:
    entries = dict(typed.entries)
    for (point, measure), text in changes.items():
        table, _, indicator = point.partition("/")
        entries[DataPoint(table, indicator, measure)] = text
    return replace(typed, entries=entries)
