"""What goes back where the office had figures, where a cell only looks right, and what came in another way."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from offices import Office, office
from oracles import differences, recalculate_formualizer
from test_prefill import roll
from test_returned import FIRST, LIST, PERIOD, back_of, corrected, sheet_of
from test_returned import FORM as SMALL
from workbooks import RIGHT_ENTRIES, checked, edited, standard_book

from xlreport.aggregation import Status, Value, values_from_json
from xlreport.datapoints import DataPoint
from xlreport.grid.safely import SafeReader
from xlreport.intake.identify import Definitions
from xlreport.layout.roll import RollKind
from xlreport.periods import parse_period
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.check import check_files
from xlreport.usecases.files import SentFile, found_files, opened_files
from xlreport.usecases.issue import books
from xlreport.usecases.returned import return_checked
from xlreport.usecases.returning import Desk

FORM = """
form: thu
title: Biểu thử
frequency: quarter
filled_by: [don-vi]
tables:
  - table: t
    title: Bảng
    measures: [plan, actual, cumulative, completion, note]
    completion: cumulative / plan
    indicators:
      - {code: "01", name: Doanh thu, decimals: 2, minimum: 0}
      - {code: "02", name: Văn bản, kind: text, measures: [actual], required: false}
      - {code: "03", name: Lớp, measures: [plan, actual]}
      - {code: "04", name: Ngày, kind: date, measures: [actual], required: false}
"""
YEAR, QUARTER = "2024", "2024-Q2"


@pytest.fixture
def made(tmp_path: Path) -> Office:
    """An office that knows a plan, and what the first quarter had."""
    own = office(tmp_path, FORM)
    roll(own, RollKind.PLAN, "thu", YEAR, {"A": {"01:plan": 100, "03:plan": 4}})
    first = {"t/01": 10, "t/03": 1}
    own.send("thu", "2024-Q1", {"A": {**first, "t/01:cumulative": 10}})
    assert own.receive()["thu-2024-Q1-A"][0] == "accepted"
    return own


def put(own: Office, data: bytes, name: str = "gửi") -> list[str]:
    (own.workspace.inbox / "2030-01-01" / f"{name}.xlsx").write_bytes(data)
    return own.receive()[name][1]


def test_figures_of_the_office_go_back_as_they_were_issued(made: Office) -> None:
    sent = made.book("thu", QUARTER, "A", {"t/01": "9.605", "t/03": 2})
    assert "XR202" in put(made, sent)
    back = back_of(made, period=QUARTER).read_bytes()
    assert differences(back, recalculate_formualizer(back)) == []
    sheet = sheet_of(back, "t")
    assert [(sheet[cell].value, sheet[cell].protection.locked) for cell in ("F12", "F14")] == [(100, True), (4, True)]
    again = corrected(back, {("t", "G12"): 15})
    values = recalculate_formualizer(again)["t"]
    assert (values["H12"], values["I12"]) == (25, 25)
    # Neither the locked plan nor the formula of the cumulative figure was changed by anybody.
    assert put(made, again, "lại") == ["XR147"]


def test_a_figure_typed_over_the_office_s_goes_back_open_and_marked(made: Office) -> None:
    sent = made.book("thu", QUARTER, "A", {"t/01": "9.605", "t/03": 2})
    assert put(made, edited(sent, lambda book: _set(book, {"F12": 90, "F14": None, "H12": 5}))) == [
        "XR202",
        "XR130",
        "XR131",
        "XR130",
    ]
    back = back_of(made, period=QUARTER).read_bytes()
    assert differences(back, recalculate_formualizer(back)) == []
    sheet = sheet_of(back, "t", stored=False)
    assert (sheet["F12"].value, sheet["F12"].protection.locked) == (90, False)
    assert sheet["F12"].comment is not None
    # What was wiped away is there again, and what was computed is computed.
    assert (sheet["F14"].value, sheet["F14"].protection.locked, sheet["F14"].comment) == (4, True, None)
    assert (str(sheet["H12"].value)[0], sheet["H12"].comment) == ("=", None)
    assert put(made, corrected(back, {("t", "F12"): 100, ("t", "G12"): 15}), "lại") == ["XR147"]


def _set(book: openpyxl.Workbook, cells: Mapping[str, object]) -> None:
    for cell, value in cells.items():
        book["t"][cell] = value


def test_a_cell_that_only_looks_right_is_counted_until_it_is_typed_anew(made: Office) -> None:
    sent = made.book("thu", QUARTER, "A", {"t/01": 15, "t/03": 2})

    def day(book: openpyxl.Workbook) -> None:
        book["t"]["G13"].number_format = "dd/mm/yyyy"
        book["t"]["G13"] = 45000

    assert put(made, edited(sent, day)) == ["XR219"]
    back = back_of(made, period=QUARTER).read_bytes()
    assert differences(back, recalculate_formualizer(back)) == []
    assert _said(back) == ("Còn 1 lỗi cần sửa", ["✗ Chưa sửa"])
    # To a spreadsheet any words are right here, except those that came.
    assert _said(corrected(back, {("t", "G13"): "44-KH/ĐUK"})) == ("Đủ điều kiện gửi", ["✓ Đã sửa"])


def test_a_cell_that_is_wrong_in_another_way_is_not_corrected(made: Office) -> None:
    put(made, made.book("thu", QUARTER, "A", {"t/01": "9.605", "t/03": 2}))
    back = back_of(made, period=QUARTER).read_bytes()
    for still in ("mười", Decimal("9.605"), -1, None):
        typed = None if still is None else float(still) if isinstance(still, Decimal) else still
        assert _said(corrected(back, {("t", "G12"): typed})) == ("Còn 1 lỗi cần sửa", ["✗ Chưa sửa"])


def _said(data: bytes, table: str = "t") -> tuple[object, list[str]]:
    """The line that says whether it is ready, and the states of what is to be corrected."""
    values = recalculate_formualizer(data)
    ready = next(one for one in values[table].values() if isinstance(one, str) and one.startswith(("Còn", "Đủ")))
    return ready, [str(one) for cell, one in values[LIST].items() if cell.startswith("G") and str(one)[0] in "✗✓!"]


def test_a_wrong_status_of_the_data_is_counted_once(tmp_path: Path) -> None:
    sent = edited(unit_workbook(standard_book(RIGHT_ENTRIES)), lambda book: _status(book, "Gần đúng"))
    path = tmp_path / "gửi.xlsx"
    path.write_bytes(sent)
    (back,) = _back([SentFile(path, path.name)], tmp_path)
    assert differences(back, recalculate_formualizer(back)) == []
    assert _said(back, FIRST) == ("Còn 1 lỗi cần sửa", ["✗ Chưa sửa"])
    assert _said(edited(back, lambda book: _status(book, "Xấp xỉ")), FIRST)[0] == "Còn 1 lỗi cần sửa"
    assert _said(edited(back, lambda book: _status(book, "Sơ bộ")), FIRST) == ("Đủ điều kiện gửi", ["✓ Đã sửa"])


def _status(book: openpyxl.Workbook, word: str) -> None:
    assert book[FIRST]["E8"].value is not None
    book[FIRST]["E8"] = word


def _back(sent: list[SentFile], folder: Path) -> list[bytes]:
    files = check_files(sent, Definitions()).files
    result = return_checked(files, sent, Desk(Definitions(), "vi", SafeReader()), folder / "back")
    return [path.read_bytes() for path in result.workbooks]


def test_what_came_in_an_archive_goes_back_as_well(tmp_path: Path) -> None:
    made = office(tmp_path / "office", SMALL)
    with zipfile.ZipFile(tmp_path / "gộp.zip", "w") as archive:
        for unit in "AB":
            archive.writestr(f"{unit}.xlsx", made.book("thu", PERIOD, unit, {"t/01": "9.605"}))
    sent = opened_files(found_files([tmp_path / "gộp.zip"]), SafeReader())
    backs = _back(sent, tmp_path)
    came = [file.sha256 for file in check_files(sent, Definitions()).files]
    assert [checked(back, tmp_path).corrects for back in backs] == came
    assert len(came) == 2


def test_a_file_that_was_changed_since_it_was_checked_is_not_taken_for_it(tmp_path: Path) -> None:
    made = office(tmp_path / "office", SMALL)
    path = tmp_path / "A.xlsx"
    path.write_bytes(made.book("thu", PERIOD, "A", {"t/01": "9.605"}))
    sent = [SentFile(path, path.name)]
    files = check_files(sent, Definitions()).files
    path.write_bytes(made.book("thu", PERIOD, "A", {"t/01": "1.234"}))
    result = return_checked(files, sent, Desk(Definitions(), "vi", SafeReader()), tmp_path / "back")
    assert (result.workbooks, result.summary is not None) == ((), True)


def test_a_roll_is_listed_and_corrected_as_it_is(made: Office) -> None:
    roll(made, RollKind.PLAN, "thu", YEAR, {"A": {"01:plan": "một trăm", "03:plan": 4}}, name="sai")
    assert made.receive()["sai"][0] == "rejected"
    folder = made.workspace.root / "returned"
    assert [path.name for path in folder.rglob("*.*")] == ["summary.xlsx"]
    page = sheet_of((folder / "summary.xlsx").read_bytes(), "Tổng hợp trả lại")
    (line,) = page.iter_rows(min_row=5, values_only=True)
    assert (line[4], line[6], line[12]) == ("thu", "Trả lại để sửa", "không lập: sửa ngay trong sổ đã gửi")
    words = sheet_of((folder / "summary.xlsx").read_bytes(), "Lời nhắn")["C5"].value
    assert "Sổ nhập kế hoạch" in str(words)
    # It waits, and is still known for what it is.
    made.receive()
    again = sheet_of((folder / "summary.xlsx").read_bytes(), "Tổng hợp trả lại")
    assert [row[12] for row in again.iter_rows(min_row=5, values_only=True)] == [line[12]]


@pytest.mark.parametrize(("point", "cell"), [("01:plan", "F12"), ("04:actual", "G15")])
def test_figures_that_somebody_forged_lock_no_cell(point: str, cell: str, made: Office, tmp_path: Path) -> None:
    """What a workbook says that it was issued with is only what it says; no words are a figure, nor a day."""
    (blank,) = books(made.workspace, "thu", parse_period(QUARTER), language="vi", units=["C"])
    forged = {DataPoint("t", *point.split(":")): Value(text="không rõ", status=Status.NORMAL, units=1)}
    with pytest.MonkeyPatch.context() as patch:
        # Our own writer would put no such thing into a cell.
        patch.setattr("xlreport.sheets.entries.given_entry", lambda *_: "không rõ")
        (tmp_path / "gửi.xlsx").write_bytes(unit_workbook(replace(blank, prefilled=forged)))
    (back,) = _back([SentFile(tmp_path / "gửi.xlsx", "gửi.xlsx")], tmp_path)
    sheet = sheet_of(back, "t")
    assert (sheet[cell].value, sheet[cell].protection.locked) == ("không rõ", False)
    assert sheet[cell].comment is not None


def test_numbers_that_are_none_are_left_out() -> None:
    numbers = ("NaN", "Infinity", "1E+999999", "2.5")
    given = {f"t/0{row}:actual": {"number": number} for row, number in enumerate(numbers)}
    right = Value(number=Decimal("2.5"), status=Status.NORMAL, units=1)
    assert values_from_json(given) == {DataPoint("t", "03", "actual"): right}


def test_hidden_columns_and_formulas_come_through_the_process_that_reads() -> None:
    data = unit_workbook(standard_book(RIGHT_ENTRIES))
    ((_, reading),) = SafeReader().read([(data, "a")])
    assert reading.workbook is not None
    sheet = reading.workbook.sheet(FIRST)
    assert sheet is not None
    assert sheet.formulas is not None
    wanted = openpyxl.load_workbook(io.BytesIO(data))[FIRST]
    formulas = {cell.coordinate: cell.value[1:] for row in wanted.iter_rows() for cell in row if cell.data_type == "f"}
    assert sheet.formulas == formulas
    assert 0 in sheet.hidden_columns
