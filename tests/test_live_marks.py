"""Where the workbook itself shows what is wrong: marks at cells, advice in the check list, notes, codes in place."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

import formualizer
import openpyxl
import pytest
from live import filled, is_status
from oracles import recalculate_formualizer
from test_live_check import every_filling
from workbooks import RIGHT_ENTRIES, STANDARD_FORM, edited, standard_book

from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import bind
from xlreport.forms.model import Form, LocalText
from xlreport.layout.table import CODE_COLUMN, plan_table
from xlreport.sheets.entries import Entry
from xlreport.sheets.states import State
from xlreport.sheets.unit_workbook import unit_workbook

SHEETS = {"sxkd": "01a-CUM-Q", "xdd": "01b-CUM-Q"}
LAYOUTS = {table.table: plan_table(table) for table in STANDARD_FORM.tables}
REVENUE, BUDGET = DataPoint("sxkd", "01", "actual"), DataPoint("sxkd", "02", "actual")
#: Without the note that begins with "=": other libraries would make a formula of it.
RIGHT = {point: entry for point, entry in RIGHT_ENTRIES.items() if point.measure != "note"}
MEMBERS, OFFICIAL = DataPoint("xdd", "06", "actual"), DataPoint("xdd", "13", "actual")


def recalculated(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(formualizer.recalculate_xlsx_bytes(data)["bytes"]), data_only=True)


def states(entries: Mapping[DataPoint, Entry | None]) -> dict[DataPoint, State]:
    """The states of a blank workbook's cells after that was typed, but those that are right."""
    blank = standard_book()
    typed = {point: entry for point, entry in entries.items() if entry is not None}
    book = recalculated(filled(unit_workbook(blank), blank.bound, typed))
    found = {}
    for cell in (cell for cell in blank.bound.cells if cell.table in blank.bound.tables):
        row, column = LAYOUTS[cell.point.table].state(cell.point.indicator, cell.point.measure)
        value = book[SHEETS[cell.point.table]].cell(row + 1, column + 1).value
        if value:
            assert isinstance(value, int | float)
            found[cell.point] = State(int(value))
    return found


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({REVENUE: None}, {REVENUE: State.BLANK}),
        ({REVENUE: "9.605"}, {REVENUE: State.WRONG}),
        ({REVENUE: Decimal("9.605")}, {REVENUE: State.WRONG}),
        ({REVENUE: Decimal(-1)}, {REVENUE: State.WRONG, BUDGET: State.DOUBTFUL}),
        ({BUDGET: Decimal(400)}, {REVENUE: State.DOUBTFUL, BUDGET: State.DOUBTFUL}),
        ({MEMBERS: Decimal(1)}, {MEMBERS: State.BROKEN, OFFICIAL: State.BROKEN}),
        ({DataPoint("sxkd", "01", "qualifier"): "nhiều"}, {DataPoint("sxkd", "01", "qualifier"): State.WRONG}),
        ({DataPoint("xdd", "07", "actual"): "Đạt"}, {DataPoint("xdd", "07", "actual"): State.WRONG}),
    ],
)
def test_every_cell_knows_its_state(
    changes: Mapping[DataPoint, Entry | None], expected: Mapping[DataPoint, State]
) -> None:
    assert states({**RIGHT, **changes}) == expected


def test_wrong_cells_are_marked_by_colour_and_their_row_by_a_sign() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(unit_workbook(standard_book())))[SHEETS["sxkd"]]
    layout = LAYOUTS["sxkd"]
    first = min(layout.rows.values()) + 1
    looks = {
        str(area.sqref): [(rule.formula[0], rule.dxf) for rule in rules]
        for area, rules in sheet.conditional_formatting._cf_rules.items()
    }
    (cells,) = [rules for area, rules in looks.items() if area.startswith(f"F{first}:")]
    states_seen = [int(formula.rpartition("=")[2]) for formula, _ in cells]
    assert states_seen == [State.WRONG, State.BROKEN, State.DOUBTFUL, State.BLANK]
    assert len({look.fill.bgColor.rgb for _, look in cells}) == 3
    (codes,) = [rules for area, rules in looks.items() if area.startswith(f"D{first}:")]
    assert [look.numFmt.formatCode for _, look in codes] == ['"✗ "@', '"! "@']


def with_message(text: str, explanation: str) -> Form:
    """The standard form with a message of its own for KT6, and an explanation of its first row."""
    business, party, *others = STANDARD_FORM.tables
    rules = [
        rule.model_copy(update={"message": LocalText(vi=text)}) if rule.code == "KT6" else rule for rule in party.rules
    ]
    first = business.indicators[0].model_copy(update={"explanation": LocalText(vi=explanation)})
    changed = business.model_copy(update={"indicators": (first, *business.indicators[1:])})
    ruled = party.model_copy(update={"rules": tuple(rules)})
    return STANDARD_FORM.model_copy(update={"tables": (changed, ruled, *others)})


@pytest.mark.parametrize(("members", "shown"), [(Decimal(1), True), (Decimal(112), False)])
def test_the_check_sheet_says_what_the_form_says_of_a_broken_rule(members: Decimal, shown: bool) -> None:
    text = 'Số chuyển chính thức "lớn hơn" tổng số đảng viên. ' * 8
    book = standard_book()
    book = replace(book, bound=bind(with_message(text, "Giải thích"), book.bound.period, book.bound.filler))
    entries = {**RIGHT, MEMBERS: members}
    check = recalculated(filled(unit_workbook(book), book.bound, entries)).worksheets[-2]
    ((result, advice),) = [(row[3].value, row[4].value) for row in check.iter_rows() if row[1].value == "KT6"]
    assert (result, advice or "") == (("✗", text) if shown else ("✓", ""))


def test_explanations_are_notes_in_full() -> None:
    explanation = "Ghi số đã thực nộp trong kỳ. " * 20
    book = standard_book()
    book = replace(book, bound=bind(with_message("Xem lại", explanation), book.bound.period, book.bound.filler))
    sheet = openpyxl.load_workbook(io.BytesIO(unit_workbook(book)))[SHEETS["sxkd"]]
    notes = {cell.value: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert notes["Tổng doanh thu"] == explanation
    assert set(notes) == {"Tổng doanh thu", "Thu nhập bình quân"}


def test_every_sheet_says_whether_it_is_ready() -> None:
    book = recalculated(unit_workbook(standard_book()))
    lines = [
        [cell for row in sheet.iter_rows(values_only=True) for cell in row if is_status(cell)]
        for sheet in book.worksheets[:-1]
    ]
    assert lines == [["Còn 13 lỗi cần sửa"]] * 4


def test_the_guidance_shows_the_decimal_separator_of_this_computer() -> None:
    values = recalculate_formualizer(unit_workbook(standard_book()))["Hướng dẫn"]
    assert [text for text in values.values() if "9605.38" in str(text)]
    assert not [text for text in values.values() if "9605,38" in str(text)]


def code_changed(book: openpyxl.Workbook) -> None:
    book[SHEETS["sxkd"]].cell(LAYOUTS["sxkd"].rows["02"] + 1, CODE_COLUMN + 1).value = "03"


def codes_swapped(book: openpyxl.Workbook) -> None:
    sheet = book[SHEETS["xdd"]]
    first, second = (sheet.cell(LAYOUTS["xdd"].rows[code] + 1, CODE_COLUMN + 1) for code in ("13", "14"))
    first.value, second.value = second.value, first.value


def column_key_lost(book: openpyxl.Workbook) -> None:
    book[SHEETS["sxkd"]].cell(1, LAYOUTS["sxkd"].columns["actual"] + 1).value = None


@pytest.mark.parametrize("edit", [code_changed, codes_swapped, column_key_lost])
def test_ready_means_that_codes_are_where_they_were(edit: Callable[[openpyxl.Workbook], None]) -> None:
    right = unit_workbook(standard_book(RIGHT))
    lines = []
    for data in (edited(right, lambda _book: None), edited(right, edit)):
        sheet = recalculated(data)[SHEETS["sxkd"]]
        lines += [cell for row in sheet.iter_rows(values_only=True) for cell in row if is_status(cell)]
    assert lines == ["Đủ điều kiện gửi", "Còn 1 lỗi cần sửa"]


@pytest.mark.parametrize("kind", ["standard", "random"])
def test_no_formula_of_ours_shows_an_error_value(kind: str) -> None:
    """Whatever is typed, error values included: 15 workbooks of each kind, with every formula but those typed."""
    for one in every_filling(kind)[:15]:
        blank = unit_workbook(one.book)
        ours = {(sheet, cell) for sheet, cells in recalculate_formualizer(blank).items() for cell in cells}
        values = recalculate_formualizer(one.data())
        wrong = [(place, values[place[0]][place[1]]) for place in ours if is_error(values[place[0]].get(place[1]))]
        assert wrong == []


def is_error(value: object) -> bool:
    return isinstance(value, str) and value.startswith("#") and value.rstrip("!?").isupper()
