"""What goes back to units: their own entries with the wrong ones marked, until they are corrected and sent again."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from offices import Office, office
from oracles import differences, formula_cells, recalculate_formualizer
from test_versions import NEW, OLD, old_report
from workbooks import RIGHT_ENTRIES, checked, edited, seen, standard_book

from xlreport.datapoints import DataPoint
from xlreport.grid.safely import SafeReader
from xlreport.intake.identify import Definitions
from xlreport.language import LANGUAGES, texts
from xlreport.layout.sheet_names import issued_sheet_names, table_sheet_names
from xlreport.sheets.entries import Entry, UnitBook
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.check import check_files
from xlreport.usecases.files import SentFile
from xlreport.usecases.receive import receive
from xlreport.usecases.returned import return_checked
from xlreport.usecases.returning import Desk

FIRST, SECOND = "01a-CUM-Q", "01b-CUM-Q"
LIST = "Cần sửa"
WRONG: Mapping[DataPoint, Entry] = {
    **RIGHT_ENTRIES,
    DataPoint("sxkd", "01", "actual"): "9.605",
    DataPoint("sxkd", "02", "actual"): Decimal("12.611"),
    DataPoint("sxkd", "04", "actual"): "một trăm",
    DataPoint("xdd", "07", "actual"): "=1+1",
}
#: The cells of these entries, and what is right there.
CORRECTIONS: Mapping[tuple[str, str], object] = {
    (FIRST, "G12"): 9605,
    (FIRST, "G13"): 12.61,
    (FIRST, "G15"): 100,
    (SECOND, "F18"): "Đạt chuẩn",
}


def returned(data: bytes, folder: Path, language: str = "vi", name: str = "gửi.xlsx") -> bytes:
    """The workbook that `check --returned` writes outside of a workspace."""
    path = folder / name
    path.write_bytes(data)
    sent = [SentFile(path, name)]
    files = check_files(sent, Definitions()).files
    result = return_checked(files, sent, Desk(Definitions(), language, SafeReader()), folder / "back")
    (written,) = result.workbooks
    return written.read_bytes()


def sheet_of(data: bytes, name: str, *, stored: bool = True) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=stored)[name]


def corrected(data: bytes, cells: Mapping[tuple[str, str], object] = CORRECTIONS) -> bytes:
    def edit(workbook: openpyxl.Workbook) -> None:
        for (sheet, cell), value in cells.items():
            assert not workbook[sheet][cell].protection.locked
            workbook[sheet][cell] = value

    return edited(data, edit)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_what_the_sent_file_said_and_is_found_to_be_the_same(language: str, tmp_path: Path) -> None:
    sent = unit_workbook(standard_book(WRONG, language))
    back = returned(sent, tmp_path, language)
    before, after = checked(sent, tmp_path), checked(back, tmp_path)
    assert seen(after.findings) == [*seen(before.findings), ("XR147", None, None)]
    assert [row[4:13] for row in after.facts] == [row[4:13] for row in before.facts]
    assert [row.source_text for row in after.facts] == [row.source_text for row in before.facts]
    assert (after.corrects, after.status) == (before.sha256, before.status)
    assert differences(back, recalculate_formualizer(back)) == []


def test_wrong_cells_are_marked_with_what_is_wrong_and_listed_with_links(tmp_path: Path) -> None:
    back = returned(unit_workbook(standard_book(WRONG)), tmp_path)
    book = openpyxl.load_workbook(io.BytesIO(back))
    assert book.sheetnames[0] == LIST
    links = {cell.hyperlink.location for cell in book[LIST]["C"] if cell.hyperlink}
    for sheet, cell in CORRECTIONS:
        note = book[sheet][cell].comment
        assert note is not None
        assert "XR2" in note.text
        areas = [area for area in book[sheet].conditional_formatting if str(area.sqref) == cell]
        looks = [rule for area in areas for rule in area.rules]
        assert any(rule.dxf is not None and rule.dxf.border and rule.dxf.fill for rule in looks)
        row, column = openpyxl.utils.cell.coordinate_to_tuple(cell)
        assert f"'{sheet}'!${openpyxl.utils.get_column_letter(column)}${row}" in links
    assert [cell for cell in book[FIRST]["G"] if cell.comment] == [book[FIRST][cell] for cell in ("G12", "G13", "G15")]
    # Nothing that was typed became a formula.
    assert book[SECOND]["F18"].data_type == "s"
    assert book[SECOND]["F18"].value == "=1+1"
    assert book[FIRST]["M12"].value == RIGHT_ENTRIES[DataPoint("sxkd", "01", "note")]


def test_marks_go_away_one_by_one_and_then_it_is_ready(tmp_path: Path) -> None:
    back = returned(unit_workbook(standard_book(WRONG)), tmp_path)
    states = [str(cell.value) for cell in sheet_of(back, LIST)["G"] if cell.value and str(cell.value)[0] in "✗✓"]
    assert states == ["✗ Chưa sửa"] * 4
    # 9.605 and 12,611 look right to every spreadsheet: the marks keep the workbook back all the same.
    assert _status(recalculate_formualizer(back)) == "Còn 4 lỗi cần sửa"
    for done in range(1, 5):
        cells = dict(list(CORRECTIONS.items())[:done])
        values = recalculate_formualizer(corrected(back, cells))
        left = 4 - done
        assert _status(values) == (f"Còn {left} lỗi cần sửa" if left else "Đủ điều kiện gửi")
        shown = _states(values)
        assert sorted(shown) == ["✓ Đã sửa"] * done + ["✗ Chưa sửa"] * left
    pointers = {cell: value for cell, value in values[FIRST].items() if cell.startswith("N") and int(cell[1:]) > 11}
    assert set(pointers.values()) <= {"", None}


def _states(values: Mapping[str, Mapping[str, object]]) -> list[str]:
    return [str(value) for cell, value in values[LIST].items() if cell.startswith("G")]


def _status(values: Mapping[str, Mapping[str, object]]) -> object:
    return next(value for value in values[FIRST].values() if isinstance(value, str) and value.startswith(("Còn", "Đủ")))


FORM = """
form: thu
title: {vi: Biểu thử, en: Trial}
frequency: quarter
filled_by: [don-vi]
tables:
  - table: t
    title: {vi: Bảng, en: Table}
    measures: [actual, note]
    indicators:
      - {code: "01", name: Doanh thu, decimals: 2, unit_measure: tỷ đồng}
      - {code: "02", name: Nộp ngân sách, decimals: 2, unit_measure: tỷ đồng, required: false}
    rules:
      - {code: KT1, assert: "[02] <= [01]", severity: error}
"""
PERIOD = "2030-Q1"


def back_of(made: Office, unit: str = "A", form: str = "thu", period: str = PERIOD) -> Path:
    return made.workspace.root / "returned" / period / form / f"{unit}.xlsx"


def test_corrected_and_sent_again_it_takes_the_place_of_the_first(tmp_path: Path) -> None:
    made = office(tmp_path, FORM)
    made.send("thu", PERIOD, {"A": {"t/01": "9.605", "t/01:note": "=cmd()"}, "B": {"t/01": 7}})
    assert made.receive()[f"thu-{PERIOD}-A"] == ("rejected", ["XR202"])
    back = back_of(made)
    assert not back_of(made, "B").exists()
    assert (made.workspace.root / "returned" / "summary.xlsx").exists()
    again = corrected(back.read_bytes(), {("t", "F12"): 9605})
    (made.workspace.inbox / "2030-01-01" / "lai.xlsx").write_bytes(again)
    assert made.receive()["lai"] == ("accepted", ["XR147"])
    made.consolidate(PERIOD)
    assert made.totals(PERIOD)["t/01:actual"] == 9612
    # Nobody waits for anything any more.
    assert list((made.workspace.root / "returned").rglob("*.*")) == []


def test_a_broken_rule_is_marked_until_it_holds(tmp_path: Path) -> None:
    made = office(tmp_path, FORM)
    made.send("thu", PERIOD, {"A": {"t/01": 5, "t/02": 8}})
    assert made.receive()[f"thu-{PERIOD}-A"] == ("rejected", ["XR401"])
    back = back_of(made).read_bytes()
    assert differences(back, recalculate_formualizer(back)) == []
    assert _states(recalculate_formualizer(back)) == ["✗ Chưa sửa"]
    assert _states(recalculate_formualizer(corrected(back, {("t", "F13"): 6}))) == ["✗ Chưa sửa"]
    # The other figure will do as well.
    assert _states(recalculate_formualizer(corrected(back, {("t", "F12"): 8}))) == ["✓ Đã sửa"]


def test_what_waits_is_kept_and_what_is_missing_is_made_again(tmp_path: Path) -> None:
    made = office(tmp_path, FORM)
    made.send("thu", PERIOD, {"A": {"t/01": "9.605"}})
    made.receive()
    first = back_of(made).read_bytes()
    back_of(made).write_bytes(first + b"0")
    made.receive()
    assert back_of(made).read_bytes() == first + b"0"
    back_of(made).unlink()
    made.receive()
    assert back_of(made).read_bytes() == first


def test_a_file_that_cannot_be_read_is_in_the_summary_with_advice(tmp_path: Path) -> None:
    made = office(tmp_path, FORM)
    made.send("thu", PERIOD, {"A": {"t/01": "9.605", "t/01:note": "=1+1"}})
    (made.workspace.inbox / "=cmd|x.xlsx").write_bytes(b"PK\x03\x04 nothing")
    result = receive(made.workspace, [], today=date(2030, 1, 2), language="vi")
    assert result.returned.summary is not None
    assert [path.name for path in result.returned.workbooks] == ["A.xlsx"]
    data = result.returned.summary.read_bytes()
    assert formula_cells(data) == {}
    rows = list(sheet_of(data, "Tổng hợp trả lại").iter_rows(min_row=5, values_only=True))
    by_file = {row[10]: row for row in rows}
    assert by_file["=cmd|x.xlsx"][6:8] == ("Không tiếp nhận", 1)
    assert "→" in str(by_file["=cmd|x.xlsx"][9])
    assert by_file["=cmd|x.xlsx"][12] == "không có"
    unit = by_file[f"thu-{PERIOD}-A.xlsx"]
    assert unit[1:9] == ("A", "Đơn vị A (giả định)", "Cụm 1", "thu", "Quý I năm 2030", "Trả lại để sửa", 1, 0)
    assert unit[11:] == ("inbox/2030-01-01", f"{PERIOD}/thu/A.xlsx")
    assert "ô F12 ([01] Doanh thu)" in back_of(made).with_suffix(".txt").read_text(encoding="utf-8")


def test_two_files_for_one_unit_are_the_office_s_to_choose_from(tmp_path: Path) -> None:
    made = office(tmp_path, FORM)
    made.send("thu", PERIOD, {"A": {"t/01": 1}})
    (made.workspace.inbox / "2030-01-01" / "khác.xlsx").write_bytes(made.book("thu", PERIOD, "A", {"t/01": 2}))
    assert made.receive()["khác"] == ("rejected", ["XR601"])
    assert not back_of(made).exists()
    assert (made.workspace.root / "returned" / "summary.xlsx").exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [("D12", "XR112"), ("D13", "XR112"), ("A8", "XR124")],
)
def test_what_was_lost_is_back_in_its_place(change: str, code: str, tmp_path: Path) -> None:
    made = office(tmp_path, FORM)

    def lose(workbook: openpyxl.Workbook) -> None:
        workbook["t"][change] = None

    data = edited(made.book("thu", PERIOD, "A", {"t/01": 5, "t/02": 3}), lose)
    (made.workspace.inbox / "A.xlsx").write_bytes(data)
    assert code in made.receive()["A"][1]
    back = back_of(made).read_bytes()
    assert differences(back, recalculate_formualizer(back)) == []
    restored = checked(back, tmp_path)
    assert code not in [item.code for item in restored.findings]
    kept = {row.indicator: row.value for row in restored.facts if row.measure == "actual"}
    lost = {"D12": "01", "D13": "02"}.get(change)
    assert kept == {row: None if row == lost else value for row, value in {"01": "5.00", "02": "3.00"}.items()}


def test_names_come_from_codes_that_can_be_files(tmp_path: Path) -> None:
    books = [replace(standard_book(WRONG), unit=unit) for unit in ("../x", "CON", "C7-01", "C7-01", "summary")]
    for number, book in enumerate(books):
        # Twice the same unit, but not the same file.
        entries = {**WRONG, DataPoint("xdd", "04", "actual"): Decimal(number + 1)}
        (tmp_path / f"{number}.xlsx").write_bytes(unit_workbook(replace(book, entries=entries)))
    sent = [SentFile(tmp_path / f"{n}.xlsx", f"{n}.xlsx") for n in range(5)]
    files = check_files(sent, Definitions()).files
    result = return_checked(files, sent, Desk(Definitions(), "vi", SafeReader()), tmp_path / "in" / "back")
    names = [path.relative_to(tmp_path / "in" / "back").as_posix() for path in result.workbooks]
    hashes = [(file.sha256 or "")[:12] for file in files]
    assert names == [
        f"{hashes[0]}.xlsx",
        "CON-cum-quy-2024-Q1.xlsx",
        "C7-01.xlsx",
        "C7-01-cum-quy-2024-Q1.xlsx",
        "summary-cum-quy-2024-Q1.xlsx",
    ]
    assert {path.suffix for path in (tmp_path / "in").iterdir()} == {""}


def test_a_report_on_an_old_version_is_written_again_on_the_new_one(tmp_path: Path) -> None:
    made = office(tmp_path, OLD)
    report = {**old_report(12, 3.4, 31), "t/01:note": "ghi chú", "t/05": 77}
    made.send("quy", "2025-Q1", {"A": report}, day="2025-03-30")
    (made.workspace.root / "forms" / "1.yaml").write_text(NEW, encoding="utf-8")
    assert made.receive()["quy-2025-Q1-A"] == ("accepted", ["XR126", "XR127", "XR125"])
    back = back_of(made, form="quy", period="2025-Q1").read_bytes()
    assert differences(back, recalculate_formualizer(back)) == []
    moved = checked(back, tmp_path)
    assert moved.identity is not None
    assert moved.identity.version == 2
    values = {f"{row.table}/{row.indicator}:{row.measure}": row.value or row.text for row in moved.facts}
    assert (values["t/01:actual"], values["t/01:note"], values["u/07:actual"]) == ("12.00", "ghi chú", "31")
    # As typed: the new version rounds it when it is read.
    assert sheet_of(back, "u")["F12"].value == 3.4
    assert values["t/06:actual"] is None
    page = sheet_of(back, LIST)
    words = [str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None]
    assert "[05] Bỏ đi" in words
    assert "77" in words
    assert sheet_of(back, "t")["F14"].comment is not None, "the new row is marked"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("is_returned", [False, True])
def test_sheets_are_called_what_they_are_said_to_be(language: str, is_returned: bool, tmp_path: Path) -> None:
    book: UnitBook = standard_book(WRONG, language)
    data = unit_workbook(book)
    data = returned(data, tmp_path, language) if is_returned else data
    names = openpyxl.load_workbook(io.BytesIO(data)).sheetnames
    tables, words = book.bound.tables, texts(language)
    assert tuple(names) == issued_sheet_names(tables, words, returned=is_returned)
    assert list(table_sheet_names(tables, words, returned=is_returned).values()) == [FIRST, SECOND]
