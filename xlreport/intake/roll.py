"""A roll as it came back: whose plans or past figures it holds, and what is wrong in its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from xlreport.aggregation import Status, filler_of, fillers_over
from xlreport.datapoints import DataPoint
from xlreport.errors import UsageError
from xlreport.findings import Finding, Location, Severity, finding, finding_with
from xlreport.forms.expressions import BoundForm, bind
from xlreport.forms.measures import UPPER
from xlreport.forms.model import Form
from xlreport.forms.roles import Filler
from xlreport.grid.cells import Sheet, Workbook
from xlreport.intake.facts import FactRow, Source
from xlreport.intake.figures import read_figure
from xlreport.intake.identify import Definitions, is_changed
from xlreport.intake.remarks import BLANK, Figure, as_typed, quoted, unreadable
from xlreport.intake.structure import merged_over
from xlreport.language import LANGUAGES, texts
from xlreport.layout.identity import Identity, Marked, Metadata, marked_sheets, read_metadata
from xlreport.layout.locate import is_figure
from xlreport.layout.roll import (
    LocatedRoll,
    RollColumn,
    RollKind,
    RollTable,
    asked_points,
    locate_roll,
    plan_roll,
    roll_kind,
)
from xlreport.numbers import plain
from xlreport.periods import Period, parse_period
from xlreport.refs import Cell, a1

#: A message names so many; the rest is a number.
_NAMED = 10
#: What a cell holds of which nothing is asked.
_CLOSED = "x"


@dataclass(frozen=True, slots=True)
class RollReading:
    """What a roll says. `bounds` are the form as bound for the filler of each unit; None where it cannot be used."""

    identity: Identity
    facts: tuple[FactRow, ...] = ()
    findings: tuple[Finding, ...] = ()
    basis: str | None = None
    bounds: Mapping[str, BoundForm] | None = None


def read_roll(workbook: Workbook, definitions: Definitions, source: Source) -> RollReading | None:
    """Read a roll; None for every other workbook, which is the business of those who read reports."""
    metadata, marked = read_metadata(workbook), marked_sheets(workbook)
    identity = metadata.identity if metadata else marked[0].identity if marked else None
    known = roll_kind(identity.form) if identity is not None else None
    if identity is None or known is None:
        return None
    place = Location(file=source.file)
    if not marked or metadata is None or not metadata.rows:
        # Whom it was issued for stands in the metadata alone.
        return RollReading(identity, findings=(finding("XR106", place),))
    foreign = [sheet for sheet in marked if sheet.identity != identity]
    if foreign:
        return RollReading(identity, findings=tuple(_foreign(identity, sheet, place) for sheet in foreign))
    kind, code = known
    form, problem = _form(identity, metadata, definitions, code, place)
    try:
        period = parse_period(identity.period)
    except UsageError:
        problem = finding("XR110", place, period=identity.period)
    if form is None or problem is not None:
        return RollReading(identity, findings=(problem,) if problem else ())
    bounds = _bounds(form, period, metadata, definitions)
    notes = (finding("XR123", place),) if is_changed(metadata, form, period) else ()
    return _Reader(identity, kind, form, source, bounds, metadata.rows).read(marked, notes)


def _foreign(identity: Identity, sheet: Marked, place: Location) -> Finding:
    expected, found = (f"{one.unit}, {one.form} v{one.version}, {one.period}" for one in (identity, sheet.identity))
    return finding("XR118", replace(place, sheet=sheet.sheet.name), expected=expected, found=found)


def _form(
    identity: Identity, metadata: Metadata, definitions: Definitions, code: str, place: Location
) -> tuple[Form | None, Finding | None]:
    """The version that the roll was issued by: its figures are kept under the codes of that one."""
    if definitions.forms is None:
        own = metadata.usable_definition()
        return own, None if own is not None else finding("XR107", place, form=code)
    versions = definitions.forms.get(code, ())
    if not versions:
        return None, finding("XR107", place, form=code)
    form = next((one for one in versions if one.version == identity.version), None)
    if form is None:
        return None, finding("XR108", place, version=identity.version, expected=versions[-1].version)
    return form, None


def _bounds(form: Form, period: Period, metadata: Metadata, definitions: Definitions) -> dict[str, BoundForm]:
    """The form as each unit has it: of those that the register knows by now, or as the workbook says."""
    if definitions.register is None:
        fillers = {unit: _told(row) for unit, row in metadata.rows.items()}
    else:
        trees = fillers_over(form, definitions.register, period)
        fillers = {unit: filler_of(form, trees[unit], unit) for unit in metadata.rows if unit in trees}
    made = {filler: bind(form, period, filler) for filler in dict.fromkeys(fillers.values())}
    return {unit: made[filler] for unit, filler in fillers.items()}


def _told(row: object) -> Filler:
    if not isinstance(row, list) or len(row) != 3:
        return Filler()
    level, unit_type, reports = row
    return Filler(None if level is None else str(level), None if unit_type is None else str(unit_type), bool(reports))


@dataclass
class _Reader:
    """Reads the sheets of one roll."""

    identity: Identity
    kind: RollKind
    form: Form
    source: Source
    bounds: Mapping[str, BoundForm]
    issued: Mapping[str, object]
    facts: list[FactRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    blank: int = 0

    def read(self, marked: Sequence[Marked], notes: Sequence[Finding]) -> RollReading:
        """Every sheet; what is asked and not there is told by number."""
        self.findings.extend(notes)
        asked = {unit: asked_points(self.kind, bound) for unit, bound in self.bounds.items()}
        basis = None
        for planned in plan_roll(self.form, asked):
            sheets = [sheet for sheet in marked if sheet.table == planned.table.table]
            if len(sheets) != 1:
                self.findings.append(self._wrong_number(planned, sheets))
                continue
            located = locate_roll(sheets[0], list(self.issued))
            place = Location(file=self.source.file, sheet=sheets[0].sheet.name, table=planned.table.table)
            self._read_table(sheets[0].sheet, planned, located, place, asked)
            if located.basis is not None:
                basis = as_typed(sheets[0].sheet.value(*located.basis)) or basis
        if self.blank:
            total = sum(map(len, asked.values()))
            # A roll without a single figure must not take the place of one that has some.
            severity = None if self.facts else Severity.ERROR
            place = Location(file=self.source.file)
            self.findings.append(finding("XR135", place, severity=severity, blank=self.blank, asked=total))
        return RollReading(self.identity, tuple(self.facts), tuple(self.findings), basis, self.bounds)

    def _wrong_number(self, planned: RollTable, sheets: Sequence[Marked]) -> Finding:
        place = Location(file=self.source.file, table=planned.table.table)
        title = planned.table.title.in_all()
        if not sheets:
            return finding("XR111", place, table=title)
        names = ", ".join(sheet.sheet.name for sheet in sheets)
        return finding("XR122", replace(place, sheet=sheets[0].sheet.name), table=title, sheets=names)

    def _read_table(
        self,
        sheet: Sheet,
        planned: RollTable,
        located: LocatedRoll,
        place: Location,
        asked: Mapping[str, frozenset[DataPoint]],
    ) -> None:
        self.findings.extend(_structure(sheet, planned, located, place))
        self.findings.extend(self._strangers(sheet, planned, located, place))
        for unit in planned.rows:
            start, here = len(self.facts), replace(place, unit=unit)
            for column in planned.columns:
                self._read_cell(sheet, planned, located, here, column, asked[unit])
            self.findings.extend(self._ranges(planned, self.facts[start:]))

    def _strangers(self, sheet: Sheet, planned: RollTable, located: LocatedRoll, place: Location) -> Iterator[Finding]:
        """XR132 for rows with figures of units that the roll was not issued for, or that are in no register."""
        for code, row in located.rows.items():
            cells = [Cell(row, column) for column in located.columns.values()]
            if code not in planned.rows and any(is_figure(sheet.value(*cell)) for cell in cells):
                yield finding("XR132", replace(place, cell=a1(row, located.code_column or 0), unit=code), unit=code)

    def _read_cell(
        self,
        sheet: Sheet,
        planned: RollTable,
        located: LocatedRoll,
        place: Location,
        column: RollColumn,
        asked: frozenset[DataPoint],
    ) -> None:
        unit, point = place.unit or "", planned.point(column)
        cell = None
        if unit in located.rows and column.key in located.columns:
            cell = Cell(located.rows[unit], located.columns[column.key])
        here = replace(place, cell=a1(*cell) if cell else None, indicator=point.indicator, measure=point.measure)
        if point not in asked:
            typed = as_typed(sheet.value(*cell)) if cell else None
            if typed is not None and typed.strip() not in ("", _CLOSED):
                self.findings.append(finding("XR138", here, value=quoted(typed.strip())))
            return
        figure = _figure(sheet, cell, column, self.form) if cell else BLANK
        self.findings.extend(finding_with(one.code, here, one.params, one.severity) for one in figure.remarks)
        if figure.status is Status.MISSING:
            self.blank += 1
        else:
            self.facts.append(self._row(planned, column, figure, here))

    def _ranges(self, planned: RollTable, rows: Sequence[FactRow]) -> Iterator[Finding]:
        """XR136 and XR137 for a unit's plans from-to: bounds the wrong way round, or one of them missing."""
        own = {(row.indicator, row.measure): row for row in rows}
        for column in planned.columns:
            code, measure = column.indicator.code, column.measure.measure
            if not measure.endswith(UPPER) or not column.indicator.has_range:
                continue
            high, low = own.get((code, measure)), own.get((code, measure.removesuffix(UPPER)))
            if high is None or low is None:
                yield from (finding("XR137", _place(one)) for one in (high, low) if one is not None)
            elif high.value is not None and low.value is not None and Decimal(high.value) < Decimal(low.value):
                bounds = {"low": Decimal(low.value), "high": Decimal(high.value)}
                yield finding_with("XR136", _place(high), bounds, related=(_place(low),))

    def _row(self, planned: RollTable, column: RollColumn, figure: Figure, place: Location) -> FactRow:
        unit_measure = planned.table.unit_of(column.indicator)
        return FactRow(
            form=self.form.form,
            version=self.form.version,
            period=self.identity.period,
            unit=place.unit or "",
            table=planned.table.table,
            indicator=column.indicator.code,
            measure=column.measure.measure,
            value=None if figure.number is None else plain(figure.number),
            text=figure.text,
            status=figure.status.value,
            qualifier=None,
            unit_measure=unit_measure.vi if unit_measure else None,
            source_file=self.source.file,
            source_sha256=self.source.sha256,
            source_sheet=place.sheet or "",
            source_cell=place.cell,
            source_text=figure.typed,
        )


def _place(row: FactRow) -> Location:
    return Location(row.source_file, row.unit, row.source_sheet, row.source_cell, row.table, row.indicator, row.measure)


def _figure(sheet: Sheet, cell: Cell, column: RollColumn, form: Form) -> Figure:
    if cell in sheet.errors:
        return unreadable(sheet.errors[cell], "XR206", value=sheet.errors[cell])
    if cell in sheet.unstored:
        return unreadable("", "XR207")
    value, merged = sheet.value(*cell), merged_over(sheet, cell)
    if merged is not None:
        return unreadable(as_typed(value) or "", "XR212", range=merged)
    return read_figure(value, column.indicator, form.absence)


def _structure(sheet: Sheet, planned: RollTable, located: LocatedRoll, place: Location) -> Iterator[Finding]:
    """What happened to the sheet itself: rows and columns that are gone or doubled, figures that belong to nobody."""
    doubled = {**located.repeated, **located.repeated_columns}
    for code, cells in doubled.items():
        where, *others = (replace(place, cell=a1(*cell)) for cell in cells)
        yield finding("XR113", where, related=tuple(others), code=code, cells=", ".join(a1(*cell) for cell in cells))
    if located.code_column is None:
        label = {language: texts(language)("roll.code") for language in LANGUAGES}
        yield finding("XR114", place, measure=label)
        return
    units = [unit for unit in planned.rows if unit not in located.rows and unit not in located.repeated]
    if units:
        yield finding("XR133", place, units=_listed(units))
    gone = [one.key for one in planned.columns if one.key not in located.columns and one.key not in doubled]
    if gone:
        yield finding("XR134", place, columns=_listed(gone))
    coded = {*located.rows.values(), *(cell.row for cells in located.repeated.values() for cell in cells)}
    for row in range(located.first_row, len(sheet.rows)):
        for column in located.columns.values() if row not in coded else ():
            if is_figure(sheet.value(row, column)):
                value = as_typed(sheet.value(row, column)) or ""
                yield finding("XR115", replace(place, cell=a1(row, column)), value=value)


def _listed(codes: Sequence[str]) -> str:
    more = f" (+{len(codes) - _NAMED})" if len(codes) > _NAMED else ""
    return ", ".join(codes[:_NAMED]) + more
