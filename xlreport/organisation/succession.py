"""What is wrong with who succeeds whom, and with the documents that changes rest on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from xlreport.findings import Finding, finding, finding_with
from xlreport.findings.problems import problem
from xlreport.findings.wording import Words
from xlreport.organisation.circles import circles, shortest_way
from xlreport.organisation.model import Membership, Register
from xlreport.organisation.names import fold
from xlreport.organisation.notation import joined_codes
from xlreport.organisation.rows import History, Rows
from xlreport.organisation.suggestions import Suggestions

_FIELD = "predecessor"


@dataclass(frozen=True, slots=True)
class _Link:
    """A row and a predecessor that it names, both of known validity. `begins` is the predecessor's first day."""

    row: Membership
    predecessor: str
    begins: date

    @property
    def is_in_order(self) -> bool:
        """Whether the predecessor was there before. Where the successor has no first day, nothing was."""
        return self.begins < self.row.start


def check_successions(register: Register, rows: Rows) -> Iterator[Finding]:
    """Predecessors that cannot be, and those that did not end."""
    known = {row.code for row in rows.named}
    if all(row.code for row in register.memberships):
        # A row without its code may be the predecessor that others name.
        yield from _unknown(rows.named, known)
    yield from _own(rows.named)
    links = tuple(_links(rows))
    edges = _edges(links)
    numbers = circles(edges)
    yield from _circular(links, edges, numbers)
    circular = {numbers[link.row.code] for link in links if _is_circular(link, numbers)}
    others = [link for link in links if not circular.intersection(_circle_of(link, numbers))]
    yield from _without_day(others)
    for link in others:
        if link.row.valid_from is not None:
            yield from _untimely(link, rows.history)


def _unknown(rows: Sequence[Membership], known: Collection[str]) -> Iterator[Finding]:
    meanings = {fold(row.name): row.code for row in rows if row.name} | {fold(row.code): row.code for row in rows}
    suggestions = Suggestions(meanings)
    for row in rows:
        for code in row.predecessors:
            if code not in known:
                suggestion = suggestions.for_typed(code)
                suggestion = "" if suggestion == row.code else suggestion
                place = row.place(_FIELD)
                yield finding("XR740", place, node=row.code, predecessor=code, suggestion=suggestion)


def _own(rows: Sequence[Membership]) -> Iterator[Finding]:
    for row in rows:
        if row.code in row.predecessors:
            yield finding("XR741", row.place(_FIELD), node=row.code)


def _links(rows: Rows) -> Iterator[_Link]:
    for row in rows.dated:
        for code in row.predecessors:
            if code in rows.history and code not in rows.doubtful and code != row.code:
                yield _Link(row, code, rows.history[code][0].start)


# Circles


def _edges(links: Sequence[_Link]) -> dict[str, set[str]]:
    """From each node to those that succeed it."""
    edges: dict[str, set[str]] = {}
    for link in links:
        edges.setdefault(link.predecessor, set()).add(link.row.code)
    return edges


def _circle_of(link: _Link, numbers: Mapping[str, int]) -> tuple[int, ...]:
    """The number of the circle that a link is part of, if it is of one."""
    number = numbers.get(link.row.code)
    return (number,) if number is not None and number == numbers.get(link.predecessor) else ()


def _is_circular(link: _Link, numbers: Mapping[str, int]) -> bool:
    """Whether a link closes a circle. A node may be merged away and set up again later: days in order close none."""
    return not link.is_in_order and bool(_circle_of(link, numbers))


def _circular(links: Sequence[_Link], edges: Mapping[str, set[str]], numbers: Mapping[str, int]) -> Iterator[Finding]:
    """One finding for nodes that all lead to each other: mending it may break several circles at once."""
    reported: set[int] = set()
    for link in links:
        if numbers.get(link.row.code) in reported or not _is_circular(link, numbers):
            continue
        reported.add(numbers[link.row.code])
        way = shortest_way(edges, link.row.code, link.predecessor)
        yield finding("XR744", link.row.place(_FIELD), cycle=" → ".join((*way, link.row.code)))


# Days


def _without_day(links: Sequence[_Link]) -> Iterator[Finding]:
    reported: set[int] = set()
    for link in links:
        row = link.row
        if row.valid_from is None and id(row) not in reported:
            reported.add(id(row))
            yield finding("XR745", row.place("valid_from"), node=row.code, predecessors=joined_codes(row.predecessors))


def _untimely(link: _Link, history: History) -> Iterator[Finding]:
    row, day = link.row, link.row.start
    details: dict[str, object] = {"node": row.code, "predecessor": link.predecessor, "day": day}
    if not link.is_in_order:
        related = (history[link.predecessor][0].place("valid_from"),)
        yield finding_with("XR743", row.place(_FIELD), {**details, "begins": link.begins}, related=related)
        return
    holding = next((other for other in history[link.predecessor] if other.valid_on(day)), None)
    if holding is not None and not _is_same_change(row, holding):
        yield finding_with("XR742", row.place(_FIELD), details, related=(holding.place("valid_to"),))


def _is_same_change(row: Membership, other: Membership) -> bool:
    """Whether one document of one day made both rows: a part was split off, and the rest goes on."""
    return row.start == other.start and row.document is not None and row.document == other.document


# Documents


def check_documents(rows: Rows) -> Iterator[Finding]:
    """Moves, mergers and splits without the number of the document that they rest on."""
    known = rows.history.keys() | rows.doubtful
    for code, dated in rows.history.items():
        if code in rows.doubtful:
            continue
        for earlier, row in pairwise((None, *dated)):
            if row is None or row.document is not None or "document" in row.unread or row.valid_from is None:
                continue
            change = _succession(row, known) or _move(earlier, row, rows.history, known)
            if change is not None:
                yield finding("XR746", row.place("document"), node=code, day=row.start, change=change)


def _succession(row: Membership, known: Set[str]) -> Words | None:
    codes = [code for code in row.predecessors if code in known and code != row.code]
    return problem("organisation.succeeds", predecessors=joined_codes(codes)) if codes else None


def _move(earlier: Membership | None, row: Membership, history: History, known: Set[str]) -> Words | None:
    """A change of the parent. Rows that overlap, and parents that are not known, are mistakes of their own."""
    if earlier is None or earlier.parent == row.parent or row.start <= earlier.end:
        return None
    before, after = earlier.parent, row.parent
    if before is None or after is None or not {before, after} <= known:
        return None
    # Where the parent itself was succeeded on that day, its successor's document says so.
    if any(before in above.predecessors and above.start == row.start for above in history.get(after, ())):
        return None
    return problem("organisation.moves", before=before, after=after)
