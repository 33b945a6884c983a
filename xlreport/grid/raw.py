"""A cheap, exact look at a worksheet's XML: what a plain reading of values loses or cannot tell.

Two regular grammars describe the XML that spreadsheet programs write. A part that matches one of them
*in full* is understood exactly; whatever does not match is parsed (`careful`), never guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from xlreport.grid.careful import Parsed, parse_worksheet
from xlreport.grid.formulas import joined, joined_texts
from xlreport.grid.markup import has_declaration
from xlreport.grid.refusal import damaged, unsafe
from xlreport.refs import MAX_COLUMNS, MAX_ROWS, Cell, a1, column_index, parse_a1

MAX_CELLS = 5_000_000
MAX_MERGED = 1_000_000


@dataclass(frozen=True, slots=True)
class Look:
    """What the look found; positions are 0-based."""

    errors: Mapping[Cell, str] = field(default_factory=dict)
    unstored: frozenset[Cell] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[tuple[Cell, Cell], ...] = ()
    #: How many cells hold a stored value other than an error.
    filled: int = 0
    #: Stored values that are no shared strings, as written; None when the part was not parsed.
    stored: Mapping[Cell, str] | None = None
    #: A part with the same cells and nothing else, when the part was not parsed: half of a form's sheet is often
    #: validation and formatting, which no value depends on.
    cells_only: bytes | None = None
    #: In one piece (see `grid.formulas`).
    formulas: bytes | None = b""
    hidden_columns: frozenset[int] = frozenset()


def look(part: bytes) -> Look:
    """Look at a worksheet part. Raises Refusal XR103 (contradictory) or XR104 (too large, unusual XML)."""
    return _look_plainly(part) or look_carefully(part)


def look_carefully(part: bytes) -> Look:
    """The same by parsing, with the stored values to compare a reading with."""
    return checked(parse_worksheet(part))


def checked(parsed: Parsed) -> Look:
    """Limits for a parsed sheet. Raises Refusal XR104."""
    check_box(parsed.rows, parsed.columns)
    return Look(
        parsed.errors,
        frozenset(parsed.unstored),
        frozenset(parsed.hidden_rows),
        check_merged(parsed.merged),
        parsed.filled,
        parsed.stored,
        formulas=joined_texts(parsed.formulas),
        hidden_columns=frozenset(parsed.hidden_columns),
    )


def check_box(rows: int, columns: int, sheet: str | None = None) -> None:
    """A reader lays out every cell of the rectangle from A1 on: limit it. Raises Refusal XR103 or XR104."""
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        raise damaged(sheet=sheet)
    if rows * columns > MAX_CELLS:
        raise unsafe("too-many-cells", sheet=sheet, cell=a1(rows - 1, columns - 1))


def check_merged(merged: Iterable[tuple[Cell, Cell]]) -> tuple[tuple[Cell, Cell], ...]:
    """Limit the merged area. Raises Refusal XR104."""
    ranges = tuple(merged)
    if sum((last.row - first.row + 1) * (last.column - first.column + 1) for first, last in ranges) > MAX_MERGED:
        raise unsafe("too-many-merged-cells")
    return ranges


# The grammars. Possessive throughout: a part is matched or given up in one pass, without backtracking. No "&"
# in numbers: an entity would split the text, and the fast reader drops such a cell.

_FORMULA = rb"<f(?: [a-zA-Z0-9:]++=\"[^\"<>]*+\")*+(?:/>|>[^<]*+</f>)"


def _rows(cell: bytes) -> re.Pattern[bytes]:
    attributes = rb"(?: [a-zA-Z0-9:]++=\"[^\"<>&]*+\")*+"
    row = rb"<row r=\"[1-9][0-9]{0,6}+\"" + attributes + rb"(?:/>|>(?:" + cell + rb")*+</row>)"
    return re.compile(rb"(?:" + row + rb")*+")


#: The usual: every formula has a value, which may be empty; and all is so near to A1 (column ZZ, row 999) that
#: the rectangle is within the limit whatever its cells are. Kept to few steps a cell, because most of the
#: time of a look is spent here: types are spelled in their letters only.
_USUAL = _rows(
    rb"<c r=\"[A-Z]{1,2}+[0-9]{1,3}+\"[ stnbre=\"0-9]*+"
    rb"(?:><v>[0-9.]*+</v></c>|/>|>(?:<f[^<>]*+>(?:[^<]*+</f>)?+)?+<v>[^<&]*+</v></c>)",
)
#: Everything that the searches below know how to take apart.
_KNOWN = _rows(
    rb"<c r=\"[A-Z]{1,3}+[1-9][0-9]{0,6}+\"(?: s=\"[0-9]++\")?+(?:(?: t=\"[a-zA-Z]++\")?+/>"
    rb"|(?: t=\"[nsbe]\")?+>(?:" + _FORMULA + rb")?+(?:<v>[^<&]*+</v>|<v ?/>)?+</c>"
    rb"| t=\"str\">(?:" + _FORMULA + rb")?+(?:<v>[^<]*+</v>|<v ?/>)?+</c>"
    rb"| t=\"inlineStr\"><is><t(?: xml:space=\"preserve\")?+>[^<]++</t></is></c>)",
)

_LETTERS, _DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"0123456789"
_REFERENCE = re.compile(rb"<c r=\"([A-Z]++[0-9]++)\"")
_OPEN_REFERENCE = re.compile(rb"<c r=\"([A-Z]++[0-9]++)\"[^>]*(?<!/)>")
_FAR_REFERENCE = re.compile(rb"<c r=\"(?:[A-Z]{3}|[A-Z]++[0-9]{4})")
_ERROR = re.compile(rb" t=\"e\">(?:" + _FORMULA + rb")?+<v>([^<]+)</v>")
_WITHOUT_VALUE = re.compile(
    rb"<c r=\"([A-Z]++[0-9]++)\"(?: s=\"[0-9]++\")?+(?:(?! t=\"str\")[^>]*+>"
    + _FORMULA
    + rb"(?:<v ?/>)?+</c>| t=\"str\">"
    + _FORMULA
    + rb"</c>)"
)
_FORMULAS = re.compile(rb"<c r=\"([A-Z]++[0-9]++)\"[^>]*+><f[^>]*+>([^<]*+)")
_COLUMN = re.compile(rb"<col ([^<>]*+)>")
_COLUMN_SPAN = re.compile(rb"\b(min|max)=\"([0-9]{1,5})\"")
_HIDDEN_COLUMN = re.compile(rb"\bhidden=\"(?:1|true)\"")
_HIDDEN_ROW = re.compile(rb"<row r=\"([0-9]+)\"[^>]* hidden=\"(?:1|true)\"")
_MERGED = re.compile(rb"<mergeCell ref=\"([A-Z]+[0-9]+):([A-Z]+[0-9]+)\" ?/>")


_BARE_START, _BARE_END = b"<worksheet><sheetData>", b"</sheetData></worksheet>"


def _look_plainly(part: bytes) -> Look | None:
    """The look by grammar; None for a part that has to be parsed."""
    start, end = part.find(b"<sheetData>"), part.rfind(b"</sheetData>")
    if start < 0 or end < start:
        return None
    head, body, tail = part[:start], part[start + len(b"<sheetData>") : end], part[end:]
    merged = _merged(tail)
    # A comment around the cells could hold another set of them; within the cells no grammar admits one.
    if merged is None or has_declaration(head) or has_declaration(tail):
        return None
    empty = body.count(b"<v></v></c>")
    filled = body.count(b"</v></c>") - empty
    if _USUAL.fullmatch(body):
        errors, unstored = _errors(body), _with_empty_value(body) if empty else set()
    elif _KNOWN.fullmatch(body):
        _check_extent(body)
        errors, unstored = _errors(body), _with_empty_value(body) | _without_value(body)
        filled += body.count(b"</is>")
    else:
        return None
    return Look(
        errors,
        frozenset(unstored),
        _hidden_rows(body),
        merged,
        filled - len(errors),
        cells_only=b"".join((_BARE_START, body, _BARE_END)),
        formulas=joined(_FORMULAS.findall(body)),
        hidden_columns=_hidden_columns(head),
    )


def _errors(body: bytes) -> dict[Cell, str]:
    if b' t="e">' not in body:
        return {}
    found = ((_opening(body, match.start()), match[1]) for match in _ERROR.finditer(body))
    return {_cell_at(_reference(opening)): _text(shown) for opening, shown in found if b">" not in opening}


def _with_empty_value(body: bytes) -> set[Cell]:
    """Formulas with an empty value. Only a text can be stored and empty."""
    found = set()
    position = body.find(b"<v></v></c>")
    while position >= 0:
        cell = _opening(body, position)
        attributes, _, content = cell.partition(b">")
        if content and b' t="str"' not in attributes:
            found.add(_cell_at(_reference(cell)))
        position = body.find(b"<v></v></c>", position + 1)
    return found


def _without_value(body: bytes) -> set[Cell]:
    return {_cell_at(reference) for reference in _WITHOUT_VALUE.findall(body)}


def _opening(body: bytes, position: int) -> bytes:
    """What stands before a position from the start of its cell on."""
    return body[body.rfind(b'<c r="', 0, position) : position]


def _reference(opening: bytes) -> bytes:
    return opening.split(b'"', 2)[1]


def _hidden_rows(body: bytes) -> frozenset[int]:
    if b" hidden=" not in body:
        return frozenset()
    return frozenset(int(row) - 1 for row in _HIDDEN_ROW.findall(body))


def _hidden_columns(head: bytes) -> frozenset[int]:
    part = head[head.find(b"<cols") : head.rfind(b"</cols>")]
    if b"hidden=" not in part:
        return frozenset()
    return (_hidden_in_few if len(part) <= _FEW_BYTES else _read_hidden_columns)(part)


def _read_hidden_columns(part: bytes) -> frozenset[int]:
    hidden: set[int] = set()
    for column in _COLUMN.findall(part):
        span = dict(_COLUMN_SPAN.findall(column))
        if _HIDDEN_COLUMN.search(column) and len(span) == 2:
            hidden.update(range(int(span[b"min"]) - 1, min(int(span[b"max"]), MAX_COLUMNS)))
    return frozenset(hidden)


def _check_extent(body: bytes) -> None:
    """Formatted cells without content do no harm: a reader skips them. They count only if the sum needs them."""
    if not _FAR_REFERENCE.search(body):
        return
    rows, columns = _extent(_REFERENCE.findall(body))
    if rows * columns > MAX_CELLS:
        rows, columns = _extent(_OPEN_REFERENCE.findall(body))
    check_box(rows, columns)


def _extent(references: list[bytes]) -> tuple[int, int]:
    joined = b" ".join(references)
    rows = max(map(int, set(joined.translate(None, _LETTERS).split())), default=0)
    letters = set(joined.translate(None, _DIGITS).split())
    return rows, max((column_index(name.decode()) + 1 for name in letters), default=0)


def _merged(tail: bytes) -> tuple[tuple[Cell, Cell], ...] | None:
    """Merged ranges from what follows the cells; None where they are written in another way."""
    start, end = tail.find(b"mergeCell"), tail.rfind(b"mergeCell")
    if start < 0:
        return ()
    part = tail[start : tail.find(b">", end) + 1]
    return (_merged_in_few if len(part) <= _FEW_BYTES else _read_merged)(part)


def _read_merged(part: bytes) -> tuple[tuple[Cell, Cell], ...] | None:
    found = _MERGED.findall(part)
    if len(found) != part.count(b"mergeCell "):
        return None
    return check_merged((_cell_at(first), _cell_at(last)) for first, last in found)


#: The workbooks of a form merge the same cells and hide the same columns, each of them anew.
_FEW_BYTES = 16_384
_hidden_in_few = lru_cache(maxsize=256)(_read_hidden_columns)
_merged_in_few = lru_cache(maxsize=256)(_read_merged)


def _cell_at(reference: bytes) -> Cell:
    try:
        return parse_a1(reference.decode())
    except ValueError:
        raise damaged() from None


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise damaged() from None
