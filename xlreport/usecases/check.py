"""Check files: read, identify, facts, then all checks over all facts at once."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from xlreport.aggregation import (
    Consolidation,
    Derivation,
    Earlier,
    Status,
    Value,
    complete_unit,
    derivation,
    values_from_json,
)
from xlreport.aggregation.nodes import ReceivedFigure, received_values
from xlreport.checks.rules import rule_findings
from xlreport.checks.schema import location_of, schema_findings
from xlreport.datapoints import DataPoint
from xlreport.findings import Finding, Location, Severity, finding
from xlreport.findings.wording import Words
from xlreport.forms.expressions import BoundForm
from xlreport.forms.model import MeasureRole
from xlreport.forms.roles import Filler
from xlreport.forms.wording import own_headings
from xlreport.frames import facts_frame
from xlreport.grid.messages import Letter
from xlreport.grid.reading import Reading
from xlreport.grid.safely import SafeReader
from xlreport.intake.facts import FactRow, Source, read_facts
from xlreport.intake.forward import forward
from xlreport.intake.identify import Definitions, Identified, identify
from xlreport.intake.issued import issued_figures
from xlreport.intake.roll import RollReading, read_roll
from xlreport.layout.identity import Identity
from xlreport.refs import parse_a1
from xlreport.usecases.check_rolls import roll_findings
from xlreport.usecases.files import SentFile, file_hash
from xlreport.usecases.tampering import changes

Progress = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Report no progress."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file with its outcome ("accepted", "rejected", "refused"), facts and findings, errors first.

    `copy_of` names the file of the same run that has the same content.
    """

    path: Path
    name: str
    sha256: str | None
    outcome: str
    identity: Identity | None = None
    corrects: str | None = None
    status: Status = Status.NORMAL
    facts: tuple[FactRow, ...] = ()
    findings: tuple[Finding, ...] = ()
    copy_of: str | None = None
    #: Of a roll, which holds the figures of many units: the words on what it is based on, "" if there are none.
    basis: str | None = None
    letter: Letter | None = None
    #: What the form calls its columns where that is not their standard name, by table and measure.
    headings: Mapping[tuple[str, str], Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """All files found, in the order given. accepted + rejected + refused = found."""

    files: tuple[CheckedFile, ...]

    def count(self, outcome: str) -> int:
        """How many files have an outcome."""
        return sum(file.outcome == outcome for file in self.files)

    @property
    def has_errors(self) -> bool:
        """Whether any file has a finding of severity error."""
        return any(item.is_error for file in self.files for item in file.findings)


@dataclass(slots=True)
class _Draft:
    """A file between reading and outcome."""

    path: Path
    name: str
    sha256: str | None
    letter: Letter | None = None
    identity: Identity | None = None
    identified: Identified | None = None
    roll: RollReading | None = None
    status: Status = Status.NORMAL
    facts: tuple[FactRow, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    first: _Draft | None = None


#: The consolidations of earlier periods that a form refers to, by the name of their period.
History = Callable[[BoundForm], Mapping[str, Consolidation]]


def check_files(
    files: Sequence[SentFile | tuple[Path, str]],
    definitions: Definitions,
    progress: Progress = silent,
    history: History | None = None,
    reader: SafeReader | None = None,
) -> CheckResult:
    """Check files given as path and the name to show, or as sent. A file that is given twice is read once.

    Without a history the figures of earlier periods are those that the workbooks were issued with. Files are read
    by processes of their own, within the reader's limits.
    """
    sent = [SentFile(*file) for file in files]
    drafts: list[_Draft] = []
    by_content: dict[str, _Draft] = {}
    for done, (file, (sha256, reading)) in enumerate(zip(sent, _readings(sent, reader), strict=True), 1):
        drafts.append(_draft(file, sha256, reading, definitions, by_content))
        progress(done, len(sent))
    _check_facts([draft for draft in drafts if draft.identified is not None and draft.first is None], history)
    return CheckResult(tuple(_finished(draft) for draft in drafts))


def _readings(sent: Sequence[SentFile], reader: SafeReader | None) -> Generator[tuple[str | None, Reading], None, None]:
    """Hash and reading of each file, in order; of a container that was not opened, what is wrong with it."""
    to_read = [(file.content, file.name) for file in sent if file.problem is None]
    with closing((reader or SafeReader()).read(to_read)) as read:
        for file in sent:
            yield next(read) if file.problem is None else (file_hash(file.content), Reading(None, (file.problem,)))


def _draft(
    file: SentFile, sha256: str | None, reading: Reading, definitions: Definitions, by_content: dict[str, _Draft]
) -> _Draft:
    name = file.name
    draft = _Draft(file.path, name, sha256, file.letter)
    if sha256 is not None:
        draft.first = by_content.setdefault(sha256, draft)
        if draft.first is not draft:
            return draft
        draft.first = None
    draft.findings.extend((*reading.findings, *_about_letter(file)))
    if reading.workbook is None:
        return draft
    draft.roll = read_roll(reading.workbook, definitions, Source(name, sha256 or ""))
    if draft.roll is not None:
        draft.identity, draft.facts = draft.roll.identity, draft.roll.facts
        draft.findings.extend((*draft.roll.findings, *roll_findings(draft.roll, name)))
        return draft
    found = identify(reading.workbook, definitions, name)
    draft.identity, draft.identified = found.identity, found.identified
    draft.findings.extend(found.findings)
    if draft.identified is not None:
        if draft.identified.corrects is not None:
            draft.findings.append(finding("XR147", Location(file=name), sha256=draft.identified.corrects))
        read, draft.status, problems = read_facts(draft.identified, Source(name, sha256 or ""))
        place = Location(file=name, unit=draft.identified.identity.unit)
        draft.facts, notes = forward(draft.identified, read, place)
        changed = changes(reading.workbook, draft.identified, place, found.findings)
        draft.findings.extend((*problems, *notes, *changed))
    return draft


def _about_letter(file: SentFile) -> tuple[Finding, ...]:
    if file.letter is None:
        return ()
    sent_at = file.letter.sent_at.isoformat(timespec="minutes") if file.letter.sent_at else "–"
    return (finding("XR146", Location(file=file.name), sender=file.letter.sender or "–", sent_at=sent_at),)


def _check_facts(drafts: Sequence[_Draft], history: History | None) -> None:
    """The schema on all facts in one call, then each form's rules on its units' values."""
    bounds = {id(draft.identified.bound): draft.identified.bound for draft in drafts if draft.identified}
    plans = {key: derivation(bound) for key, bound in bounds.items()}
    by_content = {draft.sha256: draft for draft in drafts}
    earlier = {key: Earlier(bound, history(bound)) for key, bound in bounds.items()} if history else {}
    facts = facts_frame(row for draft in drafts for row in draft.facts)
    definitions = {draft.sha256 or "": draft.identified.bound.form for draft in drafts if draft.identified}
    for sha256, item in schema_findings(facts, definitions):
        by_content[sha256].findings.append(item)
    for draft in drafts:
        if draft.identified is not None:
            key = id(draft.identified.bound)
            before = earlier[key].of_unit(draft.identified.identity.unit) if earlier else _issued_with(draft.identified)
            draft.findings.extend(_rule_findings(draft, draft.identified, plans[key], before))
            draft.findings.extend(_nothing_said(draft, draft.identified))


def _nothing_said(draft: _Draft, identified: Identified) -> list[Finding]:
    """XR608 for a report in which nobody filled anything in. Where cells are told to be blank, that is enough."""
    measures = {table.table: {one.measure for one in table.measures if one.role is MeasureRole.FIGURE}
                for table in identified.issued.form.tables}  # fmt: skip
    prefilled = issued_figures(identified).prefilled
    asked = [row for row in draft.facts if row.measure in measures.get(row.table, ())
             and DataPoint(row.table, row.indicator, row.measure) not in prefilled]  # fmt: skip
    is_empty = bool(asked) and all(row.status == Status.MISSING for row in asked)
    if not is_empty or any(item.is_error for item in draft.findings):
        return []
    return [finding("XR608", Location(file=draft.name, unit=identified.identity.unit))]


def _issued_with(identified: Identified) -> Mapping[DataPoint, Value]:
    """The figures of earlier periods that a workbook brings along. Nobody vouches for them but the workbook."""
    return values_from_json(identified.metadata.earlier) if identified.metadata else {}


def _rule_findings(
    draft: _Draft, identified: Identified, plan: Derivation, before: Mapping[DataPoint, Value]
) -> list[Finding]:
    bound = identified.bound
    received = received_values(bound, map(_figure, draft.facts)).get(identified.identity.unit, {})
    filler = bound.filler or Filler()
    values = complete_unit(plan, {**received, **before}, filler.unit_type, filler.level)
    default = Location(file=draft.name, unit=identified.identity.unit)
    return list(rule_findings(bound, values, _places(draft.facts), default))


def _figure(row: FactRow) -> ReceivedFigure:
    value = None if row.value is None else Decimal(row.value)
    return ReceivedFigure(row.unit, row.table, row.indicator, row.measure, value, row.text, row.status, row.qualifier)


def _places(facts: Iterable[FactRow]) -> dict[DataPoint, Location]:
    return {
        DataPoint(row.table, row.indicator, row.measure): location_of(row._asdict())
        for row in facts
        if row.source_cell is not None
    }


def _finished(draft: _Draft) -> CheckedFile:
    if draft.first is not None:
        unit = draft.first.identity.unit if draft.first.identity else None
        same = finding("XR604", Location(file=draft.name, unit=unit), other=draft.first.name)
        original = _finished(draft.first)
        return replace(
            original,
            path=draft.path,
            name=draft.name,
            copy_of=original.name,
            findings=(same,),
            letter=draft.letter,
        )
    return CheckedFile(
        path=draft.path,
        name=draft.name,
        sha256=draft.sha256,
        outcome=_outcome(draft),
        identity=draft.identity,
        corrects=draft.identified.corrects if draft.identified else None,
        status=draft.status,
        facts=draft.facts,
        letter=draft.letter,
        findings=tuple(sorted((_of_unit(item, draft) for item in draft.findings), key=_position)),
        basis=None if draft.roll is None else draft.roll.basis or "",
        headings=own_headings(draft.identified.issued.form) if draft.identified else {},
    )


def _of_unit(item: Finding, draft: _Draft) -> Finding:
    """A finding about a whole file is its unit's too; a roll is no unit's own."""
    if draft.identity is None or draft.roll is not None or item.location.unit is not None:
        return item
    return replace(item, location=replace(item.location, unit=draft.identity.unit))


def _outcome(draft: _Draft) -> str:
    if draft.identified is None and (draft.roll is None or draft.roll.bounds is None):
        return "refused"
    return "rejected" if any(item.is_error for item in draft.findings) else "accepted"


_RANKS: Mapping[Severity, int] = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def _position(item: Finding) -> tuple[int, str, int, int, str]:
    """Errors first, then as the eye goes: sheet by sheet, row by row."""
    place = item.location
    row, column = parse_a1(place.cell) if place.cell and place.sheet else (-1, -1)
    return _RANKS[item.severity], place.sheet or "", row, column, item.code
