"""The organisation as it stands on one day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from xlreport.organisation.model import Level, Membership, Register


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """Nodes and who is above whom on `day`. Every method but `in` raises KeyError for an unknown code.

    Built by `at` from a register without errors. "Official order" is the order of the register's rows.
    """

    day: date
    #: All nodes in official order.
    codes: tuple[str, ...]
    roots: tuple[str, ...]
    _nodes: Mapping[str, Membership]
    _children: Mapping[str, tuple[str, ...]]
    _levels: Mapping[str, Level]
    #: Depth first in official order: everything beneath a node follows it without a break …
    _depth_first: tuple[str, ...]
    #: … from the first to before the second of these positions, the node itself included.
    _extents: Mapping[str, tuple[int, int]]

    def __contains__(self, code: object) -> bool:
        return code in self._nodes

    def __len__(self) -> int:
        return len(self.codes)

    def node(self, code: str) -> Membership:
        """The row of the register that holds for a node."""
        return self._nodes[code]

    def level(self, code: str) -> Level:
        """The level of a node."""
        return self._levels[self._nodes[code].level]

    def level_title(self, code: str, language: str) -> str:
        """The title of a node's level: "Cụm"."""
        return self.level(code).title(language)

    def parent(self, code: str) -> str | None:
        """The node directly above; None for a root."""
        parent = self._nodes[code].parent
        return parent if parent in self._nodes else None

    def children(self, code: str) -> tuple[str, ...]:
        """The nodes directly beneath, in official order."""
        return self._children[code]

    def subtree(self, code: str) -> tuple[str, ...]:
        """The node and all beneath it, depth first in official order."""
        first, end = self._extents[code]
        return self._depth_first[first:end]

    def leaves(self, code: str) -> tuple[str, ...]:
        """The nodes without children in its subtree, depth first in official order; a leaf's only leaf is itself."""
        return tuple(beneath for beneath in self.subtree(code) if not self._children[beneath])

    def on_levels(self, code: str, levels: Collection[str]) -> tuple[str, ...]:
        """The nodes of its subtree on the levels of these codes: who fills a form that names its levels."""
        return tuple(beneath for beneath in self.subtree(code) if self._nodes[beneath].level in levels)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The nodes above, the nearest first, the root last."""
        above: list[str] = []
        current = self.parent(code)
        while current is not None:
            above.append(current)
            current = self.parent(current)
        return tuple(above)

    def path(self, code: str) -> tuple[str, ...]:
        """From the root down to the node itself."""
        return (*reversed(self.ancestors(code)), code)


def at(register: Register, day: date, former: Mapping[str, Membership] = MappingProxyType({})) -> Tree:
    """The tree on that day. The register must be one in which `check` finds no error.

    `former` are nodes that are in it as well, or as they were, each with a parent that exists on the day.
    """
    nodes = {
        row.code: former.get(row.code, row) for row in register.memberships if row.valid_on(day) or row.code in former
    }
    roots, children = _edges(nodes)
    depth_first, extents = _walk(roots, children)
    return Tree(
        day=day,
        codes=tuple(nodes),
        roots=roots,
        _nodes=nodes,
        _children=children,
        _levels={level.code: level for level in register.levels},
        _depth_first=depth_first,
        _extents=extents,
    )


def _edges(nodes: Mapping[str, Membership]) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    roots: list[str] = []
    children: dict[str, list[str]] = {code: [] for code in nodes}
    for code, row in nodes.items():
        siblings = roots if row.parent is None else children.get(row.parent, roots)
        siblings.append(code)
    return tuple(roots), {code: tuple(beneath) for code, beneath in children.items()}


def _walk(
    roots: tuple[str, ...], children: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, ...], dict[str, tuple[int, int]]]:
    """Depth first with a stack of our own: the depth of an organisation is not bounded by Python's."""
    order: list[str] = []
    extents: dict[str, tuple[int, int]] = {}
    stack = [(code, False) for code in reversed(roots)]
    while stack:
        code, is_done = stack.pop()
        if is_done:
            extents[code] = (extents[code][0], len(order))
            continue
        extents[code] = (len(order), len(order))
        order.append(code)
        stack.append((code, True))
        stack.extend((child, False) for child in reversed(children[code]))
    return tuple(order), extents
