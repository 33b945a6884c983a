"""The lines of the check sheet: three about each table, one about the whole report, one for each rule."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlreport.forms.expressions import BoundRule, point_of
from xlreport.forms.model import Table
from xlreport.forms.wording import rule_sentence
from xlreport.grid.fitting import row_height
from xlreport.grid.styles import BODY, SMALL
from xlreport.grid.styles import LINK as LINK_STYLE
from xlreport.grid.writing import Content, Formula, Page
from xlreport.language import Texts
from xlreport.layout.table import CODE_COLUMN, TableLayout
from xlreport.refs import a1, absolute, column_name, on_sheet
from xlreport.rules import counted, references, rule_cell
from xlreport.rules.excel_text import quoted
from xlreport.sheets.addresses import UnitCells
from xlreport.sheets.check_list import (
    ADVICE,
    COUNT,
    FIRST,
    GROUPS,
    LABELS_ROW,
    LINK,
    NUMBER,
    RESULT,
    RULE,
    SENTENCE,
    CheckList,
    Holds,
    cells_place,
    entries_place,
    failure,
    rule_place,
)
from xlreport.sheets.entries import Place, Shown, UnitBook
from xlreport.sheets.standing import TableStanding
from xlreport.sheets.states import COUNTED, FAILS, HOLDS, State, TableStates

WIDTHS = (5.0, 9.0, 62.0, 16.5, 42.0, 18.0)
_LINK = LINK_STYLE.but(border=True, size=10)
_RESULT = BODY.but(align="center", bold=True)
_ADVICE = BODY.but(size=10)
_KEYS = {State.BLANK: "blank", State.WRONG: "wrong"}
_SAID_OF_CELLS = (COUNT, FIRST, RESULT, ADVICE, LINK)
#: Programs take 255 arguments; these are compared in one formula, which stays short of 8,000 characters.
_COMPARED_AT_ONCE = 60


@dataclass(frozen=True, slots=True)
class CheckLines:
    """Writes the lines. `states` are those of each table's sheet, `contents` what is said now."""

    page: Page
    book: UnitBook
    cells: UnitCells
    checks: CheckList
    states: Mapping[str, TableStates]
    contents: Mapping[Place, Shown]
    texts: Texts

    def draw(self) -> int:
        """Write all lines; returns the last row used."""
        width = 1
        for number, table in enumerate(self.book.bound.tables):
            for line, state in enumerate(COUNTED):
                self._draw_cells(self.checks.table_row(number, line), table, state)
            width = max(width, self._draw_structure(self.checks.table_row(number, 2), table))
        self._draw_entries(self.checks.entries_row)
        for number, rule in enumerate(self.book.bound.rules):
            self._draw_rule(number, rule)
        self.page.column(COUNT, GROUPS + width - 1, 3, hidden=True)
        return self.checks.rule_row(len(self.book.bound.rules)) - 1

    def total_formula(self) -> str:
        """The number of problems: blank and wrong cells, tables out of order, an empty report, broken rules."""
        return f"={self._problems()}+{absolute(self.checks.entries_row, COUNT)}"

    def _problems(self) -> str:
        """The number of problems but for an empty report, which is told where there is nothing else to tell."""
        first, rules = self.checks.table_row(0, 0), self.checks.rule_row(0)
        problems = f"SUM({absolute(first, COUNT)}:{absolute(self.checks.entries_row - 1, COUNT)})"
        last = self.checks.rule_row(len(self.book.bound.rules)) - 1
        if last < rules:
            return problems
        return f'{problems}+COUNTIF({absolute(rules, RESULT)}:{absolute(last, RESULT)},"{FAILS}")'

    def _draw_entries(self, row: int) -> None:
        """Does the report say anything at all?"""
        said = "+".join(f"SUM({states.entries})" for states in self.states.values())
        # A deleted row makes an error of the sum, and of the line about the codes a problem.
        text = f"=IF(ISERROR({said}),0,IF(OR({said}>0,{self._problems()}>0),0,1))" if self.book.asked else "=0"
        shown = {column: self.contents[entries_place(column)] for column in (COUNT, RESULT, ADVICE)}
        advice, count = self.texts("check_sheet.fill_something"), absolute(row, COUNT)
        self.page.write(row, COUNT, Formula(text, shown[COUNT]), SMALL)
        result = Formula(f'=IF({count}=0,"{HOLDS}","{FAILS}")', shown[RESULT])
        told = Formula(f'=IF({count}=0,"",{quoted(advice)})', shown[ADVICE])
        self._write(row, "", self.texts("check_sheet.says_something"), result, told, [advice])
        first = self.book.bound.tables[0].table
        sheet, layout = self.cells.sheets[first], self.cells.layouts[first]
        self.page.link(row, LINK, on_sheet(sheet, a1(*layout.status_cell)), sheet, _LINK)

    def _draw_cells(self, row: int, table: Table, state: State) -> None:
        """Are all required cells filled; is what stands in cells of the right kind and within its bounds?"""
        states, sheet = self.states[table.table], self.cells.sheets[table.table]
        shown = {column: self.contents[cells_place(table.table, state, column)] for column in _SAID_OF_CELLS}
        counts, found = f"COUNTIF({states.states},{state})", f"MATCH(1,{states.flags[state]},0)"
        self.page.write(row, COUNT, Formula(f"=IF(ISERROR({counts}),1,{counts})", shown[COUNT]), SMALL)
        self.page.write(row, FIRST, Formula(f"=IF(ISNUMBER({found}),{found},0)", shown[FIRST]), SMALL)
        key = _KEYS[state]
        sentence = self.texts(f"check_sheet.cells_{key}", table=sheet)
        count = absolute(row, COUNT)
        result = Formula(f'=IF({count}=0,"{HOLDS}","{FAILS}")', shown[RESULT])
        longest = self.texts(f"check_sheet.fill_{key}", count=999, code=max(_codes(table), key=len))
        status = self.texts("check_sheet.status_wrong")
        first = absolute(row, FIRST)
        where = self._worded(f"check_sheet.fill_{key}", count=count, code=f"INDEX({states.codes},{first})")
        text = f'=IF({count}=0,"",IF({first}=0,{quoted(status)},{where}))'
        self._write(row, "", sentence, result, Formula(text, shown[ADVICE]), [status, longest])
        self.page.write(row, LINK, Formula(self._link(row, table, states), shown[LINK]), _LINK)

    def _link(self, row: int, table: Table, states: TableStates) -> str:
        """A link to the first row with such a cell; if there is none, to the top of the table."""
        sheet, first = self.cells.sheets[table.table], absolute(row, FIRST)
        label = self._worded("check_sheet.to_code", code=f"INDEX({states.codes},{first})")
        return f"=HYPERLINK({self._target(table, states, first)},IF({first}=0,{quoted(sheet)},{label}))"

    def _worded(self, key: str, **expressions: str) -> str:
        """A text as a spreadsheet expression, with expressions in its places."""
        marks = {name: chr(number) for number, name in enumerate(expressions, 1)}
        parts = {marks[name]: expression for name, expression in expressions.items()}
        pieces = re.split(f"([{''.join(parts)}])", self.texts(key, **marks))
        return "&".join(parts.get(piece) or quoted(piece) for piece in pieces if piece)

    def _target(self, table: Table, states: TableStates, first: str) -> str:
        sheet, layout = self.cells.sheets[table.table], self.cells.layouts[table.table]
        column, status = column_name(CODE_COLUMN), a1(*layout.status_cell)
        row = f"{quoted(column)}&ROW(INDEX({states.codes},{first}))"
        return f"{quoted('#' + on_sheet(sheet, ''))}&IF({first}=0,{quoted(status)},{row})"

    def _draw_structure(self, row: int, table: Table) -> int:
        """Are the codes of rows and columns where they were issued? Returns how many cells it takes to say."""
        sheet, layout = self.cells.sheets[table.table], self.cells.layouts[table.table]
        same = _same_codes(sheet, layout)
        groups = [same[start : start + _COMPARED_AT_ONCE] for start in range(0, len(same), _COMPARED_AT_ONCE)]
        for column, group in enumerate(groups, GROUPS):
            # A deleted row makes an error of its group, which COUNT passes over like a text.
            self.page.write(row, column, Formula(f'=IF(AND({",".join(group)}),1,"")', Decimal(1)), SMALL)
        held = f"COUNT({absolute(row, GROUPS)}:{absolute(row, GROUPS + len(groups) - 1)})"
        count = absolute(row, COUNT)
        self.page.write(row, COUNT, Formula(f"=IF({held}={len(groups)},0,1)", Decimal(0)), SMALL)
        restore = self.texts("check_sheet.codes_moved")
        advice = Formula(f'=IF({count}=0,"",{quoted(restore)})', None)
        result = Formula(f'=IF({count}=0,"{HOLDS}","{FAILS}")', HOLDS)
        self._write(row, "", self.texts("check_sheet.codes_in_place", table=sheet), result, advice, [restore])
        self.page.link(row, LINK, on_sheet(sheet, a1(*layout.status_cell)), sheet, _LINK)
        return len(groups)

    def _draw_rule(self, number: int, rule: BoundRule) -> None:
        """What should hold, whether it does, and what the form says if it does not."""
        row, unknown = self.checks.rule_row(number), self.texts("check_sheet.not_enough")
        fails, _ = failure(rule)
        shown = self.contents[rule_place(number, RESULT)]
        text = rule_cell(rule.node, self.cells, self.book.bound.precision, rule.months, words=(HOLDS, fails, unknown))
        said = _said(rule, self.texts)
        self.page.write(row, COUNT, Formula(text, shown), SMALL)
        self.page.write(row, FIRST, said, SMALL)
        plain, result = absolute(row, COUNT), absolute(row, RESULT)
        # Where a row of the rule was deleted there is nothing left to compute.
        guarded = Formula(f"=IF(ISERROR({plain}),{quoted(unknown)},{plain})", shown)
        told = self.contents[rule_place(number, ADVICE)]
        advice = Formula(f'=IF({result}="{fails}",{absolute(row, FIRST)},"")', told)
        sentence = rule_sentence(self.book.bound.form, rule, self.texts.language)
        self._write(row, rule.rule.code, sentence, guarded, advice, [said])
        first = point_of((*references(rule.node), *counted(rule.node))[0])
        sheet = self.cells.sheets[first.table]
        place = absolute(*self.cells.layouts[first.table].cell(first.indicator, first.measure))
        self.page.link(row, LINK, on_sheet(sheet, place), sheet, _LINK)

    def _write(
        self, row: int, code: str, sentence: str, result: Formula, advice: Content, longest: Sequence[str]
    ) -> None:
        self.page.write(row, NUMBER, Decimal(row - LABELS_ROW), BODY.but(align="center"))
        self.page.write(row, RULE, code, BODY.but(align="center"))
        self.page.write(row, SENTENCE, sentence, BODY)
        self.page.write(row, RESULT, result, _RESULT)
        self.page.write(row, ADVICE, advice, _ADVICE)
        unknown = self.texts("check_sheet.not_enough")
        texts = [(sentence, WIDTHS[SENTENCE]), (unknown, WIDTHS[RESULT]), *((text, WIDTHS[ADVICE]) for text in longest)]
        self.page.row(row, row_height(texts))


def line_contents(
    book: UnitBook,
    sheets: Mapping[str, str],
    standing: Mapping[str, TableStanding],
    holds: Holds,
    texts: Texts,
    *,
    tells_empty: bool,
) -> dict[Place, Shown]:
    """What the lines say now; `sheets` are the names of the tables' sheets."""
    contents: dict[Place, Shown] = {
        entries_place(COUNT): Decimal(tells_empty),
        entries_place(RESULT): FAILS if tells_empty else HOLDS,
        entries_place(ADVICE): texts("check_sheet.fill_something") if tells_empty else None,
    }
    for table in book.bound.tables:
        for state in COUNTED:
            said = _cells_now(table, sheets[table.table], standing[table.table], state, texts)
            contents |= {cells_place(table.table, state, column): shown for column, shown in said.items()}
    for number, (rule, found) in enumerate(zip(book.bound.rules, holds, strict=True)):
        result = texts("check_sheet.not_enough") if found is None else HOLDS if found else failure(rule)[0]
        contents[rule_place(number, RESULT)] = result
        contents[rule_place(number, ADVICE)] = _said(rule, texts) if found is False else None
    return contents


def _cells_now(table: Table, sheet: str, standing: TableStanding, state: State, texts: Texts) -> dict[int, Shown]:
    count, code = standing.counts[state], standing.first[state]
    # Without a row it is the status of the data that is wrong.
    where = (
        texts(f"check_sheet.fill_{_KEYS[state]}", count=count, code=code) if code else texts("check_sheet.status_wrong")
    )
    return {
        COUNT: Decimal(count),
        FIRST: Decimal(_codes(table).index(code) + 1 if code else 0),
        RESULT: FAILS if count else HOLDS,
        ADVICE: where if count else None,
        LINK: texts("check_sheet.to_code", code=code) if code else sheet,
    }


def _said(rule: BoundRule, texts: Texts) -> str:
    """What is said of a rule that does not hold."""
    return rule.rule.message.pick(texts.language) if rule.rule.message else texts("check_sheet.rule_broken")


def _codes(table: Table) -> list[str]:
    """The codes of a table's rows, from the top."""
    return [indicator.code for indicator in table.indicators]


def _same_codes(sheet: str, layout: TableLayout) -> list[str]:
    """The conditions that every row and every column has the code that it was issued with."""
    rows = [((row, CODE_COLUMN), code) for code, row in layout.rows.items()]
    return [f"{on_sheet(sheet, a1(*place))}={quoted(code)}" for place, code in (*layout.column_keys(), *rows)]
