"""Figures of earlier periods, as a form of today refers to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from xlreport.aggregation import MISSING, Consolidation, Roster, Values, roster
from xlreport.aggregation.like_for_like import Compared, comparable_points
from xlreport.aggregation.nodes import ReceivedFigure, consolidate_values, received_values
from xlreport.aggregation.over_time import over_time
from xlreport.aggregation.roster import Row, together
from xlreport.datapoints import DataPoint
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
    record: Transaction,
    versions: Sequence[Form],
    form: Form,
    period: Period,
    register: Register,
    who: Roster,
    *,
    with_past: bool = True,
) -> Consolidation:
    """What stands of a form in a period, added up over the tree of a roster: across time first, then across units."""
    bound = bind(_of_whole(form, period, who.periods), period)
    past = earlier(record, versions, bound, register, who.tree) if with_past else {}
    values = _counted(record, versions, bound, who, with_history=not with_past)
    return consolidate_values(bound, who.tree, values, past)


def roster_of(record: Transaction, form: Form, period: Period, register: Register, day: date | None = None) -> Roster:
    """Who counts under whom in a period, over the tree of its own last day.

    Over the tree of another day, to compare like with like, only what can be counted under a unit of that day.
    """
    periods = parts_of(record, form, period)
    if day is not None:
        return roster(form, register, periods, day, with_former=False)
    return roster(form, register, periods, form.last_day(period))


def _of_whole(form: Form, period: Period, periods: Sequence[Period]) -> Form:
    return form if tuple(periods) == (period,) else _with_finer_averages(form)


def _facts_of(
    record: Transaction, versions: Sequence[Form], form: Form, period: Period, tree: Tree, *, with_history: bool
) -> pl.DataFrame:
    """What was reported, the plans of the year, and of a past period what the office entered of it.

    Of a closed period all of it is as it was when the period was closed.
    """
    record = record.as_closed(form.form, period.code)
    facts = with_plans(record, versions, form, period, tree, comparable_facts(record, versions, form, period))
    return past_facts(record, versions, form, period, facts) if with_history else facts


def past_values(
    record: Transaction, versions: Sequence[Form], form: Form, period: Period, register: Register, tree: Tree
) -> Mapping[str, Values]:
    """What is known of a past period by unit and node, as it was typed: nothing that is computed from it.

    Units that have since gone into one of the tree are known by that one.
    """
    who = roster_of(record, form, period, register, tree.day)
    return _counted(record, versions, bind(_of_whole(form, period, who.periods), period), who, with_history=True)


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


def _counted(
    record: Transaction, versions: Sequence[Form], bound: BoundForm, who: Roster, *, with_history: bool
) -> dict[str, Values]:
    """Figures of the whole by unit, of those of whom every part is there: a sum over three quarters is no year's.

    Nodes above the units have rows of their own by what they sent themselves.
    """
    by_part = [
        received_values(bound, figures_of(facts))
        for part in who.periods
        for facts in [_facts_of(record, versions, bound.form, part, who.tree, with_history=with_history)]
    ]
    reporting = {unit for _, unit, _ in who.reports()}
    sent = set.intersection(*map(set, by_part)) if by_part else set()
    rows = {**{node: Row(((node,),) * len(by_part)) for node in sorted(sent - reporting)}, **who.rows}
    return {
        row: _of_row(bound, who, own, by_part)
        for row, own in rows.items()
        if all(unit in received for received, units in zip(by_part, own.reporters, strict=True) for unit in units)
    }


def _of_row(bound: BoundForm, who: Roster, row: Row, by_part: Sequence[Mapping[str, Values]]) -> Values:
    parts = [
        (part, together(bound, [received[unit] for unit in units]))
        for part, received, units in zip(who.periods, by_part, row.reporters, strict=True)
        if units
    ]
    if who.periods == (bound.period,):
        return parts[0][1]
    return over_time(bound, parts, who.periods, passed_on=row.passed_on)


def figures_of(facts: pl.DataFrame) -> Iterable[tuple[object, ...]]:
    """The part of each fact that aggregation needs."""
    return facts.select(ReceivedFigure._fields).iter_rows()


def earlier(
    record: Transaction, versions: Sequence[Form], bound: BoundForm, register: Register, tree: Tree
) -> dict[str, Consolidation]:
    """The consolidations of the earlier periods that a form refers to, over the tree of today, by their names."""
    named = sorted({ref.at for ref in bound.earlier if ref.at is not None})
    return {
        name: consolidated_over(record, versions, bound.form, _THEN[name](bound.period), register, tree)
        for name in named
    }


def consolidated_over(
    record: Transaction, versions: Sequence[Form], form: Form, period: Period, register: Register, tree: Tree
) -> Consolidation:
    """What is known of a past period, added up over the tree of today: like for like."""
    who = roster_of(record, form, period, register, tree.day)
    # The tree at hand may hold rows of units that have ended.
    return consolidated(record, versions, form, period, register, replace(who, tree=tree), with_past=False)


def compared_with_last_year(
    record: Transaction, versions: Sequence[Form], now: Consolidation, register: Register
) -> Compared | None:
    """A consolidation beside the same period of last year, over the organisation of then and over that of today.

    None where nothing is known of that period.
    """
    form, period = now.bound.form, now.bound.period
    then = same_period_last_year(period)
    who = roster_of(record, form, then, register)
    reported = consolidated(record, versions, form, then, register, who, with_past=False)
    points = _comparable_points(now.bound)
    if not any(values.get(point, MISSING).number is not None for values in reported.nodes.values() for point in points):
        return None
    return Compared(then, now, reported, consolidated_over(record, versions, form, then, register, now.tree))


def _comparable_points(bound: BoundForm) -> list[DataPoint]:
    return [point for table in bound.form.tables for point in comparable_points(bound, table)]


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
            return earlier(record, forms.get(bound.form.form, ()), bound, register, tree)

    return look_up
