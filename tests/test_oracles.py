"""The oracles themselves: they agree with right values, and they find a single wrong one."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from oracles import (
    Difference,
    FormulaCell,
    Values,
    compare,
    differences,
    falsify,
    formula_cells,
    recalculate_formualizer,
    recalculate_libreoffice,
)

TOTALS, RESULTS = "Tổng hợp quý I", "Tình hình gửi báo cáo"

# (sheet, cell, formula, value as a spreadsheet stores it)
FORMULAS: list[tuple[str, str, str, int | float | str | bool]] = [
    (TOTALS, "B5", '=IF(COUNT(B1:B4)=0,"",ROUND(SUM(B1:B4),2))', 9605.38),
    (TOTALS, "C5", '=IF(COUNT(C1:C4)=0,"",ROUND(SUM(C1:C4),2))', ""),
    (TOTALS, "D5", '=IF(OR(COUNT(B5,B6)<2,N(B6)=0),"—",ROUND(B5/B6,4))', 1.2006),
    (TOTALS, "E5", '=IF(OR(COUNT(B5,C6)<2,N(C6)=0),"—",ROUND(B5/C6,4))', "—"),
    (RESULTS, "B1", f"=COUNT('{TOTALS}'!B1:B4)", 3),
    (RESULTS, "B2", '=COUNTIF(A1:A4,"đã gửi")', 2),
    (RESULTS, "B3", f"=IF('{TOTALS}'!B5>='{TOTALS}'!B6,\"✓\",\"✗\")", "✓"),
    (RESULTS, "B4", "=B1=3", True),
    (RESULTS, "B5", "=1/0", "#DIV/0!"),
]
WRONG = (TOTALS, "D5", "1.2007")


def workbook() -> bytes:
    """Two sheets with Vietnamese names and the formula schemes that we use, with their right values."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheets = {name: book.add_worksheet(name) for name in (TOTALS, RESULTS)}
        sheets[TOTALS].write_column("B1", [9605.1, 0.2, None, 0.08])
        sheets[TOTALS].write("B6", 8000.5)
        sheets[RESULTS].write_column("A1", ["đã gửi", "chưa gửi", "đã gửi", "trả lại"])
        sheets[RESULTS].conditional_format("A1:A4", {"type": "data_bar", "data_bar_2010": True})
        for sheet, cell, formula, value in FORMULAS:
            sheets[sheet].write_formula(cell, formula, None, value)
    return target.getvalue()


def by_libreoffice(data: bytes, folder: Path) -> Values:
    path = folder / "workbook.xlsx"
    path.write_bytes(data)
    return recalculate_libreoffice([path], folder)[path]


def places(found: list[Difference]) -> list[tuple[str, str]]:
    return [(difference.sheet, difference.cell) for difference in found]


def test_every_formula_is_compared() -> None:
    assert set(formula_cells(workbook())) == {(sheet, cell) for sheet, cell, _, _ in FORMULAS}


def test_formualizer_agrees_with_right_values() -> None:
    data = workbook()
    assert differences(data, recalculate_formualizer(data)) == []


def test_formualizer_finds_the_one_wrong_value() -> None:
    data = falsify(workbook(), *WRONG)
    found = differences(data, recalculate_formualizer(data))
    assert places(found) == [WRONG[:2]]
    assert (found[0].stored, found[0].recalculated) == (1.2007, 1.2006)


@pytest.mark.libreoffice
def test_libreoffice_agrees_with_right_values(tmp_path: Path) -> None:
    data = workbook()
    assert differences(data, by_libreoffice(data, tmp_path)) == []


@pytest.mark.libreoffice
def test_libreoffice_finds_the_one_wrong_value(tmp_path: Path) -> None:
    data = falsify(workbook(), *WRONG)
    found = differences(data, by_libreoffice(data, tmp_path))
    assert places(found) == [WRONG[:2]]
    assert (found[0].stored, found[0].recalculated) == (1.2007, 1.2006)


@pytest.mark.libreoffice
def test_libreoffice_keeps_files_of_one_name_apart(tmp_path: Path) -> None:
    right, wrong = tmp_path / "CUM-07" / "KHOI.xlsx", tmp_path / "CUM-08" / "KHOI.xlsx"
    for path, data in ((right, workbook()), (wrong, falsify(workbook(), RESULTS, "B2", "7"))):
        path.parent.mkdir()
        path.write_bytes(data)
    recalculated = recalculate_libreoffice([right, wrong], tmp_path)
    assert differences(right.read_bytes(), recalculated[right]) == []
    assert places(differences(wrong.read_bytes(), recalculated[wrong])) == [(RESULTS, "B2")]


def test_a_formula_without_stored_value_differs() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Biểu"
    book.worksheets[0]["A1"] = "=1+1"
    target = io.BytesIO()
    book.save(target)
    data = target.getvalue()
    assert places(differences(data, recalculate_formualizer(data))) == [("Biểu", "A1")]


@pytest.mark.parametrize(
    ("stored", "recalculated", "equal"),
    [
        (0.1 + 0.2, 0.3, True),
        (1.0000000000001, 1, False),
        (3, 3.0, True),
        (0.0, -0.0, True),
        (True, 1, False),
        ("3", 3, False),
        ("", None, True),
        ("", 0, False),
        ("—", "-", False),
        ("✓ ", "✓", False),
    ],
)
def test_what_counts_as_equal(stored: object, recalculated: object, equal: bool) -> None:
    found = compare({("S", "A1"): FormulaCell("=B1", stored, True)}, {"S": {"A1": recalculated}})
    assert (found == []) is equal


def test_a_cell_unknown_to_the_engine_differs() -> None:
    stored = {("S", "A1"): FormulaCell('=""', "", True)}
    assert places(compare(stored, {})) == [("S", "A1")]


def test_only_a_formula_with_a_value_can_be_falsified() -> None:
    with pytest.raises(ValueError, match="B6 has no formula"):
        falsify(workbook(), TOTALS, "B6", "1")
