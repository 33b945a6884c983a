"""What `import xlreport` gives: the use cases by short names. Workspaces and periods may be given as text.

Everything else in the package is its inside and may change from version to version.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from os import PathLike
from pathlib import Path

import polars as pl

from xlreport.errors import UsageError
from xlreport.findings import Finding, Severity, UnusableDefinition
from xlreport.findings import message as worded
from xlreport.intake.identify import Definitions
from xlreport.language import DEFAULT_LANGUAGE, texts
from xlreport.periods import Period, parse_period
from xlreport.usecases import consolidate as consolidating
from xlreport.usecases import export as exporting
from xlreport.usecases import issue as issuing
from xlreport.usecases import receive as receiving
from xlreport.usecases import status as standing
from xlreport.usecases.check import CheckResult, check_files
from xlreport.usecases.consolidate import ConsolidateResult
from xlreport.usecases.export import Exported
from xlreport.usecases.files import found_files
from xlreport.usecases.issue import Issued
from xlreport.usecases.own_checks import OwnCheck, own_finding, with_own_checks
from xlreport.usecases.receive import ReceiveResult
from xlreport.usecases.status import FormStatus
from xlreport.workspace import Workspace, load_definitions, open_workspace

__all__ = [
    "Finding",
    "Period",
    "Severity",
    "UnusableDefinition",
    "UsageError",
    "Workspace",
    "check",
    "consolidate",
    "export",
    "facts",
    "issue",
    "message",
    "open_workspace",
    "own_finding",
    "parse_period",
    "receive",
    "status",
    "totals",
]

#: A file or folder.
Place = str | PathLike[str]
AnyWorkspace = Workspace | Place
AnyPeriod = Period | str


def check(
    paths: Place | Iterable[Place], workspace: AnyWorkspace | None = None, *, checks: Sequence[OwnCheck] = ()
) -> CheckResult:
    """Check workbooks (of folders: all in them) without receiving them, by the rules of the form and by `checks`.

    Without a workspace each workbook is checked by the definition that it brings along. Bad data is told by findings;
    raises UsageError for an unusable workspace.
    """
    where = None if workspace is None else _workspace(workspace)
    known = Definitions() if where is None else Definitions(*load_definitions(where))
    return with_own_checks(check_files(found_files(_paths(paths)), known), checks)


def issue(
    workspace: AnyWorkspace,
    form: str,
    period: AnyPeriod,
    *,
    units: Sequence[str] = (),
    out: Place | None = None,
    language: str = DEFAULT_LANGUAGE,
) -> list[Issued]:
    """Write a form's workbook for each of the units (default: all that fill it). Raises UsageError."""
    where = _workspace(workspace)
    return issuing.issue(where, form, _period(period), language=language, units=units, out=_path(out))


def receive(
    workspace: AnyWorkspace,
    paths: Place | Iterable[Place] = (),
    *,
    received_on: date | None = None,
    prefer_newest: bool = False,
) -> ReceiveResult:
    """Receive workbooks and folders (default: the inbox) into the ledger. Raises UsageError."""
    return receiving.receive(
        _workspace(workspace), _paths(paths), today=date.today(), received_on=received_on, prefer_newest=prefer_newest
    )


def consolidate(
    workspace: AnyWorkspace,
    period: AnyPeriod,
    *,
    form: str | None = None,
    nodes: Sequence[str] = (),
    paths: Place | Iterable[Place] = (),
    out: Place | None = None,
    language: str = DEFAULT_LANGUAGE,
) -> ConsolidateResult:
    """Receive (default: the inbox), add up, and write the workbook of every node (or of those named).

    Raises UsageError.
    """
    return consolidating.consolidate(
        _workspace(workspace),
        _period(period),
        language=language,
        today=date.today(),
        form=form,
        nodes=nodes,
        paths=_paths(paths),
        out=_path(out),
    )


def status(workspace: AnyWorkspace, period: AnyPeriod, *, form: str | None = None) -> list[FormStatus]:
    """Who has reported and who has not, for every form (or the one named). Raises UsageError."""
    return standing.status(_workspace(workspace), _period(period), form)


def facts(
    workspace: AnyWorkspace, period: AnyPeriod | None = None, *, form: str | None = None, labels: str | None = None
) -> pl.DataFrame:
    """The figures of the units as they stand, one row per data point (columns of `frames.FACTS`).

    Without a period: of every period that is held. `labels` ("vi", "en") adds columns of names. Raises UsageError.
    """
    return exporting.tidy_table(_workspace(workspace), _any_period(period), "facts", form, labels)


def totals(
    workspace: AnyWorkspace, period: AnyPeriod | None = None, *, form: str | None = None, labels: str | None = None
) -> pl.DataFrame:
    """The totals of every node above the units, likewise (columns of `frames.TOTALS`). Raises UsageError."""
    return exporting.tidy_table(_workspace(workspace), _any_period(period), "totals", form, labels)


def export(
    workspace: AnyWorkspace,
    period: AnyPeriod | None,
    table: str,
    format: str,
    out: Place,
    *,
    form: str | None = None,
    labels: str | None = None,
    bom: bool = False,
    exact: bool = False,
    language: str = DEFAULT_LANGUAGE,
) -> Exported:
    """Write "facts" or "totals" in a format, as `xlreport export` does. Raises UsageError."""
    return exporting.export(
        _workspace(workspace),
        _any_period(period),
        table,
        format,
        str(out),
        form,
        labels=labels,
        bom=bom,
        exact=exact,
        language=language,
    )


def message(item: Finding, language: str = DEFAULT_LANGUAGE) -> str:
    """A finding in words, without its place."""
    return worded(item, texts(language))


def _workspace(workspace: AnyWorkspace) -> Workspace:
    return workspace if isinstance(workspace, Workspace) else open_workspace(Path(workspace))


def _period(period: AnyPeriod) -> Period:
    return period if isinstance(period, Period) else parse_period(period)


def _any_period(period: AnyPeriod | None) -> Period | None:
    return None if period is None else _period(period)


def _paths(paths: Place | Iterable[Place]) -> list[Path]:
    return [Path(paths)] if isinstance(paths, str | PathLike) else [Path(path) for path in paths]


def _path(path: Place | None) -> Path | None:
    return None if path is None else Path(path)
