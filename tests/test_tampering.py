"""What a unit changed besides its input cells: each change is told once, and what programs rewrite is none."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from offices import office
from openpyxl.formula.translate import Translator
from oracles import LIBREOFFICE_SECONDS
from workbooks import RIGHT_ENTRIES, checked, edited, parts, seen, standard_book, unmerge_all, with_parts

from xlreport.findings import Finding
from xlreport.forms.expressions import bind
from xlreport.forms.load import load_form
from xlreport.forms.roles import Filler
from xlreport.grid.read import read_workbook
from xlreport.intake.formulas import Places, meaning
from xlreport.language import LANGUAGES
from xlreport.layout.table import plan_table
from xlreport.periods import parse_period
from xlreport.sheets.entries import UnitBook
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.standard import standard_form_files

FIRST, SECOND = "01a-CUM-Q", "01b-CUM-Q"
FILLED = unit_workbook(standard_book(RIGHT_ENTRIES))
PERIODS = {"quarter": "2024-Q1", "year": "2024", "term": "2022..2025", "nine-months": "2019-9M"}

Edit = Callable[[openpyxl.Workbook], None]


def findings_after(edit: Edit, folder: Path, data: bytes = FILLED) -> tuple[Finding, ...]:
    return checked(edited(data, edit), folder).findings


def changed(sheet: str, cell: str, value: object) -> Edit:
    def edit(workbook: openpyxl.Workbook) -> None:
        assert workbook[sheet][cell].value != value
        workbook[sheet][cell] = value

    return edit


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "code", "issued"),
    [
        (FIRST, "C12", "Tổng lợi nhuận", "XR220", "Tổng doanh thu"),
        (FIRST, "C12", None, "XR220", "Tổng doanh thu"),
        (FIRST, "G10", "Thực hiện năm", "XR220", "Thực hiện trong kỳ"),
        (FIRST, "E12", "triệu đồng", "XR221", "tỷ đồng"),
        (FIRST, "H16", 5, "XR222", "x"),
        (FIRST, "I12", 300, "XR223", None),
        (FIRST, "K12", "=G12*2", "XR223", None),
        (FIRST, "K12", None, "XR223", None),
    ],
)
def test_a_changed_cell_is_told_with_what_was_issued_and_what_was_found(
    sheet: str, cell: str, value: object, code: str, issued: str | None, tmp_path: Path
) -> None:
    (item,) = findings_after(changed(sheet, cell, value), tmp_path)
    assert (item.code, item.location.sheet, item.location.cell) == (code, sheet, cell)
    assert item.params["found"] == ("" if value is None else str(value))
    assert issued is None or item.params["issued"] == issued
    assert not item.is_error


def test_nothing_is_told_of_a_workbook_as_issued_in_either_language(tmp_path: Path) -> None:
    for language in LANGUAGES:
        file = checked(unit_workbook(standard_book(RIGHT_ENTRIES, language)), tmp_path)
        assert [item.code for item in file.findings if item.code.startswith("XR22")] == []


def test_one_deed_on_many_cells_is_one_finding(tmp_path: Path) -> None:
    def values_only(workbook: openpyxl.Workbook) -> None:
        for row in range(12, 18):
            for column in "IKL":
                workbook[FIRST][f"{column}{row}"] = 1

    (item,) = findings_after(values_only, tmp_path)
    assert (item.code, item.location.cell, len(item.related)) == ("XR223", "I12", 17)
    assert isinstance(others := item.params["others"], dict)
    assert "K12" in others["vi"]
    assert "L17" not in others["vi"]


#: Before the codes, and among the measures, which moves the hidden readings by as much.
@pytest.mark.parametrize("column", [4, 9])
def test_rows_and_columns_that_were_put_in_change_no_formula(column: int, tmp_path: Path) -> None:
    """As programs do it: whatever lies below moves, and every formula with it."""

    def insert(workbook: openpyxl.Workbook) -> None:
        sheet = workbook[FIRST]
        unmerge_all(sheet)
        sheet.insert_rows(14)
        sheet.insert_cols(column)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cell.value = _moved_formula(cell.value, column)

        # One that was changed as well: what a program rewrites is told from it.
        assert str(sheet["L12"].value).startswith("=")
        sheet["L12"] = "=H12*2"

    told = [item for item in findings_after(insert, tmp_path) if item.code.startswith("XR22")]
    assert seen(told) == [("XR223", FIRST, "L12")]


def _moved_formula(formula: str, inserted: int) -> str:
    """References of this sheet one column to the right from that on, and one row down from row 14 on."""
    tokenizer = openpyxl.formula.Tokenizer(formula)
    for token in tokenizer.items:
        if token.type == "OPERAND" and token.subtype == "RANGE" and "!" not in token.value:
            token.value = ":".join(_moved_cell(cell, inserted) for cell in token.value.replace("$", "").split(":"))
    return "=" + "".join(token.value for token in tokenizer.items)


def _moved_cell(cell: str, inserted: int) -> str:
    row, column = openpyxl.utils.cell.coordinate_to_tuple(cell)
    return f"{openpyxl.utils.get_column_letter(column + (column >= inserted))}{row + (row >= 14)}"


def test_what_follows_from_a_lost_row_is_not_told_again(tmp_path: Path) -> None:
    def lose(workbook: openpyxl.Workbook) -> None:
        workbook[FIRST]["D15"] = None
        workbook[FIRST]["K12"] = "=#REF!/2"

    codes = [item.code for item in findings_after(lose, tmp_path)]
    assert "XR112" in codes
    assert "XR223" not in codes


def test_rows_that_were_sorted_leave_formulas_that_nobody_overwrote(tmp_path: Path) -> None:
    """A sort carries formulas along and moves what they refer to: one over several rows looks at others than before."""

    def swap(workbook: openpyxl.Workbook) -> None:
        sheet = workbook[FIRST]
        for first, second in zip(sheet[16], sheet[17], strict=True):
            contents = [(first.value, first.data_type), (second.value, second.data_type)]
            for cell, origin, (value, kind) in ((second, first, contents[0]), (first, second, contents[1])):
                is_formula = kind == "f"
                moved = Translator(value, origin.coordinate).translate_formula(cell.coordinate) if is_formula else value
                cell.value = moved

    data = edited(FILLED, swap)
    assert read_workbook(data, "a") != read_workbook(FILLED, "a")
    assert [item for item in checked(data, tmp_path).findings if item.code.startswith("XR22")] == []


def test_hidden_columns_are_told_where_they_hold_figures(tmp_path: Path) -> None:
    def hide(workbook: openpyxl.Workbook) -> None:
        for column in "GM":
            workbook[FIRST].column_dimensions[column].hidden = True
        # Of the second sheet a column without a figure.
        workbook[SECOND].column_dimensions["G"].hidden = True

    assert seen(findings_after(hide, tmp_path)) == [("XR224", FIRST, "G10"), ("XR224", FIRST, "M10")]


def _sheet_edits() -> dict[str, tuple[Edit, list[tuple[str, str | None, str | None]]]]:
    def hide(workbook: openpyxl.Workbook) -> None:
        workbook[SECOND].sheet_state = "hidden"

    def rename(workbook: openpyxl.Workbook) -> None:
        workbook[SECOND].title = "Biểu 2"

    def add(workbook: openpyxl.Workbook) -> None:
        workbook.create_sheet("Trống")
        workbook.create_sheet("Nháp")["B7"] = 112

    def delete(workbook: openpyxl.Workbook) -> None:
        del workbook["Kiểm tra"]

    def show(workbook: openpyxl.Workbook) -> None:
        workbook["xlreport"].sheet_state = "hidden"
        workbook["Hướng dẫn"].title = "HD"

    return {
        "hidden": (hide, [("XR225", SECOND, None)]),
        "renamed": (rename, [("XR226", "Biểu 2", None)]),
        "added": (add, [("XR227", "Nháp", "B7")]),
        "deleted": (delete, [("XR228", None, None)]),
        "hidden instead of very hidden, guidance renamed": (show, []),
    }


@pytest.mark.parametrize("deed", _sheet_edits())
def test_what_was_done_to_sheets(deed: str, tmp_path: Path) -> None:
    edit, expected = _sheet_edits()[deed]
    file = checked(edited(FILLED, edit), tmp_path)
    assert seen(file.findings) == expected
    assert file.outcome == "accepted"


FORM = """
form: thu
title: {vi: Biểu thử, en: Trial}
frequency: quarter
filled_by: [don-vi]
tables:
  - table: t
    title: {vi: Bảng, en: Table}
    measures: [plan, actual, completion, note]
    completion: actual / plan
    indicators:
      - {code: "01", name: {vi: Doanh thu, en: Revenue}, decimals: 2, unit_measure: tỷ đồng}
      - {code: "02", name: {vi: Số lớp, en: Classes}, target: {value: 5}}
"""


def test_lost_metadata_are_told_once(tmp_path: Path) -> None:
    made = office(tmp_path, FORM)
    data = made.book("thu", "2030-Q1", "A", {"t/01": 1, "t/02": 2})

    def lose(workbook: openpyxl.Workbook) -> None:
        del workbook["xlreport"]
        del workbook["Kiểm tra"]

    (made.workspace.inbox / "A.xlsx").write_bytes(edited(data, lose))
    assert made.receive()["A"] == ("accepted", ["XR229"])


def test_a_plan_that_the_form_gives_is_not_the_unit_s_to_change(tmp_path: Path) -> None:
    made = office(tmp_path, FORM)
    data = made.book("thu", "2030-Q1", "A", {"t/01": 1, "t/02": 2})
    (made.workspace.inbox / "A.xlsx").write_bytes(edited(data, changed("t", "F13", 4)))
    assert made.receive()["A"] == ("accepted", ["XR222"])


def test_where_the_office_changed_the_form_nobody_is_blamed(tmp_path: Path) -> None:
    made = office(tmp_path, FORM)
    (made.workspace.inbox / "A.xlsx").write_bytes(made.book("thu", "2030-Q1", "A", {"t/01": 1, "t/02": 2}))
    path = made.workspace.root / "forms" / "0.yaml"
    path.write_text(FORM.replace("vi: Doanh thu", "vi: Tổng doanh thu"), encoding="utf-8")
    assert made.receive()["A"] == ("accepted", ["XR123"])


# Formulas by their meaning

PLACES = Places({"biểu 1": "t", "biểu 2": "u"}, {"t": {"G12": ("01", "actual")}, "u": {"F9": ("02", "plan")}})
MOVED = Places({"b1": "t", "biểu 2": "u"}, {"t": {"H15": ("01", "actual")}, "u": {"F9": ("02", "plan")}})


@pytest.mark.parametrize(
    "written",
    [
        'IF(H15="","—",ROUND(H15/\'Biểu 2\'!F9,1))',
        '=if( $H$15 = "" , "—" , round( b1!H15 / \'Biểu 2\'!$F$9 , 1.0 ) )',
        'of:=IF([.H15]="";"—";ROUND([$b1.H15]/[$\'Biểu 2\'.$F$9];1))',
    ],
)
def test_formulas_that_mean_the_same_are_the_same(written: str) -> None:
    issued = meaning('IF(G12="","—",ROUND(G12/\'Biểu 2\'!$F$9,1))', PLACES, "t")
    assert meaning(written, MOVED, "t") == issued


@pytest.mark.parametrize(
    "written",
    [
        'IF(H15="","—",ROUND(H15/\'Biểu 2\'!F9,2))',
        'IF(H15="","–",ROUND(H15/\'Biểu 2\'!F9,1))',
        'IF(H15="","—",ROUND(H16/\'Biểu 2\'!F9,1))',
        'IF(H15="","—",ROUND(H15*\'Biểu 2\'!F9,1))',
        'IF(H15="","—",ROUND(H15/F9,1))',
    ],
)
def test_formulas_that_mean_something_else_are_not(written: str) -> None:
    issued = meaning('IF(G12="","—",ROUND(G12/\'Biểu 2\'!$F$9,1))', PLACES, "t")
    assert meaning(written, MOVED, "t") != issued


def test_the_usual_look_and_the_careful_one_see_the_same_formulas_and_hidden_columns() -> None:
    usual = read_workbook(FILLED, "a").workbook
    # What follows a comment is parsed.
    commented = {
        name: part.replace(b"<sheetData>", b"<!-- x --><sheetData>")
        for name, part in parts(FILLED).items()
        if "worksheets/sheet" in name
    }
    careful = read_workbook(with_parts(FILLED, commented), "a").workbook
    assert usual is not None
    assert careful is not None
    for one, other in zip(usual.sheets, careful.sheets, strict=True):
        assert (one.formulas, one.hidden_columns) == (other.formulas, other.hidden_columns)
    first = usual.sheet(FIRST)
    assert first is not None
    layout = plan_table(standard_book().bound.tables[0])
    beside = range(layout.last_column + 2, layout.entry_column + 1)
    assert first.hidden_columns == {0, *beside}, "the keys, and what is computed beside the table"
    assert first.formulas is not None
    assert "<" in first.formulas["K12"]


@pytest.mark.libreoffice
@pytest.mark.parametrize("ending", ["xlsx", "ods", "xls"])
def test_what_libreoffice_rewrites_is_no_tampering(ending: str, tmp_path: Path) -> None:
    sources, results = tmp_path / "issued", tmp_path / "saved"
    sources.mkdir()
    for path in standard_form_files():
        form = load_form(path)
        level = form.filled_by[0]
        bound = bind(form, parse_period(PERIODS[form.frequency.value]), Filler(level))
        for language in LANGUAGES:
            book = UnitBook(bound, "A", "Đơn vị A", None, "Cụm", language, unit_level=level)
            (sources / f"{form.form}-{language}.xlsx").write_bytes(unit_workbook(book))
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", ending, "--outdir", str(results), *map(str, sorted(sources.iterdir()))]
    subprocess.run(command, capture_output=True, timeout=LIBREOFFICE_SECONDS, check=True)
    saved = sorted(results.iterdir())
    assert len(saved) == len(list(sources.iterdir()))
    for path in saved:
        codes = {item.code for item in checked(path.read_bytes(), tmp_path, path.name).findings}
        # Blank as they are, they lack figures, and an xls has no checksum; nobody changed anything.
        assert codes <= {"XR301", "XR121"}, path.name
