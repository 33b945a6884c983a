"""The raw look at an OpenDocument spreadsheet: always parsed, it is a rare format."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from xlreport.grid.careful import Parsed
from xlreport.grid.markup import check_xml, parse, parser
from xlreport.grid.raw import MAX_CELLS, Look, check_box, checked
from xlreport.grid.refusal import damaged, unsafe
from xlreport.refs import MAX_COLUMNS, Cell, a1

#: Repeated cells are laid out one by one, which costs more than the fast reader's rectangle.
_MAX_FILLED = MAX_CELLS // 5
_MAX_REPEATED = 1_048_576

_NEEDED = ("mimetype", "META-INF/manifest.xml", "content.xml", "styles.xml")
_CELLS = ("table:table-cell", "table:covered-table-cell")
_HIDDEN = ("collapse", "filter")
_VALUES = ("office:value", "office:date-value", "office:time-value", "office:boolean-value")
#: Versions before calcext stored the value 0 or a text and showed the error.
_SHOWN_ERROR = re.compile(r"#[A-Z/0]+[!?A]?|Err:\d+")


def needed_parts(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts that the readers need, checked; others may be anything, empty ones are common. Raises Refusal."""
    found = {name: parts[name.casefold()] for name in _NEEDED if name.casefold() in parts}
    for name, part in found.items():
        if name.endswith(".xml"):
            check_xml(part)
    return found


def look_at_tables(content: bytes) -> list[tuple[str, Look]]:
    """Name and look of every table of content.xml, in order. Raises Refusal XR103 or XR104."""
    watch = _Watch()
    parse(content, watch.parser)
    return [(table.name, _finished(table)) for table in watch.tables]


@dataclass(slots=True)
class _Table:
    name: str
    parsed: Parsed = field(default_factory=Parsed)
    #: Hidden rows as (first, count): a million below the last figure are one entry.
    hidden: list[tuple[int, int]] = field(default_factory=list)
    row: int = 0
    #: Columns described so far.
    columns: int = 0
    laid_out: int = 0


def _finished(table: _Table) -> Look:
    for first, count in table.hidden:
        table.parsed.hidden_rows.update(range(first, min(first + count, table.parsed.rows)))
    return checked(table.parsed)


class _Watch:
    """The state while expat reports one element after another."""

    def __init__(self) -> None:
        self.tables: list[_Table] = []
        self.parser = parser()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.depth = self.annotations = self.paragraphs = 0
        self.rows_repeated = 1
        self.column = 0
        self.attributes: dict[str, str] | None = None
        self.has_text = False
        self.text: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self.depth += 1
            if self.depth == 1:
                self.tables.append(_Table(attributes.get("table:name", "")))
        elif self.depth != 1:
            return
        elif name == "table:table-column":
            self.start_column(self.tables[-1], attributes)
        elif name == "table:table-row":
            self.start_row(attributes)
        elif name in _CELLS:
            self.attributes = attributes
            self.has_text = False
            self.text.clear()
        elif name == "office:annotation":
            self.annotations += 1
        elif name == "text:p" and not self.annotations:
            self.has_text = True
            self.paragraphs += 1

    def end(self, name: str) -> None:
        if name == "table:table":
            self.depth -= 1
        elif self.depth != 1:
            return
        elif name == "table:table-row":
            self.tables[-1].row += self.rows_repeated
        elif name in _CELLS and self.attributes is not None:
            self.end_cell(self.tables[-1], self.attributes)
            self.attributes = None
        elif name == "office:annotation":
            self.annotations -= 1
        elif name == "text:p" and not self.annotations:
            self.paragraphs -= 1

    def characters(self, text: str) -> None:
        if self.attributes is not None and self.paragraphs and not self.annotations:
            self.text.append(text)

    def start_column(self, table: _Table, attributes: dict[str, str]) -> None:
        count = _count(attributes, "table:number-columns-repeated")
        if attributes.get("table:visibility") in _HIDDEN:
            table.parsed.hidden_columns.update(range(table.columns, min(table.columns + count, MAX_COLUMNS)))
        table.columns += count

    def start_row(self, attributes: dict[str, str]) -> None:
        self.rows_repeated = _count(attributes, "table:number-rows-repeated")
        self.column = 0
        if attributes.get("table:visibility") in _HIDDEN:
            self.tables[-1].hidden.append((self.tables[-1].row, self.rows_repeated))

    def end_cell(self, table: _Table, attributes: dict[str, str]) -> None:
        repeated = _count(attributes, "table:number-columns-repeated")
        first = Cell(table.row, self.column)
        self.column += repeated
        if "office:value-type" not in attributes and "table:formula" not in attributes and not self.has_text:
            return
        last = Cell(table.row + self.rows_repeated - 1, self.column - 1)
        _extend(table, first, last)
        _merge(table.parsed, first, attributes)
        shown = "".join(self.text)
        for row in range(first.row, last.row + 1):
            for column in range(first.column, last.column + 1):
                _sort_out(table.parsed, Cell(row, column), attributes, shown, self.has_text)


def _extend(table: _Table, first: Cell, last: Cell) -> None:
    """Count the cells before they are laid out."""
    parsed = table.parsed
    parsed.rows, parsed.columns = max(parsed.rows, last.row + 1), max(parsed.columns, last.column + 1)
    table.laid_out += (last.row - first.row + 1) * (last.column - first.column + 1)
    check_box(parsed.rows, parsed.columns, table.name)
    if table.laid_out > _MAX_FILLED:
        raise unsafe("too-many-cells", sheet=table.name)


def _merge(parsed: Parsed, first: Cell, attributes: dict[str, str]) -> None:
    rows = _count(attributes, "table:number-rows-spanned")
    columns = _count(attributes, "table:number-columns-spanned")
    if rows > 1 or columns > 1:
        parsed.merged.append((first, Cell(first.row + rows - 1, first.column + columns - 1)))


def _sort_out(parsed: Parsed, cell: Cell, attributes: dict[str, str], shown: str, has_text: bool) -> None:
    """An empty text comes without a value type, but with an empty paragraph: it is stored."""
    formula = "table:formula" in attributes
    if formula:
        parsed.formulas[a1(*cell)] = attributes["table:formula"]
    if attributes.get("calcext:value-type") == "error" or (formula and _SHOWN_ERROR.fullmatch(shown)):
        parsed.errors[cell] = shown
    elif formula and "office:value-type" not in attributes and not has_text:
        parsed.unstored.add(cell)
    else:
        value = next((attributes[name] for name in _VALUES if name in attributes), shown)
        if value:
            parsed.filled += 1
            parsed.stored[cell] = value


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    if not (text.isascii() and text.isdigit() and 0 < int(text[:8]) <= _MAX_REPEATED):
        raise damaged()
    return int(text)
