"""Receive files into a workspace: archive the originals, check them, record everything in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from xlreport.findings import Location, finding
from xlreport.intake.identify import Definitions
from xlreport.layout.identity import Identity
from xlreport.ledger import (
    FACT_COLUMNS,
    Known,
    Outcome,
    Reading,
    Role,
    Standing,
    Submission,
    Transaction,
    open_ledger,
)
from xlreport.usecases.check import CheckedFile, CheckResult, Progress, check_files, silent
from xlreport.usecases.files import day_of_receipt, file_hash, found_files
from xlreport.workspace import Workspace, archive_original, load_forms, load_organisation, reading_context


@dataclass(frozen=True, slots=True)
class Received:
    """A file of this run. `is_new` is false for content that had been read before with this outcome."""

    file: CheckedFile
    received_on: date
    is_new: bool


@dataclass(frozen=True, slots=True)
class ReceiveResult:
    """All files of a run, in order."""

    files: tuple[Received, ...]

    @property
    def checked(self) -> CheckResult:
        """The files with their outcomes."""
        return CheckResult(tuple(item.file for item in self.files))


def receive(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    today: date,
    received_on: date | None = None,
    prefer_newest: bool = False,
    progress: Progress = silent,
) -> ReceiveResult:
    """Receive files and folders (default: the inbox). Raises UsageError for an unusable workspace."""
    forms, register = load_forms(workspace), load_organisation(workspace)
    context = reading_context(forms, workspace)
    files = found_files(paths or [workspace.inbox], workspace.root)
    days = {path: day_of_receipt(path, received_on, today) for path, _ in files}
    hashes = {path: file_hash(path) for path, _ in files}
    with open_ledger(workspace.ledger) as ledger:
        with ledger.transaction() as record:
            known = record.known([sha256 for sha256 in hashes.values() if sha256], context)
        accepted = {sha256 for sha256, one in known.items() if one.outcome is Outcome.ACCEPTED}
        unread = [(path, name) for path, name in files if hashes[path] not in accepted]
        # Reading takes its time: the ledger is not locked while it lasts.
        result = check_files(unread, Definitions(forms, register), progress)
        judged = _judge_rivals(result.files, days, prefer_newest=prefer_newest)
        with ledger.transaction() as record:
            judged = _note_superseded(record, judged, days)
            _record(workspace, record, judged, days, context, today)
    checked = {file.path: Received(file, days[file.path], is_new=True) for file in judged}
    again = {
        path: Received(_read_before(path, name, known[hashes[path] or ""]), days[path], is_new=False)
        for path, name in files
        if path not in checked
    }
    return ReceiveResult(tuple((checked | again)[path] for path, _ in files))


def _judge_rivals(files: Sequence[CheckedFile], days: Mapping[Path, date], *, prefer_newest: bool) -> list[CheckedFile]:
    """Two different files of one unit on one day: nobody knows which is meant, so neither counts.

    A file of a later day is a correction; so is one that says which file it corrects.
    """
    rivals: dict[tuple[Identity, date], list[CheckedFile]] = defaultdict(list)
    for file in files:
        if file.outcome == "accepted" and file.identity is not None:
            rivals[file.identity, days[file.path]].append(file)
    held: dict[Path, CheckedFile] = {}
    for group in rivals.values():
        distinct = {file.sha256: file for file in group}
        corrected = {file.corrects for file in group}
        standing = [file for sha256, file in distinct.items() if sha256 not in corrected]
        if prefer_newest and len(standing) > 1:
            standing = [max(standing, key=lambda file: (file.path.stat().st_mtime_ns, file.name))]
            held |= {file.path: _held(file, standing[0]) for file in group if file.sha256 != standing[0].sha256}
        elif len(standing) > 1:
            held |= {file.path: _held(file, _other(file, standing)) for file in group}
    return [held.get(file.path, file) for file in files]


def _other(file: CheckedFile, standing: Sequence[CheckedFile]) -> CheckedFile:
    return next(other for other in standing if other.sha256 != file.sha256)


def _held(file: CheckedFile, other: CheckedFile) -> CheckedFile:
    unit = file.identity.unit if file.identity else None
    conflict = finding("XR601", Location(file=file.name, unit=unit), other=other.name)
    return replace(file, outcome="rejected", findings=(conflict, *file.findings))


def _note_superseded(record: Transaction, files: Sequence[CheckedFile], days: Mapping[Path, date]) -> list[CheckedFile]:
    """Say on each accepted file which earlier one of the same unit it takes the place of."""
    periods = {(file.identity.form, file.identity.period) for file in files if file.identity is not None}
    current = {
        (one.form, one.period, one.unit): one
        for form, period in sorted(periods)
        for one in record.standing(form, period)
        if one.role is Role.CURRENT
    }
    return [_superseding(file, current, days[file.path]) for file in files]


def _superseding(
    file: CheckedFile, current: Mapping[tuple[str | None, str | None, str | None], Standing], day: date
) -> CheckedFile:
    identity = file.identity
    earlier = current.get((identity.form, identity.period, identity.unit)) if identity else None
    if identity is None or earlier is None or file.outcome != "accepted":
        return file
    if earlier.sha256 == file.sha256 or day < earlier.received_on:
        return file
    place = Location(file=file.name, unit=identity.unit)
    return replace(file, findings=(*file.findings, finding("XR603", place, earlier=earlier.file_name)))


def _record(
    workspace: Workspace,
    record: Transaction,
    files: Sequence[CheckedFile],
    days: Mapping[Path, date],
    context: str,
    today: date,
) -> None:
    """Originals first, then the ledger: a ledger row never names a file that is not there."""
    if not any(file.sha256 for file in files):
        return
    run = record.start_run("receive", max(days.values(), default=today))
    for file in sorted(files, key=lambda file: (days[file.path], file.corrects is not None)):
        if file.sha256 is None:
            continue
        data = file.path.read_bytes()
        archived = archive_original(workspace, file.sha256, data, file.path.suffix)
        record.add_submission(Submission(file.sha256, file.name, days[file.path], archived, len(data)))
        identity = file.identity
        reading = Reading(
            sha256=file.sha256,
            context=context,
            outcome=Outcome(file.outcome),
            form=identity.form if identity else None,
            version=identity.version if identity else None,
            unit=identity.unit if identity else None,
            period=identity.period if identity else None,
            status=file.status.value,
        )
        facts = [tuple(getattr(row, column) for column in FACT_COLUMNS) for row in file.facts]
        record.add_reading(run, reading, facts if file.outcome == "accepted" else (), file.findings)


def _read_before(path: Path, name: str, known: Known) -> CheckedFile:
    """A file that was accepted in an earlier run: it counts once, and is not read again."""
    identity = Identity(known.form or "", known.version or 0, known.unit or "", known.period or "")
    note = finding("XR602", Location(file=name, unit=known.unit), received_on=f"{known.received_on:%d/%m/%Y}")
    return CheckedFile(path, name, known.sha256, known.outcome.value, identity, findings=(note,))
