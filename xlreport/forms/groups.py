"""The levels and types of units that a form names: who fills it, is due, signs, is counted, is given a target.

A form knows them by their codes only; whether there are such is for the organisation register to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from xlreport.findings import Finding, finding
from xlreport.findings.problems import problem
from xlreport.forms.answers import same_text
from xlreport.forms.field_problems import closest
from xlreport.forms.model import Form, Indicator
from xlreport.forms.places import Path, Places

#: Longer lists help nobody to find a code.
_MOST_SHOWN = 12


class Group(StrEnum):
    """What a code may be that of."""

    LEVEL = "level"
    UNIT_TYPE = "unit-type"
    EITHER = "either"


class Named(NamedTuple):
    """A code as a form names it."""

    code: str
    group: Group
    path: Path


@dataclass(frozen=True, slots=True)
class Groups:
    """The levels and types that there are: their codes, each with what else people call it."""

    levels: Mapping[str, tuple[str, ...]]
    unit_types: Mapping[str, tuple[str, ...]]

    def of(self, group: Group) -> Mapping[str, tuple[str, ...]]:
        """Those that a code of that group may mean."""
        match group:
            case Group.LEVEL:
                return self.levels
            case Group.UNIT_TYPE:
                return self.unit_types
        return {**self.levels, **self.unit_types}


def named_groups(form: Form) -> Iterator[Named]:
    """Every level and type that a form names, where it does, in its order."""
    yield from _listed(form.filled_by, Group.EITHER, ("filled_by",))
    for step in form.deadline.chain if form.deadline else ():
        yield Named(step.level, Group.LEVEL, ("deadline", "chain", step.level))
    for number, signature in enumerate(form.signatures):
        path: Path = ("signatures", number)
        yield from _listed(signature.levels, Group.LEVEL, (*path, "levels"))
        yield from _listed(signature.unit_types, Group.UNIT_TYPE, (*path, "unit_types"))
    for number, table in enumerate(form.tables):
        for row, indicator in enumerate(table.indicators):
            yield from _of_indicator(indicator, ("tables", number, "indicators", row))


def _of_indicator(indicator: Indicator, path: Path) -> Iterator[Named]:
    yield from _listed(indicator.filled_by, Group.EITHER, (*path, "filled_by"))
    yield from _listed(indicator.unit_types, Group.UNIT_TYPE, (*path, "unit_types"))
    if indicator.target is not None:
        yield from _listed(indicator.target.levels, Group.LEVEL, (*path, "target", "levels"))


def _listed(codes: Iterable[str], group: Group, path: Path) -> Iterator[Named]:
    for number, code in enumerate(codes):
        yield Named(code, group, (*path, number))


def group_findings(form: Form, places: Places, groups: Groups) -> tuple[Finding, ...]:
    """XR753 for every level or type that is not there, in the order of the form's lines or cells.

    Units of a misspelt level would be asked by nobody and missed by nobody, and counts would be 0.
    """
    found = [
        finding(
            "XR753",
            places.at(_written(one.path, places)),
            group=problem(f"group.{one.group.value}"),
            name=one.code,
            known=_known(groups.of(one.group)),
            suggestion=_meant(one.code, groups.of(one.group)),
        )
        for one in named_groups(form)
        if one.code not in groups.of(one.group)
    ]
    return places.in_order(found)


def _written(path: Path, places: Places) -> Path:
    """Where a code stands: the steps of a chain are written in a list as well as in one mapping."""
    if path[:2] != ("deadline", "chain") or path in places.known:
        return path
    steps = (known for known in places.known if known[:2] == path[:2] and known[-1] == path[-1])
    return next(steps, path)


def _known(groups: Mapping[str, tuple[str, ...]]) -> str:
    codes = list(groups)
    return ", ".join(codes if len(codes) <= _MOST_SHOWN else [*codes[:_MOST_SHOWN], "…"]) or "–"


def _meant(name: str, groups: Mapping[str, tuple[str, ...]]) -> str:
    """The code of that title, else the one most like it."""
    titled = (code for code, titles in groups.items() if same_text(name) in map(same_text, titles))
    return next(titled, "") or closest(name, groups)
