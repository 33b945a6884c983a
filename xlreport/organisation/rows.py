"""The rows of a register, by what can be concluded from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from xlreport import dates
from xlreport.findings.wording import Words
from xlreport.language import LANGUAGES
from xlreport.organisation.model import Membership, Register
from xlreport.organisation.notation import DAYS

#: The rows of each code by first day: named, not said before, validity read and not reversed.
History = Mapping[str, Sequence[Membership]]


@dataclass(frozen=True, slots=True)
class Rows:
    """What the checks of a register go by."""

    #: Rows that name their node, without exact repetitions.
    named: tuple[Membership, ...]
    history: History
    #: Codes with a row whose validity is not known: a gap may be no gap.
    doubtful: frozenset[str]

    @property
    def dated(self) -> Iterator[Membership]:
        """The rows of the history, node by node."""
        for rows in self.history.values():
            yield from rows


def sorted_rows(register: Register) -> Rows:
    """The rows of a register in which there may be mistakes."""
    pairs = [(row, first) for row, first in with_first(register.memberships) if row.code]
    named = tuple(row for row, first in pairs if row is first or row != first)
    history: dict[str, list[Membership]] = {}
    doubtful: set[str] = set()
    for row, first in pairs:
        if row.unread.intersection(DAYS) or row.start > row.end:
            doubtful.add(row.code)
        elif row is first:
            history.setdefault(row.code, []).append(row)
    for rows in history.values():
        rows.sort(key=lambda row: row.start)
    return Rows(named, history, frozenset(doubtful))


def with_first(rows: Iterable[Membership]) -> Iterator[tuple[Membership, Membership]]:
    """Each row with the first one that says the same, mostly itself.

    Rows of one code without days all speak of the same time, whatever else they say. Other rows say the same
    if they are equal; those that were not wholly read equal nothing.
    """
    seen: dict[Membership | str, Membership] = {}
    for row in rows:
        if _is_undated(row):
            yield row, seen.setdefault(row.code, row)
        else:
            yield row, row if row.unread else seen.setdefault(row, row)


def _is_undated(row: Membership) -> bool:
    return row.valid_from is None and row.valid_to is None and not row.unread.intersection(DAYS)


def overlap(one: Membership, other: Membership) -> bool:
    """Whether there is a day on which both hold."""
    return one.start <= other.end and other.start <= one.end


def span(row: Membership) -> Words:
    """The validity of a row as messages show it."""
    return {
        language: " – ".join(_shown(day, language) for day in (row.valid_from, row.valid_to)) for language in LANGUAGES
    }


def _shown(day: date | None, language: str) -> str:
    return dates.shown(day, language) if day is not None else "…"
