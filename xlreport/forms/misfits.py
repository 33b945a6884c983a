"""Fields that contradict each other: which they are, and which to leave out so that the others can be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Misfit(NamedTuple):
    """A contradiction the model names: the fields it lies between, told at the first of them that is written.

    Of those `by_value` it matters what they say, of the others only whether they are there. Without the fields
    `dropped` the rest makes sense, if something else stands for those `needed`. Without any fields it lies in a
    single one, its own.
    """

    fields: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    by_value: tuple[str, ...] = ()


_ANSWERS = ("options", "achieved")
_AXES = ("across_units", "across_time")
_KIND = ("kind",)

#: By the model's own types of error, which are also the names of the texts that explain them.
MISFITS: Mapping[str, Misfit] = {
    "options-missing": Misfit(("kind", "options"), ("options",), ("options",), by_value=_KIND),
    "options-misplaced": Misfit((*_ANSWERS, "kind"), _ANSWERS, by_value=_KIND),
    "yes-no-options": Misfit(("options", "kind"), _ANSWERS, by_value=("options", "kind")),
    "not-computable": Misfit(("kind", "formula", "source"), _KIND, by_value=("kind", "source")),
    "two-sources": Misfit(("source", "formula"), ("source", "unit_types"), by_value=("source",)),
    "unit-types-misplaced": Misfit(("unit_types", "source"), ("unit_types",), by_value=("source",)),
    "periods-not-units": Misfit(("across_units",), ("across_units",), by_value=("across_units",)),
    "cannot-combine": Misfit((*_AXES, "kind"), _AXES, by_value=(*_AXES, "kind")),
    "minimum-over-maximum": Misfit(("minimum", "maximum"), ("minimum", "maximum"), by_value=("minimum", "maximum")),
    "rank-decimals": Misfit(("decimals", "kind"), ("decimals",), by_value=("decimals", "kind")),
    "target-misplaced": Misfit(("target", "kind"), ("target",), by_value=_KIND),
    "growth-misplaced": Misfit(("growth", "kind"), ("growth",), by_value=_KIND),
    "filled-by-misplaced": Misfit(("filled_by", "formula", "source"), ("filled_by",), by_value=("source",)),
    "standard-measure": Misfit(("computes", "measure"), ("computes", "of"), by_value=("measure",)),
    "terms-misplaced": Misfit(("of", "computes", "measure"), ("of",), by_value=("measure",)),
    "terms-missing": Misfit(("computes", "of"), ("computes",)),
    "assigned-misplaced": Misfit(("assigned", "computes", "measure"), ("assigned",), by_value=("assigned", "measure")),
    "target-kinds": Misfit(("value", "by_year", "reduction"), ("value", "by_year", "reduction", "base_year")),
    "base-year": Misfit(*3 * (("reduction", "base_year"),)),
    "target-levels": Misfit(("levels", "value", "by_year"), ("levels",)),
    "horizon-before-base": Misfit(("horizon", "base_year"), ("horizon",), by_value=("horizon", "base_year")),
    "goal-twice": Misfit(("by_year",), ("by_year",), by_value=("by_year",)),
    "goal-reversed": Misfit(),
    "not-a-ratio": Misfit(),
    "not-a-date": Misfit(),
    "not-a-date-like": Misfit(),
    "deadline-empty": Misfit(),
}
