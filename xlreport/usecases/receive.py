"""Receive files into a workspace: archive the originals, check them, record everything in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from xlreport.aggregation import Status
from xlreport.errors import UsageError
from xlreport.findings import Finding, Location, finding
from xlreport.grid.safely import SafeReader
from xlreport.intake.identify import Definitions
from xlreport.language import DEFAULT_LANGUAGE
from xlreport.layout.identity import Identity
from xlreport.ledger import (
    FACT_COLUMNS,
    Ledger,
    Outcome,
    PeriodDecision,
    Reading,
    Role,
    Standing,
    Submission,
    Transaction,
    open_ledger,
)
from xlreport.usecases.arrivals import Found, arrived_contents, counted_before, look_up, needs_no_reading, was_aside
from xlreport.usecases.check import CheckedFile, CheckResult, History, Progress, check_files, silent
from xlreport.usecases.files import day_of_receipt, found_files, opened_files
from xlreport.usecases.history import history_of
from xlreport.usecases.returned import Handled, ReturnResult, return_received
from xlreport.usecases.returning import Desk
from xlreport.usecases.rivals import (
    CAME_BY,
    Report,
    current_reports,
    is_settled,
    judge_rivals,
    keep_aside,
    note_closed,
    note_superseded,
    overtaken,
    place_in_run,
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
    """All files of a run, in order, and what goes back of them."""

    files: tuple[Received, ...]
    returned: ReturnResult = field(default_factory=ReturnResult)

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
    language: str = DEFAULT_LANGUAGE,
    progress: Progress = silent,
) -> ReceiveResult:
    """Receive files and folders (default: the inbox). Raises UsageError for an unusable workspace or a day to come."""
    if received_on is not None and received_on > today:
        raise UsageError("received-in-future", value=received_on.isoformat(), today=today.isoformat())
    forms, register = load_definitions(workspace)
    context = reading_context(forms, workspace)
    reader = SafeReader(workspace.limits)
    files = opened_files(found_files(paths or [workspace.inbox], workspace.root), reader)
    days = {file.path: day_of_receipt(file.container or file.path, received_on, today) for file in files}
    with open_ledger(workspace.ledger_place) as ledger:
        found, remembered = look_up(ledger, files, days, context)
        unread = [file for file in found if not needs_no_reading(file, remembered)]
        # Reading takes its time: the ledger is not locked while it lasts.
        definitions = Definitions(forms, register)
        history = history_of(ledger, forms, register)
        checked = check_files([file.sent for file in unread], definitions, progress, history, reader)
        again = _read_again(workspace, ledger, found, definitions, context, history, reader)
        with ledger.transaction() as record:
            current = _current(record, found, checked.files)
            candidates = _without_set_aside(checked.files, found, remembered, current)
            candidates = _without_overtaken(record, candidates, found, current)
            changed = {file.path: file.seconds() for file in files}
            judged = judge_rivals(candidates, days, changed, counted_before(found), prefer_newest=prefer_newest)
            judged = [note_superseded(file, current, days[file.path]) for file in judged]
            _record(workspace, record, judged, found, context)
            _record_again(record, again, context, today)
            standing = _standing(record, found, judged)
            closed = _closed(record, found, judged)
        fresh = {file.path: file for file in judged}
        received = [_received(file, fresh.get(file.path), remembered, standing, current) for file in found]
        received = [replace(one, file=note_closed(one.file, standing, closed)) for one in received]
        # Of what was received before, only what no longer counts is news.
        received += [Received(file, today, is_new=True) for file in again if file.outcome != Outcome.ACCEPTED]
        handled = [Handled(one.file, not one.settled, one.is_new) for one in _by_day(received)]
        returned = return_received(workspace, handled, Desk(definitions, language, reader, workspace, history))
    return ReceiveResult(tuple(received), returned)


def _by_day(received: Sequence[Received]) -> list[Received]:
    return sorted(received, key=lambda one: one.received_on)


def _read_again(
    workspace: Workspace,
    ledger: Ledger,
    found: Sequence[Found],
    definitions: Definitions,
    context: str,
    history: History,
    reader: SafeReader,
) -> tuple[CheckedFile, ...]:
    """What counts but was read under other definitions, read again from the archive.

    Figures that were understood by one definition must not be added up by another.
    """
    here = {file.sha256 for file in found}
    with ledger.transaction() as record:
        outdated = [one for one in record.outdated(context) if one.sha256 not in here]
        known = record.findings_of(one.reading for one in outdated)
    originals = [(workspace.root / one.archived_as, one.file_name) for one in outdated]
    checked = check_files(originals, definitions, history=history, reader=reader).files
    # How a file came is not written in it.
    return tuple(
        replace(file, findings=(*file.findings, *(item for item in known.get(one.reading, ()) if item.code == CAME_BY)))
        for file, one in zip(checked, outdated, strict=True)
    )


def _record_again(record: Transaction, files: Sequence[CheckedFile], context: str, today: date) -> None:
    if files:
        run = record.start_run("read again", today)
        for file in files:
            if file.sha256 is not None:
                _record_reading(record, run, file, context)


def _without_set_aside(
    files: Sequence[CheckedFile],
    found: Sequence[Found],
    remembered: Mapping[int, Sequence[Finding]],
    current: Mapping[Report, Standing],
) -> list[CheckedFile]:
    """The files, those that were set aside before and did not arrive anew being set aside again."""
    aside = {file.sha256 for file in found if was_aside(file, remembered)} - arrived_contents(found)
    return [keep_aside(file, file.sha256 in aside, current) for file in files]


def _without_overtaken(
    record: Transaction, files: Sequence[CheckedFile], found: Sequence[Found], current: Mapping[Report, Standing]
) -> list[CheckedFile]:
    """The files, new ones being set aside that by what they say come before what counts already."""
    told = record.findings_of(one.reading for one in current.values())
    new = {file.path: file.day for file in found if file.before is None}
    return [overtaken(file, new[file.path], current, told) if file.path in new else file for file in files]


def _current(record: Transaction, found: Sequence[Found], files: Sequence[CheckedFile]) -> dict[Report, Standing]:
    """What counts before this run, of the reports that its files are."""
    return current_reports(one for form, period in _periods(found, files) for one in record.standing(form, period))


def _periods(found: Sequence[Found], files: Sequence[CheckedFile]) -> list[tuple[str, str]]:
    """The forms and periods of the files, of new ones and of known ones."""
    known = {(file.before.form, file.before.period) for file in found if file.before is not None}
    known |= {(file.identity.form, file.identity.period) for file in files if file.identity is not None}
    return sorted((form, period) for form, period in known if form is not None and period is not None)


def _record(
    workspace: Workspace, record: Transaction, files: Sequence[CheckedFile], found: Sequence[Found], context: str
) -> None:
    """Originals first, then the ledger: a ledger row never names a file that is not there."""
    fresh = {file.path: file for file in files}
    arrivals = [file for file in found if file.sha256 is not None and (file.arrived or file.path in fresh)]
    if not arrivals:
        return
    run = record.start_run("receive", max(file.day for file in arrivals))
    by_content = {file.sha256: file for file in files}
    # A file that corrects another comes after it, whatever their names.
    order = {file.path: place_in_run(file, by_content) for file in files}
    for file in sorted(arrivals, key=lambda one: (one.day, order.get(one.path, (0.0, 0)))):
        data = file.sent.read_bytes()
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


def _standing(record: Transaction, found: Sequence[Found], files: Sequence[CheckedFile]) -> dict[str, Standing]:
    """What stands after this run, by content."""
    return {one.sha256: one for form, period in _periods(found, files) for one in record.standing(form, period)}


def _closed(
    record: Transaction, found: Sequence[Found], files: Sequence[CheckedFile]
) -> dict[tuple[str, str], PeriodDecision]:
    """The closings of the periods that the files are of."""
    closings = {one: record.closing(*one) for one in _periods(found, files)}
    return {one: closing for one, closing in closings.items() if closing is not None}


def _received(
    file: Found,
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


def _read_before(file: Found, remembered: Mapping[int, Sequence[Finding]]) -> CheckedFile:
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
