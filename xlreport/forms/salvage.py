"""What can still be checked of a definition with wrong fields, so that every error is told in one round.

A wrong field is told and left out, what it leaves incomplete gets a stand-in, and the rest is validated again, until
a form remains: codes defined twice, references to nothing and circles are looked for in that. Nothing is told that
only follows from what was left out.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pydantic import ValidationError

from xlreport.findings import Finding
from xlreport.forms.field_problems import Damage, field_findings, first_causes
from xlreport.forms.gaps import Gap, code_between, letters
from xlreport.forms.mending import Mending, with_renamed
from xlreport.forms.model import Form
from xlreport.forms.places import Path, Place, Places

#: Each round looks behind what hid the errors beneath it; nobody nests mistakes deeper.
_MOST_ROUNDS = 30


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A form, whole or with parts left out; None where nothing was left of it. `found` is what was told of fields."""

    form: Form | None
    places: Places
    found: tuple[Finding, ...] = ()

    @property
    def is_usable(self) -> bool:
        """Whether the form is whole and nothing in it is an error."""
        return self.form is not None and not any(item.is_error for item in self.found)


def salvage(
    content: object, places: Places, unread: frozenset[Path] = frozenset(), gaps: Iterable[Gap] = ()
) -> Salvaged:
    """The form in plain values, or what is left of it. Of parts `unread` something was said, `gaps` are known."""
    places = replace(places, content=content)
    left, told, damage = copy.deepcopy(content), list[Finding](), Damage(unread)
    mending = Mending(left, damage)
    for _ in range(_MOST_ROUNDS):
        try:
            form = Form.model_validate(left)
        except ValidationError as error:
            wrong = first_causes(error, left)
            told += field_findings(wrong, _renamed(places, mending), damage, left)
            for item in wrong:
                mending.mend(item)
        else:
            known = frozenset((*gaps, *mending.gaps, *_mistyped(form)))
            return Salvaged(form, replace(_renamed(places, mending), damaged=damage.parts, gaps=known), tuple(told))
    return Salvaged(None, replace(_renamed(places, mending), damaged=damage.parts), tuple(told))


def _renamed(places: Places, mending: Mending) -> Places:
    known: Mapping[Path, Place] = with_renamed(places.known, mending.renamed)
    return replace(places, known=known)


def _mistyped(form: Form) -> Iterator[Gap]:
    """The codes that were meant where two rows have the same, going by their neighbours."""
    for number, table in enumerate(form.tables):
        codes = [indicator.code for indicator in table.indicators]
        folded = [code.casefold() for code in codes]
        for row, code in enumerate(folded):
            meant = code_between(codes, row) if folded.count(code) > 1 else ""
            if meant:
                yield Gap("indicators", ("tables", number), letters(meant))
