"""What is wrong with the days of a register: validity that is reversed, overlaps or has gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from xlreport.findings import Finding, finding
from xlreport.organisation.model import Membership
from xlreport.organisation.notation import DAYS
from xlreport.organisation.rows import History, Rows, span

ONE_DAY = timedelta(days=1)


def check_validity(rows: Rows) -> Iterator[Finding]:
    """Validity of each node for itself."""
    yield from _reversed(rows.named)
    yield from _overlaps(rows.history)
    yield from _gaps(rows)


def _reversed(rows: Iterable[Membership]) -> Iterator[Finding]:
    for row in rows:
        if row.start > row.end and not row.unread.intersection(DAYS):
            yield finding("XR730", row.place("valid_to"), node=row.code)


def _overlaps(history: History) -> Iterator[Finding]:
    for code, rows in history.items():
        latest = rows[0]
        for row in rows[1:]:
            if row.start <= latest.end:
                related = (latest.place("valid_to"),)
                first, second = span(latest), span(row)
                place = row.place("valid_from")
                yield finding("XR724", place, related=related, node=code, first=first, second=second)
            latest = max(latest, row, key=lambda row: row.end)


def _gaps(rows: Rows) -> Iterator[Finding]:
    for code, dated in rows.history.items():
        if code in rows.doubtful:
            continue
        known_to = dated[0].end
        for row in dated:
            if row.start > known_to and row.start > known_to + ONE_DAY:
                first_day, last_day = known_to + ONE_DAY, row.start - ONE_DAY
                yield finding("XR733", row.place("valid_from"), node=code, first_day=first_day, last_day=last_day)
            known_to = max(known_to, row.end)
