"""What an export is made of: a tidy table, what it covers, and how it is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    import polars as pl

#: The columns that name a figure; those of a choice in the totals have one row per option, told by `text`.
FACTS_KEY = ("form", "period", "unit", "table", "indicator", "measure")
TOTALS_KEY = ("form", "period", "node", "table", "indicator", "measure")


@dataclass(frozen=True, slots=True)
class TidyTable:
    """Facts or totals (columns of `frames`, labels after them), and the (form, period) pairs that they cover whole.

    What stands elsewhere for one of these pairs and is not in the frame has been withdrawn.
    """

    name: str
    frame: pl.DataFrame
    scope: tuple[tuple[str, str], ...]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that name a figure."""
        return FACTS_KEY if self.name == "facts" else TOTALS_KEY


@dataclass(frozen=True, slots=True)
class Options:
    """How an export is wanted. Every format overlooks what it has no use for.

    `place` is where a database is, a path or a URL; `language` that of descriptions and labels.
    """

    place: str = ""
    bom: bool = False
    exact: bool = False
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows of a database that an export has added, updated, removed, and left as they were."""

    added: int
    updated: int
    removed: int
    kept: int


Output: TypeAlias = bytes | Mapping[str, bytes] | Changes


class Writer(Protocol):
    """The one function of a format's module."""

    def __call__(self, table: TidyTable, options: Options) -> Output:
        """Write the table."""
