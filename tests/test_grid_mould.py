"""Casting workbooks from a prototype: the same as writing each from nothing, in a fraction of the time."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import written_texts

from xlreport.grid.mould import Mould
from xlreport.grid.read import read_workbook
from xlreport.grid.slots import number_slot, text_slot
from xlreport.grid.styles import BODY
from xlreport.grid.writing import Book, Formula


def book(name: str, revenue: Decimal | None, doubled: Decimal | None) -> bytes:
    output = Book(title=f"Báo cáo - {name}")
    page = output.page("Biểu")
    page.write(0, 0, f"Đơn vị báo cáo: {name}", BODY)
    page.write(1, 0, name, BODY)
    page.write(1, 1, "không đổi", BODY)
    page.write(2, 0, revenue, BODY)
    page.write(2, 1, Formula("=A3*2", doubled), BODY)
    page.print_layout(last_row=3, last_column=3, footer=name.replace("&", "&&")[:100])
    return output.data()


PROTOTYPE = Mould(book(text_slot(1), number_slot(1), number_slot(2)))


def cells(data: bytes) -> dict[str, object]:
    page = openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets[0]
    return {cell.coordinate: cell.value for row in page.iter_rows() for cell in row if cell.value is not None}


@given(written_texts(), st.integers(-(10**14), 10**14), st.integers(0, 6))
def test_a_cast_holds_what_writing_would_have_written(name: str, digits: int, places: int) -> None:
    revenue = Decimal(digits).scaleb(-places)
    cast = PROTOTYPE.cast({1: name}, {1: revenue, 2: revenue * 2})
    assert cells(cast) == cells(book(name, revenue, revenue * 2))
    with zipfile.ZipFile(io.BytesIO(cast)) as archive:
        assert archive.testzip() is None
    reading = read_workbook(cast, "cast.xlsx")
    assert reading.findings == ()
    assert reading.workbook is not None
    assert reading.workbook.sheets[0].value(1, 0) == name


def test_a_text_longer_than_a_block_is_cast_whole() -> None:
    name = "Đơn vị " * 20_000
    with zipfile.ZipFile(io.BytesIO(PROTOTYPE.cast({1: name}, {1: None, 2: None}))) as archive:
        assert archive.testzip() is None
        assert archive.read("xl/sharedStrings.xml").decode().count(name) == 2


def test_a_cell_whose_number_is_not_known_stays_blank() -> None:
    cast = PROTOTYPE.cast({1: "A"}, {1: None, 2: None})
    assert cells(cast) == {"A1": "Đơn vị báo cáo: A", "A2": "A", "B2": "không đổi"}


def test_equal_content_makes_equal_bytes() -> None:
    assert PROTOTYPE.cast({1: "A"}, {1: Decimal(1), 2: None}) == PROTOTYPE.cast({1: "A"}, {1: Decimal(1), 2: None})


def test_a_slot_that_nothing_is_given_for_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        PROTOTYPE.cast({1: "A"}, {1: Decimal(1)})
