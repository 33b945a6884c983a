"""Formulas compared by what they mean: which data points they refer to, and what they do with them.

Programs write the same formula in their own ways, and references move with inserted rows and columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from xlreport.layout.locate import Located
from xlreport.layout.table import TableLayout
from xlreport.refs import Cell, a1, parse_a1

_TOKEN = re.compile(
    r"""
    (?P<text>"(?:[^"]|"")*")
    |\[(?P<open>[^\]]*)\]
    |(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!(?P<there>\$?[A-Za-z]{1,3}\$?[0-9]+)
    |(?P<here>\$?[A-Za-z]{1,3}\$?[0-9]+)(?![\w(.])
    |(?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+)
    |(?P<name>[^\W\d][\w.]*)
    |(?P<sign><>|<=|>=|[^\s])
    """,
    re.VERBOSE,
)
#: How OpenDocument marks a formula, and how programs mark functions that others may not know.
_MARK = re.compile(r"^(?:of:|oooc:|msoxl:)?=?")
_PREFIXES = ("_XLFN.", "COM.MICROSOFT.")
#: A reference in an OpenDocument formula, and the two ends of a range: [$'Biểu 1'.$G$12:.H14].
_OPEN_REFERENCE = re.compile(r"(?:\$?(?P<sheet>'(?:[^']|'')+'|[^.':]+))?\.(?P<cell>\$?[A-Za-z]{1,3}\$?[0-9]+)")


@dataclass(frozen=True, slots=True)
class Places:
    """Where the data points of a workbook are: by the name of a sheet its table, and by cell their codes."""

    tables: Mapping[str, str]
    points: Mapping[str, Mapping[str, object]]

    def of(self, sheet: str | None, cell: str, here: str) -> object:
        """What a reference means; that to a cell of no data point is its own address."""
        table = here if sheet is None else self.tables.get(sheet.casefold(), sheet.casefold())
        bare = cell.replace("$", "").upper()
        return table, self.points.get(table, {}).get(bare, bare)


def places_of(found: Mapping[str, tuple[str, Located | TableLayout, TableLayout]]) -> Places:
    """`found` has by table the name of its sheet, where its rows and columns are, and where they were issued."""
    return Places(
        {name.casefold(): table for table, (name, _, _) in found.items()},
        {table: _points(plan, issued) for table, (_, plan, issued) in found.items()},
    )


def _points(plan: Located | TableLayout, issued: TableLayout) -> dict[str, object]:
    """What the cells of a table mean, those of the hidden readings right of it included: these moved with its end."""
    shift = max(plan.columns.values(), default=0) - issued.last_column
    points: dict[str, object] = {}
    for code, row in plan.rows.items():
        for measure, column in plan.columns.items():
            points[a1(row, column)] = code, measure
            points[a1(row, issued.reading(code, measure).column + shift)] = code, measure, "reading"
    return points


def meaning(formula: str, places: Places, here: str) -> tuple[object, ...]:
    """The formula as signs that are equal for formulas that mean the same. `here` is the table it stands in."""
    signs: list[object] = []
    for token in _TOKEN.finditer(_MARK.sub("", formula.strip(), count=1)):
        if (inside := token["open"]) is not None:
            references = [*_OPEN_REFERENCE.finditer(inside)]
            for number, one in enumerate(references):
                signs += [":"] * (number > 0) + [places.of(_bare(one["sheet"]), one["cell"], here)]
            signs += [] if references else [inside]
        elif cell := token["there"] or token["here"]:
            signs.append(places.of(_bare(token["sheet"]), cell, here) if _is_cell(cell) else cell.upper())
        elif number_ := token["number"]:
            signs.append(_number(number_))
        elif name := token["name"]:
            signs.append(_function(name))
        else:
            sign = token["text"] or token["sign"]
            signs.append("," if sign == ";" else sign)
    return tuple(signs)


def _bare(sheet: str | None) -> str | None:
    if sheet is None:
        return None
    return sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet


def _is_cell(text: str) -> Cell | None:
    try:
        return parse_a1(text)
    except ValueError:
        return None


def _number(text: str) -> object:
    try:
        return Decimal(text).normalize()
    except InvalidOperation:
        return text


def _function(name: str) -> str:
    upper = name.upper()
    for prefix in _PREFIXES:
        upper = upper.removeprefix(prefix)
    return upper
