"""Names of data points: `table/indicator:measure`, for example `sxkd/01:actual`."""

from __future__ import annotations

from typing import NamedTuple


class DataPoint(NamedTuple):
    """One figure a form asks for."""

    table: str
    indicator: str
    measure: str

    def __str__(self) -> str:
        return f"{self.table}/{self.indicator}:{self.measure}"
