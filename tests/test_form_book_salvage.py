"""However many mistakes a workbook has: all are told in one round, each at its cell, and nothing that only follows."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from test_form_book import book, grid, seen

from xlreport.findings import message
from xlreport.findings.catalogue import hint
from xlreport.forms.load import read_form
from xlreport.language import texts

GOOD = """
# Form
Item | Value
Form code | yearly
Form title | Yearly report
Frequency | year
Levels that fill it | school
# Tables
Table code | Table title | Common unit of measure
pupils | Pupils |
teachers | Teachers |
money | Money | million dong
# Measures
Table code | Measure code
pupils | plan
pupils | actual
pupils | same_period
pupils | growth
teachers | actual
money | plan
money | actual
# Indicators
Table code | Code | Indicator name | Kind | Decimals | Across units | Across time | Formula | Minimum | Maximum | Reduction target (%) | Base year
pupils | 01 | Pupils | number | 0 | sum | last | | | | |
pupils | 02 | Girls | number | 0 | sum | last | | | | |
pupils | 03 | Share of girls | number | 1 | | | 100 * [02] / [01] | | | |
pupils | 04 | Boys | number | 0 | sum | last | | 0 | 9000 | |
teachers | 01 | Teachers | number | 0 | | | | | | |
teachers | 02 | Pupils to a teacher | number | 1 | | | [pupils/01] / [01] | | | |
teachers | 03 | Audit | choice | | | | | | | |
money | m1 | Wages | number | 1 | | | | | | |
money | m2 | Other | number | 1 | | | | | | |
# Options
Table code | Indicator code | Option code | Option name
teachers | 03 | full | Full audit
teachers | 03 | part | Part of it
# Rules
Table code | Rule code | Condition | Severity | Checked in columns
pupils | R1 | [02] <= [01] | error | plan; actual
pupils | R2 | [04] + [02] = [01] | warning |
teachers | R3 | count([03], "full") + [01] > 0 | |
money | R4 | [m1] > [m2] | error | plan; actual
# Signatures
Group | For levels | Line
1 | school | HEADMASTER
2 | | DIRECTOR
"""  # noqa: E501

#: Cell → what stands there by mistake, and the cells and codes of what is to be said of it.
MISTAKES: dict[str, tuple[object, list[str]]] = {
    # Structure: names of sheets, headings, items, and what rows belong to
    "Form!A4": ("Frequenzy", ["XR712"]),
    "Measures!B1": ("Measur code", ["XR712"]),
    "Indicators!G1": ("Accross time", ["XR712"]),
    "Rules!C1": ("Conditon", ["XR712"]),
    "Tables!A3": (None, ["XR702"]),
    "Measures!A5": ("pupil", ["XR703"]),
    "Indicators!A10": (None, ["XR728"]),
    "Options!B3": ("33", ["XR703"]),
    "Options!A2": ("techers", ["XR703"]),
    "Rules!A5": ("=1+1", ["XR207"]),
    "Signatures!A3": (None, ["XR728"]),
    # Values
    "Form!B3": (None, ["XR702"]),
    "Form!B5": ("school; school", ["XR705"]),
    "Tables!B4": (None, ["XR702"]),
    "Measures!B6": ("actual; x", ["XR702"]),
    "Indicators!C4": (None, ["XR702"]),
    "Indicators!E6": ("one", ["XR702"]),
    "Indicators!F2": ("summ", ["XR702"]),
    "Indicators!H4": ("100 * [02] / ([01]", ["XR706"]),
    "Indicators!H7": ("[pupils/77] / [01]", ["XR703"]),
    "Indicators!I5": (99999, ["XR702"]),
    "Indicators!K9": ("20%", ["XR702", "XR702", "XR710"]),
    "Options!C2": ("Full!", ["XR702"]),
    "Options!D3": (None, ["XR702"]),
    "Rules!C2": ("[02] <= 1.840 và [01] > 0,5", ["XR706", "XR706", "XR706"]),
    "Rules!C3": ("[04] + [78] = [01]", ["XR703"]),
    "Rules!D4": ("bad", ["XR702"]),
    "Rules!E2": ("plan, actuel", ["XR702", "XR703"]),
    "Signatures!C2": (None, ["XR702"]),
}


def broken(cells: Collection[str]) -> bytes:
    return book(grid(GOOD), {cell: MISTAKES[cell][0] for cell in cells})


def announced(cells: Collection[str]) -> list[tuple[str, str]]:
    return sorted((code, cell) for cell in cells for code in MISTAKES[cell][1])


def test_without_mistakes_nothing_is_told() -> None:
    form, found = read_form(broken(()), "f.xlsx")
    assert found == ()
    assert form is not None


@pytest.mark.parametrize("cell", MISTAKES)
def test_each_mistake_is_told_once(cell: str) -> None:
    assert sorted(seen(read_form(broken([cell]), "f.xlsx")[1])) == announced([cell])


@given(st.sets(st.sampled_from(sorted(MISTAKES)), min_size=2))
@example(set(MISTAKES))
def test_all_mistakes_are_told_in_one_round(cells: set[str]) -> None:
    assert sorted(seen(read_form(broken(cells), "f.xlsx")[1])) == announced(cells)


def test_sheets_of_misspelt_names_are_read_all_the_same() -> None:
    cells = {"Options!D3", "Rules!C3", "Rules!D4", "Indicators!H4"}
    renamed = GOOD.replace("# Options", "# Optionen").replace("# Rules", "# Rulez")
    changes = {cell.replace("Options", "Optionen").replace("Rules", "Rulez"): MISTAKES[cell][0] for cell in cells}
    _, found = read_form(book(grid(renamed), changes), "f.xlsx")
    assert sorted(seen(found)) == [
        ("XR702", "Optionen!D3"),
        ("XR702", "Rulez!D4"),
        ("XR703", "Rulez!C3"),
        ("XR706", "Indicators!H4"),
        ("XR712", "Optionen!None"),
        ("XR712", "Rulez!None"),
    ]


@pytest.mark.parametrize("name", ["Form", "Tables", "Measures", "Indicators"])
def test_a_missing_sheet_hides_only_what_depends_on_it(name: str) -> None:
    cells = {cell for cell in ("Form!B5", "Indicators!E6", "Indicators!H4", "Rules!D4", "Options!D3")
             if not cell.startswith(f"{name}!")}  # fmt: skip
    sheets = {sheet: rows for sheet, rows in grid(GOOD).items() if sheet != name}
    _, found = read_form(book(sheets, {cell: MISTAKES[cell][0] for cell in cells}), "f.xlsx")
    assert sorted(seen(found)) == sorted([*announced(cells), ("XR713", "None!None")])


def test_a_missing_heading_hides_only_its_column() -> None:
    cells = {"Indicators!E6", "Indicators!I5", "Rules!C3", "Options!D3"}
    for heading, first in (("Indicator name", "Indicators!A1"), ("Table code | Code", "Indicators!B1")):
        spoilt = GOOD.replace(heading, heading.replace("Indicator name", "Chapter").replace("Table code", "Chapter"))
        _, found = read_form(book(grid(spoilt), {cell: MISTAKES[cell][0] for cell in cells}), "f.xlsx")
        told = sorted(one for one in seen(found) if one[0] != "XR712")
        # Rows of no table are checked one by one; what they refer to cannot be told.
        expected = cells if heading == "Indicator name" else {"Indicators!E6", "Indicators!I5", "Options!D3"}
        assert told == sorted([*announced(expected), ("XR729", first)])


def test_rows_of_a_table_whose_code_is_blank_are_its_own() -> None:
    """The code that only rows name is that of the table that has none."""
    changes = {"Tables!A3": None, "Rules!C4": "[pupils/99] + [98] > 0", "Indicators!H7": "[teachers/01] / [97]"}
    _, found = read_form(book(grid(GOOD), changes), "f.xlsx")
    assert seen(found) == [
        ("XR702", "Tables!A3"),
        ("XR703", "Indicators!H7"),
        ("XR703", "Rules!C4"),
        ("XR703", "Rules!C4"),
    ]


def test_words_are_in_the_reader_s_language() -> None:
    changes: dict[str, object] = {"Indicators!G1": "Accross time", "Rules!C1": "Chapter", "Rules!E2": "actual, plan"}
    _, found = read_form(book(grid(GOOD), changes), "f.xlsx")
    said = [f"{message(item, texts('en'))} {hint(item, texts('en'))}" for item in found]
    assert "Closest: Across time" in said[0]
    assert '"Condition"' in said[1]
    assert "semicolons" in said[-1]
    assert not any("Tổng hợp" in one or "Điều kiện" in one for one in said)
