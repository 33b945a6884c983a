"""Checks of an office's own: functions that look at all facts at once and say what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from xlreport.checks.schema import location_of
from xlreport.findings import Finding, Severity, finding
from xlreport.frames import facts_frame
from xlreport.usecases.check import CheckedFile, CheckResult

#: Facts (columns of `frames.FACTS`) → what is wrong with them, as `own_finding` makes it.
OwnCheck = Callable[[pl.DataFrame], Iterable[Finding]]

_ORDER = tuple(Severity)


def own_finding(
    row: Mapping[str, object], vi: str, en: str | None = None, *, severity: Severity | str = Severity.WARNING
) -> Finding:
    """What an own check finds at a row of the facts, in words; an error sends the file back.

    The words end without a full stop. Raises ValueError for an unknown severity.
    """
    return finding("XR770", location_of(row), severity=Severity(severity), text={"vi": vi, "en": en or vi})


def with_own_checks(result: CheckResult, checks: Sequence[OwnCheck]) -> CheckResult:
    """The result with what these checks find in the files that could be read, errors first.

    Raises ValueError where a finding names no file that was checked.
    """
    facts = facts_frame(row for file in result.files if file.copy_of is None for row in file.facts)
    found: dict[str | None, list[Finding]] = {}
    for check in checks:
        for item in check(facts):
            found.setdefault(item.location.file, []).append(item)
    unknown = set(found) - {file.name for file in result.files}
    if unknown:
        raise ValueError(f"findings of an own check are in no file that was checked: {sorted(map(str, unknown))}")
    return CheckResult(tuple(_with(file, found.get(file.name, [])) for file in result.files))


def _with(file: CheckedFile, own: Sequence[Finding]) -> CheckedFile:
    findings = sorted((*file.findings, *own), key=lambda item: _ORDER.index(item.severity))
    is_returned = file.outcome == "accepted" and any(item.is_error for item in own)
    return replace(file, findings=tuple(findings), outcome="rejected" if is_returned else file.outcome)
