"""Fields that contradict each other: which they are, and which to leave out so that the others can be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Misfit(NamedTuple):
    """A contradiction the model names: the fields it lies between, told at the first of them that is written.

    Without the fields `dropped` the rest makes sense, if something else stands for those `needed`. Without any
    fields it lies in a single one, its own.
    """

    fields: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


_ANSWERS = ("options", "achieved")
_AXES = ("across_units", "across_time")

#: By the model's own types of error, which are also the names of the texts that explain them.
MISFITS: Mapping[str, Misfit] = {
    "options-missing": Misfit(("kind", "options"), ("options",), ("options",)),
    "options-misplaced": Misfit((*_ANSWERS, "kind"), _ANSWERS),
    "yes-no-options": Misfit(("options", "kind"), _ANSWERS),
    "not-computable": Misfit(("kind", "formula", "source"), ("kind",)),
    "two-sources": Misfit(("source", "formula"), ("source", "unit_types")),
    "unit-types-misplaced": Misfit(("unit_types", "source"), ("unit_types",)),
    "periods-not-units": Misfit(("across_units",), ("across_units",)),
    "cannot-combine": Misfit((*_AXES, "kind"), _AXES),
    "minimum-over-maximum": Misfit(("minimum", "maximum"), ("minimum", "maximum")),
    "target-misplaced": Misfit(("target", "kind"), ("target",)),
    "growth-misplaced": Misfit(("growth", "kind"), ("growth",)),
    "filled-by-misplaced": Misfit(("filled_by", "formula", "source"), ("filled_by",)),
    "standard-measure": Misfit(("computes", "measure"), ("computes", "of")),
    "terms-misplaced": Misfit(("of", "computes", "measure"), ("of",)),
    "terms-missing": Misfit(("computes", "of"), ("computes",)),
    "assigned-misplaced": Misfit(("assigned", "computes", "measure"), ("assigned",)),
    "target-kinds": Misfit(("value", "by_year", "reduction"), ("value", "by_year", "reduction", "base_year")),
    "base-year": Misfit(("reduction", "base_year"), ("reduction", "base_year")),
    "target-levels": Misfit(("levels", "value", "by_year"), ("levels",)),
    "goal-twice": Misfit(("by_year",), ("by_year",)),
    "goal-reversed": Misfit(),
    "not-a-ratio": Misfit(),
    "not-a-date": Misfit(),
    "not-a-date-like": Misfit(),
    "deadline-empty": Misfit(),
}
