"""Receive files into a workspace: archive the originals, check them, record everything in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xlreport.aggregation import Status
from xlreport.errors import UsageError
from xlreport.findings import Finding, Location, finding
from xlreport.intake.identify import Definitions
from xlreport.layout.identity import Identity
from xlreport.ledger import (
    FACT_COLUMNS,
    Known,
    Ledger,
    Outcome,
    Reading,
    Role,
    Standing,
    Submission,
    Transaction,
    open_ledger,
)
from xlreport.usecases.check import CheckedFile, CheckResult, History, Progress, check_files, silent
from xlreport.usecases.files import day_of_receipt, file_hash, found_files
from xlreport.usecases.history import history_of
from xlreport.usecases.rivals import (
    SET_ASIDE,
    Report,
    corrections_before,
    current_reports,
    is_settled,
    judge_rivals,
    keep_aside,
    note_superseded,
)
from xlreport.workspace import Workspace, archive_original, load_definitions, reading_context


@dataclass(frozen=True, slots=True)
class Received:
    """A file of this run.

    `is_new` is false for a file that is where it was and that need not be read again. `settled` says of a
    file that was sent back that its unit has an accepted one that came later.
    """

    file: CheckedFile
    received_on: date
    is_new: bool
    settled: bool = False


@dataclass(frozen=True, slots=True)
class ReceiveResult:
    """All files of a run, in order."""

    files: tuple[Received, ...]

    @property
    def checked(self) -> CheckResult:
        """The files with their outcomes."""
        return CheckResult(tuple(item.file for item in self.files))


@dataclass(frozen=True, slots=True)
class _Found:
    """A file as found, and what the ledger knows of it."""

    path: Path
    name: str
    day: date
    sha256: str | None
    #: Its standing reading, and whether that was made under today's definitions.
    before: Known | None
    is_current: bool
    #: Whether it was not at this place before.
    arrived: bool


def receive(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    today: date,
    received_on: date | None = None,
    prefer_newest: bool = False,
    progress: Progress = silent,
) -> ReceiveResult:
    """Receive files and folders (default: the inbox). Raises UsageError for an unusable workspace or a day to come."""
    if received_on is not None and received_on > today:
        raise UsageError("received-in-future", value=received_on.isoformat(), today=today.isoformat())
    forms, register = load_definitions(workspace)
    context = reading_context(forms, workspace)
    files = found_files(paths or [workspace.inbox], workspace.root)
    days = {path: day_of_receipt(path, received_on, today) for path, _ in files}
    with open_ledger(workspace.ledger_place) as ledger:
        found, remembered = _look_up(ledger, files, days, context)
        unread = [file for file in found if not _needs_no_reading(file, remembered)]
        # Reading takes its time: the ledger is not locked while it lasts.
        definitions = Definitions(forms, register)
        history = history_of(ledger, forms, register)
        checked = check_files([(file.path, file.name) for file in unread], definitions, progress, history)
        again = _read_again(workspace, ledger, found, definitions, context, history)
        with ledger.transaction() as record:
            current = _current(record, found, checked.files)
            candidates = _without_set_aside(checked.files, found, remembered, current)
            judged = judge_rivals(candidates, days, _counted_before(found), prefer_newest=prefer_newest)
            judged = [note_superseded(file, current, days[file.path]) for file in judged]
            _record(workspace, record, judged, found, context)
            _record_again(record, again, context, today)
            standing = _standing(record, found, judged)
    fresh = {file.path: file for file in judged}
    received = [_received(file, fresh.get(file.path), remembered, standing, current) for file in found]
    # Of what was received before, only what no longer counts is news.
    received += [Received(file, today, is_new=True) for file in again if file.outcome != Outcome.ACCEPTED]
    return ReceiveResult(tuple(received))


def _read_again(
    workspace: Workspace,
    ledger: Ledger,
    found: Sequence[_Found],
    definitions: Definitions,
    context: str,
    history: History,
) -> tuple[CheckedFile, ...]:
    """What counts but was read under other definitions, read again from the archive.

    Figures that were understood by one definition must not be added up by another.
    """
    with ledger.transaction() as record:
        outdated = record.outdated(context)
    here = {file.sha256 for file in found}
    originals = [(workspace.root / one.archived_as, one.file_name) for one in outdated if one.sha256 not in here]
    return check_files(originals, definitions, history=history).files


def _record_again(record: Transaction, files: Sequence[CheckedFile], context: str, today: date) -> None:
    if files:
        run = record.start_run("read again", today)
        for file in files:
            if file.sha256 is not None:
                _record_reading(record, run, file, context)


def _look_up(
    ledger: Ledger, files: Sequence[tuple[Path, str]], days: Mapping[Path, date], context: str
) -> tuple[list[_Found], dict[int, list[Finding]]]:
    """What the ledger knows of the files, and the findings of those that it sent back."""
    hashes = {path: file_hash(path) for path, _ in files}
    with ledger.transaction() as record:
        known = record.known([sha256 for sha256 in hashes.values() if sha256])
        contents = record.last_contents(name for _, name in files)
        back = [one.reading for one in known.values() if one.outcome is not Outcome.ACCEPTED]
        remembered = record.findings_of(back)
    found = []
    for path, name in files:
        sha256 = hashes[path]
        before = known.get(sha256 or "")
        is_current = before is not None and before.context == context
        found.append(_Found(path, name, days[path], sha256, before, is_current, contents.get(name) != sha256))
    return found, remembered


#: Held only because of other files: what becomes of them depends on what else is there.
_HELD = frozenset({"XR601", "XR605"})


def _needs_no_reading(file: _Found, remembered: Mapping[int, Sequence[Finding]]) -> bool:
    """Whether the reading that the ledger holds is what a new one would be."""
    if file.before is None or not file.is_current:
        return False
    if file.before.outcome is Outcome.ACCEPTED:
        return True
    return not file.arrived and not any(item.code in _HELD for item in remembered.get(file.before.reading, ()))


def _was_aside(file: _Found, remembered: Mapping[int, Sequence[Finding]]) -> bool:
    return file.before is not None and any(item.code == SET_ASIDE for item in remembered.get(file.before.reading, ()))


def _without_set_aside(
    files: Sequence[CheckedFile],
    found: Sequence[_Found],
    remembered: Mapping[int, Sequence[Finding]],
    current: Mapping[Report, Standing],
) -> list[CheckedFile]:
    """The files, those that were set aside before and did not arrive anew being set aside again."""
    aside = {file.sha256 for file in found if _was_aside(file, remembered)} - _arrived(found)
    return [keep_aside(file, file.sha256 in aside, current) for file in files]


def _counted_before(found: Sequence[_Found]) -> set[str | None]:
    """The contents that counted before this run and did not arrive anew."""
    return {file.sha256 for file in found if file.before and file.before.outcome is Outcome.ACCEPTED} - _arrived(found)


def _arrived(found: Sequence[_Found]) -> set[str | None]:
    return {file.sha256 for file in found if file.arrived}


def _current(record: Transaction, found: Sequence[_Found], files: Sequence[CheckedFile]) -> dict[Report, Standing]:
    """What counts before this run, of the reports that its files are."""
    return current_reports(one for form, period in _periods(found, files) for one in record.standing(form, period))


def _periods(found: Sequence[_Found], files: Sequence[CheckedFile]) -> list[tuple[str, str]]:
    """The forms and periods of the files, of new ones and of known ones."""
    known = {(file.before.form, file.before.period) for file in found if file.before is not None}
    known |= {(file.identity.form, file.identity.period) for file in files if file.identity is not None}
    return sorted((form, period) for form, period in known if form is not None and period is not None)


def _record(
    workspace: Workspace, record: Transaction, files: Sequence[CheckedFile], found: Sequence[_Found], context: str
) -> None:
    """Originals first, then the ledger: a ledger row never names a file that is not there."""
    fresh = {file.path: file for file in files}
    arrivals = [file for file in found if file.sha256 is not None and (file.arrived or file.path in fresh)]
    if not arrivals:
        return
    run = record.start_run("receive", max(file.day for file in arrivals))
    by_content = {file.sha256: file for file in files}
    # A file that corrects another comes after it, whatever their names.
    order = {file.path: corrections_before(file, by_content) for file in files}
    for file in sorted(arrivals, key=lambda one: (one.day, order.get(one.path, 0))):
        data = file.path.read_bytes()
        sha256 = file.sha256 or ""
        if hashlib.sha256(data).hexdigest() != sha256:
            raise UsageError("file-changed", path=file.name)
        archived = archive_original(workspace, sha256, data, file.path.suffix)
        record.add_submission(Submission(sha256, file.name, file.day, archived, len(data)))
        if file.path in fresh and fresh[file.path].copy_of is None:
            _record_reading(record, run, fresh[file.path], context)


def _record_reading(record: Transaction, run: int, file: CheckedFile, context: str) -> None:
    identity = file.identity
    reading = Reading(
        sha256=file.sha256 or "",
        context=context,
        outcome=Outcome(file.outcome),
        form=identity.form if identity else None,
        # Facts that were mapped forward stand under the version in force.
        version=file.facts[0].version if file.facts else identity.version if identity else None,
        unit=identity.unit if identity else None,
        period=identity.period if identity else None,
        status=file.status.value,
    )
    facts = [tuple(getattr(row, column) for column in FACT_COLUMNS) for row in file.facts]
    if file.outcome != Outcome.ACCEPTED:
        record.add_reading(run, reading, (), file.findings)
    elif file.basis is not None:
        number = record.add_reading(run, reading, (), file.findings)
        record.add_roll(number, file.basis, zip((row.unit for row in file.facts), facts, strict=True))
    else:
        record.add_reading(run, reading, facts, file.findings)


def _standing(record: Transaction, found: Sequence[_Found], files: Sequence[CheckedFile]) -> dict[str, Standing]:
    """What stands after this run, by content."""
    return {one.sha256: one for form, period in _periods(found, files) for one in record.standing(form, period)}


def _received(
    file: _Found,
    fresh: CheckedFile | None,
    remembered: Mapping[int, Sequence[Finding]],
    standing: Mapping[str, Standing],
    current: Mapping[Report, Standing],
) -> Received:
    own = standing.get(file.sha256 or "")
    is_new = fresh is not None and (file.arrived or not file.is_current)
    checked = fresh if fresh is not None else _read_before(file, remembered)
    if fresh is None and file.arrived and own is not None and own.role is Role.CURRENT:
        # An earlier version that was sent again counts once more, in place of another.
        again = note_superseded(checked, current, file.day)
        is_new, checked = again is not checked, again
    return Received(checked, file.day, is_new, own is not None and is_settled(own, standing.values()))


def _read_before(file: _Found, remembered: Mapping[int, Sequence[Finding]]) -> CheckedFile:
    """A file whose reading the ledger holds: it counts once, and is not read again."""
    known = file.before
    if known is None:
        raise RuntimeError(f"{file.name} was neither read nor known")
    identity = None
    if known.form is not None:
        identity = Identity(known.form, known.version or 0, known.unit or "", known.period or "")
    findings = tuple(remembered.get(known.reading, ()))
    if known.outcome is Outcome.ACCEPTED:
        place = Location(file=file.name, unit=known.unit)
        findings = (finding("XR602", place, received_on=f"{known.received_on:%d/%m/%Y}"),)
    status = Status(known.status) if known.status else Status.NORMAL
    return CheckedFile(
        file.path, file.name, known.sha256, known.outcome.value, identity, status=status, findings=findings
    )
