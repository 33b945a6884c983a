"""The second oracle: LibreOffice reads hundreds of random rules and formulas as the exact reading does."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from oracles import Values, differences, falsify, formula_cells, recalculate_libreoffice
from rule_cases import (
    ANY_RULES,
    CHECKS,
    FORMULA_COLUMN,
    SHEETS,
    Case,
    Written,
    at_ties,
    drawn_from,
    written,
)

from xlreport.refs import a1

RULES, FORMULAS = 500, 400
#: What is stored before the recalculation: shown by no formula.
NOT_YET = "chưa tính"


def write(path: Path, formulas: Sequence[Written], *, stored: bool) -> None:
    """A workbook with every formula over its cells, its value stored with it or `NOT_YET`."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        sheets = {name: book.add_worksheet(name) for name in (*SHEETS.values(), CHECKS)}
        for row, sheet, formula, case, expected in formulas:
            for name, column, content in case.cells():
                page = sheets[name]
                if isinstance(content, Decimal):
                    page.write_number(row - 1, column, float(content))
                elif isinstance(content, str) and content.startswith("="):
                    page.write_formula(row - 1, column, content)
                elif isinstance(content, str):
                    page.write_string(row - 1, column, content)
                elif content is not None:
                    page.write_boolean(row - 1, column, content)
            sheets[sheet].write_formula(row - 1, FORMULA_COLUMN, formula, None, expected if stored else NOT_YET)


def place(formula: Written) -> tuple[str, str]:
    return formula.sheet, a1(formula.row - 1, FORMULA_COLUMN)


def shown(formula: Written, values: Values) -> object:
    """What its cell shows; an empty text is read as nothing."""
    sheet, cell = place(formula)
    value = values[sheet][cell]
    return "" if value is None else value


def has_truth_value(case: Case) -> bool:
    """Whether a cell holds TRUE or FALSE, which LibreOffice counts as numbers; Excel and formualizer do not."""
    return any(isinstance(content, bool) for content in case.contents.values())


@pytest.mark.libreoffice
def test_libreoffice_reads_rules_and_formulas_as_exactly(tmp_path: Path) -> None:
    drawn = [(node, case, 0) for node, case in drawn_from(ANY_RULES, RULES)] + drawn_from(at_ties(), FORMULAS)
    formulas = written(each for each in drawn if not has_truth_value(each[1]))
    assert len(formulas) > 0.9 * (RULES + FORMULAS)
    path, blank = tmp_path / "rules.xlsx", tmp_path / "not-yet.xlsx"
    write(path, formulas, stored=True)
    write(blank, formulas, stored=False)
    # One value that is wrong in a single workbook, and a workbook in which no value is right.
    wrong = next(formula for formula in formulas if formula.expected == "✓")
    path.write_bytes(falsify(path.read_bytes(), *place(wrong), "✗"))
    stored = formula_cells(blank.read_bytes())
    assert {stored[place(formula)].stored for formula in formulas} == {NOT_YET}

    recalculated = recalculate_libreoffice([path, blank], tmp_path)

    for values in recalculated.values():
        unlike = [
            (*formula, shown(formula, values)) for formula in formulas if shown(formula, values) != formula.expected
        ]
        assert unlike == []
    places = set(map(place, formulas))
    corrected = [each for each in differences(path.read_bytes(), recalculated[path]) if each[:2] in places]
    assert [(each.stored, each.recalculated) for each in corrected] == [("✗", "✓")]
