"""The whole loop on the built-in example: Cluster 7, first quarter of 2024."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xlreport.errors import UsageError
from xlreport.language import LANGUAGES, texts
from xlreport.periods import Period
from xlreport.usecases.check import Progress, silent
from xlreport.usecases.consolidate import ConsolidateResult, consolidate
from xlreport.usecases.example import example_reports, example_workspace, filled_workbooks, read_typed
from xlreport.usecases.init import FOLDERS
from xlreport.usecases.issue import Issued, issue
from xlreport.workspace import SETTINGS_FILE, Workspace, write_whole

EXAMPLE = "cum7-2024-q1"
#: Marks a folder as one that the demonstration made and may make anew.
_MARK = "DEMO.txt"
#: The example's own calendar: the briefing met on 30 March 2024; one unit was late.
_IN_TIME, _LATE = "2024-03-28", "2024-04-02"
_LATE_UNITS = ("C8-06",)


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demonstration did."""

    workspace: Workspace
    period: Period
    issued: tuple[Issued, ...]
    consolidated: ConsolidateResult


def run_demo(folder: Path, language: str, progress: Progress = silent) -> DemoResult:
    """Build the example's workspace and run the loop, from the beginning if the folder holds an earlier run.

    Raises UsageError, and touches nothing, if the folder holds anything else.
    """
    _clear(folder)
    notice = {one: texts(one)("demo.notice") for one in LANGUAGES}
    workspace = example_workspace(folder, EXAMPLE, language, title=texts(language)("demo.name"), notice=notice)
    write_whole(folder / _MARK, texts(language)("demo.mark").encode() + b"\n")
    ((form, period, typed),) = [(one.form, one.period, read_typed(one.path)) for one in example_reports(EXAMPLE)]
    issued = issue(workspace, form, period, language=language, progress=progress)
    for unit, data in filled_workbooks(workspace, form, period, typed, language):
        day = _LATE if unit in _LATE_UNITS else _IN_TIME
        write_whole(workspace.inbox / day / f"{unit}.xlsx", data)
    result = consolidate(workspace, period, language=language, today=date.fromisoformat(_LATE), progress=progress)
    return DemoResult(workspace, period, tuple(issued), result)


def _clear(folder: Path) -> None:
    """Remove an earlier run of the demonstration: only what it made, only where its mark is."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder.is_dir() and (folder / _MARK).is_file()):
        raise UsageError("demo-folder-not-empty", path=folder)
    for name in FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in (SETTINGS_FILE, "organisation.xlsx", "ledger.sqlite", _MARK):
        (folder / name).unlink(missing_ok=True)
