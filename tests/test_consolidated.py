"""Any form × any values of units and nodes → totals: workbooks prove themselves, exports say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from clerks import Filled, Typed, filled_books, typed_into
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter
from loop import REGISTER
from oracles import differences, formula_cells, recalculate_formualizer, recalculate_libreoffice
from strategies import PERIODS, forms

from xlreport.aggregation import Consolidation, Status, consolidate, coverage, filler_of, filling_nodes
from xlreport.checks.coverage import operand_findings
from xlreport.checks.rules import rule_findings
from xlreport.datapoints import DataPoint
from xlreport.findings import Location
from xlreport.forms.expressions import BoundForm, bind
from xlreport.forms.roles import CellRole
from xlreport.frames import facts_frame
from xlreport.organisation.tree import at
from xlreport.outputs.consolidated.publication import Publication
from xlreport.outputs.consolidated.workbook import consolidated_workbook
from xlreport.outputs.exports.columns import csv_text
from xlreport.outputs.tidy import totals
from xlreport.periods import parse_period
from xlreport.sheets.unit_workbook import unit_workbook

#: Sums of larger figures have more digits than a cell can hold.
LARGEST = Decimal(10**8)


@dataclass(frozen=True, repr=False)
class Reported:
    """A form, what came of it, and in which language its workbooks are."""

    outcome: Consolidation
    language: str
    accepted: frozenset[str]

    def __repr__(self) -> str:
        """The form as its author would write it."""
        return f"{self.outcome.bound.form.to_json()} {self.outcome.bound.period.code}"[:20_000]

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:
        """Hypothesis would take it apart, cell by cell."""
        printer.text(repr(self))

    def workbook(self, node: str) -> bytes:
        own = {one: coverage(units, self.accepted, ()) for one, units in self.outcome.expected.items()}
        return consolidated_workbook(Publication(self.outcome, node, own, [], [], self.language))


@st.composite
def reported(draw: st.DrawFn) -> Reported:
    form = draw(forms())
    period = parse_period(draw(st.sampled_from(PERIODS[form.frequency])))
    tree, language = at(REGISTER, period.end), draw(st.sampled_from(["vi", "en"]))
    sent = draw(st.lists(st.sampled_from(filling_nodes(form, tree)), unique=True))
    rows: list[tuple[object, ...]] = []
    for node in sent:
        bound = bind(form, period, filler_of(form, tree, node))
        typed, qualifiers, _, _ = draw(typed_into(bound, language))
        rows += [_fact(bound, node, point, one, qualifiers) for point, one in typed.items()]
    return Reported(consolidate(bind(form, period), tree, facts_frame(rows)), language, frozenset(sent))


def _fact(
    bound: BoundForm, node: str, point: DataPoint, one: Typed, qualifiers: Mapping[DataPoint, str]
) -> tuple[object, ...]:
    value = one.value if one.value is None or abs(one.value) < LARGEST else one.value % LARGEST
    status = Status.ESTIMATED if node == "A" and one.status is Status.NORMAL else one.status
    qualifier = qualifiers.get(point._replace(measure="qualifier")) if value is not None else None
    about = (bound.form.form, bound.form.version, bound.period.code, node)
    shown = None if value is None else format(value, "f")
    return (*about, *point, shown, one.text, status.value, qualifier, None, "x.xlsx", node, "t", "A1", str(one.entry))


@settings(max_examples=30)
@given(reported(), st.sampled_from(["K", "K", "C1"]))
def test_workbooks_of_nodes_prove_themselves(given_: Reported, node: str) -> None:
    data = given_.workbook(node)
    assert formula_cells(data)
    assert differences(data, recalculate_formualizer(data)) == []


@settings(max_examples=25)
@given(reported())
def test_totals_have_every_point_of_every_node_once(given_: Reported) -> None:
    outcome = given_.outcome
    frame = totals(outcome)
    keys = ["node", "table", "indicator", "measure", "text"]
    choices = frame.filter(pl.col("indicator").is_in(_choices(outcome)))
    others = frame.filter(~pl.col("indicator").is_in(_choices(outcome)))
    assert not choices.select(keys).is_duplicated().any()
    assert not others.select(keys[:-1]).is_duplicated().any()
    asked = {point for point, role in outcome.bound.roles.items() if role is not CellRole.CLOSED}
    shown = {DataPoint(*row) for row in frame.select("table", "indicator", "measure").iter_rows()}
    assert shown == {point for point in asked if point.measure not in ("note", "qualifier", "status")}
    held = frame.filter(pl.col("reporting_units").is_not_null())
    assert (held["reporting_units"] <= held["expected_units"]).all()
    assert csv_text(frame, exact=False).startswith(b"form,version,")


def _choices(outcome: Consolidation) -> list[str]:
    return [one.code for table in outcome.bound.form.tables for one in table.indicators if one.is_choice]


@settings(max_examples=25)
@given(reported())
def test_checks_of_totals_never_break(given_: Reported) -> None:
    outcome = given_.outcome
    for node, values in outcome.nodes.items():
        broken = rule_findings(outcome.bound, values, {}, Location(unit=node), "XR402")
        unlike = operand_findings(outcome.bound, values, node)
        assert {item.code for item in (*broken, *unlike)} <= {"XR402", "XR403"}


@pytest.mark.libreoffice
def test_libreoffice_sees_random_workbooks_as_we_do(tmp_path: Path) -> None:
    """Of units and of nodes, in one start."""
    books: list[bytes] = []

    @settings(max_examples=15)
    @given(reported(), filled_books())
    def collect(given_: Reported, filled: Filled) -> None:
        books.extend([given_.workbook("K"), unit_workbook(filled.book)])

    collect()
    paths = [tmp_path / f"{number}.xlsx" for number in range(len(books))]
    for path, data in zip(paths, books, strict=True):
        path.write_bytes(data)
    seen = recalculate_libreoffice(paths, tmp_path)
    assert [differences(data, seen[path]) for path, data in zip(paths, books, strict=True)] == [[] for _ in books]
