"""A worksheet part parsed as XML, for the few that are not written in the usual way."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from xlreport.grid.markup import local, parse, parser
from xlreport.grid.refusal import damaged, unsafe
from xlreport.refs import MAX_COLUMNS, Cell, a1, parse_a1

#: A character written as a number splits the text of a value, and the fast reader loses the cell.
_SPLIT_VALUE = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^<>]*)?>[^<]*&#")
_TRUE = ("1", "true", "on")


@dataclass(slots=True)
class Parsed:
    """What a parsed sheet holds. `rows` and `columns` count from A1 to the last cell with content."""

    errors: dict[Cell, str] = field(default_factory=dict)
    unstored: set[Cell] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    merged: list[tuple[Cell, Cell]] = field(default_factory=list)
    stored: dict[Cell, str] = field(default_factory=dict)
    formulas: dict[str, str] = field(default_factory=dict)
    hidden_columns: set[int] = field(default_factory=set)
    filled: int = 0
    rows: int = 0
    columns: int = 0


def parse_worksheet(part: bytes) -> Parsed:
    """Parse a worksheet part. Raises Refusal XR103 or XR104.

    Names are taken without their namespace and cells without a reference are counted on from the one
    before, both exactly as the fast reader does: the two must speak of the same cells.
    """
    if _SPLIT_VALUE.search(part):
        raise unsafe("unusual-xml")
    watch = _Watch()
    parse(part, watch.parser)
    return watch.parsed


class _Watch:
    """The state while expat reports one element after another."""

    def __init__(self) -> None:
        self.parsed = Parsed()
        self.parser = parser()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CommentHandler = self.interrupted
        self.parser.StartCdataSectionHandler = self.interrupted
        self.parser.ProcessingInstructionHandler = self.interrupted
        self.sections = 0
        self.inside = False
        self.row, self.column = -1, -1
        self.cell: Cell | None = None
        self.kind = ""
        self.has_formula = self.has_value = self.in_value = False
        self.text: list[str] = []
        self.formula: list[str] = []
        self.seen: set[Cell] = set()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag == "sheetData":
            self.sections += 1
            self.inside = True
            if self.sections > 1:
                raise damaged()
        elif tag == "mergeCell":
            self.parsed.merged.append(_range(attributes.get("ref", "")))
        elif tag == "col" and attributes.get("hidden") in _TRUE:
            self.parsed.hidden_columns.update(_columns(attributes))
        elif not self.inside:
            return
        elif tag == "row":
            self.start_row(attributes)
        elif tag == "c":
            self.start_cell(attributes)
        elif tag == "f":
            self.has_formula = True
            self.formula.clear()
            self.parser.CharacterDataHandler = self.formula.append
        elif tag in ("v", "is"):
            self.start_value(tag)

    def end(self, name: str) -> None:
        tag = local(name)
        if tag == "sheetData":
            self.inside = False
        elif tag == "f" and self.inside:
            self.parser.CharacterDataHandler = None
        elif tag in ("v", "is") and self.inside:
            self.in_value = False
            self.parser.CharacterDataHandler = None
        elif tag == "c" and self.inside and self.cell is not None:
            self.end_cell(self.cell)

    def start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        self.row = self.row + 1 if number is None else _cell_at("A" + number).row
        self.column = -1
        if attributes.get("hidden") in _TRUE:
            self.parsed.hidden_rows.add(self.row)

    def start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self.cell = Cell(self.row, self.column + 1) if reference is None else _cell_at(reference)
        self.column = self.cell.column
        self.kind = attributes.get("t", "n")
        self.has_formula = self.has_value = False
        self.text.clear()

    def start_value(self, tag: str) -> None:
        if self.has_value:
            raise damaged()
        self.has_value = True
        self.in_value = tag == "v"
        self.parser.CharacterDataHandler = self.text.append

    def end_cell(self, cell: Cell) -> None:
        value = "".join(self.text)
        if not (self.has_formula or self.has_value):
            return
        if cell in self.seen:
            raise damaged()
        self.seen.add(cell)
        self.parsed.rows = max(self.parsed.rows, cell.row + 1)
        self.parsed.columns = max(self.parsed.columns, cell.column + 1)
        self.sort_out(cell, value)

    def sort_out(self, cell: Cell, value: str) -> None:
        if self.has_formula:
            self.parsed.formulas[a1(*cell)] = "".join(self.formula)
        if self.has_formula and not value and not (self.has_value and self.kind == "str"):
            self.parsed.unstored.add(cell)
        elif self.kind == "e" and value:
            self.parsed.errors[cell] = value
        elif value:
            self.parsed.filled += 1
            if self.kind not in ("s", "inlineStr"):
                self.parsed.stored[cell] = value

    def interrupted(self, *_: object) -> None:
        """Inside a value, a comment and its like make the fast reader lose what stands around it."""
        if self.in_value:
            raise unsafe("unusual-xml")


def _columns(attributes: dict[str, str]) -> range:
    """The 0-based columns of a `col` element; none where they make no sense."""
    first, last = (attributes.get(name, "") for name in ("min", "max"))
    if not all(text.isascii() and text.isdigit() and len(text) <= 5 for text in (first, last)):
        return range(0)
    return range(int(first) - 1, min(int(last), MAX_COLUMNS))


def _cell_at(reference: str) -> Cell:
    try:
        return parse_a1(reference)
    except ValueError:
        raise damaged() from None


def _range(reference: str) -> tuple[Cell, Cell]:
    first, _, last = reference.partition(":")
    return _cell_at(first), _cell_at(last or first)
