"""Casting unit workbooks: each is what writing it from nothing makes, whichever were cast before it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from html import unescape
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from clerks import typed_into
from form_strategies import LEVELS, PERIODS, full_forms
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter
from parcels import told
from strategies import ODD_TEXTS, UNIT_TYPES, numbers, written_texts
from workbooks import RIGHT_ENTRIES, standard_book

from xlreport.aggregation import Status, Value
from xlreport.aggregation.to_date import can_be_cumulated, so_far_point
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm, bind, point_of
from xlreport.forms.model import MeasureRole
from xlreport.forms.roles import CellRole, Filler
from xlreport.grid.writing import MAX_TEXT, WriteError
from xlreport.periods import parse_period
from xlreport.sheets import casting
from xlreport.sheets.casting import Foundry
from xlreport.sheets.entries import Place, Shown, UnitBook
from xlreport.sheets.unit_workbook import draw, unit_workbook

BLANK = standard_book()


def odd_names() -> st.SearchStrategy[str]:
    long = st.sampled_from(["Tổng công ty cổ phần & dịch vụ <số 1> " * 3, "A" * 120, "W" * 300, "&" * 120, " trước"])
    return st.sampled_from(ODD_TEXTS) | long | written_texts(120)


def earlier_values(bound: BoundForm) -> st.SearchStrategy[Mapping[DataPoint, Value]]:
    known = numbers(1).map(lambda number: Value(number=number, status=Status.NORMAL, units=1))
    words = st.just(Value(text="yes", counts={"yes": 1}, status=Status.NORMAL, units=1))
    so_far = {so_far_point(cell.point): known for cell in can_be_cumulated(bound)}
    return st.fixed_dictionaries({}, optional={point_of(ref): known | words for ref in bound.earlier} | so_far)


def prefilled_values(bound: BoundForm) -> st.SearchStrategy[Mapping[DataPoint, Value]]:
    """Figures for some of the cells that take numbers."""
    known = numbers(1).map(lambda number: Value(number=number, status=Status.NORMAL, units=1))
    cells = [
        cell.point
        for cell in bound.cells
        if cell.role is CellRole.INPUT and cell.indicator.is_numeric and cell.measure.role is MeasureRole.FIGURE
    ]
    return st.fixed_dictionaries({}, optional=dict.fromkeys(cells[:12], known))


@dataclass(frozen=True, repr=False)
class Batch:
    """Books of several units."""

    books: list[UnitBook]

    def __repr__(self) -> str:
        """The form as its author would write it, and what is the units' own; a failure that was made small fits in."""
        about = [
            (
                book.unit,
                book.unit_name,
                book.receiver,
                book.contact,
                book.notice,
                book.entries,
                book.earlier,
                book.prefilled,
            )
            for book in self.books
        ]
        return f"Batch({self.books[0].bound.form.to_json()}, {self.books[0].language}, {about})"[:20_000]

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:
        """Hypothesis would take the form apart, field by field and cell by cell."""
        printer.text(repr(self))


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    """Books of a random form for some units: blank ones, such as have the same cells filled, and any others."""
    form = draw(full_forms())
    level = draw(st.sampled_from(LEVELS))
    bound = bind(
        form,
        parse_period(draw(st.sampled_from(PERIODS[form.frequency]))),
        Filler(level, draw(st.sampled_from([None, *UNIT_TYPES])), reports=level in form.filled_by),
    )
    language = draw(st.sampled_from(["vi", "en"]))
    entries = draw(typed_into(bound, language))[-1] if draw(st.booleans()) else {}
    books = []
    for number in range(draw(st.integers(2, 4))):
        again = {point: draw(numbers(1)) for point, entry in entries.items() if isinstance(entry, Decimal)}
        books.append(
            UnitBook(
                bound=bound,
                unit=draw(st.sampled_from(["C7-01", f"U{number}", "A.b-9"])),
                unit_name=draw(odd_names()),
                unit_type=bound.filler.unit_type if bound.filler else None,
                receiver=draw(st.just("") | odd_names()),
                language=language,
                unit_level=level,
                due=draw(st.none() | st.dates()),
                contact=draw(st.just("") | odd_names()),
                notice=draw(st.just("") | odd_names()),
                statuses={
                    table.table: draw(st.sampled_from([Status.NORMAL, Status.PROVISIONAL])) for table in form.tables[:1]
                },
                entries=draw(st.sampled_from([{}, entries, {**entries, **again}])),
                earlier=draw(st.just({}) | earlier_values(bound)),
                prefilled=draw(st.just({}) | prefilled_values(bound)),
            )
        )
    return Batch(books)


@st.composite
def alike(draw: st.DrawFn) -> Batch:
    """Books of the standard form that nearly share a prototype: names about as long as a line, figures, a few texts."""
    lengths = st.sampled_from([60, 75, 82, 95])
    shown = st.just("") | lengths.map(lambda length: ("Đơn vị " * 20)[:length])
    figures = st.sampled_from([Decimal(5), Decimal(10) ** 13])
    notes = st.sampled_from(["ghi chú", "ghi chú " * 9])
    entries: st.SearchStrategy[Any] = st.fixed_dictionaries(
        {DataPoint("sxkd", "01", "plan"): figures, DataPoint("sxkd", "01", "note"): notes},
        optional={
            DataPoint("sxkd", "02", "actual"): st.just(Decimal(1)),
            DataPoint("xdd", "14", "actual"): st.sampled_from([Decimal(1), "-"]),
        },
    )
    about: st.SearchStrategy[dict[str, Any]] = st.just({}) | st.fixed_dictionaries(
        {"receiver": shown, "contact": shown, "due": st.none() | st.just(date(2024, 4, 1)), "notice": shown}
    )
    return Batch(
        [
            replace(
                BLANK,
                unit_name=draw(lengths.map(lambda length: ("Chi bộ " * 20)[:length])),
                **draw(about),
                entries=draw(entries),
            )
            for _ in range(8)
        ]
    )


@settings(max_examples=25)
@given(batches())
def test_a_cast_workbook_is_the_one_that_is_written(batch: Batch) -> None:
    foundry = Foundry()
    for book in batch.books:
        cast = foundry.workbook(book)
        assert told(cast) == told(unit_workbook(book))
        assert cast == Foundry().workbook(book)


@settings(max_examples=40)
@given(alike())
def test_units_share_a_prototype_only_where_its_widths_and_heights_are_theirs(batch: Batch) -> None:
    foundry = Foundry()
    for book in batch.books:
        assert told(foundry.workbook(book)) == told(unit_workbook(book))


def unit(number: int, **changes: Any) -> UnitBook:
    """A blank book of the standard form, or one with the changes."""
    return replace(BLANK, unit=f"C7-{number}", unit_name=f"Đơn vị số {number}", due=date(2024, 4, number), **changes)


def prefilled(number: int) -> UnitBook:
    entries = {point: entry + number if isinstance(entry, Decimal) else entry for point, entry in RIGHT_ENTRIES.items()}
    known = {DataPoint("sxkd", code, "plan"): Value(number=Decimal(number), units=1) for code in ("02", "03")}
    return unit(number, entries=entries, prefilled=known)


def test_units_that_differ_in_what_they_hold_share_a_prototype(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def counted(book: UnitBook, contents: Mapping[Place, Shown]) -> bytes:
        drawn.append(f"{book.unit}{' filled' * bool(book.entries)}")
        return draw(book, contents)

    monkeypatch.setattr(casting, "draw", counted)
    foundry = Foundry()
    for number in range(10, 30):
        foundry.workbook(unit(number))
        foundry.workbook(prefilled(number))
    assert drawn == ["C7-10", "C7-10 filled"]
    foundry.workbook(replace(unit(11), unit_name="Tên dài " * 30))
    assert drawn[2:] == ["C7-11"]


def test_what_the_live_check_says_is_the_units_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """One unit's figure is out of its bounds in one row, the other's in another: one prototype serves both."""
    drawn: list[str] = []

    def noted(book: UnitBook, contents: Mapping[Place, Shown]) -> bytes:
        drawn.append(book.unit)
        return draw(book, contents)

    monkeypatch.setattr(casting, "draw", noted)
    foundry = Foundry()
    for number, code in ((10, "12"), (11, "13")):
        book = unit(number, entries={**RIGHT_ENTRIES, DataPoint("xdd", code, "actual"): Decimal(-number)})
        cast = foundry.workbook(book)
        assert told(cast) == told(unit_workbook(book))
        shown = {text for part in told(cast).values() for _, _, text in part}
        assert {f"mã số {code}", f"Sửa 1 ô; dòng đầu tiên có mã số {code}"} <= shown
    assert drawn == ["C7-10"]


def test_a_day_and_a_person_to_ask_are_different_lines() -> None:
    foundry = Foundry()
    for book in (unit(10), replace(unit(10), due=None, contact="Văn phòng")):
        assert told(foundry.workbook(book)) == told(unit_workbook(book))


def test_footers_hold_names_that_look_like_their_codes() -> None:
    book = unit(10)
    with ZipFile(BytesIO(Foundry().workbook(replace(book, unit_name="76 " + "&" * 120)))) as archive:
        shown = unescape(archive.read("xl/worksheets/sheet1.xml").decode())
    (footer,) = re.findall("<oddFooter>(.*)</oddFooter>", shown)
    left, right = footer.removeprefix('&L&9&"Times New Roman,Regular"').split('&R&9&"Times New Roman,Regular"')
    assert right == "&P/&N"
    assert left == "76 " + "&" * 176


def test_a_text_that_no_cell_takes_is_refused_of_every_unit() -> None:
    foundry = Foundry()
    foundry.workbook(unit(10, contact="x" * MAX_TEXT))
    with pytest.raises(WriteError):
        foundry.workbook(unit(10, contact="x" * (MAX_TEXT + 1)))
