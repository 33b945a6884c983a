"""Databases are brought up to date: added, updated, removed, and untouched where nothing has changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from offices import office
from sqlalchemy import make_url
from sqlalchemy.schema import CreateTable

from xlreport.errors import UsageError
from xlreport.frames import facts_frame, totals_frame
from xlreport.outputs.exports import Changes, Options, TidyTable, write
from xlreport.outputs.exports.database import database_table
from xlreport.periods import parse_period
from xlreport.usecases.export import export

FORM = """
form: f
title: Biểu F
frequency: quarter
filled_by: [don-vi]
tables:
  - table: t
    title: Kết quả
    measures: [actual]
    indicators:
      - {code: "01", name: Doanh thu, decimals: 2}
      - {code: "02", name: Số việc}
"""

Row = tuple[str, str, str | None]


def facts(rows: Sequence[Row], periods: Sequence[str] = ("2030-Q1",)) -> TidyTable:
    """Facts by period, unit and value."""
    frame = facts_frame(
        ("f", 1, period, unit, "t", "01", "actual", value, None, "A", None, None, "a", "0", "t", "A1", value)
        for period, unit, value in rows
    )
    return TidyTable("facts", frame, tuple(("f", period) for period in periods))


def put(table: TidyTable, place: Path) -> Changes:
    changes = write("sqlite", table, Options(place=str(place)))
    assert isinstance(changes, Changes)
    return changes


def stored(place: Path, table: str = "facts", columns: str = "period, unit, value") -> list[tuple[object, ...]]:
    connection = sqlite3.connect(place)
    try:
        return sorted(connection.execute(f"SELECT {columns} FROM {table}"), key=str)
    finally:
        connection.close()


def test_the_second_run_changes_nothing(tmp_path: Path) -> None:
    place, table = tmp_path / "x.sqlite", facts([("2030-Q1", "A", "1.5"), ("2030-Q1", "B", None)])
    assert put(table, place) == Changes(added=2, updated=0, removed=0, kept=0)
    before = place.read_bytes()
    assert put(table, place) == Changes(added=0, updated=0, removed=0, kept=2)
    assert place.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["x.sqlite"]


def test_what_changed_is_updated_and_what_was_withdrawn_is_removed(tmp_path: Path) -> None:
    place = tmp_path / "x.sqlite"
    put(facts([("2030-Q1", "A", "1"), ("2030-Q1", "B", "2"), ("2030-Q1", "C", None)]), place)
    after = facts([("2030-Q1", "A", "1"), ("2030-Q1", "C", "3.25"), ("2030-Q1", "D", "4")])
    assert put(after, place) == Changes(added=1, updated=1, removed=1, kept=1)
    assert stored(place) == [("2030-Q1", "A", "1"), ("2030-Q1", "C", "3.25"), ("2030-Q1", "D", "4")]


def test_other_periods_and_forms_stay(tmp_path: Path) -> None:
    place = tmp_path / "x.sqlite"
    put(facts([("2030-Q1", "A", "1")]), place)
    assert put(facts([("2030-Q2", "A", "2")], ["2030-Q2"]), place) == Changes(1, 0, 0, 0)
    # Withdrawn as a whole: nothing is left of the period, and all of the other.
    assert put(facts([], ["2030-Q1"]), place) == Changes(0, 0, 1, 0)
    assert stored(place) == [("2030-Q2", "A", "2")]


State = dict[tuple[str, str], str | None]
VALUES = st.none() | st.decimals(min_value=-(10**31), max_value=10**31, places=6).map(lambda one: format(one, "f"))
STATES = st.dictionaries(st.tuples(st.sampled_from(["2030-Q1", "2030-Q2"]), st.sampled_from("ABCDE")), VALUES)


@given(states=st.lists(STATES, min_size=1, max_size=4))
def test_after_any_runs_it_holds_what_stands(tmp_path_factory: pytest.TempPathFactory, states: list[State]) -> None:
    place = tmp_path_factory.mktemp("runs") / "x.sqlite"
    before: State = {}
    for state in states:
        rows = [(period, unit, value) for (period, unit), value in state.items()]
        changes = put(facts(rows, ["2030-Q1", "2030-Q2"]), place)
        shared = state.keys() & before.keys()
        changed = sum(exact(state[key]) != exact(before[key]) for key in shared)
        assert changes == Changes(
            len(state.keys() - shared), changed, len(before.keys() - shared), len(shared) - changed
        )
        found = {(str(period), str(unit)): exact(value) for period, unit, value in stored(place)}
        assert found == {key: exact(value) for key, value in state.items()}
        before = state


def exact(value: object) -> Decimal | None:
    assert value is None or isinstance(value, str)
    return None if value is None else Decimal(value)


def test_each_option_of_a_choice_has_a_row(tmp_path: Path) -> None:
    place = tmp_path / "x.sqlite"
    head = ("f", 1, "2030-Q1", "KHOI", "khoi", "t")
    rows: list[tuple[object, ...]] = [
        (*head, "02", "actual", count, option, "A", None, None, 3, 3) for count, option in (("2", "tot"), ("1", "kha"))
    ]
    rows.append((*head, "01", "attainment", None, "met", "A", None, None, 3, 3))
    table = TidyTable("totals", totals_frame(rows), (("f", "2030-Q1"),))
    assert put(table, place).added == 3
    assert stored(place, "totals", "indicator, answer, text, value") == [
        ("01", "", "met", None),
        ("02", "kha", "kha", "1"),
        ("02", "tot", "tot", "2"),
    ]
    swapped = table.frame.with_columns(value=pl.col("value").reverse())
    # The one in the middle stays where it is.
    assert put(replace(table, frame=swapped), place) == Changes(added=0, updated=2, removed=0, kept=1)


def test_a_withdrawn_indicator_of_an_office_is_removed(tmp_path: Path) -> None:
    """The whole way: from a workspace into a file, and again after its reports have changed."""
    at_work = office(tmp_path / "office", FORM)
    place, period = tmp_path / "x.sqlite", parse_period("2030-Q1")
    at_work.send("f", "2030-Q1", {"A": {"t/01": "9605.38", "t/02": 1}, "B": {"t/01": "0.1", "t/02": 2}})
    at_work.receive()
    for table in ("facts", "totals"):
        export(at_work.workspace, period, table, "sqlite", place)
        again = export(at_work.workspace, period, table, "sqlite", place).changes
        assert again == Changes(added=0, updated=0, removed=0, kept={"facts": 4, "totals": 6}[table])
    at_work.send("f", "2030-Q1", {"A": {"t/01": "9605.39", "t/02": 1}}, day="2030-01-02")
    at_work.receive()
    changes = export(at_work.workspace, period, "totals", "sqlite", place).changes
    # Revenue of C1 and of the bloc; C2 has no reports.
    assert changes == Changes(added=0, updated=2, removed=0, kept=4)
    assert ("KHOI", "01", "9605.49") in stored(place, "totals", "node, indicator, value")
    export(at_work.workspace, period, "facts", "sqlite", place)
    assert ("A", "01", "9605.39") in stored(place, "facts", "unit, indicator, value")


def test_a_table_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    at_work = office(tmp_path / "office", FORM)
    at_work.send("f", "2030-Q1", {"A": {"t/01": 1, "t/02": 1}})
    at_work.receive()
    ledger = at_work.workspace.ledger_place
    assert isinstance(ledger, Path)
    before = ledger.read_bytes()
    with pytest.raises(UsageError) as caught:
        put(facts([("2030-Q1", "A", "1")]), ledger)
    assert caught.value.key == "export-table-other"
    assert ledger.read_bytes() == before


@pytest.mark.parametrize(
    ("place", "key"),
    [
        ("no url", "database-url"),
        ("nix://x/y", "database-unusable"),
        ("postgresql+nix://somebody:secret@x/y", "database-unusable"),
        ("sqlite:////nowhere/at/all.sqlite", "database-unusable"),
    ],
)
def test_databases_that_cannot_be_used(place: str, key: str) -> None:
    with pytest.raises(UsageError) as caught:
        write("sql", facts([]), Options(place=place))
    assert caught.value.key == key
    if key == "database-unusable":
        assert "secret" not in str(caught.value)


def test_no_file_is_left_behind(tmp_path: Path) -> None:
    twice = facts([("2030-Q1", "A", "1"), ("2030-Q1", "A", "2")])
    with pytest.raises(UsageError):
        put(twice, tmp_path / "x.sqlite")
    assert list(tmp_path.iterdir()) == []
    put(facts([("2030-Q1", "A", "1")]), tmp_path / "x.sqlite")
    with pytest.raises(UsageError):
        put(replace(twice, frame=twice.frame.with_columns(unit=pl.lit("B"))), tmp_path / "x.sqlite")
    assert stored(tmp_path / "x.sqlite") == [("2030-Q1", "A", "1")]


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "x.sqlite"
    place.write_bytes(b"no database, but long enough to be looked at as one" * 100)
    before = place.read_bytes()
    with pytest.raises(UsageError):
        put(facts([("2030-Q1", "A", "1")]), place)
    assert place.read_bytes() == before


def test_any_database_by_url(tmp_path: Path) -> None:
    place = tmp_path / "x.db"
    for expected in (Changes(1, 0, 0, 0), Changes(0, 0, 0, 1)):
        assert write("sql", facts([("2030-Q1", "A", "1")]), Options(place=f"sqlite:///{place}")) == expected
    assert stored(place) == [("2030-Q1", "A", "1")]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("postgresql", "value NUMERIC(38, 6)"), ("mysql", "value NUMERIC(38, 6)"), ("sqlite", "value TEXT")],
)
def test_numbers_are_exact_in_every_database(name: str, kind: str) -> None:
    table, dialect = facts([]), make_url(f"{name}://").get_dialect()()
    made = database_table(name, "facts", table.frame.schema, list(table.key))
    ddl = str(CreateTable(made).compile(dialect=dialect))
    assert kind in ddl
    # Codes in the key have a length: MySQL indexes no text without one.
    assert ddl.count("VARCHAR(64)") == len(table.key)
