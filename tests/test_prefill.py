"""Figures that the office has: entered for all units in one workbook, put into issued forms, compared on return."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from offices import Office, office, shown, wrong_formulas
from openpyxl.worksheet.worksheet import Worksheet

from xlreport.datapoints import DataPoint
from xlreport.errors import UsageError
from xlreport.findings import Finding
from xlreport.forms.model import Indicator, Kind
from xlreport.intake.identify import Definitions
from xlreport.layout.roll import RollKind, plan_roll
from xlreport.organisation.load import load_register
from xlreport.periods import parse_period
from xlreport.sheets.roll_workbook import RollBook, roll_workbook
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.check import check_files
from xlreport.usecases.init import build_workspace
from xlreport.usecases.issue import books
from xlreport.usecases.receive import receive
from xlreport.usecases.roll import issue_roll, roll_book
from xlreport.usecases.standard import example_folder, standard_form_file, standard_forms
from xlreport.usecases.status import status
from xlreport.workspace import load_forms, load_organisation, open_workspace

D = Decimal
FORM = """
form: thu
title: Biểu thử
frequency: quarter
filled_by: [don-vi]
tables:
  - table: t
    title: Bảng
    measures: [plan, plan_to, actual, cumulative, same_period, previous_final, completion, index, growth, note]
    indicators:
      - code: "01"
        name: Doanh thu
        decimals: 2
        minimum: 0
        measures: [plan, actual, cumulative, same_period, previous_final, completion, index, growth]
      - {code: "02", name: Lao động, minimum: 0, across_time: average, measures: [actual, cumulative, same_period]}
      - {code: "03", name: Lớp, target: {range: true}, measures: [plan, plan_to, actual]}
      - code: "04"
        name: Danh hiệu
        kind: choice
        options: [{option: dat, name: Đạt}, {option: chua, name: Chưa đạt}]
        measures: [actual, same_period]
        required: false
      - {code: "05", name: Ngày, kind: date, measures: [actual, same_period], required: false}
"""
ASSIGNED = """
form: giao
title: Biểu giao
frequency: year
filled_by: [don-vi]
tables:
  - table: t
    title: Bảng
    measures: [{measure: plan, assigned: true}, actual, completion]
    indicators:
      - {code: "01", name: Doanh thu}
"""
Typed = Mapping[str, Mapping[str, object]]


def column_of(sheet: Worksheet, key: str) -> int:
    (column,) = (cell.column for cell in sheet[1] if cell.value == key)
    assert isinstance(column, int)
    return column


def row_of(sheet: Worksheet, unit: str) -> int:
    (row,) = (cell.row for cell in sheet["B"] if cell.value == unit)
    assert isinstance(row, int)
    return row


def type_into(path: Path, typed: Typed, table: str = "t") -> Path:
    """Type into a roll as people do: unit → "01:plan" → what stands in the cell."""
    book = openpyxl.load_workbook(path)
    for unit, cells in typed.items():
        for key, value in cells.items():
            sheet = book[table]
            sheet.cell(row_of(sheet, unit), column_of(sheet, key)).value = value
    book.save(path)
    return path


def roll(
    own: Office, kind: RollKind, form: str, period: str, typed: Typed, name: str = "roll", node: str | None = None
) -> Path:
    path = own.workspace.inbox / "2030-01-01" / f"{name}.xlsx"
    issue_roll(own.workspace, kind, form, parse_period(period), language="vi", node=node, out=path)
    return type_into(path, typed)


def findings_of(own: Office, path: Path) -> list[Finding]:
    known = Definitions(load_forms(own.workspace), load_organisation(own.workspace))
    (file,) = check_files([(path, path.name)], known).files
    return list(file.findings)


def seen(found: list[Finding]) -> list[tuple[str, str | None]]:
    return [(item.code, item.location.cell) for item in found]


@pytest.fixture
def own(tmp_path: Path) -> Office:
    return office(tmp_path, FORM, ASSIGNED)


PLANS: Typed = {"A": {"01:plan": 100, "03:plan": 4, "03:plan_to": 5}, "B": {"01:plan": 50.5}}


def test_a_plan_goes_into_forms_and_comes_back_with_them(own: Office) -> None:
    roll(own, RollKind.PLAN, "thu", "2024", PLANS)
    assert own.receive()["roll"] == ("accepted", ["XR135"])
    data = own.book("thu", "2024-Q1", "A", {"t/01": 25, "t/02": 8, "t/03": 1})
    assert wrong_formulas(data) == []
    sheet = openpyxl.load_workbook(io.BytesIO(data))["t"]
    plan, actual = sheet.cell(12, column_of(sheet, "plan")), sheet.cell(12, column_of(sheet, "actual"))
    assert (plan.value, plan.protection.locked, actual.protection.locked) == (100, True, False)
    assert plan.fill.fgColor.rgb != actual.fill.fgColor.rgb
    own.send("thu", "2024-Q1", {"A": {"t/01": 25, "t/02": 8, "t/03": 1}, "B": {"t/01": 10, "t/02": 2, "t/03": 1}})
    assert {name: one for name, one in own.receive().items() if name != "roll"} == {
        "thu-2024-Q1-A": ("accepted", []),
        "thu-2024-Q1-B": ("accepted", []),
    }
    totals = own.totals("2024-Q1", "C1")
    assert (totals["t/01:plan"], totals["t/01:completion"]) == (D("150.5"), D("23.3"))


def test_what_is_not_known_stays_an_ordinary_input(own: Office) -> None:
    roll(own, RollKind.PLAN, "thu", "2024", {"A": {"01:plan": 100}})
    own.receive()
    a, b = books(own.workspace, "thu", own.period("2024-Q1"), language="vi", units=["A", "B"])
    assert set(a.prefilled) == {DataPoint("t", "01", "plan")}
    assert b.prefilled == {}
    sheet = openpyxl.load_workbook(io.BytesIO(unit_workbook(a)))["t"]
    assert not sheet.cell(14, column_of(sheet, "plan")).protection.locked


def test_a_changed_prefilled_figure_is_told_and_counts(own: Office) -> None:
    roll(own, RollKind.PLAN, "thu", "2024", PLANS)
    own.receive()
    figures = {"t/01": 25, "t/02": 8, "t/03": 1}
    changed = own.book("thu", "2024-Q1", "A", {**figures, "t/01:plan": 90})
    path = own.workspace.root / "A.xlsx"
    path.write_bytes(changed)
    (found,) = findings_of(own, path)
    sheet = openpyxl.load_workbook(path)["t"]
    assert (found.code, found.location.cell) == ("XR130", sheet.cell(12, column_of(sheet, "plan")).coordinate)
    assert found.params == {"issued": D("100"), "found": D("90.00")}
    # Without a workspace the workbook itself knows what it was issued with.
    (alone,) = check_files([(path, "A.xlsx")], Definitions()).files
    assert [item.code for item in alone.findings] == ["XR130"]
    (own.workspace.inbox / "A.xlsx").write_bytes(changed)
    assert own.receive()["A"] == ("accepted", ["XR130"])
    assert own.totals("2024-Q1", "C1")["t/01:plan"] == 90
    # Cleared is changed too.
    path.write_bytes(own.book("thu", "2024-Q1", "A", {**figures, "t/01:plan": ""}))
    assert [item.code for item in findings_of(own, path)] == ["XR130"]


HISTORY: Typed = {
    "A": {"01:actual": 20, "02:actual": 7, "04:actual": "Đạt", "05:actual": date(2023, 2, 1)},
    "B": {"01:actual": "10,5", "02:actual": "x"},
}


def test_history_gives_the_same_period_in_the_first_year_of_use(own: Office) -> None:
    path = roll(own, RollKind.HISTORY, "thu", "2023-Q1", HISTORY)
    assert [item.code for item in findings_of(own, path)] == ["XR135", "XR203"]
    assert own.receive()["roll"][0] == "accepted"
    (book,) = books(own.workspace, "thu", own.period("2024-Q1"), language="vi", units=["A"])
    filled = {str(point): book.entry(point) for point in book.prefilled}
    assert filled == {
        "t/01:same_period": 20,
        "t/02:same_period": 7,
        "t/04:same_period": "Đạt",
        "t/05:same_period": date(2023, 2, 1),
    }
    own.send("thu", "2024-Q1", {"A": {"t/01": 25, "t/02": 8, "t/03": 1}, "B": {"t/01": 21, "t/02": 2, "t/03": 1}})
    assert [one for name, one in own.receive().items() if name != "roll"] == [("accepted", [])] * 2
    totals = own.totals("2024-Q1", "C1")
    assert totals["t/01:index"] == D("150.8")  # 46 / 30.5
    assert totals["t/01:growth"] == D("50.8")
    # What the office entered is no report of anybody.
    (state,) = status(own.workspace, own.period("2023-Q1"), "thu")
    assert state.coverage["KHOI"].accepted == ()
    (year,) = status(own.workspace, own.period("2024"), "giao")
    assert year.coverage["KHOI"].accepted == ()


def test_a_report_comes_before_what_the_office_entered(own: Office) -> None:
    roll(own, RollKind.HISTORY, "thu", "2023-Q1", HISTORY)
    own.send("thu", "2023-Q1", {"A": {"t/01": 21, "t/02": 7, "t/03": 1}})
    own.receive()
    (book,) = books(own.workspace, "thu", own.period("2024-Q1"), language="vi", units=["A"])
    assert book.prefilled[DataPoint("t", "01", "same_period")].number == 21
    rows = roll_book(own.workspace, RollKind.HISTORY, "thu", own.period("2023-Q1"), language="vi").rows
    assert [row.unit for row in rows] == ["B", "C"]


def test_cumulative_figures_compute_themselves_where_the_year_is_known(own: Office) -> None:
    own.send("thu", "2024-Q1", {"A": {"t/01": 25, "t/02": 8, "t/03": 1}})
    own.receive()
    data = own.book("thu", "2024-Q2", "A", {"t/01": 30.25, "t/02": 11, "t/03": 1})
    assert wrong_formulas(data) == []
    cells = shown(data, 1)
    sheet = openpyxl.load_workbook(io.BytesIO(data))["t"]
    cumulative = [sheet.cell(row, column_of(sheet, "cumulative")) for row in (12, 13)]
    assert [cells[cell.coordinate] for cell in cumulative] == [55.25, 10]  # (8·3 + 11·3) / 6, half up
    assert all(cell.protection.locked for cell in cumulative)
    # The period before is estimated until it is official, and was official here.
    assert cells[sheet.cell(12, column_of(sheet, "previous_final")).coordinate] == 25
    own.send("thu", "2024-Q2", {"A": {"t/01": 30.25, "t/02": 11, "t/03": 1}, "B": {"t/01": 1, "t/02": 1, "t/03": 1}})
    results = own.receive()
    assert results["thu-2024-Q2-A"] == ("accepted", [])
    totals = own.totals("2024-Q2", "C1")
    assert totals["t/01:cumulative"] == D("55.25")
    # B has no first quarter: its cumulative figure is its own to type, and it may be left blank.
    (book,) = books(own.workspace, "thu", own.period("2024-Q2"), language="vi", units=["B"])
    assert book.cumulated == {}


def test_a_figure_over_a_computed_cumulative_one_is_told_and_not_used(own: Office) -> None:
    own.send("thu", "2024-Q1", {"A": {"t/01": 25, "t/02": 8, "t/03": 1}})
    own.receive()
    path = own.workspace.root / "A.xlsx"
    path.write_bytes(own.book("thu", "2024-Q2", "A", {"t/01": 30, "t/02": 11, "t/03": 1}))
    book = openpyxl.load_workbook(path)
    sheet = book["t"]
    cell = sheet.cell(12, column_of(sheet, "cumulative"))
    cell.value = 60
    book.save(path)
    found = findings_of(own, path)
    assert seen(found) == [("XR131", cell.coordinate)]
    known = Definitions(load_forms(own.workspace), load_organisation(own.workspace))
    (file,) = check_files([(path, "A.xlsx")], known).files
    (fact,) = [one for one in file.facts if one.indicator == "01" and one.measure == "cumulative"]
    assert fact.value == "55.00"


def test_start_in_the_middle_of_a_year(own: Office) -> None:
    roll(own, RollKind.HISTORY, "thu", "2024-Q1", {"A": {"01:actual": 10, "02:actual": 4}})
    own.receive()
    (book,) = books(own.workspace, "thu", own.period("2024-Q2"), language="vi", units=["A"])
    assert {str(point) for point in book.cumulated} == {"t/01:cumulative", "t/02:cumulative"}


def test_a_later_plan_supersedes_and_a_cluster_s_own_counts_for_its_units(own: Office) -> None:
    roll(own, RollKind.PLAN, "thu", "2024", PLANS)
    own.receive()
    # Made again, it holds what was taken in.
    second = own.workspace.inbox / "2030-01-02" / "second.xlsx"
    issue_roll(own.workspace, RollKind.PLAN, "thu", own.period("2024"), language="vi", out=second)
    sheet = openpyxl.load_workbook(second)["t"]
    assert sheet.cell(row_of(sheet, "B"), column_of(sheet, "01:plan")).value == 50.5
    type_into(second, {"A": {"01:plan": 120}, "B": {"01:plan": None}, "C": {"01:plan": 5}})
    assert "XR603" in own.receive()["second"][1]

    def plans() -> dict[str, object]:
        wanted = books(own.workspace, "thu", own.period("2024-Q1"), language="vi")
        return {book.unit: book.entry(DataPoint("t", "01", "plan")) for book in wanted}

    assert plans() == {"A": 120, "B": None, "C": 5}
    third = own.workspace.inbox / "2030-01-03" / "third.xlsx"
    issue_roll(own.workspace, RollKind.PLAN, "thu", own.period("2024"), language="vi", node="C2", out=third)
    type_into(third, {"C": {"01:plan": 7}})
    assert own.receive()["third"][0] == "accepted"
    assert plans() == {"A": 120, "B": None, "C": 7}


def test_an_assigned_plan_of_a_node_is_its_own(own: Office) -> None:
    typed: Typed = {"KHOI": {"01:plan": 1000}, "A": {"01:plan": 300}, "B": {"01:plan": 200}}
    path = roll(own, RollKind.PLAN, "giao", "2024", typed)
    sheet = openpyxl.load_workbook(path)["t"]
    assert {sheet.cell(row, 2).value for row in range(11, 17)} == {"KHOI", "C1", "A", "B", "C2", "C"}
    own.send("giao", "2024", {"A": {"t/01": 150}, "B": {"t/01": 250}, "C": {"t/01": 50}})
    own.receive()
    totals = own.totals("2024")
    assert (totals["t/01:plan"], totals["t/01:actual"], totals["t/01:completion"]) == (1000, 450, D("45.0"))
    assert wrong_formulas(own.workbook(own.consolidate("2024", "giao"), "KHOI")) == []


WRONG: list[tuple[str, object, str]] = [
    ("01:plan", "một trăm", "XR201"),
    ("01:plan", "9.605", "XR202"),
    ("01:plan", 9.605, "XR204"),
    ("01:plan", 1.234567, "XR205"),
    ("01:plan", -1, "XR302"),
    ("01:plan", date(2024, 6, 7), "XR208"),
    ("03:plan_to", 1, "XR136"),
    ("03:plan_to", None, "XR137"),
]


@pytest.mark.parametrize(("key", "value", "code"), WRONG)
def test_mistakes_in_a_roll_name_their_cell(own: Office, key: str, value: object, code: str) -> None:
    path = roll(own, RollKind.PLAN, "thu", "2024", PLANS)
    assert seen(findings_of(own, path)) == [("XR135", None)]
    type_into(path, {"A": {key: value}})
    sheet = openpyxl.load_workbook(path)["t"]
    cell = sheet.cell(row_of(sheet, "A"), column_of(sheet, "03:plan" if code == "XR137" else key)).coordinate
    found = findings_of(own, path)
    assert (code, cell) in seen(found)
    assert {item.code for item in found} == {code, "XR135"}
    assert all(item.location.unit == "A" for item in found if item.code == code)


def test_choices_of_a_roll(own: Office) -> None:
    path = roll(own, RollKind.HISTORY, "thu", "2023-Q1", {"A": {"04:actual": "Xuất sắc", "01:actual": 1}})
    sheet = openpyxl.load_workbook(path)["t"]
    cell = sheet.cell(row_of(sheet, "A"), column_of(sheet, "04:actual")).coordinate
    assert seen(findings_of(own, path)) == [("XR211", cell), ("XR135", None)]
    lists = [one for one in sheet.data_validations.dataValidation if one.type == "list" and cell in one.sqref]
    assert len(lists) == 1


def test_rows_and_columns_that_were_moved_deleted_or_added(own: Office) -> None:
    path = roll(own, RollKind.PLAN, "thu", "2024", {**PLANS, "C": {"01:plan": 7}})
    book = openpyxl.load_workbook(path)
    sheet = book["t"]
    sheet.insert_rows(row_of(sheet, "B"))
    sheet.insert_rows(3, 5)
    sheet.insert_cols(column_of(sheet, "03:plan"))
    book.save(path)
    assert seen(findings_of(own, path)) == [("XR135", None)]
    sheet.cell(row_of(sheet, "A") + 1, column_of(sheet, "01:plan")).value = 5
    stranger = sheet.max_row + 1
    sheet.cell(stranger, 2).value = "D"
    sheet.cell(stranger, column_of(sheet, "01:plan")).value = 6
    book.save(path)
    assert {("XR115", "E17"), ("XR132", f"B{stranger}")} <= set(seen(findings_of(own, path)))
    sheet.cell(row_of(sheet, "A") + 1, column_of(sheet, "01:plan")).value = None
    sheet.cell(stranger, 2).value = "A"
    sheet.delete_rows(row_of(sheet, "C"))
    sheet.cell(1, column_of(sheet, "03:plan")).value = None
    book.save(path)
    assert {"XR113", "XR133", "XR134"} <= {item.code for item in findings_of(own, path)}


def test_a_cell_that_is_asked_of_nobody(tmp_path: Path) -> None:
    own = office(
        tmp_path,
        ASSIGNED.replace(
            "name: Doanh thu}", 'name: Doanh thu}\n      - {code: "02", name: Riêng, filled_by: [dang-bo]}'
        ),
    )
    path = roll(own, RollKind.PLAN, "giao", "2024", {"A": {"02:plan": 1}})
    sheet = openpyxl.load_workbook(path)["t"]
    cell = sheet.cell(row_of(sheet, "B"), column_of(sheet, "02:plan"))
    assert (cell.value, cell.protection.locked) == ("x", True)
    assert "XR138" not in {item.code for item in findings_of(own, path)}
    type_into(path, {"B": {"02:plan": 9}})
    assert ("XR138", cell.coordinate) in seen(findings_of(own, path))


def test_an_empty_roll_takes_the_place_of_nothing(own: Office) -> None:
    roll(own, RollKind.PLAN, "thu", "2024", PLANS)
    own.receive()
    path = own.workspace.inbox / "2030-01-02" / "empty.xlsx"
    issue_roll(own.workspace, RollKind.PLAN, "thu", own.period("2024"), language="vi", out=path)
    type_into(path, {unit: dict.fromkeys(("01:plan", "03:plan", "03:plan_to")) for unit in ("A", "B", "C")})
    assert own.receive()["empty"] == ("rejected", ["XR135"])
    (book,) = books(own.workspace, "thu", own.period("2024-Q1"), language="vi", units=["A"])
    assert book.entry(DataPoint("t", "01", "plan")) == 100


def test_a_plan_follows_its_rows_into_another_version(own: Office) -> None:
    newer = FORM.replace("form: thu\n", "form: thu\nversion: 2\nvalid_from: 2024-Q3\n").replace(
        'code: "01"\n        name: Doanh thu', 'code: "11"\n        replaces: "01"\n        name: Doanh thu'
    )
    roll(own, RollKind.PLAN, "thu", "2024", PLANS)
    own.receive()
    (own.workspace.forms_folder / "newer.yaml").write_text(newer, encoding="utf-8")
    for period, code in (("2024-Q2", "01"), ("2024-Q3", "11")):
        (book,) = books(own.workspace, "thu", own.period(period), language="vi", units=["A"])
        assert book.prefilled[DataPoint("t", code, "plan")].number == 100
    # Set by the newer version, it is there for reports on the older one too.
    second = own.workspace.inbox / "2030-01-02" / "second.xlsx"
    issue_roll(own.workspace, RollKind.PLAN, "thu", own.period("2024"), language="vi", out=second)
    type_into(second, {"A": {"11:plan": 130}})
    own.receive()
    (book,) = books(own.workspace, "thu", own.period("2024-Q1"), language="vi", units=["A"])
    assert book.prefilled[DataPoint("t", "01", "plan")].number == 130


def test_the_basis_of_a_plan_is_kept(own: Office) -> None:
    path = roll(own, RollKind.PLAN, "thu", "2024", PLANS)
    book = openpyxl.load_workbook(path)
    book["t"]["C4"] = "Quyết định 12-QĐ/ĐUK"
    book.save(path)
    result = receive(own.workspace, [], today=date(2030, 1, 2))
    assert [item.file.basis for item in result.files] == ["Quyết định 12-QĐ/ĐUK"]
    again = roll_book(own.workspace, RollKind.PLAN, "thu", own.period("2024"), language="vi")
    assert again.basis == "Quyết định 12-QĐ/ĐUK"


def test_prefilled_workbooks_and_rolls_are_the_same_bytes_again(own: Office) -> None:
    roll(own, RollKind.PLAN, "thu", "2024", PLANS)
    own.receive()
    first, second = (roll_book(own.workspace, RollKind.PLAN, "thu", own.period("2024"), language="en") for _ in "12")
    assert roll_workbook(first) == roll_workbook(second)
    assert own.book("thu", "2024-Q1", "A", {}) == own.book("thu", "2024-Q1", "A", {})


@pytest.mark.parametrize(
    ("kind", "form", "period", "key"),
    [
        (RollKind.PLAN, "thu", "2024-Q1", "roll-plan-period"),
        (RollKind.HISTORY, "thu", "2024", "form-not-for-period"),
        (RollKind.PLAN, "khac", "2024", "form-unknown"),
    ],
)
def test_what_no_roll_can_be_made_of(own: Office, kind: RollKind, form: str, period: str, key: str) -> None:
    with pytest.raises(UsageError) as caught:
        issue_roll(own.workspace, kind, form, parse_period(period), language="vi")
    assert caught.value.key == key


def test_a_node_that_is_not_there(own: Office) -> None:
    with pytest.raises(UsageError) as caught:
        issue_roll(own.workspace, RollKind.PLAN, "thu", parse_period("2024"), language="vi", node="Z")
    assert caught.value.key == "roll-node-unknown"


#: Of each standard form, a period to enter plans for, and one to enter figures of.
STANDARD = {
    "cum-quy": ("cum7-2024-q1", "2024", "2023-Q1"),
    "chuong-trinh-nam": ("chuong-trinh-135", "2024", "2023"),
    "dai-hoi": ("dai-hoi-2022", None, "2015..2020"),
    "nghi-quyet-giai-doan": ("nghi-quyet-41", "2024", "2023"),
    "sap-xep-bo-may": ("so-2021", "2021", "2020"),
    "xuat-khau-9-thang": ("so-2021", None, "2023-9M"),
}


def some_entry(indicator: Indicator, number: int) -> object:
    """An entry that the cell takes; no two alike."""
    if indicator.is_choice:
        return indicator.options[0].name.vi
    if indicator.kind is Kind.DATE:
        return date(2023, 1, 1 + number % 28)
    if indicator.is_wording:
        return f"{number + 1}-KH/ĐUK"
    return max(int(indicator.minimum or 0), 0) + 1


def fill_everything(path: Path, book: RollBook) -> int:
    """Every cell that is asked; returns how many."""
    filled, workbook = 0, openpyxl.load_workbook(path)
    sheets = plan_roll(book.form, {row.unit: row.asked for row in book.rows})
    for planned, name in zip(sheets, workbook.sheetnames[1:-1], strict=True):
        for row in book.rows:
            for column in planned.columns:
                if planned.point(column) in row.asked:
                    cell = workbook[name].cell(planned.rows[row.unit] + 1, column.column + 1)
                    cell.value = some_entry(column.indicator, filled)
                    filled += 1
    workbook.save(path)
    return filled


@pytest.mark.parametrize("form", STANDARD)
def test_standard_forms_take_plans_and_past_figures(form: str, tmp_path: Path) -> None:
    assert set(STANDARD) == {one.form for one in standard_forms()}
    example, *periods = STANDARD[form]
    register = load_register(example_folder(str(example)) / "organisation.yaml")
    build_workspace(tmp_path / "w", [standard_form_file(form)], register, "vi", name="w")
    workspace = open_workspace(tmp_path / "w")
    for kind, code in zip(RollKind, periods, strict=True):
        if code is None:
            with pytest.raises(UsageError, match="roll-nothing-asked"):
                roll_book(
                    workspace, kind, form, parse_period("2020..2025" if form == "dai-hoi" else "2024"), language="vi"
                )
            continue
        period = parse_period(code)
        book = roll_book(workspace, kind, form, period, language="vi")
        path = workspace.inbox / f"{kind.value}.xlsx"
        issue_roll(workspace, kind, form, period, language="vi", out=path)
        filled = fill_everything(path, book)
        assert filled == sum(len(row.asked) for row in book.rows) > 0
        known = Definitions(load_forms(workspace), load_organisation(workspace))
        (file,) = check_files([(path, path.name)], known).files
        # Ones everywhere break rules about sums; nothing else is wrong, and every figure is read.
        assert {item.code for item in file.findings} <= {"XR401", "XR203", "XR218"}
        assert len(file.facts) == filled
        assert {(one.unit, one.table, one.indicator, one.measure) for one in file.facts} == {
            (row.unit, *point) for row in book.rows for point in row.asked
        }


def test_a_form_too_wide_for_a_sheet_is_said_so(tmp_path: Path) -> None:
    rows = "\n".join(
        f'      - {{code: "{number:05}", name: Chỉ tiêu {number}, decimals: 1}}' for number in range(16_390)
    )
    head = "form: rong\ntitle: Rộng\nfrequency: year\nfilled_by: [don-vi]\ntables:\n"
    wide = f"{head}  - table: t\n    title: B\n    measures: [plan, actual]\n    indicators:\n{rows}\n"
    own = office(tmp_path, wide)
    with pytest.raises(UsageError) as caught:
        issue_roll(own.workspace, RollKind.PLAN, "rong", parse_period("2024"), language="vi")
    assert caught.value.key == "workbook-limit"


def test_a_prefilled_cell_is_asked_for_like_any_other(tmp_path: Path) -> None:
    """What was required and is cleared keeps the workbook back, on the check sheet and at intake alike."""
    required = FORM.replace(
        "measures: [plan, plan_to, actual, cum", "measures: [{measure: plan, required: true}, plan_to, actual, cum"
    )
    own = office(tmp_path, required)
    roll(own, RollKind.PLAN, "thu", "2024", PLANS)
    own.receive()
    path = own.workspace.root / "A.xlsx"
    figures: dict[str, object] = {"t/01": 25, "t/02": 8, "t/03": 1}
    for cleared, ready in (({}, True), ({"t/01:plan": ""}, False)):
        data = own.book("thu", "2024-Q1", "A", {**figures, **cleared})
        assert wrong_formulas(data) == []
        assert ("Đủ điều kiện gửi" in shown(data, 0).values()) is ready
        path.write_bytes(data)
        assert any(item.code == "XR301" for item in findings_of(own, path)) is not ready


def test_a_figure_that_its_cell_would_not_take_is_not_prefilled(own: Office) -> None:
    roll(own, RollKind.HISTORY, "thu", "2023-Q1", HISTORY)
    own.receive()
    stricter = FORM.replace("minimum: 0\n", "minimum: 20.5\n").replace("option: dat,", "option: tot,")
    (own.workspace.forms_folder / "0.yaml").write_text(stricter, encoding="utf-8")
    (book,) = books(own.workspace, "thu", own.period("2024-Q1"), language="vi", units=["A"])
    assert {str(point) for point in book.prefilled} == {"t/02:same_period", "t/05:same_period"}


def test_a_workbook_on_an_older_version_is_held_against_what_it_was_issued_with(own: Office) -> None:
    roll(own, RollKind.PLAN, "thu", "2024", PLANS)
    own.receive()
    path = own.workspace.inbox / "A.xlsx"
    path.write_bytes(own.book("thu", "2024-Q1", "A", {"t/01": 25, "t/02": 8, "t/03": 1, "t/01:plan": 99}))
    newer = FORM.replace("form: thu\n", "form: thu\nversion: 2\n").replace(
        'code: "01"', 'code: "11"\n        replaces: "01"'
    )
    (own.workspace.forms_folder / "newer.yaml").write_text(newer, encoding="utf-8")
    assert own.receive()["A"] == ("accepted", ["XR130", "XR125"])
    assert own.totals("2024-Q1", "C1")["t/11:plan"] == 99


def test_a_plan_set_after_the_forms_went_out_is_in_the_totals(own: Office) -> None:
    own.send("thu", "2024-Q1", {"A": {"t/01": 25, "t/02": 8, "t/03": 1}})
    own.receive()
    assert own.totals("2024-Q1")["t/01:completion"] is None
    roll(own, RollKind.PLAN, "thu", "2024", PLANS)
    own.receive()
    totals = own.totals("2024-Q1")
    # Of B, which has not reported, there is a plan and nothing to compare with it.
    assert (totals["t/01:plan"], totals["t/01:completion"]) == (100, D("25.0"))
