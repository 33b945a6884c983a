"""From the cells of an identified workbook to facts: one row per input data point, blank ones included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple, Protocol, TypeVar

from xlreport.aggregation import Qualifier, Status, Value
from xlreport.datapoints import DataPoint
from xlreport.findings import Finding, Location, finding, finding_with
from xlreport.forms.model import Indicator, Measure, MeasureRole, Span, Table
from xlreport.forms.roles import CellRole
from xlreport.intake.figures import read_figure
from xlreport.intake.identify import Identified
from xlreport.intake.issued import IssuedFigures, changed_remarks, cumulated_figure, issued_figures
from xlreport.intake.labels import data_status, qualifier_of, status_of
from xlreport.intake.remarks import BLANK, Figure, Remark, as_typed, unreadable
from xlreport.intake.structure import merged_over, structure_findings
from xlreport.layout.identity import Marked
from xlreport.layout.locate import Located, locate
from xlreport.numbers import plain
from xlreport.refs import Cell, a1


class FactRow(NamedTuple):
    """A row of `frames.FACTS`; `value` in plain decimal notation."""

    form: str
    version: int
    period: str
    unit: str
    table: str
    indicator: str
    measure: str
    value: str | None
    text: str | None
    status: str
    qualifier: str | None
    unit_measure: str | None
    source_file: str
    source_sha256: str
    source_sheet: str
    source_cell: str | None
    source_text: str | None


_Meaning = TypeVar("_Meaning", covariant=True)


class _Read(Protocol[_Meaning]):
    def __call__(
        self, located: Located, cell: Cell | None, place: Location
    ) -> tuple[_Meaning | None, tuple[Finding, ...]]: ...


@dataclass(frozen=True, slots=True)
class Source:
    """The file a submission came in."""

    file: str
    sha256: str


def read_facts(identified: Identified, source: Source) -> tuple[tuple[FactRow, ...], Status, tuple[Finding, ...]]:
    """The facts of a submission, the status of its data, and what was found in its cells."""
    found: list[Finding] = []
    facts: list[FactRow] = []
    statuses: list[Status] = []
    issued = issued_figures(identified)
    for table in identified.issued.tables:
        sheets = [sheet for sheet in identified.tables if sheet.table == table.table]
        if len(sheets) != 1:
            found.append(_wrong_number_of_sheets(identified, source, table, sheets))
            continue
        reader = _TableReader(identified, source, table, locate(sheets[0], table), issued)
        statuses.append(reader.status)
        found.extend(reader.status_findings)
        found.extend(structure_findings(reader.located, table, identified.issued, reader.place))
        for row, findings in reader.rows():
            facts.append(row)
            found.extend(findings)
    return tuple(facts), _overall(statuses), tuple(found)


def _overall(statuses: list[Status]) -> Status:
    order = (Status.ESTIMATED, Status.PROVISIONAL)
    return next((status for status in order if status in statuses), Status.NORMAL)


def _wrong_number_of_sheets(identified: Identified, source: Source, table: Table, sheets: list[Marked]) -> Finding:
    place = Location(file=source.file, unit=identified.identity.unit, table=table.table)
    title = table.title.in_all()
    if not sheets:
        return finding("XR111", place, table=title)
    names = ", ".join(sheet.sheet.name for sheet in sheets)
    return finding("XR122", replace(place, sheet=sheets[0].sheet.name), table=title, sheets=names)


class _TableReader:
    """Reads one table of one submission."""

    def __init__(
        self, identified: Identified, source: Source, table: Table, located: Located, issued: IssuedFigures
    ) -> None:
        self.located = located
        self._figures = issued
        self._identified = identified
        self._source = source
        self._table = table
        self.place = Location(
            file=source.file, unit=identified.identity.unit, sheet=located.sheet.name, table=table.table
        )
        self.status, self.status_findings = data_status(located, self.place)

    def rows(self) -> Iterator[tuple[FactRow, tuple[Finding, ...]]]:
        """Each input data point with the findings about its cell."""
        for indicator in self._table.indicators:
            yield from self._indicator_rows(indicator)

    def _indicator_rows(self, indicator: Indicator) -> Iterator[tuple[FactRow, tuple[Finding, ...]]]:
        qualifier, about_row = self._chosen(indicator, MeasureRole.QUALIFIER, qualifier_of)
        own_status, about_status = self._chosen(indicator, MeasureRole.STATUS, status_of)
        about_row += about_status + self._hidden(indicator)
        actual: FactRow | None = None
        for measure in self._measures(indicator):
            point = DataPoint(self._table.table, indicator.code, measure.measure)
            if actual is not None and point in self._figures.cumulated:
                row, findings = self._cumulated(indicator, measure, actual)
            else:
                row, findings = self._read(indicator, measure, qualifier, own_status or self.status)
            if measure.measure == "actual":
                actual = row
            if measure.role is MeasureRole.NOTE and row.text is None:
                continue
            if point in self._figures.cumulated and not findings and row.status in (Status.MISSING, Status.UNREADABLE):
                # Nobody is asked for what follows from a figure that is not there.
                continue
            if row.status != Status.MISSING:
                findings, about_row = findings + about_row, ()
            yield row, findings

    def _measures(self, indicator: Indicator) -> list[Measure]:
        """The measures whose cells are read, those last that are computed from others."""
        points = {
            one.measure: DataPoint(self._table.table, indicator.code, one.measure) for one in self._table.measures
        }
        read = [
            measure
            for measure in self._table.measures
            if self._identified.issued.roles[points[measure.measure]] is CellRole.INPUT
            and measure.role not in (MeasureRole.QUALIFIER, MeasureRole.STATUS)
        ]
        return sorted(read, key=lambda measure: points[measure.measure] in self._figures.cumulated)

    def _read(
        self, indicator: Indicator, measure: Measure, qualifier: Qualifier | None, row_status: Status
    ) -> tuple[FactRow, tuple[Finding, ...]]:
        cell = self.located.cell(indicator.code, measure.measure)
        figure = self._figure(indicator, measure, cell)
        issued = self._figures.prefilled.get(DataPoint(self._table.table, indicator.code, measure.measure))
        remarks = figure.remarks
        if issued is not None and cell is not None:
            remarks += changed_remarks(issued, figure, indicator)
        is_current = measure.covers in (Span.PERIOD, Span.TO_DATE) and measure.measure in ("actual", "cumulative")
        status = row_status if figure.status is Status.NORMAL and is_current else figure.status
        row = self._row(indicator, measure, figure, cell, status, qualifier if is_current else None)
        return row, self._findings(row, remarks)

    def _cumulated(
        self, indicator: Indicator, measure: Measure, actual: FactRow
    ) -> tuple[FactRow, tuple[Finding, ...]]:
        """A cumulative figure that follows from the one read before it."""
        cell = self.located.cell(indicator.code, measure.measure)
        point = DataPoint(self._table.table, indicator.code, measure.measure)
        number = None if actual.value is None else Decimal(actual.value)
        typed = Value(number=number, status=Status(actual.status), units=1)
        found = self.located.sheet.value(*cell) if cell else None
        figure = cumulated_figure(self._figures, indicator, point, typed, found)
        qualifier = Qualifier(actual.qualifier) if actual.qualifier else None
        row = self._row(indicator, measure, figure, cell, figure.status, qualifier)
        return row, self._findings(row, figure.remarks)

    def _findings(self, row: FactRow, remarks: Iterable[Remark]) -> tuple[Finding, ...]:
        place = replace(self.place, cell=row.source_cell, indicator=row.indicator, measure=row.measure)
        return tuple(finding_with(remark.code, place, remark.params, remark.severity) for remark in remarks)

    def _figure(self, indicator: Indicator, measure: Measure, cell: Cell | None) -> Figure:
        if cell is None:
            # Reported once, as a missing or doubled row or column: nothing is concluded from its cells.
            return Figure(status=Status.UNREADABLE)
        sheet = self.located.sheet
        if cell in sheet.errors:
            return unreadable(sheet.errors[cell], "XR206", value=sheet.errors[cell])
        if cell in sheet.unstored:
            return unreadable("", "XR207")
        value = sheet.value(*cell)
        if measure.role is MeasureRole.NOTE:
            typed = as_typed(value)
            return Figure(text=typed, status=Status.NORMAL, typed=typed) if typed and typed.strip() else BLANK
        merged = merged_over(sheet, cell)
        if merged is not None:
            return unreadable(as_typed(value) or "", "XR212", range=merged)
        return read_figure(value, indicator, self._identified.issued.form.absence)

    def _row(
        self,
        indicator: Indicator,
        measure: Measure,
        figure: Figure,
        cell: Cell | None,
        status: Status,
        qualifier: Qualifier | None,
    ) -> FactRow:
        identity = self._identified.identity
        unit_measure = self._table.unit_of(indicator)
        return FactRow(
            form=identity.form,
            version=identity.version,
            period=identity.period,
            unit=identity.unit,
            table=self._table.table,
            indicator=indicator.code,
            measure=measure.measure,
            value=None if figure.number is None else plain(figure.number),
            text=figure.text,
            status=status.value,
            qualifier=qualifier.value if qualifier and figure.number is not None else None,
            unit_measure=unit_measure.vi if unit_measure and measure.role is MeasureRole.FIGURE else None,
            source_file=self._source.file,
            source_sha256=self._source.sha256,
            source_sheet=self.located.sheet.name,
            source_cell=a1(*cell) if cell else None,
            source_text=figure.typed,
        )

    def _chosen(
        self, indicator: Indicator, wanted: MeasureRole, read: _Read[_Meaning]
    ) -> tuple[_Meaning | None, tuple[Finding, ...]]:
        """What was chosen for a whole row, in the column of that role."""
        for measure in self._table.measures:
            point = DataPoint(self._table.table, indicator.code, measure.measure)
            if measure.role is wanted and self._identified.issued.roles[point] is CellRole.INPUT:
                place = replace(self.place, indicator=indicator.code, measure=measure.measure)
                return read(self.located, self.located.cell(indicator.code, measure.measure), place)
        return None, ()

    def _hidden(self, indicator: Indicator) -> tuple[Finding, ...]:
        row = self.located.rows.get(indicator.code)
        if row is None or row not in self.located.sheet.hidden_rows:
            return ()
        return (finding("XR213", replace(self.place, cell=a1(row, 0), indicator=indicator.code), row=row + 1),)
