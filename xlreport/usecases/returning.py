"""A submission put back into a workbook of its own: its entries as typed, what is wrong with them marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from xlreport.aggregation import Earlier, Value, values_from_json
from xlreport.aggregation.to_date import cumulated, so_far_point
from xlreport.datapoints import DataPoint
from xlreport.findings import Finding
from xlreport.forms.expressions import BoundForm
from xlreport.forms.model import Form, MeasureRole
from xlreport.forms.roles import CellRole
from xlreport.grid.cells import Workbook
from xlreport.grid.safely import SafeReader
from xlreport.grid.writing import WriteError
from xlreport.intake.identify import Definitions, Identified, identify
from xlreport.intake.typed import Typed, typed_entries
from xlreport.layout.roll import roll_kind
from xlreport.ledger import Outcome
from xlreport.organisation.tree import at
from xlreport.rules import FormulaTooLarge
from xlreport.sheets.entries import UnitBook
from xlreport.sheets.returned import LeftBehind, Returned
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.check import CheckedFile, History
from xlreport.usecases.issue import unit_book
from xlreport.usecases.prefill import usable
from xlreport.workspace import Workspace

#: Nothing in the file is wrong: the office has to choose between files.
_OF_THE_SET = "XR6"
#: A report on an older version of its form of which rows were left behind, or that lacks new ones.
_MOVED = frozenset({"XR126", "XR127"})


@dataclass(frozen=True, slots=True)
class Desk:
    """Who sends workbooks back: what they are read against and how, in which language, and the workspace if any."""

    definitions: Definitions
    language: str
    reader: SafeReader
    workspace: Workspace | None = None
    history: History | None = None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A workbook for a unit: as described, and as bytes."""

    book: UnitBook
    data: bytes


def is_to_return(file: CheckedFile) -> bool:
    """Whether the unit has something to do in its workbook: errors of its own, or a new version of the form.

    A roll is the office's own: it is corrected as it is.
    """
    if file.copy_of is not None or is_roll(file):
        return False
    if file.outcome == Outcome.REJECTED:
        return any(item.is_error and not item.code.startswith(_OF_THE_SET) for item in file.findings)
    return file.outcome == Outcome.ACCEPTED and any(item.code in _MOVED for item in file.findings)


def is_roll(file: CheckedFile) -> bool:
    """Whether it holds the plans or past figures of many units."""
    return file.identity is not None and roll_kind(file.identity.form) is not None


def rebuild(file: CheckedFile, workbook: Workbook, desk: Desk) -> Rebuilt | None:
    """The workbook to send back; None where the file is none by now, or would not fit into a workbook."""
    identified = identify(workbook, desk.definitions, file.name).identified
    if identified is None:
        return None
    book = _book(file, identified, desk)
    try:
        return Rebuilt(book, unit_workbook(book))
    except (WriteError, FormulaTooLarge):
        return None


def _book(file: CheckedFile, identified: Identified, desk: Desk) -> UnitBook:
    typed = typed_entries(identified, desk.language)
    blank = replace(_blank(identified, desk), earlier=_earlier(identified, desk), prefilled=_prefilled(identified))
    roles = blank.roles
    return replace(
        blank,
        entries={
            point: entry
            for point, entry in typed.entries.items()
            if roles[point] is CellRole.INPUT and entry != blank.entry(point)
        },
        corrects=file.sha256,
        returned=_returned(file, identified, typed, desk.language),
    )


def _blank(identified: Identified, desk: Desk) -> UnitBook:
    identity, bound = identified.identity, identified.bound
    if desk.workspace is not None and desk.definitions.register is not None:
        tree = at(desk.definitions.register, bound.form.last_day(bound.period))
        return unit_book(desk.workspace, bound, tree, identity.unit, desk.language)
    told = identified.metadata
    return UnitBook(
        bound=bound,
        unit=identity.unit,
        unit_name=told.unit_name if told else identity.unit,
        unit_type=told.unit_type if told else None,
        unit_level=told.unit_level if told else None,
        receiver="",
        language=desk.language,
    )


def _earlier(identified: Identified, desk: Desk) -> Mapping[DataPoint, Value]:
    """What its rules were held against, and what its cumulative figures followed from when it was issued."""
    bound, metadata = identified.bound, identified.metadata
    told = values_from_json(metadata.earlier) if metadata else {}
    if desk.history is None:
        return told
    points = map(so_far_point, cumulated(bound, told) if identified.way is None else ())
    known = Earlier(bound, desk.history(bound)).of_unit(identified.identity.unit)
    return {**known, **{point: told[point] for point in points}}


def _prefilled(identified: Identified) -> Mapping[DataPoint, Value]:
    """The figures that it was issued with. On a newer version they are the unit's own entries, as they stood."""
    if identified.metadata is None or identified.way is not None:
        return {}
    told = values_from_json(identified.metadata.prefilled)
    found = ((cell.point, usable(told[cell.point], cell)) for cell in identified.bound.cells if cell.point in told)
    return {point: value for point, value in found if value is not None}


def _returned(file: CheckedFile, identified: Identified, typed: Typed, language: str) -> Returned:
    way = identified.way
    added: tuple[DataPoint, ...] = ()
    if way is not None:
        rows = set(way.added)
        added = tuple(_figures_asked(identified.bound, rows))
    return Returned(
        # The sender knows its name; in which folder the office has it is nobody else's business.
        file=PurePosixPath(file.name).name,
        findings=tuple(_placed(item, identified) for item in file.findings),
        statuses=typed.statuses,
        moved_from=identified.issued.form.version if way is not None else None,
        added=added,
        left_behind=tuple(_left_behind(identified.issued.form, typed, language)),
    )


def _figures_asked(bound: BoundForm, rows: set[tuple[str, str]]) -> Iterable[DataPoint]:
    for point, _, _, measure, role in bound.cells:
        if role is CellRole.INPUT and measure.role is MeasureRole.FIGURE and point[:2] in rows:
            yield point


def _placed(item: Finding, identified: Identified) -> Finding:
    """A finding about a cell as it was issued, under the code that the row has now.

    What the schema and the rules found speaks of the version in force already.
    """
    way, place = identified.way, item.location
    if way is None or place.table is None or not item.code.startswith(("XR1", "XR2")):
        return item
    to = way.codes.get((place.table, place.indicator or ""))
    if to is None:
        return replace(item, location=replace(place, table=None, indicator=None, measure=None))
    return replace(item, location=replace(place, table=to[0], indicator=to[1]))


def _left_behind(form: Form, typed: Typed, language: str) -> Iterable[LeftBehind]:
    names = {(table.table, one.code): one.name.pick(language) for table in form.tables for one in table.indicators}
    for point, entry in typed.left_behind.items():
        name = f"[{point.indicator}] {names[point.table, point.indicator]}"
        yield LeftBehind(point.table, point.indicator, name, str(entry))
