"""A cell as understood, before its place is known: what it holds, as it was typed, and what is to be said of it."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from xlreport.aggregation import Status
from xlreport.findings import Severity
from xlreport.grid.cells import Scalar
from xlreport.numbers import from_float, plain


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding about a cell before its place is known: code and parameters."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell as understood: a number or a text with its status, the text as typed, and remarks."""

    number: Decimal | None = None
    text: str | None = None
    status: Status = Status.MISSING
    typed: str | None = None
    remarks: tuple[Remark, ...] = ()


BLANK = Figure()


def as_typed(value: Scalar) -> str | None:
    """A cell's content as a text to quote; None for a blank cell."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return plain(from_float(value)) if math.isfinite(value) else str(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


#: A cell can hold 32,767 characters; a message quotes the beginning.
_QUOTED = 80


def unreadable(typed: str, code: str, **params: object) -> Figure:
    """A cell that holds something, but nothing that can be used."""
    shown = {name: quoted(value) if isinstance(value, str) else value for name, value in params.items()}
    return Figure(status=Status.UNREADABLE, typed=typed, remarks=(Remark(code, shown),))


def quoted(text: str) -> str:
    """The beginning of a text, as much as a message can show."""
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"
