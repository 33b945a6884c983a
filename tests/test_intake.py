"""What is understood of a cell: typed values in small tables, numbers and periods by their laws, and real files."""

from __future__ import annotations

import ast
import datetime
import io
import math
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbooks import RIGHT_ENTRIES, checked, edited, meanings, parts, seen, standard_book, with_parts

from xlreport.datapoints import DataPoint
from xlreport.errors import UsageError
from xlreport.forms.model import Absence, Indicator, Kind, LocalText, Option
from xlreport.grid.cells import Scalar
from xlreport.intake.figures import read_figure
from xlreport.intake.remarks import Figure, as_typed
from xlreport.numbers import (
    decimal_places,
    format_number,
    from_float,
    plain,
    readings,
    round_half_up,
    significant_digits,
)
from xlreport.periods import Frequency, Period, parse_period, previous_period, same_period_last_year
from xlreport.refs import parse_a1
from xlreport.sheets.unit_workbook import unit_workbook

# --- a cell ---------------------------------------------------------------------------------------------

# typed: as Python writes it; a text is in quotes. A finding's code stands beside what it says.
FIGURES = """
| typed                  | decimals | number          | status | findings                          |
|------------------------|----------|-----------------|--------|-----------------------------------|
| 12                     | 0        | 12              | A      |                                   |
| 9605.38                | 2        | 9605.38         | A      |                                   |
| 0                      | 2        | 0.00            | A      |                                   |
| -12.5                  | 1        | -12.5           | A      |                                   |
| 0.1                    | 1        | 0.1             | A      |                                   |
| 999999999999999        | 0        | 999999999999999 | A      |                                   |
| 2.6751                 | 2        | 2.68            | A      | XR205 2.6751 2.68                 |
| 0.5                    | 0        | 1               | A      | XR205 0.5 1                       |
| -2.5                   | 0        | -3              | A      | XR205 -2.5 -3                     |
| -0.4                   | 0        | 0               | A      | XR205 -0.4 0                      |
| -0.0                   | 0        | 0               | A      |                                   |
| 9.605                  | 2        |                 | U      | XR204 9.605 9605                  |
| 9.605                  | 0        |                 | U      | XR204 9.605 9605                  |
| -1.84                  | 0        | -2              | A      | XR205 -1.84 -2                    |
| 1234.567               | 1        |                 | U      | XR204 1234.567 1234567            |
| 9.605                  | 3        | 9.605           | A      |                                   |
| 9.6051                 | 3        | 9.605           | A      | XR205 9.6051 9.605                |
| 1234567890123456       | 0        |                 | U      | XR209                             |
| 1000000000000000       | 0        |                 | U      | XR209                             |
| 1e300                  | 0        |                 | U      | XR209                             |
| 1e-300                 | 0        | 0               | A      | XR205 1E-300 0                    |
| True                   | 0        |                 | U      | XR210 TRUE                        |
| False                  | 0        |                 | U      | XR210 FALSE                       |
| "9.605,38"             | 2        | 9605.38         | A      | XR203 9.605,38 9605.38            |
| "9,605.38"             | 2        | 9605.38         | A      | XR203 9,605.38 9605.38            |
| "1.840.000,5"          | 1        | 1840000.5       | A      | XR203 1.840.000,5 1840000.5       |
| "9.605"                | 2        |                 | U      | XR202 9.605 9605 9.605            |
| "9,605"                | 2        |                 | U      | XR202 9,605 9.605 9605            |
| "1,840"                | 2        |                 | U      | XR202 1,840 1.840 1840            |
| "1,840"                | 0        | 1840            | A      | XR203 1,840 1840                  |
| "1.840"                | 0        | 1840            | A      | XR203 1.840 1840                  |
| "1.000"                | 0        | 1000            | A      | XR203 1.000 1000                  |
| "-1.000"               | 0        | -1000           | A      | XR203 -1.000 -1000                |
| "1,000"                | 0        | 1000            | A      | XR203 1,000 1000                  |
| "1.000"                | 2        |                 | U      | XR202 1.000 1000 1.000            |
| "1.840.000"            | 2        | 1840000.00      | A      | XR203 1.840.000 1840000           |
| "0,125"                | 2        | 0.13            | A      | XR203 0,125 0.125; XR205 0.125 0.13 |
| "0.500"                | 2        | 0.50            | A      | XR203 0.500 0.500                 |
| "12,5"                 | 0        | 13              | A      | XR203 12,5 12.5; XR205 12.5 13    |
| "1 234 567"            | 0        | 1234567         | A      | XR203 1 234 567 1234567           |
| "1\\xa0234,5"          | 1        | 1234.5          | A      | XR203 1\\xa0234,5 1234.5          |
| "\\xa012\\u200b "      | 0        | 12              | A      | XR203 12\\u200b 12                |
| "12\\n"                | 0        | 12              | A      | XR203 12 12                       |
| "'12"                  | 0        | 12              | A      | XR203 '12 12                      |
| "00012"                | 0        | 12              | A      | XR203 00012 12                    |
| "-5"                   | 0        | -5              | A      | XR203 -5 -5                       |
| "\\u22125"             | 0        | -5              | A      | XR203 \\u22125 -5                 |
| "+5"                   | 0        | 5               | A      | XR203 +5 5                        |
| "(5)"                  | 0        |                 | U      | XR201 (5)                         |
| "5-"                   | 0        |                 | U      | XR201 5-                          |
| "12 tỷ"                | 0        |                 | U      | XR201 12 tỷ                       |
| "khoảng 12"            | 0        |                 | U      | XR201 khoảng 12                   |
| "106%"                 | 0        |                 | U      | XR201 106%                        |
| "½"                    | 1        |                 | U      | XR201 ½                           |
| "²"                    | 0        |                 | U      | XR201 ²                           |
| "٣"                    | 0        |                 | U      | XR201 ٣                           |
| "１２"                 | 0        |                 | U      | XR201 １２                        |
| "1e3"                  | 0        |                 | U      | XR201 1e3                         |
| "1_000"                | 0        |                 | U      | XR201 1_000                       |
| "nan"                  | 0        |                 | U      | XR201 nan                         |
| "∞"                    | 0        |                 | U      | XR201 ∞                           |
| "#N/A"                 | 0        |                 | U      | XR201 #N/A                        |
| "06-07"                | 0        |                 | U      | XR201 06-07                       |
| "9.605.38"             | 2        |                 | U      | XR201 9.605.38                    |
| "1.23.456"             | 0        |                 | U      | XR201 1.23.456                    |
| "12,"                  | 1        |                 | U      | XR201 12,                         |
| "1234567890123456"     | 0        |                 | U      | XR209                             |
| "0,1234567890123456"   | 2        |                 | U      | XR209                             |
| None                   | 0        |                 | O      |                                   |
| ""                     | 0        |                 | O      |                                   |
| " \\xa0 "              | 0        |                 | O      |                                   |
| "-"                    | 0        | 0               | A      |                                   |
| " - "                  | 2        | 0               | A      |                                   |
| "không"                | 0        | 0               | A      |                                   |
| "Không\\xa0phát  sinh" | 0        | 0               | A      |                                   |
| "KHÔNG PHÁT SINH"      | 0        | 0               | A      |                                   |
| "x"                    | 0        |                 | M      |                                   |
| "X "                   | 0        |                 | M      |                                   |
| "khong"                | 0        |                 | U      | XR201 khong                       |
| "x12"                  | 0        |                 | U      | XR201 x12                         |
| "không có"             | 0        |                 | U      | XR201 không có                    |
"""
CHOICES = """
| typed                              | option   | status | findings               |
|------------------------------------|----------|--------|------------------------|
| "Đạt chuẩn, kiểu mẫu"              | kieu-mau | A      |                        |
| "  đạt chuẩn,\\xa0 kiểu   MẪU "    | kieu-mau | A      |                        |
| "kieu-mau"                         | kieu-mau | A      |                        |
| "Attained, exemplary"              | kieu-mau | A      |                        |
| "Đạt chuẩn"                        | dat      | A      |                        |
| "5"                                | nam      | A      |                        |
| 5                                  | nam      | A      |                        |
| "đạt"                              |          | U      | XR211 đạt              |
| "Đạt chuẩn."                       |          | U      | XR211 Đạt chuẩn.       |
| "x"                                |          | U      | XR211 x                |
| True                               |          | U      | XR211 TRUE             |
| 1                                  |          | U      | XR211 1                |
| ""                                 |          | O      |                        |
"""
CHOICE = Indicator(
    code="07",
    name=LocalText(vi="Danh hiệu"),
    kind=Kind.CHOICE,
    options=(
        Option(option="kieu-mau", name=LocalText(vi="Đạt chuẩn, kiểu mẫu", en="Attained, exemplary")),
        Option(option="dat", name=LocalText(vi="Đạt chuẩn")),
        Option(option="nam", name=LocalText(vi="5")),
    ),
)


def number(decimals: int) -> Indicator:
    return Indicator(code="01", name=LocalText(vi="Tổng doanh thu"), decimals=decimals)


def rows(grid: str) -> list[list[str]]:
    """The cells of a Markdown table, without its heading."""
    lines = grid.strip().splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def remarks(figure: Figure) -> str:
    """What was found, as the grids write it."""
    shown = ("value", "thousands", "rounded", "read", "first", "second")
    words = [
        " ".join([remark.code, *(str(remark.params[name]) for name in shown if name in remark.params)])
        for remark in figure.remarks
    ]
    return "; ".join(words)


@pytest.mark.parametrize("row", rows(FIGURES), ids=lambda row: f"{row[0]} ({row[1]})")
def test_a_number_cell(row: list[str]) -> None:
    typed, decimals, value, status, findings = row
    figure = read_figure(ast.literal_eval(typed), number(int(decimals)), Absence())
    assert ("" if figure.number is None else plain(figure.number), figure.status.value) == (value, status)
    assert remarks(figure).startswith(findings.encode().decode("unicode_escape") if "\\" in findings else findings)
    assert bool(figure.remarks) == bool(findings)
    assert figure.text is None


@pytest.mark.parametrize("row", rows(CHOICES), ids=lambda row: row[0])
def test_a_choice_cell(row: list[str]) -> None:
    typed, option, status, findings = row
    figure = read_figure(ast.literal_eval(typed), CHOICE, Absence())
    assert (figure.text or "", figure.status.value, figure.number) == (option, status, None)
    assert remarks(figure) == findings


DAY, MOMENT = datetime.date(2024, 6, 7), datetime.datetime(2024, 6, 7, 8, 30)
#: Value, code, as typed, as the message quotes it: dates the way a Vietnamese cell shows them.
NO_NUMBERS = [
    (DAY, "XR208", "2024-06-07", "07/06/2024"),
    (datetime.datetime(2024, 6, 7), "XR208", "2024-06-07", "07/06/2024"),
    (MOMENT, "XR208", "2024-06-07T08:30:00", "07/06/2024"),
    (datetime.time(8, 30), "XR208", "08:30:00", "08:30:00"),
    (datetime.timedelta(days=1), "XR208", "1 day, 0:00:00", "1 day, 0:00:00"),
    (math.nan, "XR201", "nan", "nan"),
    (math.inf, "XR201", "inf", "inf"),
    (-math.inf, "XR201", "-inf", "-inf"),
]


@pytest.mark.parametrize(("value", "code", "typed", "shown"), NO_NUMBERS, ids=str)
def test_what_is_no_number_is_an_error_that_quotes_it(value: Scalar, code: str, typed: str, shown: str) -> None:
    figure = read_figure(value, number(2), Absence())
    assert (figure.number, figure.status.value, figure.typed) == (None, "U", typed)
    assert remarks(figure) == f"{code} {shown}"


def test_a_text_cell_takes_everything_but_what_became_a_date() -> None:
    text = Indicator(code="20", name=LocalText(vi="Nhận xét"), kind=Kind.TEXT)
    typed: dict[Scalar, str] = {
        "  Tốt ": "Tốt",
        12.5: "12.5",
        True: "TRUE",
        "9.605": "9.605",
        "=1+1": "=1+1",
    }
    assert {value: read_figure(value, text, Absence()).text for value in typed} == typed
    assert read_figure("\N{NO-BREAK SPACE}", text, Absence()).status.value == "O"
    became = read_figure(DAY, text, Absence())
    assert (became.text, became.status.value, remarks(became)) == (None, "U", "XR219 2024-06-07")


def test_tokens_are_those_of_the_form_in_any_normal_form() -> None:
    own = Absence(nil=("chưa có",), not_applicable=(unicodedata.normalize("NFD", "để trống"),))
    spellings = [("CHƯA CÓ", "A"), (unicodedata.normalize("NFD", "chưa có"), "A"), ("để trống", "M"), ("-", "U")]
    assert [(text, read_figure(text, number(0), own).status.value) for text, _ in spellings] == spellings


@given(
    st.one_of(
        st.none(), st.booleans(), st.floats(), st.integers(-(2**70), 2**70), st.text(max_size=30), st.datetimes()
    ),
    st.integers(0, 6),
)
def test_whatever_a_cell_holds_it_has_one_meaning(value: float | str | datetime.datetime | None, decimals: int) -> None:
    """A number, a typed absence, or one error; never both, never an exception."""
    figure = read_figure(value, number(decimals), Absence())
    errors = [remark for remark in figure.remarks if remark.code not in ("XR203", "XR205")]
    assert len(errors) == (figure.status.value == "U")
    assert (figure.number is not None) == (figure.status.value == "A")
    if figure.number is not None:
        assert decimal_places(figure.number) <= decimals
        assert abs(figure.number) < 10**15
        assert str(figure.number)[:2] != "-0" or figure.number < 0


# --- numbers --------------------------------------------------------------------------------------------

DECIMALS = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places), st.integers(-(10**18), 10**18), st.integers(0, 9)
)


@given(st.one_of(DECIMALS, DECIMALS.map(Fraction), st.fractions()), st.integers(0, 6))
def test_rounding_is_half_away_from_zero(value: Decimal | Fraction, decimals: int) -> None:
    exact = Fraction(value)
    steps = math.floor(abs(exact) * 10**decimals + Fraction(1, 2))
    rounded = round_half_up(value, decimals)
    assert Fraction(rounded) == (-1 if exact < 0 else 1) * Fraction(steps, 10**decimals)
    assert rounded.as_tuple().exponent == -decimals


@given(DECIMALS)
def test_a_number_comes_back_from_the_way_people_write_it(value: Decimal) -> None:
    for language in ("vi", "en"):
        text = format_number(value, language)
        found = readings(text)
        assert value in found
        # One separator with three digits behind it is all that can be read both ways.
        assert len(found) == (2 if re.fullmatch(r"-?[1-9]\d{0,2}[.,]\d{3}", text) else 1)
    assert Decimal(plain(value)) == value
    assert "E" not in plain(value)


def test_numbers_are_written_as_the_language_has_it() -> None:
    numbers = [Decimal(text) for text in ("9605.38", "-1840", "0.5", "12.50", "1234567.891")]
    assert [format_number(one, "vi") for one in numbers] == ["9.605,38", "-1.840", "0,5", "12,5", "1.234.567,891"]
    assert [format_number(one, "en") for one in numbers] == ["9,605.38", "-1,840", "0.5", "12.5", "1,234,567.891"]
    assert [format_number(one, "vi", 1) for one in numbers] == ["9.605,4", "-1.840,0", "0,5", "12,5", "1.234.567,9"]


@given(st.text(max_size=20) | st.text(alphabet="0123456789.,' -+−\N{NO-BREAK SPACE}", max_size=20))
def test_any_text_has_at_most_two_readings(text: str) -> None:
    found = readings(text)
    assert len(found) == len(set(found)) <= 2
    assert all(one.is_finite() for one in found)
    if found:
        assert any(char in "0123456789" for char in text)


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 12))
def test_a_double_is_the_number_that_was_typed(digits: int, places: int) -> None:
    value = Decimal(digits).scaleb(-places)
    assert from_float(float(value)) == value
    assert significant_digits(value) <= 15
    assert Decimal(as_typed(float(value)) or "") == value


# --- periods --------------------------------------------------------------------------------------------

PERIODS = """
| code       | months | to date | start      | end        | a year ago | before     |
|------------|--------|---------|------------|------------|------------|------------|
| 2024-M01   | 1      | 1       | 2024-01-01 | 2024-01-31 | 2023-M01   | 2023-M12   |
| 2024-M02   | 1      | 2       | 2024-02-01 | 2024-02-29 | 2023-M02   | 2024-M01   |
| 2023-M12   | 1      | 12      | 2023-12-01 | 2023-12-31 | 2022-M12   | 2023-M11   |
| 2024-Q1    | 3      | 3       | 2024-01-01 | 2024-03-31 | 2023-Q1    | 2023-Q4    |
| 2024-Q4    | 3      | 12      | 2024-10-01 | 2024-12-31 | 2023-Q4    | 2024-Q3    |
| 2024-H1    | 6      | 6       | 2024-01-01 | 2024-06-30 | 2023-H1    | 2023-H2    |
| 2024-H2    | 6      | 12      | 2024-07-01 | 2024-12-31 | 2023-H2    | 2024-H1    |
| 2024-9M    | 9      | 9       | 2024-01-01 | 2024-09-30 | 2023-9M    | 2023-9M    |
| 2024       | 12     | 12      | 2024-01-01 | 2024-12-31 | 2023       | 2023       |
| 2022..2025 | 48     | 48      | 2022-01-01 | 2025-12-31 | 2018..2021 | 2018..2021 |
"""
LABELS = """
| code       | vi                    | en                  |
|------------|-----------------------|---------------------|
| 2024-M01   | Tháng 1 năm 2024      | Month 1 of 2024     |
| 2023-M12   | Tháng 12 năm 2023     | Month 12 of 2023    |
| 2024-Q1    | Quý I năm 2024        | Quarter I of 2024   |
| 2024-Q4    | Quý IV năm 2024       | Quarter IV of 2024  |
| 2024-H1    | 6 tháng đầu năm 2024  | First half of 2024  |
| 2024-H2    | 6 tháng cuối năm 2024 | Second half of 2024 |
| 2024-9M    | 9 tháng năm 2024      | Nine months of 2024 |
| 2024       | Năm 2024              | Year 2024           |
| 2022..2025 | Nhiệm kỳ 2022 - 2025  | Term 2022 - 2025    |
"""
NO_PERIODS = (
    "", " ", "2024-Q5", "2024-Q0", "2024-M13", "2024-M00", "2024-M3", "2024-H3", "2024-9", "2024-6M", "24-Q1", "20240",
    "2024Q1", "2024-q1", "Q1-2024", "quý I", "2025..2022", "2022..2022", "2022..2090", "0000", "0000-Q1", "-2024",
    "2024-Q1-Q2", "2024..", "1/2024", "2024-Q1\x00",
)  # fmt: skip


@pytest.mark.parametrize("row", rows(PERIODS), ids=lambda row: row[0])
def test_a_period(row: list[str]) -> None:
    period = parse_period(row[0])
    dates = [period.start.isoformat(), period.end.isoformat()]
    others = [same_period_last_year(period).code, previous_period(period).code]
    assert [period.code, str(period.months), str(period.months_to_date), *dates, *others] == row


@pytest.mark.parametrize("row", rows(LABELS), ids=lambda row: row[0])
def test_a_period_in_words(row: list[str]) -> None:
    assert [parse_period(row[0]).label(language) for language in ("vi", "en")] == row[1:]


@pytest.mark.parametrize("text", NO_PERIODS)
def test_what_is_no_period_is_said_to_be_none(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_period(text)
    assert (caught.value.key, caught.value.params) == ("period-unknown", {"value": text})


@st.composite
def periods(draw: st.DrawFn) -> Period:
    frequency, year = draw(st.sampled_from(Frequency)), draw(st.integers(1900, 2200))
    if frequency is Frequency.TERM:
        return Period(frequency, year, last_year=year + draw(st.integers(1, 20)))
    last = {Frequency.MONTH: 12, Frequency.QUARTER: 4, Frequency.HALF_YEAR: 2}.get(frequency, 1)
    return Period(frequency, year, draw(st.integers(1, last)))


@given(periods())
def test_periods_keep_their_length_and_their_place(period: Period) -> None:
    assert parse_period(period.code) == parse_period(f" {period} ") == period
    before, year_ago = previous_period(period), same_period_last_year(period)
    assert before.months == year_ago.months == period.months
    assert before.frequency is year_ago.frequency is period.frequency
    assert months_between(period.start, period.end) == period.months
    if period.frequency is not Frequency.NINE_MONTHS:
        assert before.end + datetime.timedelta(days=1) == period.start
    assert period.is_first_of_year == (period.start.month == 1)
    assert (period.end + datetime.timedelta(days=1)).day == period.start.day == 1


def months_between(start: datetime.date, end: datetime.date) -> int:
    return 12 * (end.year - start.year) + end.month - start.month + 1


# --- real files -----------------------------------------------------------------------------------------

FILLED = unit_workbook(standard_book(RIGHT_ENTRIES))
SHEET = "01a-CUM-Q"
CELL = "G12"  # revenue of the period


def typed_into(value: object, *, number_format: str | None = None) -> Callable[[openpyxl.Workbook], None]:
    def edit(workbook: openpyxl.Workbook) -> None:
        workbook[SHEET][CELL] = value
        if number_format is not None:
            workbook[SHEET][CELL].number_format = number_format

    return edit


CONTENTS = {
    "an error cell": (typed_into("#REF!"), "XR206"),
    "another error cell": (typed_into("#DIV/0!"), "XR206"),
    "a formula without a stored value": (typed_into("=100+199.99"), "XR207"),
    "a date": (typed_into(DAY), "XR208"),
    "a number shown as a date": (typed_into(45350, number_format="dd/mm/yyyy"), "XR208"),
    "a time": (typed_into(MOMENT.time()), "XR208"),
    "a truth value": (typed_into(True), "XR210"),
    "a number with its unit": (typed_into("299,99 tỷ"), "XR201"),
    "an ambiguous text": (typed_into("9.605"), "XR202"),
    "thousands read as decimals": (typed_into(9.605), "XR204"),
    "nothing": (typed_into(None), "XR301"),
    "a number as text": (typed_into("299,99"), "XR203"),
    "too many decimals": (typed_into(299.9912), "XR205"),
}


@pytest.mark.parametrize("content", CONTENTS)
def test_one_wrong_cell_is_one_finding_at_that_cell(content: str, tmp_path: Path) -> None:
    edit, code = CONTENTS[content]
    file = checked(edited(FILLED, edit), tmp_path)
    assert seen(file.findings) == [(code, SHEET, CELL)]
    assert file.outcome == ("accepted" if code in ("XR203", "XR205") else "rejected")
    read = meanings(file.facts)[DataPoint("sxkd", "01", "actual")]
    assert read[2] == {"XR301": "O", "XR203": "E", "XR205": "E"}.get(code, "U")


def test_a_figure_out_of_bounds_is_read_and_reported(tmp_path: Path) -> None:
    def edit(workbook: openpyxl.Workbook) -> None:
        workbook[SHEET]["G17"] = -1

    file = checked(edited(FILLED, edit), tmp_path)
    assert seen(file.findings) == [("XR302", SHEET, "G17")]
    assert meanings(file.facts)[DataPoint("sxkd", "06", "actual")] == (Decimal(-1), None, "E")


def test_what_was_typed_is_kept_beside_what_was_read(tmp_path: Path) -> None:
    file = checked(edited(FILLED, typed_into("\N{NO-BREAK SPACE}9.605,384")), tmp_path)
    (fact,) = [row for row in file.facts if (row.table, row.source_cell) == ("sxkd", CELL)]
    assert (fact.value, fact.source_text, fact.source_sheet) == ("9605.38", "\N{NO-BREAK SPACE}9.605,384", SHEET)


def test_a_formula_typed_by_the_clerk_counts_as_its_value(tmp_path: Path) -> None:
    part = part_with(FILLED, f'r="{CELL}"', "<v>299.99</v>")
    content = parts(FILLED)[part].decode()
    formula = re.sub(rf'(<c r="{CELL}"[^>]*>)<v>299.99</v>', r"\1<f>100+199.99</f><v>299.99</v>", content)
    assert formula != content
    file = checked(with_parts(FILLED, {part: formula.encode()}), tmp_path)
    assert seen(file.findings) == []
    assert meanings(file.facts)[DataPoint("sxkd", "01", "actual")] == (Decimal("299.99"), None, "E")


def part_with(data: bytes, *texts: str) -> str:
    (name,) = [name for name, part in parts(data).items() if all(text in part.decode() for text in texts)]
    return name


def test_merged_inputs_are_errors_in_each_cell(tmp_path: Path) -> None:
    file = checked(edited(FILLED, lambda workbook: workbook[SHEET].merge_cells("F13:G13")), tmp_path)
    assert seen(file.findings) == [("XR212", SHEET, "F13"), ("XR212", SHEET, "G13")]


def test_hidden_rows_are_read_and_pointed_out_once(tmp_path: Path) -> None:
    def hide(workbook: openpyxl.Workbook) -> None:
        for row in (12, 16, 17):  # 16 is computed
            workbook[SHEET].row_dimensions[row].hidden = True

    file = checked(edited(FILLED, hide), tmp_path)
    assert seen(file.findings) == [("XR213", SHEET, "A12"), ("XR213", SHEET, "A17")]
    assert file.outcome == "accepted"
    assert meanings(file.facts) == meanings(checked(FILLED, tmp_path).facts)


def test_several_mistakes_are_found_in_reading_order(tmp_path: Path) -> None:
    def spoil(workbook: openpyxl.Workbook) -> None:
        workbook["01b-CUM-Q"]["F18"] = "Tốt"
        workbook[SHEET]["G15"] = "một trăm"
        workbook[SHEET]["F12"] = "1.200,5"
        workbook[SHEET]["G13"] = None

    found = seen(checked(edited(FILLED, spoil), tmp_path).findings)
    assert found == [
        ("XR301", SHEET, "G13"),
        ("XR201", SHEET, "G15"),
        ("XR211", "01b-CUM-Q", "F18"),
        ("XR203", SHEET, "F12"),
    ]
    assert all(parse_a1(cell or "") for _, _, cell in found)


def test_a_damaged_file_is_refused_and_not_read(tmp_path: Path) -> None:
    file = checked(FILLED[: len(FILLED) // 2], tmp_path)
    assert (file.outcome, [item.code for item in file.findings], file.facts) == ("refused", ["XR103"], ())


def test_a_workbook_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    file = checked(buffer.getvalue(), tmp_path)
    assert (file.outcome, [item.code for item in file.findings]) == ("refused", ["XR106"])


def test_damaged_metadata_leave_the_markers_to_tell_what_it_is(tmp_path: Path) -> None:
    """Without a workspace there is no other definition: refused by name, not as a stranger's file."""

    def damage(workbook: openpyxl.Workbook) -> None:
        workbook["xlreport"]["A2"] = "AAAA" + workbook["xlreport"]["A2"].value[4:]

    file = checked(edited(FILLED, damage), tmp_path)
    assert (file.outcome, [item.code for item in file.findings]) == ("refused", ["XR107"])
    assert file.identity is not None
    assert file.identity.unit == "C7-01"
