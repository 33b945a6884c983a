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


def parse_point(text: str) -> DataPoint | None:
    """The data point of a name such as sxkd/01:actual; None for any other text."""
    table, slash, rest = text.partition("/")
    indicator, colon, measure = rest.partition(":")
    return DataPoint(table, indicator, measure) if slash and colon and table and indicator and measure else None
