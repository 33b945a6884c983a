"""Figures of earlier periods, as a form of today refers to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from xlreport.aggregation import Consolidation
from xlreport.aggregation import consolidate as aggregate
from xlreport.forms.expressions import BoundForm, bind
from xlreport.forms.model import Form
from xlreport.forms.succession import succession
from xlreport.frames import FACTS
from xlreport.intake.identify import current_version
from xlreport.ledger import Ledger, Transaction
from xlreport.organisation.model import Register
from xlreport.organisation.tree import Tree, at
from xlreport.periods import Period, previous_period, same_period_last_year
from xlreport.usecases.check import History
from xlreport.usecases.revisions import revised_facts

#: The periods that references name.
_THEN: Mapping[str, Callable[[Period], Period]] = {
    "previous": previous_period,
    "same_period": same_period_last_year,
}


def earlier(record: Transaction, versions: Sequence[Form], bound: BoundForm, tree: Tree) -> dict[str, Consolidation]:
    """The consolidations of the earlier periods that a form refers to, over the tree of today, by their names."""
    named = {ref.at for ref in bound.earlier if ref.at is not None}
    found: dict[str, Consolidation] = {}
    for name in sorted(named):
        then = _THEN[name](bound.period)
        facts = comparable_facts(record, versions, bound.form, then)
        found[name] = aggregate(bind(bound.form, then), tree, facts)
    return found


def comparable_facts(record: Transaction, versions: Sequence[Form], form: Form, period: Period) -> pl.DataFrame:
    """The facts of a period (columns of `frames.FACTS`), under the codes that the form of today gives them.

    Figures of a row that continues nowhere are left out: they are comparable with nothing.
    """
    facts = revised_facts(record, form, period).facts
    then = current_version(versions, period)
    if then is None or then.version >= form.version:
        return facts
    way = succession(then, form, versions)
    codes = pl.DataFrame(
        [(*old, *new) for old, new in way.codes.items()],
        schema=dict.fromkeys(("table", "indicator", "new_table", "new_indicator"), pl.String),
        orient="row",
    )
    moved = facts.join(codes, on=["table", "indicator"], how="inner", maintain_order="left")
    return moved.with_columns(table="new_table", indicator="new_indicator").select(*FACTS)


def history_of(ledger: Ledger, forms: Mapping[str, Sequence[Form]], register: Register) -> History:
    """What checks ask for the past of a form; looked up only for forms that refer to it."""

    def look_up(bound: BoundForm) -> Mapping[str, Consolidation]:
        if not bound.earlier:
            return {}
        tree = at(register, bound.form.last_day(bound.period))
        with ledger.transaction() as record:
            return earlier(record, forms.get(bound.form.form, ()), bound, tree)

    return look_up
