"""Days: what typed dates can mean, their serial numbers, and how they are written."""

from __future__ import annotations

import io
import unicodedata
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.dates import from_serial, readings, serial, shown
from xlreport.language import LANGUAGES

ONE_READING = {
    "2022-04-22": ("2022-04-22", "22/4/2022", "22-4-2022", "22.4.2022", "ngày 22 tháng 4 năm 2022", " 22/04/2022 ",
                   "22 tháng 4 năm 2022", "22 tháng 4, 2022", "'22/4/2022", "22 / 4 / 2022", "2022/4/22", "4/22/2022",
                   "NGÀY 22 THÁNG 4 NĂM 2022", "ngay 22 thang 4 nam 2022", "22 April 2022", "April 22, 2022",
                   "22 Apr. 2022", "22nd april 2022", "22–4–2022", "22\N{NO-BREAK SPACE}tháng\u20034 năm 2022",
                   unicodedata.normalize("NFD", "ngày 22 tháng 4 năm 2022"), "ngày 22/4/2022"),
    "2022-02-07": ("2022-02-07", "ngày 07/02/2022", "ngày 7 tháng 2 năm 2022", "7 Feb 2022", "2022-2-7"),
    "2022-03-03": ("03/03/2022", "3.3.2022"),
    "2024-02-29": ("29/2/2024", "2024-02-29", "29 tháng 02 năm 2024"),
    "2022-09-05": ("5 Sept 2022", "5 September 2022", "Sep 5 2022"),
}  # fmt: skip
NO_READING = (
    "", " ", "22/4/22", "22-04-22", "7/2/22", "31/4/2022", "29/2/2023", "2022-02-30", "0000-01-01", "00/01/2022",
    "0/0/2022", "32/1/2022", "13/13/2022", "4/2022", "tháng 4 năm 2022", "22/4-2022", "2022-04/22", "22/4/2022/1",
    "2022", "22042022", "44673", "06-07", "22 Avril 2022", "ngày 4/22/2022", "22/4/20222", "22:4:2022", "22 th 4 2022",
    "٢٢/٤/٢٠٢٢", "1/1/1/1", "ngày", "22/4/2022 về việc", "-1/2/2022", "9" * 100_000,
)  # fmt: skip
DAYS = st.dates(date(1900, 3, 1), date.max)


@pytest.mark.parametrize(("day", "text"), [(day, text) for day, written in ONE_READING.items() for text in written])
def test_one_reading(day: str, text: str) -> None:
    assert readings(text) == (date.fromisoformat(day),)


@pytest.mark.parametrize("text", ["07/02/2022", "7/2/2022", "07-02-2022", "7.2.2022", "07/2/2022"])
def test_two_readings_the_vietnamese_one_first(text: str) -> None:
    assert readings(text) == (date(2022, 2, 7), date(2022, 7, 2))


@pytest.mark.parametrize("text", NO_READING)
def test_no_reading(text: str) -> None:
    assert readings(text) == ()


@given(st.dates())
def test_what_is_shown_is_read_again(day: date) -> None:
    assert readings(day.isoformat()) == readings(shown(day, "en")) == (day,)
    vietnamese = readings(shown(day, "vi"))
    assert vietnamese[0] == day
    # A second reading exists only where the day could be a month, and another one.
    assert len(vietnamese) == (2 if day.day <= 12 and day.day != day.month else 1)
    assert readings(f"ngày {shown(day, 'vi')}") == (day,)
    assert readings(f"ngày {day.day} tháng {day.month} năm {day.year:04}") == (day,)


@given(st.text() | st.text(alphabet="0123456789/-. ngàythángăm", max_size=20))
def test_any_text_has_at_most_two_readings(text: str) -> None:
    found = readings(text)
    assert len(set(found)) == len(found) <= 2


@pytest.mark.parametrize(
    ("day", "vi", "en"),
    [
        (date(2022, 4, 22), "22/4/2022", "22 April 2022"),
        (date(2022, 2, 7), "07/02/2022", "7 February 2022"),
        (date(2022, 1, 31), "31/01/2022", "31 January 2022"),
        (date(2022, 3, 1), "01/3/2022", "1 March 2022"),
        (date(2022, 10, 31), "31/10/2022", "31 October 2022"),
        (date(2023, 2, 2), "02/02/2023", "2 February 2023"),
    ],
)
def test_a_day_as_people_write_it(day: date, vi: str, en: str) -> None:
    assert [shown(day, language) for language in LANGUAGES] == [vi, en]


# Serial numbers


@pytest.mark.parametrize(
    ("number", "day"),
    [(61, "1900-03-01"), (25_569, "1970-01-01"), (45_381, "2024-03-30"), (45_351, "2024-02-29"),
     (2_958_465, "9999-12-31")],
)  # fmt: skip
def test_serial_numbers(number: int, day: str) -> None:
    assert serial(date.fromisoformat(day)) == number
    assert from_serial(number) == date.fromisoformat(day)


@pytest.mark.parametrize("number", [60, 59, 1, 0, -1, 2_958_466, 10**30, -(10**30)])
def test_no_day_has_such_a_number(number: int) -> None:
    assert from_serial(number) is None


@pytest.mark.parametrize("day", [date(1900, 2, 28), date(1900, 1, 1), date(1890, 5, 19), date.min])
def test_days_without_a_number_are_refused(day: date) -> None:
    with pytest.raises(ValueError, match=day.isoformat()):
        serial(day)


@given(DAYS)
def test_numbers_and_days_go_one_to_one(day: date) -> None:
    assert from_serial(serial(day)) == day
    if day < date.max:
        assert serial(day + timedelta(days=1)) == serial(day) + 1


def test_spreadsheets_count_the_same_way() -> None:
    days = [date(1900, 3, 1), date(1999, 12, 31), date(2024, 2, 29), date(2024, 3, 30), date(9999, 12, 31)]
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for row, day in enumerate(days, start=1):
        cell = sheet.cell(row, 1, serial(day))
        cell.number_format = "yyyy-mm-dd"
    data = io.BytesIO()
    workbook.save(data)
    read = openpyxl.load_workbook(data).worksheets[0]
    assert [read.cell(row, 1).value for row in range(1, len(days) + 1)] == [
        datetime(day.year, day.month, day.day) for day in days
    ]
