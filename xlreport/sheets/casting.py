"""Workbooks of many units, cast from few prototypes: the writer draws one for all that hold different things alike."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal

from xlreport.aggregation import derivation
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm
from xlreport.forms.model import Table
from xlreport.grid.fitting import row_height
from xlreport.grid.mould import Mould
from xlreport.grid.slots import OwnNumber, OwnText, own
from xlreport.grid.writing import MAX_TEXT, WriteError
from xlreport.language import texts as texts_of
from xlreport.layout.table import plan_table
from xlreport.sheets.contents import own_figures, own_texts
from xlreport.sheets.entries import Place, Shown, UnitBook
from xlreport.sheets.guidance import fact_height, facts
from xlreport.sheets.statutory import CELL_TEXT_SIZE, ByColumn, column_widths, heading_heights
from xlreport.sheets.table_sheet import cell_style
from xlreport.sheets.unit_workbook import draw, heading_of

#: Of these a workbook shows texts and figures, and nothing else depends on them. Any other field shapes the workbook.
_HELD = frozenset({"unit", "unit_name", "receiver", "due", "contact", "notice", "entries", "earlier", "prefilled"})


@dataclass
class Foundry:
    """Casts unit workbooks, each the same as `unit_workbook` would make it, whichever were cast before it."""

    _alike: dict[Hashable, _Alike] = field(default_factory=dict)
    _moulds: dict[Hashable, Mould] = field(default_factory=dict)

    def workbook(self, book: UnitBook) -> bytes:
        """The workbook as bytes, equal for equal input. Raises WriteError for a text that no cell takes."""
        shared = _shared(book)
        if shared not in self._alike:
            self._alike[shared] = _Alike(book)
        alike = self._alike[shared]
        texts: dict[Place, Shown] = {**own_texts(book)}
        has_figures = bool(book.entries or book.earlier or book.prefilled)
        figures = own_figures(book, alike.derivation) if has_figures else alike.figures
        held = texts | figures if has_figures else texts
        kinds = tuple(map(_kind, held.values()))
        shape = (shared, tuple(texts), has_figures, kinds, alike.measures(book, texts, figures, has_figures))
        if shape not in self._moulds:
            marked = {place: _marked(shown, slot) for slot, (place, shown) in enumerate(held.items())}
            self._moulds[shape] = Mould(draw(book, texts | figures | marked))
        return _cast(self._moulds[shape], held.values())


def _shared(book: UnitBook) -> Hashable:
    """All that shapes a workbook: of what was known when it was issued, which cells are locked or computed by it."""
    others = (getattr(book, one.name) for one in fields(book) if one.name not in _HELD)
    shaping = tuple(id(value) if isinstance(value, BoundForm) else repr(value) for value in others)
    return shaping, frozenset(book.prefilled), frozenset(book.cumulated)


def _kind(shown: Shown) -> type[OwnText] | type[OwnNumber] | None:
    """What a slot is for; None for a place that stays blank."""
    if isinstance(shown, str):
        return OwnText if shown else None
    return OwnNumber if shown is not None else None


def _marked(shown: Shown, slot: int) -> Shown:
    if isinstance(shown, Decimal):
        return own(OwnNumber, shown, slot)
    return own(OwnText, shown, slot) if shown else shown


def _cast(mould: Mould, held: Iterable[Shown]) -> bytes:
    texts = {slot: shown for slot, shown in enumerate(held) if isinstance(shown, str)}
    if any(len(text) > MAX_TEXT for text in texts.values()):
        raise WriteError(f"a text of {max(map(len, texts.values()))} characters")
    return mould.cast(texts, {slot: shown for slot, shown in enumerate(held) if isinstance(shown, Decimal)})


class _Alike:
    """Books that differ only in what they hold."""

    def __init__(self, book: UnitBook) -> None:
        self._texts = texts_of(book.language)
        # Kept: books are told apart by which bound form they have.
        self._bound = book.bound
        roles = book.roles
        self._layouts = {table.table: plan_table(table) for table in book.bound.tables}
        self._styles = {
            point: cell_style(book, table, indicator, measure, roles[point])
            for table in book.bound.tables
            for indicator in table.indicators
            for measure in table.measures
            if (point := DataPoint(table.table, indicator.code, measure.measure))
        }
        self.derivation = derivation(book.bound)
        #: What stands in the cells where nothing was entered and nothing is known of earlier periods.
        self.figures = own_figures(replace(book, entries={}, earlier={}, prefilled={}), self.derivation)
        self._widths = {table.table: self._column_widths(table, self.figures) for table in book.bound.tables}

    def measures(
        self, book: UnitBook, texts: Mapping[Place, Shown], figures: Mapping[Place, Shown], has_figures: bool
    ) -> Hashable:
        """Every width and height that depends on what the workbook holds."""
        found: list[Hashable] = [fact_height(text) for _, text in facts(book, self._texts)]
        for table in book.bound.tables:
            widths = self._column_widths(table, figures) if has_figures else self._widths[table.table]
            heading = heading_of(book, texts, "", table, self._texts)
            heights = heading_heights(book.bound.form, table, heading, widths, self._texts)
            found += [tuple(widths.values()), tuple(heights.values())]
            if has_figures:
                found += self._text_heights(table, figures, widths)
        return tuple(found)

    def _column_widths(self, table: Table, figures: Mapping[Place, Shown]) -> ByColumn:
        cells = {
            (indicator.code, measure.measure): (figures.get(point), self._styles[point])
            for indicator in table.indicators
            for measure in table.measures
            if (point := DataPoint(table.table, indicator.code, measure.measure))
        }
        return column_widths(table, self._layouts[table.table], cells)

    def _text_heights(self, table: Table, figures: Mapping[Place, Shown], widths: ByColumn) -> list[float]:
        columns = self._layouts[table.table].columns
        return [
            row_height([(shown, widths[columns[place.measure]])], CELL_TEXT_SIZE)
            for place, shown in figures.items()
            if isinstance(place, DataPoint) and isinstance(shown, str) and place.table == table.table
            if place.measure in columns
        ]
