"""The whole way of a form in one call: issued to everybody, filled, read, checked, added up, written, recalculated."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
from openpyxl.cell.cell import Cell
from oracles import differences, formula_cells, recalculate_formualizer

from xlreport.aggregation import MISSING, Consolidation, Status, Value, consolidate, coverage, filler_of, filling_nodes
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import bind
from xlreport.forms.load import read_form
from xlreport.forms.model import Form
from xlreport.frames import facts_frame
from xlreport.grid.writing import sheet_name
from xlreport.intake.identify import Definitions
from xlreport.layout.table import plan_table
from xlreport.organisation.model import Level, Membership, Register
from xlreport.organisation.tree import Tree, at
from xlreport.outputs.consolidated.publication import Publication
from xlreport.outputs.consolidated.workbook import consolidated_workbook
from xlreport.outputs.tidy import totals
from xlreport.periods import Period, parse_period
from xlreport.sheets.entries import Entry, UnitBook
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.check import CheckedFile, check_files

LEVELS = tuple(Level(code, code, "", order) for order, code in enumerate(("khoi", "cum", "don-vi")))
#: A bloc, two clusters, three units of two types.
MEMBERS = (
    Membership("K", "Khối (giả định)", "khoi"),
    Membership("C1", "Cụm số 1", "cum", "K"),
    Membership("C2", "Cụm số 2", "cum", "K"),
    Membership("A", "Đơn vị A", "don-vi", "C1", unit_type="dang-bo"),
    Membership("B", "Đơn vị B", "don-vi", "C1", unit_type="chi-bo"),
    Membership("D", "Đơn vị D", "don-vi", "C2", unit_type="dang-bo"),
)
REGISTER = Register(LEVELS, (), MEMBERS)

#: What somebody types: node → "05", "05:plan" or "t/05:plan" → entry.
Entries = Mapping[str, Mapping[str, Entry]]


def one_table(*rows: str, measures: str = "actual, note", frequency: str = "quarter", more: str = "") -> str:
    """A form of one table, filled by the units; further fields of the table follow its indicators."""
    head = f"form: thu\ntitle: Biểu thử\nfrequency: {frequency}\nfilled_by: [don-vi]\ntables:\n"
    table = f"  - table: t\n    title: Bảng\n    measures: [{measures}]\n    indicators:\n"
    return head + table + "".join(f"      - {row}\n" for row in rows) + more


def form_of(text: str) -> Form:
    """A form without any finding."""
    form, findings = read_form(text.encode(), "thu.yaml")
    assert form is not None, findings
    assert findings == ()
    return form


def point_of(text: str, form: Form) -> DataPoint:
    """ "05" is the actual figure of 05 in the form's first table."""
    head, _, measure = text.partition(":")
    table, _, code = head.rpartition("/")
    return DataPoint(table or form.tables[0].table, code, measure or "actual")


@dataclass(frozen=True)
class Run:
    """What came of it."""

    form: Form
    period: Period
    tree: Tree
    books: Mapping[str, UnitBook]
    data: Mapping[str, bytes]
    files: Mapping[str, CheckedFile]
    facts: pl.DataFrame
    outcome: Consolidation

    def value(self, node: str, point: str) -> Value:
        """A value of a node or unit."""
        of_nodes = self.outcome.nodes.get(node) or self.outcome.units[node]
        return of_nodes.get(point_of(point, self.form), MISSING)

    def unit_value(self, unit: str, point: str) -> Value:
        """A value of a unit."""
        return self.outcome.units[unit].get(point_of(point, self.form), MISSING)

    def consolidated(self, node: str, language: str = "vi") -> bytes:
        """A node's consolidated workbook."""
        accepted = {unit for unit, file in self.files.items() if file.outcome == "accepted"}
        own = {one: coverage(units, accepted, ()) for one, units in self.outcome.expected.items()}
        return consolidated_workbook(Publication(self.outcome, node, own, [], [], language))

    def cell(self, data: bytes, point: str) -> Cell:
        """A cell of the statutory sheet of a unit's or a node's workbook, as stored."""
        where = point_of(point, self.form)
        table = self.form.table(where.table)
        assert table is not None
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        sheet = book[sheet_name(table.number or table.table, [])]
        row, column = plan_table(table).cell(where.indicator, where.measure)
        found = sheet.cell(row + 1, column + 1)
        assert isinstance(found, Cell)
        return found

    def shown(self, node: str, point: str, language: str = "vi") -> str:
        """What the sheet that a node signs shows in a cell."""
        return as_shown(self.cell(self.consolidated(node, language), point), language)

    def unit_shown(self, unit: str, point: str) -> str:
        """What a unit sees in a cell of its own workbook."""
        return as_shown(self.cell(self.data[unit], point), self.books[unit].language)

    def totals(self, node: str, point: str) -> list[dict[str, object]]:
        """The rows of the tidy totals of a data point at a node."""
        where, frame = point_of(point, self.form), totals(self.outcome)
        names = dict(node=node, **where._asdict())
        return list(frame.filter(*(pl.col(name) == value for name, value in names.items())).iter_rows(named=True))


def run(
    form: str | Form,
    period: str,
    entries: Entries,
    folder: Path,
    *,
    statuses: Mapping[str, Mapping[str, Status]] | None = None,
    language: str = "vi",
    register: Register = REGISTER,
    allow: Sequence[str] = (),
) -> Run:
    """Send a form round. Every workbook proves itself; every file is accepted unless it is named in `allow`."""
    form = form_of(form) if isinstance(form, str) else form
    when = parse_period(period)
    tree = at(register, when.end)
    assert set(entries) <= set(filling_nodes(form, tree))
    books = {
        node: book_of(form, when, tree, node, typed, language, (statuses or {}).get(node, {}))
        for node, typed in entries.items()
    }
    data = {node: unit_workbook(book) for node, book in books.items()}
    for node, content in data.items():
        assert differences(content, recalculate_formualizer(content)) == [], node
        (folder / f"{node}.xlsx").write_bytes(content)
    definitions = Definitions({form.form: [form]}, register)
    checked = check_files([(folder / f"{node}.xlsx", f"{node}.xlsx") for node in data], definitions).files
    files = dict(zip(data, checked, strict=True))
    for node, file in files.items():
        assert file.outcome == "accepted" or node in allow, (node, file.findings)
    facts = facts_frame(row for file in checked if file.outcome == "accepted" for row in file.facts)
    outcome = consolidate(bind(form, when), tree, facts)
    result = Run(form, when, tree, books, data, files, facts, outcome)
    for node in outcome.nodes:
        content = result.consolidated(node, language)
        assert formula_cells(content)
        assert differences(content, recalculate_formualizer(content)) == [], node
    totals(outcome)
    return result


def book_of(
    form: Form,
    period: Period,
    tree: Tree,
    node: str,
    typed: Mapping[str, Entry],
    language: str,
    statuses: Mapping[str, Status],
) -> UnitBook:
    """The workbook of a unit or node as the office issues it, filled."""
    bound, member = bind(form, period, filler_of(form, tree, node)), tree.node(node)
    points = {point_of(point, form): entry for point, entry in typed.items()}
    closed = [point for point in points if bound.roles[point] != "input"]
    assert not closed, f"{node} cannot type {closed}"
    return UnitBook(
        bound=bound,
        unit=node,
        unit_name=member.name,
        unit_type=member.unit_type,
        unit_level=member.level,
        receiver=tree.node(tree.parent(node) or node).name,
        language=language,
        statuses=statuses,
        entries=points,
    )


_SECTION = re.compile(r'"([^"]*)"|(#,##0(?:\.0+)?|0)|_-|(-)|(@)|(dd/mm/yyyy)')


def as_shown(cell: Cell, language: str = "vi") -> str:
    """A cell's content in its number format, for the formats that we write."""
    value, sections = cell.value, str(cell.number_format).split(";")
    if value is None or isinstance(value, str) or cell.number_format == "General":
        return "" if value is None else str(value)
    if cell.is_date:
        return f"{value:%d/%m/%Y}"
    number = Decimal(format(float(str(value)), ".15g"))
    section = sections[0 if number > 0 or len(sections) < 3 else 1 if number < 0 else 2]
    shown = ""
    for literal, digits, minus, _text, _day in _SECTION.findall(section):
        decimals = digits.partition(".")[2].count("0")
        text = f"{abs(number):,.{decimals}f}" if "," in digits else f"{abs(number):.0f}" if digits else ""
        shown += literal + (text.translate(str.maketrans(",.", ".,")) if language == "vi" else text) + minus
    return shown
