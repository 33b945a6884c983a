"""The result of reading a file."""

from __future__ import annotations

from dataclasses import dataclass

from xlreport.findings import Finding
from xlreport.grid.cells import Workbook


@dataclass(frozen=True, slots=True)
class Reading:
    """A workbook, or None when the file was refused, and the findings about the file itself."""

    workbook: Workbook | None
    findings: tuple[Finding, ...] = ()
