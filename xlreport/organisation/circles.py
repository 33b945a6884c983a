"""Circles among things that lead to each other."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping

Edges = Mapping[str, Collection[str]]


def circles(edges: Edges) -> dict[str, int]:
    """A number for every node of a circle: two have the same one if each leads to the other. Others have none.

    A node that leads to itself is no circle. Linear, and without recursion: chains may be as long as they like.
    """
    backwards: dict[str, list[str]] = {}
    for start, targets in edges.items():
        for target in targets:
            backwards.setdefault(target, []).append(start)
    numbers: dict[str, int] = {}
    for root in reversed(_by_finish(edges)):
        if root in numbers:
            continue
        numbers[root] = len(numbers)
        waiting = [root]
        while waiting:
            for before in backwards.get(waiting.pop(), ()):
                if before not in numbers:
                    numbers[before] = numbers[root]
                    waiting.append(before)
    sizes: dict[int, int] = {}
    for number in numbers.values():
        sizes[number] = sizes.get(number, 0) + 1
    return {node: number for node, number in numbers.items() if sizes[number] > 1}


def _by_finish(edges: Edges) -> list[str]:
    """Nodes in the order in which a walk from each to all that it leads to is done with them."""
    seen: set[str] = set()
    order: list[str] = []
    for root in edges:
        stack = [(root, False)]
        while stack:
            node, is_done = stack.pop()
            if is_done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack.extend((target, False) for target in edges.get(node, ()) if target not in seen)
    return order


def shortest_way(edges: Edges, start: str, goal: str) -> tuple[str, ...]:
    """The nodes from start to goal by the fewest steps, both included; empty if there is no way."""
    before: dict[str, str | None] = {start: None}
    waiting = deque([start])
    while waiting and goal not in before:
        node = waiting.popleft()
        for target in edges.get(node, ()):
            if target not in before:
                before[target] = node
                waiting.append(target)
    way: list[str] = []
    current = goal if goal in before else None
    while current is not None:
        way.append(current)
        current = before[current]
    return tuple(reversed(way))
