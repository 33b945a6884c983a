"""A small office for tests: its forms and its register in YAML, and what its units fill in and send."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
from oracles import differences, recalculate_formualizer

from xlreport.datapoints import DataPoint, parse_point
from xlreport.periods import Period, parse_period
from xlreport.sheets.entries import Entry
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.consolidate import ConsolidateResult, consolidate
from xlreport.usecases.export import tidy_table
from xlreport.usecases.init import FOLDERS
from xlreport.usecases.issue import books
from xlreport.usecases.receive import receive
from xlreport.workspace import Workspace, open_workspace

#: Three units in two clusters.
REGISTER = """
levels:
  - {code: khoi, title: {vi: Khối, en: Bloc}}
  - {code: cum, title: {vi: Cụm, en: Cluster}}
  - {code: don-vi, title: {vi: Đơn vị, en: Unit}}
unit_types:
  - {code: dang-bo, title: Đảng bộ}
  - {code: chi-bo, title: Chi bộ}
units:
  - {code: KHOI, name: Khối mẫu, level: khoi}
  - {code: C1, name: Cụm 1, level: cum, parent: KHOI}
  - {code: A, name: Đơn vị A (giả định), level: don-vi, parent: C1, unit_type: dang-bo}
  - {code: B, name: Đơn vị B (giả định), level: don-vi, parent: C1, unit_type: chi-bo}
  - {code: C2, name: Cụm 2, level: cum, parent: KHOI}
  - {code: C, name: Đơn vị C (giả định), level: don-vi, parent: C2, unit_type: dang-bo}
"""
Figures = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Office:
    """An office at work in a folder."""

    workspace: Workspace

    def period(self, code: str) -> Period:
        return parse_period(code)

    def book(self, form: str, period: str, unit: str, figures: Figures, language: str = "vi") -> bytes:
        """A unit's workbook as issued, with figures typed in: {"t/01": 5, "t/01:plan": 7}."""
        when = parse_period(period)
        (blank,) = books(self.workspace, form, when, language=language, units=[unit])
        entries = {_point(name): _entry(value) for name, value in figures.items() if value is not None}
        return unit_workbook(replace(blank, entries=entries))

    def send(self, form: str, period: str, figures: Mapping[str, Figures], day: str = "2030-01-01") -> None:
        """Fill and put into the inbox, by unit."""
        for unit, own in figures.items():
            path = self.workspace.inbox / day / f"{form}-{period}-{unit}.xlsx"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.book(form, period, unit, own))

    def receive(self) -> dict[str, tuple[str, list[str]]]:
        """Outcome and codes of findings by the stem of the file's name."""
        result = receive(self.workspace, [], today=date(2030, 1, 2))
        return {
            one.file.path.stem: (one.file.outcome, [item.code for item in one.file.findings]) for one in result.files
        }

    def consolidate(self, period: str, form: str | None = None) -> ConsolidateResult:
        return consolidate(
            self.workspace, parse_period(period), language="vi", today=date(2030, 1, 2), form=form, nodes=()
        )

    def totals(self, period: str, node: str = "KHOI") -> dict[str, object]:
        """Value (or text) by "t/01:actual"."""
        rows = tidy_table(self.workspace, parse_period(period), "totals").filter(node=node).iter_rows(named=True)
        return {
            f"{row['table']}/{row['indicator']}:{row['measure']}": row["text"] if row["value"] is None else row["value"]
            for row in rows
        }

    def workbook(self, result: ConsolidateResult, node: str) -> bytes:
        (path,) = (one.path for one in result.published if one.node == node)
        return path.read_bytes()


def office(folder: Path, *forms: str, register: str = REGISTER) -> Office:
    """Found an office."""
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "xlreport.toml").write_text('[workspace]\nname = "mẫu"\n', encoding="utf-8")
    (folder / "organisation.yaml").write_text(register, encoding="utf-8")
    for number, text in enumerate(forms):
        (folder / "forms" / f"{number}.yaml").write_text(text, encoding="utf-8")
    return Office(open_workspace(folder))


def _point(name: str) -> DataPoint:
    point = parse_point(name if ":" in name else f"{name}:actual")
    assert point is not None, name
    return point


def _entry(value: object) -> Entry:
    return value if isinstance(value, str | date) else Decimal(str(value))


def wrong_formulas(data: bytes) -> list[object]:
    """Formulas whose stored value another engine does not confirm."""
    return list(differences(data, recalculate_formualizer(data)))


def shown(data: bytes, sheet: int = 0) -> dict[str, object]:
    """What the cells of a sheet show: A1 → stored value."""
    page = openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets[sheet]
    return {cell.coordinate: cell.value for row in page.iter_rows() for cell in row if cell.value is not None}
