"""Figures of earlier periods, as a form of today refers to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import polars as pl

from xlreport.aggregation import Consolidation, Values
from xlreport.aggregation import consolidate as aggregate
from xlreport.aggregation.nodes import ReceivedFigure, consolidate_values, received_values
from xlreport.aggregation.over_time import over_time
from xlreport.forms.expressions import BoundForm, bind
from xlreport.forms.model import Aggregation, Form, Indicator
from xlreport.forms.succession import succession
from xlreport.intake.identify import current_version
from xlreport.layout.roll import RollKind
from xlreport.ledger import Ledger, Transaction
from xlreport.numbers import MAX_DECIMALS
from xlreport.organisation.model import Register
from xlreport.organisation.tree import Tree, at
from xlreport.periods import Period, parse_period, parts, previous_period, same_period_last_year, tiling
from xlreport.usecases.check import History
from xlreport.usecases.given import given_facts, under_codes, with_given, with_plans
from xlreport.usecases.revisions import revised_facts

#: The periods that references name.
_THEN: Mapping[str, Callable[[Period], Period]] = {
    "previous": previous_period,
    "same_period": same_period_last_year,
}


def consolidated(
    record: Transaction, versions: Sequence[Form], form: Form, period: Period, tree: Tree, *, with_past: bool = True
) -> Consolidation:
    """What stands of a form in a period, added up over a tree: across time first, where the period has parts."""
    periods = parts_of(record, form, period)
    bound = bind(form if periods == (period,) else _with_finer_averages(form), period)
    past = earlier(record, versions, bound, tree) if with_past else {}
    if periods == (period,):
        facts = _facts_of(record, versions, form, period, tree, with_history=not with_past)
        return aggregate(bound, tree, facts, past)
    return consolidate_values(
        bound, tree, _over_parts(record, versions, bound, periods, tree, with_history=not with_past), past
    )


def _facts_of(
    record: Transaction, versions: Sequence[Form], form: Form, period: Period, tree: Tree, *, with_history: bool
) -> pl.DataFrame:
    """What was reported, the plans of the year, and of a past period what the office entered of it."""
    facts = with_plans(record, versions, form, period, tree, comparable_facts(record, versions, form, period))
    return past_facts(record, versions, form, period, facts) if with_history else facts


def past_values(
    record: Transaction, versions: Sequence[Form], form: Form, period: Period, tree: Tree
) -> Mapping[str, Values]:
    """What is known of a past period by unit and node, as it was typed: nothing that is computed from it."""
    periods = parts_of(record, form, period)
    if periods != (period,):
        return _over_parts(record, versions, bind(_with_finer_averages(form), period), periods, tree, with_history=True)
    facts = _facts_of(record, versions, form, period, tree, with_history=True)
    return received_values(bind(form, period), figures_of(facts))


def past_facts(
    record: Transaction, versions: Sequence[Form], form: Form, period: Period, facts: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The facts of a past period: reports first, and what the office entered where there are none."""
    reported = comparable_facts(record, versions, form, period) if facts is None else facts
    return with_given(reported, given_facts(record, RollKind.HISTORY, versions, form, period))


#: Decimals that an average over periods keeps beyond those of its figures.
_FINER = 2


def _with_finer_averages(form: Form) -> Form:
    """The form for a longer period: averages over time are no longer whole numbers of persons.

    Rounded unit by unit they would not add up to the average of the whole.
    """
    tables = tuple(
        table.model_copy(update={"indicators": tuple(map(_with_finer_average, table.indicators))})
        for table in form.tables
    )
    return form.model_copy(update={"tables": tables})


def _with_finer_average(indicator: Indicator) -> Indicator:
    if indicator.across_time is not Aggregation.AVERAGE or not indicator.is_received:
        return indicator
    return indicator.model_copy(update={"decimals": min(indicator.decimals + _FINER, MAX_DECIMALS)})


def parts_of(record: Transaction, form: Form, period: Period) -> tuple[Period, ...]:
    """The periods for which a form is filled that make up a period; none if they do not.

    Each day counts once: where six months were reported, their quarters are not added to them.
    """
    if form.is_for(period):
        return (period,)
    held = [parse_period(code) for code in record.periods(form.form)]
    return tiling(period, held) or parts(period, form.frequency) or ()


def _over_parts(
    record: Transaction,
    versions: Sequence[Form],
    bound: BoundForm,
    periods: Sequence[Period],
    tree: Tree,
    *,
    with_history: bool,
) -> dict[str, Values]:
    """Figures of the whole, of those who reported in every part: a sum over three quarters is no year's."""
    by_part = [
        (part, received_values(bound, figures_of(facts)))
        for part in periods
        for facts in [_facts_of(record, versions, bound.form, part, tree, with_history=with_history)]
    ]
    complete = set.intersection(*(set(received) for _, received in by_part)) if by_part else set()
    return {unit: over_time(bound, [(part, received[unit]) for part, received in by_part]) for unit in sorted(complete)}


def figures_of(facts: pl.DataFrame) -> Iterable[tuple[object, ...]]:
    """The part of each fact that aggregation needs."""
    return facts.select(ReceivedFigure._fields).iter_rows()


def earlier(record: Transaction, versions: Sequence[Form], bound: BoundForm, tree: Tree) -> dict[str, Consolidation]:
    """The consolidations of the earlier periods that a form refers to, over the tree of today, by their names."""
    named = sorted({ref.at for ref in bound.earlier if ref.at is not None})
    return {
        name: consolidated(record, versions, bound.form, _THEN[name](bound.period), tree, with_past=False)
        for name in named
    }


def comparable_facts(record: Transaction, versions: Sequence[Form], form: Form, period: Period) -> pl.DataFrame:
    """The facts of a period (columns of `frames.FACTS`), under the codes that the form of today gives them.

    Figures of a row that continues nowhere are left out: they are comparable with nothing.
    """
    facts = revised_facts(record, form, period).facts
    then = current_version(versions, period)
    if then is None or then.version >= form.version:
        return facts
    return under_codes(facts, succession(then, form, versions).codes)


def history_of(ledger: Ledger, forms: Mapping[str, Sequence[Form]], register: Register) -> History:
    """What checks ask for the past of a form; looked up only for forms that refer to it."""

    def look_up(bound: BoundForm) -> Mapping[str, Consolidation]:
        if not bound.earlier:
            return {}
        tree = at(register, bound.form.last_day(bound.period))
        with ledger.transaction() as record:
            return earlier(record, forms.get(bound.form.form, ()), bound, tree)

    return look_up
