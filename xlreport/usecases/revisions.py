"""Estimates that later reports replace by official figures: the estimate stays in the ledger, the revision is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from xlreport.datapoints import DataPoint
from xlreport.findings import Finding, Location, finding
from xlreport.forms.model import Form
from xlreport.ledger import Transaction
from xlreport.periods import Period, next_period

#: The measure in which a unit gives the official figure of the period before.
OFFICIAL = "previous_final"
_KEY = ["unit", "table", "indicator"]
_REPLACED = ("value", "text", "status", "source_file", "source_sha256", "source_sheet", "source_cell", "source_text")


@dataclass(frozen=True, slots=True)
class RevisedFacts:
    """The facts of a period (columns of `frames.FACTS`) with official figures in place, and what was revised."""

    facts: pl.DataFrame
    revisions: tuple[Finding, ...]


def revised_facts(record: Transaction, form: Form, period: Period) -> RevisedFacts:
    """The figures of a period as they are known by now: official where the report of the next period says so."""
    facts = record.facts(form.form, period.code)
    if not any(table.measure(OFFICIAL) for table in form.tables):
        return RevisedFacts(facts, ())
    later = record.facts(form.form, next_period(period).code)
    official = later.filter((pl.col("measure") == OFFICIAL) & pl.col("value").is_not_null()).select(
        *_KEY, *(pl.col(name).alias(f"new_{name}") for name in _REPLACED)
    )
    if official.is_empty():
        return RevisedFacts(facts, ())
    joined = facts.join(official, on=_KEY, how="left", maintain_order="left")
    is_revised = (pl.col("measure") == "actual") & pl.col("new_value").is_not_null()
    differs = is_revised & (pl.col("value").ne_missing(pl.col("new_value")) | (pl.col("status") != "A"))
    revisions = tuple(_revision(form, period, row) for row in joined.filter(differs).iter_rows(named=True))
    replaced = (pl.when(is_revised).then(f"new_{name}").otherwise(name).alias(name) for name in _REPLACED)
    qualifier = pl.when(is_revised).then(None).otherwise("qualifier").alias("qualifier")
    return RevisedFacts(joined.with_columns(*replaced, qualifier).select(facts.columns), revisions)


def _revision(form: Form, period: Period, row: Mapping[str, object]) -> Finding:
    point = DataPoint(str(row["table"]), str(row["indicator"]), "actual")
    table = form.table(point.table)
    indicator = table.indicator(point.indicator) if table else None
    place = Location(
        file=str(row["new_source_file"]),
        unit=str(row["unit"]),
        sheet=str(row["new_source_sheet"]),
        cell=str(row["new_source_cell"]),
        **point._asdict(),
    )
    name = indicator.name.in_all() if indicator else point.indicator
    before = row["value"] if row["value"] is not None else "…"
    return finding("XR501", place, name=name, period=period.code, before=before, after=row["new_value"])
