"""The ledger gives back exactly what was put in, and says which submission counts."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from databases import new_database
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Select, create_engine, inspect, make_url, select
from sqlalchemy.exc import IntegrityError

from xlreport.errors import UsageError
from xlreport.findings import Finding, Location, Severity, finding
from xlreport.frames import FACTS
from xlreport.ledger import (
    FACT_COLUMNS,
    FactRow,
    Known,
    Ledger,
    Outcome,
    Reading,
    Role,
    Standing,
    Submission,
    Transaction,
    migrations,
    open_ledger,
    queries,
)
from xlreport.ledger.tables import META, METADATA, SCHEMA_VERSION

FORM, PERIOD, CONTEXT = "cum-quy", "2024-Q1", "form-1/register-1/reader-1"
DAY = date(2024, 3, 29)
Key = tuple[Role, str]


def sha(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def submission(name: str, received_on: date = DAY) -> Submission:
    return Submission(sha(name), f"{name}.xlsx", received_on, f"archive/{sha(name)}.xlsx", 11_000)


def reading(name: str, unit: str | None = "DV01", outcome: Outcome = Outcome.ACCEPTED, **other: Any) -> Reading:
    usual: dict[str, Any] = {"form": FORM, "version": 1, "period": PERIOD, "status": "A", "context": CONTEXT}
    return Reading(sha256=sha(name), unit=unit, outcome=outcome, **(usual | other))


def fact(
    indicator: str = "01", value: str | None = "9605.38", text: str | None = None, measure: str = "actual"
) -> FactRow:
    return ("sxkd", indicator, measure, value, text, "A", None, "tỷ đồng", "Kết quả SXKD", "E5", "9.605,38")


def add(
    tx: Transaction,
    name: str,
    facts: Sequence[FactRow] = (),
    findings: Sequence[Finding] = (),
    received_on: date = DAY,
    **of_reading: Any,
) -> int:
    tx.add_submission(submission(name, received_on))
    return tx.add_reading(tx.start_run("receive", received_on), reading(name, **of_reading), facts, findings)


def roles(items: Sequence[Standing]) -> list[Key]:
    return [(item.role, item.file_name.removesuffix(".xlsx")) for item in items]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def place(request: pytest.FixtureRequest, path: Path) -> Iterator[str | Path]:
    """Where a ledger may be: in a file, or in a database that a server keeps."""
    if request.param == "sqlite":
        yield path
    else:
        with new_database(request.getfixturevalue("postgresql")) as address:
            yield address


@pytest.fixture
def file_ledger(path: Path) -> Iterator[Ledger]:
    """One whose file is looked into by other means."""
    with open_ledger(path) as opened:
        yield opened


@pytest.fixture
def ledger(place: str | Path) -> Iterator[Ledger]:
    with open_ledger(place) as opened:
        yield opened


@contextmanager
def in_memory() -> Iterator[Transaction]:
    with open_ledger("sqlite://") as opened, opened.transaction() as tx:
        yield tx


@pytest.fixture(scope="module")
def emptied(postgresql: str) -> Iterator[Ledger]:
    """A ledger in a server, in which nothing is kept."""
    with new_database(postgresql) as address, open_ledger(address) as opened:
        yield opened


@contextmanager
def undone(ledger: Ledger) -> Iterator[Transaction]:
    """A transaction of which nothing is kept."""
    with suppress(InterruptedError), ledger.transaction() as tx:
        yield tx
        raise InterruptedError


# --- values and text come back as they were -------------------------------------------------------

plain_decimals = st.from_regex(r"-?[0-9]{1,32}(\.[0-9]{1,6})?", fullmatch=True)
# No cell holds the character 0, and no text in PostgreSQL does.
any_text = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@given(st.lists(st.none() | plain_decimals, max_size=20))
def test_values_come_back_exactly(values: list[str | None]) -> None:
    with in_memory() as tx:
        add(tx, "a", [fact(f"{number:02}", value) for number, value in enumerate(values)])
        stored = tx.facts(FORM, PERIOD)["value"].to_list()
    assert stored == [None if value is None else Decimal(value) for value in values]


@given(st.lists(any_text, min_size=4, max_size=4))
def test_text_comes_back_exactly(texts: list[str | None]) -> None:
    row = ("sxkd", "01", "note", None, texts[0], "A", texts[1], None, texts[2], "E5", texts[3])
    with in_memory() as tx:
        add(tx, "a", [row])
        [stored] = tx.facts(FORM, PERIOD).select(FACT_COLUMNS).rows()
    assert stored == row


def test_empty_text_is_not_absence(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        add(tx, "a", [fact("01", None, ""), fact("02", None, None)])
    with ledger.transaction() as tx:
        assert tx.facts(FORM, PERIOD)["text"].to_list() == ["", None]


@pytest.mark.parametrize("value", ["1.2345678", "1E+3", "NaN", "", " 1", "1\n", "9,5", "1" * 33, "٣", ".5", "5."])
def test_a_value_that_would_change_is_not_stored(ledger: Ledger, value: str) -> None:
    with pytest.raises(ValueError, match="plain decimal"), ledger.transaction() as tx:
        add(tx, "a", [fact(value=value)])
    with ledger.transaction() as tx:
        assert tx.standing(FORM, PERIOD) == []


def test_a_fact_needs_all_its_columns(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="zip"), ledger.transaction() as tx:
        add(tx, "a", [fact()[:-1]])


def test_facts_have_the_columns_of_the_frame_and_their_source(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        add(tx, "a", [fact()], version=3)
        facts = tx.facts(FORM, PERIOD)
    assert facts.schema == pl.Schema(FACTS)
    assert facts.row(0, named=True) == {
        "form": FORM,
        "version": 3,
        "period": PERIOD,
        "unit": "DV01",
        "table": "sxkd",
        "indicator": "01",
        "measure": "actual",
        "value": Decimal("9605.38"),
        "text": None,
        "status": "A",
        "qualifier": None,
        "unit_measure": "tỷ đồng",
        "source_file": "a.xlsx",
        "source_sha256": sha("a"),
        "source_sheet": "Kết quả SXKD",
        "source_cell": "E5",
        "source_text": "9.605,38",
    }


def test_no_facts_is_a_frame_too(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        assert tx.facts(FORM, PERIOD).schema == pl.Schema(FACTS)
        assert tx.facts(FORM, PERIOD).is_empty()


def test_facts_are_by_unit_then_as_stored(ledger: Ledger) -> None:
    units = ["ĐV01", "dv01", *(f"DV{number:02}" for number in range(40, 0, -1))]
    codes = [f"{number * 7 % 30:02}" for number in range(30)]
    with ledger.transaction() as tx:
        for unit in units:
            add(tx, unit, [fact(code) for code in codes], unit=unit)
        order = tx.facts(FORM, PERIOD).select("unit", "indicator").rows()
    assert order == [(unit, code) for unit in (*units[:1:-1], "dv01", "ĐV01") for code in codes]


def test_many_facts_of_one_submission_keep_their_order(ledger: Ledger) -> None:
    codes = [f"{number * 7919 % 45_001:05}" for number in range(45_001)]
    with ledger.transaction() as tx:
        add(tx, "a", [fact(code, code) for code in codes])
        assert tx.facts(FORM, PERIOD)["indicator"].to_list() == codes


def test_a_data_point_is_not_counted_twice(ledger: Ledger) -> None:
    twice = [fact("01", "1"), fact("01", "2")]
    with pytest.raises(ValueError, match="twice"), ledger.transaction() as tx:
        add(tx, "a", twice)
    with ledger.transaction() as tx:
        add(tx, "a", twice, outcome=Outcome.REJECTED)
        assert roles(tx.standing(FORM, PERIOD)) == [(Role.REJECTED, "a")]


# --- which submission counts ----------------------------------------------------------------------


def test_a_later_day_supersedes_whatever_came_first(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        add(tx, "official", [fact(value="2")], received_on=date(2024, 4, 12))
        add(tx, "estimate", [fact(value="1")], received_on=DAY)
        assert roles(tx.standing(FORM, PERIOD)) == [(Role.SUPERSEDED, "estimate"), (Role.CURRENT, "official")]
        assert tx.facts(FORM, PERIOD)["value"].to_list() == [2]


def test_on_one_day_the_later_arrival_supersedes(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        add(tx, "z", [fact(value="1")])
        add(tx, "a", [fact(value="2")], version=2)
        assert roles(tx.standing(FORM, PERIOD)) == [(Role.SUPERSEDED, "z"), (Role.CURRENT, "a")]
        assert tx.facts(FORM, PERIOD).select("value", "version").rows() == [(2, 2)]


def test_a_rejected_submission_supersedes_nothing(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        add(tx, "good", [fact(value="1")])
        add(tx, "bad", [fact(value="2")], received_on=date(2024, 5, 1), outcome=Outcome.REJECTED)
        assert roles(tx.standing(FORM, PERIOD)) == [(Role.CURRENT, "good"), (Role.REJECTED, "bad")]
        assert tx.facts(FORM, PERIOD)["value"].to_list() == [1]


def test_the_latest_reading_of_a_submission_stands(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        add(tx, "first", [fact(value="1")])
        add(tx, "second", [fact(value="2")])
    with ledger.transaction() as tx:
        add(tx, "second", outcome=Outcome.REJECTED, context="form-2/register-1/reader-1")
        assert roles(tx.standing(FORM, PERIOD)) == [(Role.CURRENT, "first"), (Role.REJECTED, "second")]
        assert tx.facts(FORM, PERIOD)["value"].to_list() == [1]
    with ledger.transaction() as tx:
        add(tx, "second", [fact(value="3")], unit="DV02", context="form-2/register-2/reader-1")
        assert roles(tx.standing(FORM, PERIOD)) == [(Role.CURRENT, "first"), (Role.CURRENT, "second")]
        assert tx.facts(FORM, PERIOD)["value"].to_list() == [1, 3]


def test_another_period_unit_or_form_supersedes_nothing(ledger: Ledger) -> None:
    later = date(2024, 7, 1)
    with ledger.transaction() as tx:
        add(tx, "a", [fact(value="1")])
        add(tx, "b", [fact(value="2")], received_on=later, period="2024-Q2")
        add(tx, "c", [fact(value="3")], received_on=later, form="chi-bo")
        add(tx, "d", [fact(value="4")], received_on=later, unit="DV02")
        assert roles(tx.standing(FORM, PERIOD)) == [(Role.CURRENT, "a"), (Role.CURRENT, "d")]
        assert tx.facts(FORM, PERIOD)["value"].to_list() == [1, 4]
        assert tx.facts(FORM, "2024-Q2")["value"].to_list() == [2]


arrivals = st.tuples(
    st.integers(0, 5),
    st.sampled_from(("DV01", "DV02")),
    st.dates(date(2024, 3, 1), date(2024, 3, 3)),
    st.sampled_from((Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.REJECTED)),
)


@given(st.lists(arrivals, max_size=12))
def test_roles_follow_from_the_order_of_arrival(events: list[tuple[int, str, date, Outcome]]) -> None:
    received: dict[int, date] = {}
    last: dict[int, tuple[str, Outcome]] = {}
    with in_memory() as tx:
        for content, unit, day, outcome in events:
            add(tx, str(content), [fact(value=str(content))], received_on=day, unit=unit, outcome=outcome)
            received.setdefault(content, day)
            last[content] = (unit, outcome)
        found = {item.file_name: item.role for item in tx.standing(FORM, PERIOD)}
        values = dict(tx.facts(FORM, PERIOD).select("unit", "value").rows())
    current: dict[str, int] = {}
    for content in sorted(received, key=lambda each: received[each]):  # stable: on one day as they came
        unit, outcome = last[content]
        if outcome is Outcome.ACCEPTED:
            current[unit] = content
    assert values == current
    assert {name for name, role in found.items() if role is Role.CURRENT} == {f"{c}.xlsx" for c in current.values()}
    assert {name for name, role in found.items() if role is Role.REJECTED} == {
        f"{content}.xlsx" for content, (_, outcome) in last.items() if outcome is Outcome.REJECTED
    }
    assert len(found) == len(last)


def test_a_standing_submission_tells_all_about_itself(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        add(tx, "a", unit="DV02")
        add(tx, "b", status="E", version=4)
        first = tx.standing(FORM, PERIOD)[0]
    assert first == Standing(
        role=Role.CURRENT,
        reading=2,
        run=2,
        sha256=sha("b"),
        file_name="b.xlsx",
        received_on=DAY,
        received_seq=2,
        archived_as=f"archive/{sha('b')}.xlsx",
        size_bytes=11_000,
        context=CONTEXT,
        outcome=Outcome.ACCEPTED,
        form=FORM,
        version=4,
        unit="DV01",
        period=PERIOD,
        status="E",
        arrived_on=DAY,
        arrived_seq=2,
    )


def test_a_content_that_comes_again_counts_from_its_last_arrival(ledger: Ledger) -> None:
    later = DAY + timedelta(days=3)
    with ledger.transaction() as tx:
        add(tx, "a")
        add(tx, "b")
        assert roles(tx.standing(FORM, PERIOD)) == [(Role.SUPERSEDED, "a"), (Role.CURRENT, "b")]
        add(tx, "a")
        assert roles(tx.standing(FORM, PERIOD))[-1] == (Role.CURRENT, "b")
        tx.add_submission(Submission(sha("a"), "again.xlsx", later, "archive/a", 1))
        assert roles(tx.standing(FORM, PERIOD)) == [(Role.SUPERSEDED, "b"), (Role.CURRENT, "a")]
        tx.add_submission(Submission(sha("b"), "again.xlsx", later, "archive/b", 1))
        assert roles(tx.standing(FORM, PERIOD))[-1] == (Role.CURRENT, "b")
        assert tx.last_contents(["again.xlsx", "a.xlsx", "nothing.xlsx"]) == {
            "again.xlsx": sha("b"),
            "a.xlsx": sha("a"),
        }


def test_refused_submissions_are_listed_with_or_without_identity(ledger: Ledger) -> None:
    nothing: dict[str, Any] = {"form": None, "version": None, "period": None, "unit": None, "status": None}
    with ledger.transaction() as tx:
        add(tx, "not a workbook", outcome=Outcome.REFUSED, **nothing)
        add(tx, "old version", outcome=Outcome.REFUSED)
        add(tx, "fine")
        assert roles(tx.refused()) == [(Role.REFUSED, "not a workbook"), (Role.REFUSED, "old version")]
        assert roles(tx.standing(FORM, PERIOD)) == [(Role.REFUSED, "old version"), (Role.CURRENT, "fine")]
        add(tx, "not a workbook")
        assert roles(tx.refused()) == [(Role.REFUSED, "old version")]


@pytest.mark.parametrize("missing", ["form", "version", "unit", "period"])
def test_an_accepted_submission_is_identified(ledger: Ledger, missing: str) -> None:
    unidentified: dict[str, Any] = {missing: None}
    with pytest.raises(IntegrityError), ledger.transaction() as tx:
        add(tx, "a", **unidentified)


# --- submissions seen before ----------------------------------------------------------------------


def test_one_row_per_content_and_the_first_receipt_stays(ledger: Ledger) -> None:
    again = Submission(sha("a"), "copy of a.xlsx", date(2024, 5, 1), "elsewhere", 1)
    with ledger.transaction() as tx:
        assert tx.add_submission(submission("a"))
        assert not tx.add_submission(again)
        tx.add_reading(tx.start_run("receive", DAY), reading("a"))
        [item] = tx.standing(FORM, PERIOD)
    assert (item.file_name, item.received_on, item.received_seq) == ("a.xlsx", DAY, 1)


def test_known_gives_the_standing_reading(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        add(tx, "a", outcome=Outcome.REJECTED, context="old")
        add(tx, "a", context="new")
        tx.add_submission(submission("received, never read"))
        found = tx.known([sha("a"), sha("received, never read"), sha("never seen")])
    assert found == {
        sha("a"): Known(2, sha("a"), "new", Outcome.ACCEPTED, FORM, 1, "DV01", PERIOD, "A", DAY),
    }


def test_known_under_a_context(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        add(tx, "a", context="old")
        add(tx, "a", context="new")
        add(tx, "b", context="old")
        both = [sha("a"), sha("b")]
        assert set(tx.known(both, "new")) == {sha("a")}
        assert set(tx.known(both, "old")) == {sha("b")}
        assert set(tx.known(both, {sha("a"): "new", sha("b"): "old"})) == set(both)
        assert set(tx.known(both, {sha("b"): "new"})) == set()


def test_known_of_more_hashes_than_a_statement_takes(ledger: Ledger) -> None:
    names = [f"unit {number}" for number in range(1_203)]
    with ledger.transaction() as tx:
        run = tx.start_run("receive", DAY)
        for name in names:
            tx.add_submission(submission(name))
            tx.add_reading(run, reading(name, unit=name))
        assert set(tx.known(sha(name) for name in names)) == {sha(name) for name in names}


# --- findings -------------------------------------------------------------------------------------


def test_findings_come_back_in_order(ledger: Ledger) -> None:
    place = Location("a.xlsx", "DV01", "Biểu 1", "E5", "sxkd", "01", "actual")
    found = [
        finding("XR201", place, value="chín nghìn"),
        finding("XR301", Location(sheet=""), name="Tổng doanh thu"),
        finding("XR603", severity=Severity.WARNING, earlier=sha("b"), related=(place, Location(cell="A1"))),
    ]
    with ledger.transaction() as tx:
        add(tx, "a", findings=found, outcome=Outcome.REJECTED)
        assert tx.findings(FORM, PERIOD) == [(sha("a"), item) for item in found]


def test_parameters_show_the_same_when_they_come_back(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        add(tx, "a", findings=[finding("XR205", value=Decimal("112.610"), rounded=DAY, decimals=2)])
        add(tx, "b", findings=[finding("XR301", name={"vi": "Doanh thu", "en": "Revenue"})])
        (_, number), (_, words) = tx.findings(FORM, PERIOD)
    assert number.params == {"value": Decimal("112.610"), "rounded": "2024-03-29", "decimals": 2}
    assert words.params == {"name": {"vi": "Doanh thu", "en": "Revenue"}}


def test_a_huge_decimal_parameter_is_written_out(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        add(tx, "a", findings=[finding("XR201", value=Decimal("1E+20"))])
        [(_, item)] = tx.findings(FORM, PERIOD)
    assert item.params == {"value": Decimal("1E+20")}


def test_parameters_are_readable_in_the_database(file_ledger: Ledger, path: Path) -> None:
    with file_ledger.transaction() as tx:
        add(tx, "a", findings=[finding("XR205", value="Đ", rounded=None, decimals=1)])
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT params, related FROM findings").fetchall() == [
            ('{"decimals": 1, "rounded": null, "value": "Đ"}', "[]")
        ]


def test_findings_are_those_of_the_standing_readings(ledger: Ledger) -> None:
    def note(value: str) -> Finding:
        return finding("XR201", value=value)

    with ledger.transaction() as tx:
        add(tx, "b", findings=[note("old reading")])
        add(tx, "a", findings=[note("superseded")], unit="DV00", received_on=date(2024, 3, 1))
        add(tx, "c", findings=[note("other period")], period="2024-Q2")
        add(tx, "b", findings=[note("first"), note("second")])
        add(tx, "d", findings=[note("current")], unit="DV00")
        values = [(sha256, item.params["value"]) for sha256, item in tx.findings(FORM, PERIOD)]
    assert values == [
        (sha("a"), "superseded"),
        (sha("d"), "current"),
        (sha("b"), "first"),
        (sha("b"), "second"),
    ]


def test_a_file_name_that_is_not_unicode_stops_nothing(ledger: Ledger) -> None:
    name = b"b\xe1o c\xe1o.xlsx".decode("utf-8", "surrogateescape")
    with ledger.transaction() as tx:
        tx.add_submission(Submission(sha("a"), name, DAY, "archive/a", 1))
        found = [finding("XR601", Location(file=name), other=name, related=(Location(file=name),))]
        tx.add_reading(tx.start_run("receive", DAY), reading("a"), [], found)
        [item] = tx.standing(FORM, PERIOD)
        [(_, stored)] = tx.findings(FORM, PERIOD)
    shown = r"b\udce1o c\udce1o.xlsx"
    assert item.file_name == shown
    assert (stored.location.file, stored.params["other"], stored.related[0].file) == (shown, shown, shown)


# --- transactions ---------------------------------------------------------------------------------


def add_and_stop(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        add(tx, "a", [fact()], [finding("XR201", value="x")])
        raise InterruptedError


def test_a_failure_leaves_nothing_in_the_file(file_ledger: Ledger, path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(InterruptedError):
        add_and_stop(file_ledger)
    assert path.read_bytes() == before


def test_a_failure_leaves_nothing(ledger: Ledger) -> None:
    with pytest.raises(InterruptedError):
        add_and_stop(ledger)
    with ledger.transaction() as tx:
        assert tx.known([sha("a")]) == {}


_DIES = f"""
import os, sys
sys.path[:0] = {sys.path!r}
from test_ledger import DAY, add, fact, open_ledger
with open_ledger(sys.argv[1]) as ledger:
    with ledger.transaction() as tx:
        add(tx, "kept", [fact()])
    with ledger.transaction() as tx:
        for number in range(400):
            add(tx, f"lost {{number}}", [fact(str(code)) for code in range(100)], unit=f"DV{{number}}")
        os._exit(9)
"""


def test_a_process_that_dies_leaves_only_what_was_complete(path: Path) -> None:
    died = subprocess.run([sys.executable, "-c", _DIES, str(path)], check=False, cwd=Path(__file__).parent)
    assert died.returncode == 9
    # More was written than the page cache holds: unfinished pages are in the file itself.
    assert path.stat().st_size > 1_000_000
    assert path.with_name(f"{path.name}-journal").exists()
    with open_ledger(path) as ledger, ledger.transaction() as tx:
        assert roles(tx.standing(FORM, PERIOD)) == [(Role.CURRENT, "kept")]
        assert tx.facts(FORM, PERIOD).height == 1


def test_what_was_written_is_there_after_reopening(path: Path) -> None:
    with open_ledger(path) as ledger, ledger.transaction() as tx:
        add(tx, "a", [fact()])
    with open_ledger(str(path)) as ledger, ledger.transaction() as tx:
        assert tx.facts(FORM, PERIOD).height == 1
    with open_ledger(f"sqlite:///{path}") as ledger, ledger.transaction() as tx:
        assert tx.facts(FORM, PERIOD).height == 1


def test_a_reading_needs_its_submission_and_its_run(ledger: Ledger) -> None:
    with pytest.raises(IntegrityError), ledger.transaction() as tx:
        tx.add_reading(tx.start_run("receive", DAY), reading("never received"))
    with ledger.transaction() as tx:
        tx.add_submission(submission("a"))
    with pytest.raises(IntegrityError), ledger.transaction() as tx:
        tx.add_reading(7, reading("a"))


def test_earlier_rows_are_never_changed(ledger: Ledger) -> None:
    def rows() -> dict[str, set[tuple[object, ...]]]:
        with ledger.database.engine.connect() as raw:
            return {name: {tuple(row) for row in raw.execute(select(table))} for name, table in METADATA.tables.items()}

    with ledger.transaction() as tx:
        add(tx, "a", [fact()], [finding("XR201", value="x")])
    before = rows()
    with ledger.transaction() as tx:
        add(tx, "a", [fact(value="2")], outcome=Outcome.REJECTED)
        add(tx, "b", [fact(value="3")])
    after = rows()
    assert all(before[name] <= after[name] for name in before)
    assert len(after["facts"]) == 3


# --- the file -------------------------------------------------------------------------------------

_FILLS = f"""
import sys
sys.path[:0] = {sys.path!r}
from test_ledger import fill
fill(sys.argv[1])
"""


def fill(path: str | Path) -> None:
    with open_ledger(path) as ledger:
        for day in (1, 2, 3):
            with ledger.transaction() as tx:
                for unit in range(40):
                    facts = [fact(f"{code:02}", f"{unit * code}.5", f"lần {day}") for code in range(60)]
                    found = [finding("XR205", value=Decimal(unit), rounded="1", decimals=day)]
                    add(tx, f"{unit}-{day}", facts, found, unit=f"DV{unit}", received_on=date(2024, 4, day))
                tx.facts(FORM, PERIOD)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_same_calls_make_the_same_bytes(tmp_path: Path, seed: str) -> None:
    fill(tmp_path / "here.sqlite")
    there = tmp_path / "elsewhere" / "there.sqlite"
    there.parent.mkdir()
    subprocess.run(
        [sys.executable, "-c", _FILLS, str(there)],
        check=True,
        cwd=Path(__file__).parent,
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Ho_Chi_Minh"},
    )
    assert there.read_bytes() == (tmp_path / "here.sqlite").read_bytes()
    assert sorted(each.name for each in tmp_path.rglob("*.sqlite*")) == ["here.sqlite", "there.sqlite"]


def usage_error(path: str | Path, **options: float) -> UsageError:
    with pytest.raises(UsageError) as raised, open_ledger(path, **options):
        pytest.fail("opened")
    return raised.value


@pytest.mark.parametrize("version", ["99", "0", "one"])
def test_another_version_is_not_opened(path: Path, version: str) -> None:
    with open_ledger(path):
        pass
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE meta SET value = ?", [version])
    error = usage_error(path)
    assert (error.key, error.params) == (
        "ledger-version",
        {"path": str(path), "found": version, "known": SCHEMA_VERSION},
    )


def as_version_1(ledger: Ledger) -> None:
    """Back to the tables of the first version."""
    later = ("roll_facts", "rolls", "edition_totals", "edition_sources", "editions", "period_decisions")
    with ledger.database.engine.begin() as raw:
        for name in later:
            raw.exec_driver_sql(f"DROP TABLE {name}")
        raw.exec_driver_sql("UPDATE meta SET value = '1'")


def test_an_earlier_version_is_brought_up_to_date(place: str | Path) -> None:
    with open_ledger(place) as ledger:
        with ledger.transaction() as tx:
            add(tx, "a", [fact()])
        as_version_1(ledger)
    with open_ledger(place) as ledger, ledger.transaction() as tx:
        assert tx.facts(FORM, PERIOD).height == 1
        assert tx.roll_facts(f"plan:{FORM}", PERIOD).height == 0
        assert tx.connection.execute(select(META.c.value)).scalar_one() == SCHEMA_VERSION
        assert set(inspect(tx.connection).get_table_names()) == set(METADATA.tables)


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(place: str | Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_connection: Connection) -> None:
        raise InterruptedError

    with open_ledger(place) as ledger:
        as_version_1(ledger)
    monkeypatch.setattr(migrations, "STEPS", {**migrations.STEPS, SCHEMA_VERSION: ("99", fail)})
    monkeypatch.setattr(migrations, "SCHEMA_VERSION", "99")
    with pytest.raises(InterruptedError), open_ledger(place):
        pytest.fail("opened")
    monkeypatch.undo()
    with open_ledger(place) as ledger, ledger.transaction() as tx:
        assert tx.roll_facts(f"plan:{FORM}", PERIOD).height == 0


def test_a_file_that_is_no_database(path: Path) -> None:
    path.write_bytes(b"STT;Ch\xe1\xbb\x89 ti\xc3\xaau\n" * 100)
    before = path.read_bytes()
    error = usage_error(path)
    assert (error.key, error.params) == ("ledger-unreadable", {"path": str(path)})
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "script",
    ["CREATE TABLE customers (id)", "CREATE TABLE meta (name, content)", "CREATE TABLE meta (key, value)"],
)
def test_a_database_that_is_no_ledger(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(script)
    before = path.read_bytes()
    assert usage_error(path).key == "ledger-unreadable"
    assert path.read_bytes() == before


def test_a_folder_or_a_place_that_does_not_exist(tmp_path: Path) -> None:
    assert usage_error(tmp_path).key == "ledger-unreadable"
    assert usage_error(tmp_path / "nowhere" / "ledger.sqlite").key == "ledger-unreadable"


def test_a_damaged_ledger(path: Path) -> None:
    fill(path)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    assert usage_error(path).key == "ledger-unreadable"


def test_a_locked_ledger(path: Path) -> None:
    with open_ledger(path, lock_timeout=0.05) as ledger, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UsageError) as raised, ledger.transaction():
            pytest.fail("two writers at once")
        assert (raised.value.key, raised.value.params) == ("ledger-locked", {"path": str(path)})
        assert usage_error(path, lock_timeout=0.05).key == "ledger-locked"
        other.rollback()
        with ledger.transaction() as tx:
            add(tx, "a")


def test_a_ledger_locked_at_the_last_moment_keeps_nothing(path: Path) -> None:
    def add_while_read(ledger: Ledger, other: sqlite3.Connection) -> None:
        with ledger.transaction() as tx:
            add(tx, "a")
            other.execute("BEGIN")
            other.execute("SELECT * FROM meta").fetchall()

    with open_ledger(path, lock_timeout=0.05) as ledger, closing(sqlite3.connect(path)) as other:
        with pytest.raises(UsageError, match="ledger-locked"):
            add_while_read(ledger, other)
        other.rollback()
        with ledger.transaction() as tx:
            assert tx.known([sha("a")]) == {}


# --- a database that a server keeps ---------------------------------------------------------------


@pytest.fixture
def server_place(postgresql: str) -> Iterator[str]:
    with new_database(postgresql) as address:
        yield address


@pytest.mark.postgresql
def test_two_writers_take_turns(server_place: str) -> None:
    with open_ledger(server_place) as one, open_ledger(server_place, lock_timeout=0.05) as other:
        with one.transaction() as tx:
            add(tx, "a")
            with pytest.raises(UsageError, match="ledger-locked"), other.transaction():
                pytest.fail("two writers at once")
        with other.transaction() as tx:
            assert tx.known([sha("a")])


@pytest.mark.postgresql
def test_a_server_that_goes_away_keeps_what_was_complete(server_place: str) -> None:
    def add_and_cut(ledger: Ledger) -> None:
        with ledger.transaction() as tx:
            add(tx, "lost", [fact()])
            with open_engine(server_place) as other:
                other.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            add(tx, "lost too", [fact()])

    with open_ledger(server_place) as ledger:
        with ledger.transaction() as tx:
            add(tx, "kept", [fact()])
        with pytest.raises(UsageError, match="ledger-unreachable"):
            add_and_cut(ledger)
    with open_ledger(server_place) as ledger, ledger.transaction() as tx:
        assert roles(tx.standing(FORM, PERIOD)) == [(Role.CURRENT, "kept")]


@contextmanager
def open_engine(address: str) -> Iterator[Connection]:
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.postgresql
def test_a_process_that_dies_leaves_only_what_was_complete_in_a_server(server_place: str) -> None:
    died = subprocess.run([sys.executable, "-c", _DIES, server_place], check=False, cwd=Path(__file__).parent)
    assert died.returncode == 9
    with open_ledger(server_place) as ledger, ledger.transaction() as tx:
        assert roles(tx.standing(FORM, PERIOD)) == [(Role.CURRENT, "kept")]
        assert tx.facts(FORM, PERIOD).height == 1


@pytest.mark.postgresql
def test_a_server_without_the_database_or_for_others(server_place: str) -> None:
    assert usage_error(server_place + "x").key == "ledger-unreachable"
    with open_engine(server_place) as raw:
        raw.exec_driver_sql("CREATE TABLE customers (id int)")
    assert usage_error(server_place).key == "ledger-unreadable"


@pytest.mark.postgresql
def test_a_server_that_only_gives_reading(server_place: str) -> None:
    with open_ledger(server_place):
        pass
    with open_engine(server_place) as raw:
        raw.exec_driver_sql(f"ALTER DATABASE {make_url(server_place).database} SET default_transaction_read_only = on")

    def write(ledger: Ledger) -> None:
        with ledger.transaction() as tx:
            add(tx, "a")

    with open_ledger(server_place) as ledger, pytest.raises(UsageError, match="ledger-read-only"):
        write(ledger)


def test_nobody_listens() -> None:
    error = usage_error("postgresql://somebody:secret@127.0.0.1:1/ledger")
    assert error.key == "ledger-unreachable"
    assert "secret" not in str(error.params)


@pytest.mark.parametrize("address", ["mysql://server/ledger", "access://c/ledger", "postgresql+pg8000://server/ledger"])
def test_other_databases_are_told(address: str) -> None:
    assert usage_error(address).key == "ledger-driver"


@pytest.mark.postgresql
@given(st.lists(any_text, min_size=4, max_size=4), st.lists(st.none() | plain_decimals, max_size=5))
def test_text_and_values_come_back_exactly_from_a_server(
    emptied: Ledger, texts: list[str | None], values: list[str | None]
) -> None:
    row = ("sxkd", "01", "note", None, texts[0], "A", texts[1], None, texts[2], "E5", texts[3])
    rows = [row, *(fact(f"{number}", value) for number, value in enumerate(values))]
    with undone(emptied) as tx:
        add(tx, "a", rows)
        stored = tx.facts(FORM, PERIOD)
    assert stored.select(FACT_COLUMNS).row(0) == row
    assert stored["value"].to_list()[1:] == [None if value is None else Decimal(value) for value in values]


# --- not only small -------------------------------------------------------------------------------


def test_reading_one_period_does_not_go_through_the_others(file_ledger: Ledger) -> None:
    both: list[Select[Any]] = [queries._facts(FORM, PERIOD), queries._known([sha("a"), sha("b")])]
    with file_ledger.transaction() as tx:
        add(tx, "a", [fact()])
        for query in both:
            text = query.compile(tx.connection.engine, compile_kwargs={"literal_binds": True})
            plan = [str(row[3]) for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
            scans = [step for step in plan if step.startswith("SCAN") and step.split()[1] in METADATA.tables]
            assert scans == []
            assert any("readings_of" in step for step in plan)
