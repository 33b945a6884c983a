"""Registers for tests: as grids that share a screen with what is expected, and as anything an office could have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from xlreport.findings import Finding
from xlreport.grid.cells import Scalar, Sheet, Workbook
from xlreport.organisation.model import Level, Membership, Register, UnitType
from xlreport.organisation.records import plain_text
from xlreport.organisation.worksheets import from_workbook

LEVELS = """
| Mã     | Tên    | Tên tiếng Anh |
| khoi   | Khối   | Bloc          |
| cum    | Cụm    | Cluster       |
| don-vi | Đơn vị | Unit          |
"""
TYPES = """
| Mã      | Tên            | Tên tiếng Anh         |
| dang-bo | Đảng bộ cơ sở  | Grassroots committee  |
| chi-bo  | Chi bộ cơ sở   | Grassroots cell       |
"""
HEAD = "| Mã | Tên | Cấp | Mã cấp trên | Loại hình | Hiệu lực từ | Hiệu lực đến |"
GOOD = f"""
{HEAD} Số văn bản |
| K     | Khối     | Khối   |   |               |            |            |            |
| C7    | Cụm số 7 | cum    | K |               |            |            |            |
| C8    | Cụm số 8 | CỤM    | K |               |            |            |            |
| C7-02 | Đơn vị 2 | don-vi | C7 | Đảng bộ cơ sở |            | 07/03/2024 |            |
| C7-01 | Đơn vị 1 | Unit   | C7 | dang-bo       |            |            |            |
| C7-02 | Đơn vị 2 | don-vi | C8 | dang-bo       | 2024-03-08 |            | 475-TB/ĐUK |
"""


def grid(text: str) -> list[list[Scalar]]:
    """Rows of a Markdown grid; an empty cell is blank."""
    lines = [line.strip().strip("|").split("|") for line in text.strip().splitlines()]
    return [[cell.strip() or None for cell in line] for line in lines]


def book(units: str, levels: str = LEVELS, types: str = TYPES) -> Workbook:
    sheets = {"Đơn vị": units, "Cấp": levels, "Loại hình": types}
    return Workbook(tuple(Sheet(name, grid(text)) for name, text in sheets.items() if text))


def seen(found: Sequence[Finding]) -> set[tuple[str | None, str]]:
    """(cell, code) of each; none may be reported twice."""
    places = [(item.location.cell, item.code) for item in found]
    assert len(places) == len(set(places))
    return set(places)


def good() -> Register:
    register, found = from_workbook(book(GOOD), "organisation.xlsx")
    assert found == ()
    assert register is not None
    return register


def usable(result: tuple[Register | None, tuple[Finding, ...]]) -> Register:
    """What was read, if there is no error in it."""
    register, found = result
    assert [item for item in found if item.is_error] == []
    assert register is not None
    return register


def units(*lines: str) -> str:
    """A register with a root in row 2 and these rows from row 3 on."""
    return "\n".join((HEAD, "| K | Khối | khoi | | | | |", *lines))


def changes(*lines: str) -> str:
    """The same, with the columns of predecessors (H) and documents (I)."""
    head = f"{HEAD} Đơn vị trước đây | Số văn bản |"
    return "\n".join((head, "| K | Khối | khoi | | | | | | |", "| C | Cụm | cum | K | | | | | |", *lines))


# Any register

DAY_0 = date(2020, 1, 1)
#: Days on which something changes in the registers below.
LAST_CHANGE = 40
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12)


def texts_or(default: str) -> st.SearchStrategy[str]:
    """Texts as they are after reading."""
    return TEXT.map(lambda text: plain_text(text) or default)


@st.composite
def registers(draw: st.DrawFn) -> Register:
    """Trees of four levels in which nodes move from day to day, and units of the lowest are merged and split."""
    levels = tuple(Level(f"L{i}", draw(texts_or("x")), draw(texts_or("")), i) for i in range(4))
    types = tuple(UnitType(f"T{i}", draw(texts_or("x")), draw(texts_or(""))) for i in range(draw(st.integers(0, 3))))
    nodes = {"L0": ["N0"], "L1": ["N1"], "L2": ["N2"], "L3": [f"N{i}" for i in range(3, draw(st.integers(3, 12)))]}
    for number in range(12, draw(st.integers(12, 20))):
        nodes[f"L{draw(st.integers(1, 2))}"].append(f"N{number}")
    rows = [Membership("N0", draw(texts_or("x")), "L0")]
    whole: list[str] = []
    for depth in range(1, 4):
        above = nodes[f"L{depth - 1}"]
        for code in nodes[f"L{depth}"]:
            own = draw(_moving(code, f"L{depth}", above, types))
            whole += [code] if depth == 3 and len(own) == 1 else []
            rows += own
    for number in range(20, draw(st.integers(20, 24))):
        ended = draw(st.lists(st.sampled_from(whole), max_size=2, unique=True)) if whole else []
        if ended:
            rows = draw(_succeeded(rows, tuple(ended), number, nodes["L2"]))
            whole = [code for code in whole if code not in ended]
    return Register(levels, types, tuple(draw(st.permutations(rows))))


@st.composite
def _moving(
    draw: st.DrawFn, code: str, level: str, above: Sequence[str], types: Sequence[UnitType]
) -> list[Membership]:
    changes = sorted(draw(st.sets(st.integers(1, LAST_CHANGE), max_size=3)))
    first = [None, *(DAY_0 + timedelta(change) for change in changes)]
    last = [*(DAY_0 + timedelta(change - 1) for change in changes), None]
    return [
        Membership(
            code,
            draw(texts_or("x")),
            level,
            draw(st.sampled_from(above)),
            draw(st.sampled_from([None, *(item.code for item in types)])),
            valid_from,
            valid_to,
            document=draw(texts_or("1")),
            contact=draw(st.none() | texts_or("x")),
        )
        for valid_from, valid_to in zip(first, last, strict=True)
    ]


@st.composite
def _succeeded(
    draw: st.DrawFn, rows: list[Membership], ended: tuple[str, ...], number: int, above: Sequence[str]
) -> list[Membership]:
    """The rows after units ended and others, one or two, took their place."""
    day = DAY_0 + timedelta(draw(st.integers(1, LAST_CHANGE)))
    closed = [replace(row, valid_to=day - timedelta(1)) if row.code in ended else row for row in rows]
    new = [
        Membership(
            f"M{number}{letter}",
            draw(texts_or("x")),
            "L3",
            draw(st.sampled_from(above)),
            valid_from=day,
            predecessors=ended,
            document=draw(texts_or("1")),
        )
        for letter in draw(st.sampled_from(["a", "ab"]))
    ]
    return closed + new
