"""Figures that the office entered for all units, out of the ledger: under the codes of the form's version at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from xlreport.forms.model import Form
from xlreport.forms.succession import Row, succession
from xlreport.frames import FACTS
from xlreport.layout.roll import RollKind, plan_period, roll_form
from xlreport.ledger import Transaction
from xlreport.organisation.tree import Tree
from xlreport.periods import Period

_POINT = ["unit", "table", "indicator", "measure"]


def given_facts(
    record: Transaction, kind: RollKind, versions: Sequence[Form], form: Form, period: Period
) -> pl.DataFrame:
    """The figures of the current rolls of a period (columns of `frames.FACTS`).

    A plan may have been set by a newer version than a report of the same year is filled by, or by an older one.
    """
    facts = record.roll_facts(roll_form(kind, form.form), period.code)
    own = {one.version: one for one in versions}
    found = [facts.filter(version=form.version)]
    for version in sorted(set(facts["version"]) - {form.version}):
        then = own.get(version)
        codes = _way(then, form, versions) if then is not None else {}
        found.append(under_codes(facts.filter(version=version), codes))
    return pl.concat(found)


def _way(then: Form, now: Form, versions: Sequence[Form]) -> Mapping[Row, Row]:
    if then.version < now.version:
        return succession(then, now, versions).codes
    return {new: old for old, new in succession(now, then, versions).codes.items()}


def under_codes(facts: pl.DataFrame, way: Mapping[Row, Row]) -> pl.DataFrame:
    """Facts under the codes that rows lead to; those that lead nowhere are left out."""
    codes = pl.DataFrame(
        [(*old, *new) for old, new in way.items()],
        schema=dict.fromkeys(("table", "indicator", "new_table", "new_indicator"), pl.String),
        orient="row",
    )
    moved = facts.join(codes, on=["table", "indicator"], how="inner", maintain_order="left")
    return moved.with_columns(table="new_table", indicator="new_indicator").select(*FACTS)


def with_given(facts: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """Facts, and given figures where those say nothing: what was reported comes first."""
    if given.is_empty():
        return facts
    says = pl.col("value").is_not_null() | pl.col("text").is_not_null() | ~pl.col("status").is_in(["O"])
    missing = given.join(facts.filter(says), on=_POINT, how="anti", maintain_order="left")
    left = facts.join(missing, on=_POINT, how="anti", maintain_order="left")
    return pl.concat([left, missing])


def with_plans(
    record: Transaction, versions: Sequence[Form], form: Form, period: Period, tree: Tree, facts: pl.DataFrame
) -> pl.DataFrame:
    """Facts with the plans of their year for those who reported, and for nodes above the units, which need not.

    The plan of a unit without a report is in no total: it would be compared with the results of others.
    """
    plans = given_facts(record, RollKind.PLAN, versions, form, plan_period(form, period))
    if plans.is_empty():
        return facts
    above = {ancestor for code in tree.codes for ancestor in tree.ancestors(code)}
    return with_given(facts, plans.filter(pl.col("unit").is_in([*set(facts["unit"]), *above])))
