"""The calendar of forms: the days a period covers, deadlines, how both are written, and who belongs where by them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.cli.coverage import status_json, status_lines
from xlreport.datapoints import DataPoint
from xlreport.findings import Finding
from xlreport.findings.problems import problem
from xlreport.forms.calendar import Cutoff, Deadline, PeriodDay, Step, due, first_day, last_day
from xlreport.forms.expressions import bind
from xlreport.forms.load import read_form
from xlreport.forms.model import Form
from xlreport.grid.read import read_workbook
from xlreport.language import texts
from xlreport.organisation.model import Level, Membership, Register
from xlreport.organisation.tree import at
from xlreport.periods import Frequency, Period, next_period, parse_period
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.consolidate import consolidate
from xlreport.usecases.export import tidy_table
from xlreport.usecases.init import build_workspace
from xlreport.usecases.issue import issue, unit_book
from xlreport.usecases.receive import receive
from xlreport.usecases.status import status
from xlreport.workspace import Workspace, load_forms, load_organisation, open_workspace

ONE_DAY = timedelta(days=1)
HEAD = "form: {0}\ntitle: F\nfrequency: {1}\nfilled_by: [don-vi]\n"
TABLES = "tables: [{table: t, title: T, measures: [actual], indicators: [{code: '01', name: A}]}]\n"


def day(text: str) -> date:
    return date.fromisoformat(text)


def read(calendar: str, frequency: str = "quarter", code: str = "f") -> tuple[Form | None, tuple[Finding, ...]]:
    return read_form((HEAD.format(code, frequency) + calendar + "\n" + TABLES).encode(), "form.yaml")


def form_with(calendar: str, frequency: str = "quarter", code: str = "f") -> Form:
    form, found = read(calendar, frequency, code)
    assert form is not None, found
    return form


# The days a period covers

COVERED = """
| cutoff                                     | period     | first      | last       |
|                                            | 2024-M02   | 2024-02-01 | 2024-02-29 |
|                                            | 2024-9M    | 2024-01-01 | 2024-09-30 |
| day: 14                                    | 2024-M03   | 2024-02-15 | 2024-03-14 |
| day: 14                                    | 2024-M01   | 2023-12-15 | 2024-01-14 |
| day: 14                                    | 2024-Q1    | 2023-12-15 | 2024-03-14 |
| day: 14                                    | 2024-Q2    | 2024-03-15 | 2024-06-14 |
| day: 14                                    | 2024-H2    | 2024-06-15 | 2024-12-14 |
| day: 14                                    | 2024-9M    | 2023-12-15 | 2024-09-14 |
| day: 14                                    | 2024       | 2023-12-15 | 2024-12-14 |
| day: 14                                    | 2022..2025 | 2021-12-15 | 2025-12-14 |
| day: 31                                    | 2024-M02   | 2024-02-01 | 2024-02-29 |
| day: 30                                    | 2023-M02   | 2023-01-31 | 2023-02-28 |
| day: 30                                    | 2024-M02   | 2024-01-31 | 2024-02-29 |
| day: 29                                    | 2023-M03   | 2023-03-01 | 2023-03-29 |
| day: 1                                     | 2024-M03   | 2024-02-02 | 2024-03-01 |
| dates: {2024-Q1: 2024-03-30}               | 2024-Q1    | 2024-01-01 | 2024-03-30 |
| dates: {2024-Q1: 2024-03-30}               | 2024-Q2    | 2024-03-31 | 2024-06-30 |
| dates: {2024-Q1: 2024-03-30}               | 2025-Q1    | 2025-01-01 | 2025-03-31 |
| day: 14, dates: {2024-Q1: 2024-03-30}      | 2024-Q1    | 2023-12-15 | 2024-03-30 |
| day: 14, dates: {2024-Q1: 2024-03-30}      | 2024-Q2    | 2024-03-31 | 2024-06-14 |
| dates: {2023: 2024-01-10}                  | 2024       | 2024-01-11 | 2024-12-31 |
| dates: {2018..2021: 2022-04-21}            | 2022..2025 | 2022-04-22 | 2025-12-31 |
| dates: {2017..2021: 2022-04-21}            | 2022..2025 | 2022-04-22 | 2025-12-31 |
| dates: {2017..2021: 2022-04-21}            | 2018..2021 | 2018-01-01 | 2022-04-21 |
| dates: {2017..2021: 2022-04-21, 2018..2021: 2021-11-30} | 2018..2021 | 2018-01-01 | 2021-11-30 |
| dates: {2024-9M: 2024-09-25}               | 2024-9M    | 2024-01-01 | 2024-09-25 |
"""
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in COVERED.strip().splitlines()[1:]]


@pytest.mark.parametrize(("written", "code", "first", "last"), ROWS)
def test_the_days_a_period_covers(written: str, code: str, first: str, last: str) -> None:
    period = parse_period(code)
    form = form_with(f"cutoff: {{{written}}}" if written else "", period.frequency.value)
    assert (form.first_day(period), form.last_day(period)) == (day(first), day(last))
    assert (first_day(form.cutoff, period), last_day(form.cutoff, period)) == (day(first), day(last))


_NUMBERS = {Frequency.MONTH: 12, Frequency.QUARTER: 4, Frequency.HALF_YEAR: 2, Frequency.YEAR: 1}


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Cutoff, Period]:
    """A cut-off with days near the ends of some periods, and a period of that frequency."""
    frequency = draw(st.sampled_from(sorted(_NUMBERS)))
    first = Period(frequency, 2023)
    periods = [first]
    while len(periods) < 14:
        periods.append(next_period(periods[-1]))
    named = draw(st.dictionaries(st.sampled_from(periods), st.integers(-10, 10), max_size=6))
    dates = {period.code: period.end + timedelta(days=days) for period, days in named.items()}
    cutoff = Cutoff.model_validate({"day": draw(st.none() | st.integers(20, 31)), "dates": dates})
    return cutoff, draw(st.sampled_from(periods))


@given(calendars())
def test_consecutive_periods_neither_overlap_nor_leave_a_gap(drawn: tuple[Cutoff, Period]) -> None:
    cutoff, period = drawn
    assert first_day(cutoff, next_period(period)) == last_day(cutoff, period) + ONE_DAY
    named = {entry.period: entry.day for entry in cutoff.dates}
    assert last_day(cutoff, period) == named.get(period.code, last_day(Cutoff(day=cutoff.day), period))


# Deadlines

DUE = """
| calendar                                                                | period   | level  | due        |
| deadline: {days_after_period: 5}                                        | 2024-Q1  |        | 2024-04-05 |
| deadline: {days_after_period: -1}                                       | 2024-Q1  |        | 2024-03-30 |
| deadline: {days_after_period: 0}                                        | 2024-M02 |        | 2024-02-29 |
| deadline: {days_after_period: 0}                                        | 2023-M02 |        | 2023-02-28 |
| deadline: {days_after_period: 1}                                        | 2023     |        | 2024-01-01 |
| deadline: {days_after_period: 366}                                      | 2023     |        | 2024-12-31 |
| deadline: {days_after_period: 5}; cutoff: {day: 14}                     | 2024-M03 |        | 2024-03-19 |
| deadline: {days_after_period: -2}; cutoff: {dates: {2024-Q1: 2024-03-30}} | 2024-Q1 |       | 2024-03-28 |
| deadline: {days_after_period: -2}; cutoff: {dates: {2024-Q1: 2024-03-30}} | 2024-Q2 |       | 2024-06-28 |
| deadline: {dates: {2024-Q1: 2024-03-30}}                                | 2024-Q1  |        | 2024-03-30 |
| deadline: {dates: {2024-Q1: 2024-03-30}}                                | 2024-Q2  |        | none       |
| deadline: {dates: {2024-Q1: 2024-03-30}, days_after_period: 5}          | 2024-Q2  |        | 2024-07-05 |
| deadline: {dates: {2024-Q1: 2024-03-30}}; cutoff: {day: 14}             | 2024-Q1  |        | 2024-03-30 |
| deadline: {days_after_period: 5, chain: {cum: 2, khoi: 3}}              | 2024-Q1  |        | 2024-04-05 |
| deadline: {days_after_period: 5, chain: {cum: 2, khoi: 3}}              | 2024-Q1  | don-vi | 2024-04-05 |
| deadline: {days_after_period: 5, chain: {cum: 2, khoi: 3}}              | 2024-Q1  | cum    | 2024-04-07 |
| deadline: {days_after_period: 5, chain: {cum: 2, khoi: 3}}              | 2024-Q1  | khoi   | 2024-04-10 |
| deadline: {days_after_period: 5, chain: [{cum: 2}, {khoi: 3}]}          | 2024-Q1  | khoi   | 2024-04-10 |
| deadline: {days_after_period: 5, chain: {khoi: 3, cum: 2}}              | 2024-Q1  | khoi   | 2024-04-08 |
| deadline: {dates: {2024-Q1: 2024-02-27}, chain: {cum: 2}}               | 2024-Q1  | cum    | 2024-02-29 |
| deadline: {dates: {2024-Q1: 2024-02-27}, chain: {cum: 2}}               | 2024-Q2  | cum    | none       |
|                                                                         | 2024-Q1  | cum    | none       |
"""
DUE_ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in DUE.strip().splitlines()[1:]]


@pytest.mark.parametrize(("calendar", "code", "level", "expected"), DUE_ROWS)
def test_when_it_is_due(calendar: str, code: str, level: str, expected: str) -> None:
    period = parse_period(code)
    form = form_with(calendar.replace("; ", "\n"), period.frequency.value)
    found = form.due(period, level or None)
    assert found == due(form.deadline, form.cutoff, period, level or None)
    assert (found.isoformat() if found else "none") == expected


# How it is written

WRITTEN = "cutoff: {day: '14', dates: {2025-Q1: 2025-03-20, 2024-Q1: 2024-03-30}}\n" \
    "deadline: {days_after_period: '-1', dates: {2024-Q1: 2024-03-30}, chain: {khu: 1, cum: '2'}}"  # fmt: skip


def test_it_is_kept_as_values() -> None:
    form = form_with(WRITTEN)
    first, second = (
        PeriodDay(period="2024-Q1", day=day("2024-03-30")),
        PeriodDay(period="2025-Q1", day=day("2025-03-20")),
    )
    assert form.cutoff == Cutoff(day=14, dates=(first, second))
    steps = (Step(level="khu", days=1), Step(level="cum", days=2))
    assert form.deadline == Deadline(days_after_period=-1, dates=(first,), chain=steps)
    assert len({form.cutoff, form.deadline}) == 2, "they can be hashed"


def test_json_gives_it_back() -> None:
    form = form_with(WRITTEN)
    content = form.to_json()
    assert content["cutoff"] == {"day": 14, "dates": {"2024-Q1": "2024-03-30", "2025-Q1": "2025-03-20"}}
    assert content["deadline"] == {
        "days_after_period": -1, "dates": {"2024-Q1": "2024-03-30"}, "chain": [{"khu": 1}, {"cum": 2}],
    }  # fmt: skip
    # Sorted keys, as in a workbook's metadata: the order of the levels must not get lost.
    again = Form.model_validate(json.loads(json.dumps(content, sort_keys=True)))
    assert again == form
    assert again.to_json() == content
    assert again.fingerprint == form.fingerprint
    as_yaml = form_with(f"cutoff: {json.dumps(content['cutoff'])}\ndeadline: {json.dumps(content['deadline'])}")
    assert (as_yaml, as_yaml.fingerprint) == (form, form.fingerprint)


@pytest.mark.parametrize(
    ("one", "other", "is_equal"),
    [
        ("cutoff: {dates: {2024-Q1: 2024-03-30, 2024-Q2: 2024-06-20}}",
         "cutoff: {dates: {2024-Q2: 2024-06-20, 2024-Q1: 2024-03-30}}", True),
        ("deadline: {days_after_period: 1, chain: {a: 1, b: 2}}",
         "deadline: {days_after_period: 1, chain: [{a: 1}, {b: 2}]}", True),
        ("deadline: {days_after_period: 1, chain: {a: 1, b: 2}}",
         "deadline: {days_after_period: 1, chain: {b: 2, a: 1}}", False),
        ("cutoff: {dates: {2024-Q1: 2024-03-30}}", "cutoff: {dates: {2024-Q1: 2024-03-29}}", False),
        ("deadline: {days_after_period: 1}", "deadline: {days_after_period: 1, dates: {}}", True),
    ],
)  # fmt: skip
def test_equal_calendars_have_equal_fingerprints(one: str, other: str, is_equal: bool) -> None:
    first, second = form_with(one), form_with(other)
    assert (first == second, first.fingerprint == second.fingerprint) == (is_equal, is_equal)


def test_json_schema_shows_mappings() -> None:
    properties: dict[str, Any] = Deadline.model_json_schema()["properties"]
    assert properties["dates"]["type"] == "object"
    assert [one["type"] for one in properties["chain"]["anyOf"]] == ["object", "array"]


# What is wrong with it


@pytest.mark.parametrize(
    ("calendar", "path", "said"),
    [
        ("cutoff: {day: 0}", "cutoff.day", problem("too-small", value="0", limit=1)),
        ("cutoff: {day: 32}", "cutoff.day", problem("too-large-number", value="32", limit=31)),
        ("cutoff: {day: muời}", "cutoff.day", problem("not-a-whole-number", value="muời")),
        ("cutoff: {dya: 14}", "cutoff.dya", problem("unknown-field-like", suggestion="day")),
        ("cutoff: 14", "cutoff", problem("not-a-group")),
        ("cutoff: {dates: 2024-03-30}", "cutoff.dates", problem("not-a-group")),
        ("cutoff: {dates: {2024-Q1: 30/3/2024}}", "cutoff.dates[2024-Q1]",
         problem("not-a-date-like", value="30/3/2024", suggestion="2024-03-30")),
        ("cutoff: {dates: {2024-Q1: 2024-3-30}}", "cutoff.dates[2024-Q1]",
         problem("not-a-date-like", value="2024-3-30", suggestion="2024-03-30")),
        ("cutoff: {dates: {2024-Q1: 07/02/2024}}", "cutoff.dates[2024-Q1]", problem("not-a-date", value="07/02/2024")),
        ("cutoff: {dates: {2024-Q1: 2024-02-30}}", "cutoff.dates[2024-Q1]", problem("not-a-date", value="2024-02-30")),
        ("cutoff: {dates: {2024-Q1: 1711756800}}", "cutoff.dates[2024-Q1]", problem("not-a-date", value="1711756800")),
        ("cutoff: {dates: {2024-Q1: [a]}}", "cutoff.dates[2024-Q1]", problem("not-a-date", value="")),
        ("cutoff: {dates: {2024-Q5: 2024-03-30}}", "cutoff.dates[2024-Q5]", problem("not-a-period", value="2024-Q5")),
        ("cutoff: {dates: {Q1/2024: 2024-03-30}}", "cutoff.dates[Q1/2024]",
         problem("not-a-period-like", value="Q1/2024", suggestion="2024-Q1")),
        ("cutoff: {dates: {'2024-Q1 ': 2024-03-30}}", "cutoff.dates[2024-Q1 ]",
         problem("not-a-period-like", value="2024-Q1 ", suggestion="2024-Q1")),
        ("cutoff: {dates: {2024-M03: 2024-03-30}}", "cutoff.dates[2024-M03]",
         problem("period-of-other-frequency", value="2024-M03", frequency="quarter")),
        ("cutoff: {dates: {2024-Q1: 2042-03-30}}", "cutoff.dates[2024-Q1]",
         problem("day-far-from-period", value="2024-Q1", day="2042-03-30")),
        ("cutoff: {dates: {2024-Q1: 2023-12-31}}", "cutoff.dates[2024-Q1]",
         problem("cutoff-not-after", day="2023-12-31", other="2023-12-31")),
        ("cutoff: {dates: {2024-Q1: 2024-06-30}}", "cutoff.dates[2024-Q1]",
         problem("cutoff-not-before", day="2024-06-30", other="2024-06-30")),
        ("deadline: {}", "deadline", problem("deadline-empty")),
        ("deadline: {chain: {cum: 2}}", "deadline", problem("deadline-empty")),
        ("deadline: {days_after_period: -367}", "deadline.days_after_period",
         problem("too-small", value="-367", limit=-366)),
        ("deadline: {days_after: 5}", "deadline.days_after",
         problem("unknown-field-like", suggestion="days_after_period")),
        ("deadline: {dates: {2024-Q1: 30.3.2024}}", "deadline.dates[2024-Q1]",
         problem("not-a-date-like", value="30.3.2024", suggestion="2024-03-30")),
        ("deadline: {dates: {2024: 2024-03-30}}", "deadline.dates[2024]",
         problem("period-of-other-frequency", value="2024", frequency="quarter")),
        ("deadline: {dates: {2024-Q1: 2025-04-02}}", "deadline.dates[2024-Q1]",
         problem("day-far-from-period", value="2024-Q1", day="2025-04-02")),
        ("deadline: {days_after_period: 1, chain: {cum: -1}}", "deadline.chain[cum]",
         problem("too-small", value="-1", limit=0)),
        ("deadline: {days_after_period: 1, chain: {cum: hai}}", "deadline.chain[cum]",
         problem("not-a-whole-number", value="hai")),
        ("deadline: {days_after_period: 1, chain: [{cum: 367}]}", "deadline.chain[1].cum",
         problem("too-large-number", value="367", limit=366)),
        ("deadline: {days_after_period: 1, chain: cum}", "deadline.chain", problem("not-a-group")),
        (f"deadline: {{days_after_period: 1, chain: {{{', '.join(f'l{n}: 1' for n in range(21))}}}}}",
         "deadline.chain", problem("too-many", limit=20)),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_place(calendar: str, path: str, said: dict[str, str]) -> None:
    form, (item,) = read(calendar)
    assert form is None
    assert (item.code, item.location.cell, item.params) == ("XR702", "5", {"path": path, "problem": said})


@pytest.mark.parametrize(
    ("days", "lines"),
    [
        ("2024-Q1: 30/3/2024 / 2024-Q2: 2024-06-30 / 2024-Q3: tháng 9 / 2024-Q4: 2024-12-30", ["7", "9"]),
        ("2024-Q1: 2024-03-30 / 2024-Q2: 2024-06-30 / Q3: 2024-09-30 / 2024-Q4: 2034-12-30", ["9", "10"]),
        ("2024-Q1: 2024-03-30 / 2024-Q2: 2024-06-30 / 2024-Q3: 2024-06-30 / 2024-Q4: 2024-12-30", ["9"]),
        ("2024-Q1: 2024-12-30 / 2024-Q2: 2024-06-30 / 2024-Q3: 2024-09-30 / 2024-Q4: 2024-12-30", ["8"]),
        # What is wrong in itself puts nothing else out of order.
        ("2024-Q1: 2042-03-30 / 2024-Q2: 2024-06-30 / 2024-Q3: 2024-09-30 / 2024-Q4: 2024-12-30", ["7"]),
    ],
)
def test_every_wrong_day_is_found_once_and_on_its_line(days: str, lines: list[str]) -> None:
    text = "cutoff:\n  dates:\n" + "\n".join(f"    {entry}" for entry in days.split(" / "))
    assert [item.location.cell for item in read(text)[1]] == lines


def test_a_level_twice_in_the_chain() -> None:
    _, (item,) = read("deadline: {days_after_period: 1, chain: [{cum: 1}, {cum: 2}]}")
    assert (item.code, item.params) == ("XR705", {"code": "cum"})


def test_a_day_between_two_named_ones_is_right() -> None:
    form = form_with("cutoff: {dates: {2024-Q1: 2024-05-31, 2024-Q2: 2024-06-30, 2023-Q4: 2023-10-01}}")
    assert form.first_day(parse_period("2024-Q1")) == day("2023-10-02")


DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1)).map(date.isoformat)
CODES = ["2024-Q1", "2024-Q2", "2200-Q4", "1900-Q1", "2024-M01", "2022..2025", "x", ""]
KEYS = st.sampled_from(CODES) | st.text(max_size=6)
ANYTHING = st.none() | st.booleans() | st.integers() | st.text(max_size=6) | DAYS | st.lists(DAYS, max_size=2)
DATES = ANYTHING | st.dictionaries(KEYS, DAYS | ANYTHING, max_size=3)
CUTOFF = {"day": ANYTHING | st.integers(1, 31), "dates": DATES}
CHAIN = ANYTHING | st.dictionaries(KEYS, ANYTHING | st.integers(0, 366), max_size=3)
DEADLINE = {"days_after_period": ANYTHING | st.integers(-366, 366), "dates": DATES, "chain": CHAIN}
FIELDS = {
    "cutoff": ANYTHING | st.fixed_dictionaries({}, optional=CUTOFF),
    "deadline": ANYTHING | st.fixed_dictionaries({}, optional=DEADLINE),
}


@given(st.fixed_dictionaries({}, optional=FIELDS))
def test_anything_written_is_a_calendar_or_said_to_be_none(content: dict[str, object]) -> None:
    form, found = read("\n".join(f"{field}: {json.dumps(value)}" for field, value in content.items()))
    assert (form is None) == any(item.is_error for item in found)
    if form is not None:
        assert Form.model_validate(json.loads(json.dumps(form.to_json(), sort_keys=True))) == form
        for period in map(parse_period, ("1900-Q1", "2024-Q1", "2200-Q4")):
            assert form.first_day(period) <= form.last_day(period)
            form.due(period, "cum")


# Membership and issuing

PERIOD = parse_period("2024-Q1")
LEVELS = (Level("khoi", "Khối", "Bloc", 0), Level("cum", "Cụm", "Cluster", 1), Level("don-vi", "Đơn vị", "Unit", 2))
#: Unit U2 moves to the second cluster on the quarter's last day; U3 is new on that day, U4 leaves before it.
REGISTER = Register(
    LEVELS,
    (),
    (
        Membership("K", "Khối", "khoi"),
        Membership("C1", "Cụm 1", "cum", "K"),
        Membership("C2", "Cụm 2", "cum", "K"),
        Membership("U1", "Đơn vị 1", "don-vi", "C1"),
        Membership("U2", "Đơn vị 2", "don-vi", "C1", valid_to=date(2024, 3, 30)),
        Membership("U2", "Đơn vị 2", "don-vi", "C2", valid_from=date(2024, 3, 31)),
        Membership("U3", "Đơn vị 3", "don-vi", "C2", valid_from=date(2024, 3, 31)),
        Membership("U4", "Đơn vị 4", "don-vi", "C2", valid_to=date(2024, 3, 30)),
    ),
)
#: The same form under two codes: cut off on 30 March, and by the calendar.
EARLY = "cutoff: {dates: {2024-Q1: 2024-03-30}}\ndeadline: {days_after_period: 0, chain: {cum: 2, khoi: 3}}"
PLAIN = "deadline: {days_after_period: 1}"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    for code, calendar in (("som", EARLY), ("lich", PLAIN)):
        path = tmp_path / f"{code}.yaml"
        path.write_text(HEAD.format(code, "quarter") + calendar + "\n" + TABLES, encoding="utf-8")
    build_workspace(tmp_path / "w", [tmp_path / "som.yaml"], REGISTER, "vi", name="w")
    (tmp_path / "w" / "forms" / "lich.yaml").write_bytes((tmp_path / "lich.yaml").read_bytes())
    return open_workspace(tmp_path / "w")


def filled(workspace: Workspace, code: str, unit: str, figure: int) -> bytes:
    (form,) = load_forms(workspace)[code]
    tree = at(load_organisation(workspace), form.last_day(PERIOD))
    book = unit_book(workspace, bind(form, PERIOD), tree, unit, "vi")
    return unit_workbook(replace(book, entries={DataPoint("t", "01", "actual"): Decimal(figure)}))


def put(workspace: Workspace, name: str, data: bytes) -> None:
    path = workspace.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def test_each_form_has_the_tree_of_its_own_day(workspace: Workspace) -> None:
    units = {one.form: {node: own.expected for node, own in one.coverage.items()} for one in status(workspace, PERIOD)}
    assert units == {
        "som": {"K": ("U1", "U2", "U4"), "C1": ("U1", "U2"), "C2": ("U4",)},
        "lich": {"K": ("U1", "U2", "U3"), "C1": ("U1",), "C2": ("U2", "U3")},
    }
    issued = {code: [one.unit for one in issue(workspace, code, PERIOD, language="vi")] for code in ("som", "lich")}
    assert issued == {"som": ["U1", "U2", "U4"], "lich": ["U1", "U2", "U3"]}


def test_figures_count_where_the_unit_was_on_the_cut_off_day(workspace: Workspace) -> None:
    for code, unit, figure in (("som", "U2", 5), ("lich", "U2", 7), ("som", "U4", 11), ("lich", "U3", 13)):
        put(workspace, f"2024-03-28/{code}-{unit}.xlsx", filled(workspace, code, unit, figure))
    result = consolidate(workspace, PERIOD, language="vi", today=date(2024, 4, 1))
    assert result.received.checked.count("accepted") == 4
    rows = tidy_table(workspace, PERIOD, "totals").select("form", "node", "value").rows()
    totals = {(form, node): value for form, node, value in rows}
    assert totals == {
        ("som", "K"): 16, ("som", "C1"): 5, ("som", "C2"): 11,
        ("lich", "K"): 20, ("lich", "C1"): None, ("lich", "C2"): 20,
    }  # fmt: skip


def test_who_is_in_the_register_depends_on_the_cut_off_day(workspace: Workspace) -> None:
    right, wrong = filled(workspace, "som", "U4", 1), filled(workspace, "lich", "U3", 1)
    for form in ("som", "lich"):
        swapped = {"som": PLAIN, "lich": EARLY}[form]
        text = HEAD.format(form, "quarter") + swapped + "\n" + TABLES
        (workspace.forms_folder / f"{form}.yaml").write_text(text, encoding="utf-8")
    put(workspace, "a.xlsx", right)
    put(workspace, "b.xlsx", wrong)
    found = receive(workspace, [], today=date(2024, 4, 1)).checked.files
    assert [(file.outcome, [item.code for item in file.findings]) for file in found] == [("refused", ["XR109"])] * 2


def test_who_is_late_depends_on_the_cut_off_day(workspace: Workspace) -> None:
    for code in ("som", "lich"):
        put(workspace, f"2024-03-30/{code}-U1.xlsx", filled(workspace, code, "U1", 1))
        put(workspace, f"2024-04-01/{code}-U2.xlsx", filled(workspace, code, "U2", 1))
    receive(workspace, [], today=date(2024, 4, 2))
    assert {one.form: one.coverage["K"].late for one in status(workspace, PERIOD)} == {"som": ("U2",), "lich": ()}


def test_status_says_when_each_level_is_due(workspace: Workspace) -> None:
    states = {one.form: one for one in status(workspace, PERIOD)}
    assert states["som"].node_due == {"K": day("2024-04-04"), "C1": day("2024-04-01"), "C2": day("2024-04-01")}
    content: Any = status_json(PERIOD, [states["som"]], texts("vi"), day("2024-04-02"))
    assert content["forms"][0]["due"] == "2024-03-30"
    assert [node["due"] for node in content["forms"][0]["nodes"]] == ["2024-04-04", "2024-04-01", "2024-04-01"]
    vi, en = (status_lines(states["som"], texts(language))[1].strip() for language in ("vi", "en"))
    assert vi == "Hạn gửi của cấp trên: Cụm 01/04/2024, Khối 04/04/2024."
    assert en == "The levels above are due: Cluster 01/04/2024, Bloc 04/04/2024."
    assert not any(
        texts("vi")("cli.status.later", levels="")[:10] in line for line in status_lines(states["lich"], texts("vi"))
    )


def guidance(path: Path) -> dict[str, object]:
    workbook = read_workbook(path.read_bytes(), path.name).workbook
    assert workbook is not None
    return {str(row[0]): row[1] for row in workbook.sheets[0].rows if len(row) > 1}


def test_guidance_says_what_days_count_and_when_it_is_due(workspace: Workspace) -> None:
    early = guidance(issue(workspace, "som", PERIOD, language="vi", units=["U1"])[0].path)
    assert early["Thời gian tính số liệu"] == "Từ ngày 01/01/2024 đến hết ngày 30/03/2024"
    assert early["Hạn gửi"] == "Chậm nhất ngày 30/03/2024"
    plain = guidance(issue(workspace, "lich", PERIOD, language="vi", units=["U1"])[0].path)
    assert "Thời gian tính số liệu" not in plain
    assert plain["Hạn gửi"] == "Chậm nhất ngày 01/04/2024"


def test_units_of_a_level_in_the_chain_have_that_level_s_deadline(workspace: Workspace) -> None:
    (form,) = load_forms(workspace)["som"]
    tree = at(load_organisation(workspace), form.last_day(PERIOD))
    days = {unit: unit_book(workspace, bind(form, PERIOD), tree, unit, "vi").due for unit in ("U1", "C1", "K")}
    assert days == {"U1": day("2024-03-30"), "C1": day("2024-04-01"), "K": day("2024-04-04")}


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        ("days_after_period: 0", "days_after_period: 3", []),
        ("2024-Q1: 2024-03-30", "2024-Q1: 2024-03-30, 2024-Q2: 2024-06-25", []),
        ("2024-Q1: 2024-03-30", "2024-Q1: 2024-03-29", ["XR123"]),
        ("name: A", "name: B", ["XR123"]),
    ],
)
def test_only_what_changes_this_period_is_a_changed_form(
    workspace: Workspace, before: str, after: str, codes: list[str]
) -> None:
    put(workspace, "a.xlsx", filled(workspace, "som", "U1", 1))
    path = workspace.forms_folder / "som.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    (file,) = receive(workspace, [], today=date(2024, 4, 1)).checked.files
    assert (file.outcome, [item.code for item in file.findings]) == ("accepted", codes)
