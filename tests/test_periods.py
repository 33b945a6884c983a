"""Periods: how they lie within each other, which make up a longer one, and what other spellings are meant for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.cli.failures import show_failure
from xlreport.errors import UsageError
from xlreport.language import LANGUAGES, texts
from xlreport.periods import (
    Frequency,
    Period,
    Stretch,
    alike,
    contains,
    days_of,
    missing,
    next_period,
    overlaps,
    parse_period,
    parts,
    period_of,
    previous_period,
    require_alike,
    suggested_period,
    tiling,
    to_date,
)

FREQUENCIES = {"month": 12, "quarter": 4, "half-year": 2, "nine-months": 1, "year": 1}
ONE_DAY = timedelta(days=1)


def of(codes: str) -> tuple[Period, ...]:
    """Periods from their codes."""
    return tuple(parse_period(code) for code in codes.split())


def codes(periods: Collection[Period] | None) -> str | None:
    return None if periods is None else " ".join(period.code for period in periods)


@st.composite
def periods(draw: st.DrawFn, first: int = 1901, last: int = 2180) -> Period:
    frequency, year = draw(st.sampled_from(Frequency)), draw(st.integers(first, last))
    if frequency is Frequency.TERM:
        return Period(frequency, year, last_year=year + draw(st.integers(1, 5)))
    return Period(frequency, year, draw(st.integers(1, FREQUENCIES[frequency])))


# How two of them lie


@pytest.mark.parametrize(
    ("whole", "part", "is_within", "share_days"),
    [
        ("2024", "2024-Q1", True, True),
        ("2024-Q1", "2024", False, True),
        ("2024-H1", "2024-Q3", False, False),
        ("2024-9M", "2024-Q3", True, True),
        ("2024-9M", "2024-H2", False, True),
        ("2024-Q1", "2024-Q1", True, True),
        ("2022..2025", "2025-M12", True, True),
        ("2022..2025", "2026", False, False),
        ("2024-M03", "2024-M04", False, False),
        ("2023-Q4", "2024-Q4", False, False),
    ],
)
def test_one_within_another(whole: str, part: str, is_within: bool, share_days: bool) -> None:
    (one, other) = of(f"{whole} {part}")
    assert (contains(one, other), overlaps(one, other), overlaps(other, one)) == (is_within, share_days, share_days)


def test_one_day_in_common_is_enough() -> None:
    first, second = (date(2024, 1, 1), date(2024, 2, 15)), (date(2024, 2, 15), date(2024, 3, 1))
    assert overlaps(first, second)
    assert overlaps(second, first)
    assert not overlaps(first, (date(2024, 2, 16), date(2024, 3, 1)))
    assert not contains(first, second)
    assert contains(parse_period("2024-Q1"), first)


@pytest.mark.parametrize(
    ("code", "end_year", "ends_year", "first_day", "last_day"),
    [
        ("2024-M11", 2024, False, "2024-01-01", "2024-11-30"),
        ("2024-M12", 2024, True, "2024-01-01", "2024-12-31"),
        ("2024-Q2", 2024, False, "2024-01-01", "2024-06-30"),
        ("2024-Q4", 2024, True, "2024-01-01", "2024-12-31"),
        ("2024-H1", 2024, False, "2024-01-01", "2024-06-30"),
        ("2024-H2", 2024, True, "2024-01-01", "2024-12-31"),
        ("2024-9M", 2024, False, "2024-01-01", "2024-09-30"),
        ("2024", 2024, True, "2024-01-01", "2024-12-31"),
        ("2022..2025", 2025, True, "2022-01-01", "2025-12-31"),
    ],
)
def test_the_year_a_period_ends_in(code: str, end_year: int, ends_year: bool, first_day: str, last_day: str) -> None:
    period = parse_period(code)
    assert (period.end_year, period.ends_year) == (end_year, ends_year)
    assert [day.isoformat() for day in to_date(period)] == [first_day, last_day]


@given(periods())
def test_next_undoes_previous(period: Period) -> None:
    assert previous_period(next_period(period)) == next_period(previous_period(period)) == period
    if period.frequency is not Frequency.NINE_MONTHS:
        assert next_period(period).start == period.end + ONE_DAY


# What may be compared


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2024-Q1", "2023-Q1", True),
        ("2024-Q1", "2024-Q2", False),
        ("2024-M03", "2021-M03", True),
        ("2024-M03", "2024-Q1", False),
        ("2019-9M", "2017", False),
        ("2019-9M", "2018-9M", True),
        ("2024-H1", "2024-H2", False),
        ("2022..2025", "2018..2021", True),
        ("2022..2025", "2017..2021", False),
    ],
)
def test_what_may_be_compared(one: str, other: str, expected: bool) -> None:
    first, second = of(f"{one} {other}")
    assert alike(first, second) == alike(second, first) == expected
    if expected:
        require_alike(first, second)
    else:
        with pytest.raises(UsageError, match="periods-unlike"):
            require_alike(first, second)


@pytest.mark.parametrize(
    ("one", "other", "vi", "en"),
    [
        (
            "2019-9M",
            "2017",
            "Không so sánh 9 tháng năm 2019 với năm 2017: hai kỳ không cùng độ dài.",
            "Cannot compare nine months of 2019 with year 2017: the two periods are not of the same length.",
        ),
        (
            "2024-Q1",
            "2023-Q4",
            "Không so sánh quý I năm 2024 với quý IV năm 2023: hai kỳ không cùng khoảng thời gian trong năm.",
            "Cannot compare quarter I of 2024 with quarter IV of 2023: the two periods are not at the same time of the "
            "year.",
        ),
    ],
)
def test_why_they_are_not_compared(capsys: pytest.CaptureFixture[str], one: str, other: str, vi: str, en: str) -> None:
    first, second = of(f"{one} {other}")
    with pytest.raises(UsageError) as caught:
        require_alike(first, second)
    for language, said in (("vi", vi), ("en", en)):
        assert show_failure(caught.value, texts(language)) == 2
        assert said in capsys.readouterr().err


# What a longer one consists of


@pytest.mark.parametrize(
    ("target", "frequency", "expected"),
    [
        ("2024", "quarter", "2024-Q1 2024-Q2 2024-Q3 2024-Q4"),
        ("2024", "half-year", "2024-H1 2024-H2"),
        ("2024", "year", "2024"),
        ("2024", "nine-months", None),
        ("2024", "term", None),
        ("2023..2025", "year", "2023 2024 2025"),
        ("2023..2025", "term", "2023..2025"),
        ("2024-9M", "quarter", "2024-Q1 2024-Q2 2024-Q3"),
        ("2024-9M", "month", " ".join(f"2024-M{month:02}" for month in range(1, 10))),
        ("2024-9M", "half-year", None),
        ("2024-9M", "nine-months", "2024-9M"),
        ("2024-H2", "quarter", "2024-Q3 2024-Q4"),
        ("2024-H1", "month", " ".join(f"2024-M{month:02}" for month in range(1, 7))),
        ("2024-Q1", "half-year", None),
        ("2024-M03", "quarter", None),
        ("2024-M03", "month", "2024-M03"),
    ],
)
def test_what_a_period_consists_of(target: str, frequency: str, expected: str | None) -> None:
    assert codes(parts(parse_period(target), Frequency(frequency))) == expected


@pytest.mark.parametrize(
    ("target", "available", "expected"),
    [
        ("2024", "2024-Q1 2024-H1 2024-Q3 2024-Q4", "2024-H1 2024-Q3 2024-Q4"),
        ("2024", "2024-Q1 2024-H1", None),
        ("2024", "2024-Q1 2024-H1 2024-9M 2024-Q4", "2024-9M 2024-Q4"),
        ("2024", "2024-H1 2024-H2 2024-9M 2024-Q4", "2024-9M 2024-Q4"),
        ("2024", "2024-9M 2024-M10 2024-M11 2024-M12 2024-H1 2024-H2", "2024-H1 2024-H2"),
        ("2024", "2024-Q4 2024-Q3 2024-Q2 2024-Q1 2024", "2024"),
        ("2024", "2024-9M 2024-H2", None),
        ("2024", "2023-Q4 2024-H1 2024-H2 2025-Q1", "2024-H1 2024-H2"),
        ("2024-9M", "2024-H1 2024-Q3", "2024-H1 2024-Q3"),
        ("2024-9M", "2024-H1 2024-M07 2024-M08 2024-M09", "2024-H1 2024-M07 2024-M08 2024-M09"),
        ("2024-9M", "2024-H1 2024-H2", None),
        ("2023..2025", "2023 2024-H1 2024-H2 2025", "2023 2024-H1 2024-H2 2025"),
        ("2024-Q1", "", None),
        ("2024-Q1", "2024", None),
    ],
)
def test_what_covers_a_period_once(target: str, available: str, expected: str | None) -> None:
    assert codes(tiling(parse_period(target), of(available))) == expected
    assert codes(tiling(parse_period(target), of(available)[::-1])) == expected


def test_a_stretch_without_a_name_is_covered_too() -> None:
    five_months = to_date(parse_period("2024-M05"))
    assert codes(tiling(five_months, of("2024-Q1 2024-M04 2024-M05 2024-Q2"))) == "2024-Q1 2024-M04 2024-M05"
    assert codes(parts(five_months, Frequency.MONTH)) == "2024-M01 2024-M02 2024-M03 2024-M04 2024-M05"
    assert parts(five_months, Frequency.QUARTER) is None
    assert tiling((date(2024, 1, 1), date(2024, 1, 30)), of("2024-M01")) is None


@pytest.mark.parametrize(
    ("target", "available", "frequency", "expected"),
    [
        ("2024", "", "quarter", "2024-Q1 2024-Q2 2024-Q3 2024-Q4"),
        ("2024", "2024-Q1 2024-H1 2024-Q3", "quarter", "2024-Q4"),
        ("2024", "2024-Q1 2024-H1 2024-Q3", "month", "2024-M10 2024-M11 2024-M12"),
        ("2024", "2024-9M 2024-H2", "quarter", "2024-Q4"),
        ("2024", "2024-H1 2024-H2", "quarter", ""),
        ("2024", "2024-Q2", "half-year", "2024-H1 2024-H2"),
        ("2024-9M", "2024-Q3", "half-year", "2024-H1"),
        ("2024-9M", "2024-Q1", "half-year", None),
        ("2023..2025", "2024", "year", "2023 2025"),
    ],
)
def test_what_is_lacking(target: str, available: str, frequency: str, expected: str | None) -> None:
    assert codes(missing(parse_period(target), of(available), Frequency(frequency))) == expected


def days(stretch: Stretch) -> set[date]:
    first, last = days_of(stretch)
    return {first + timedelta(days=number) for number in range((last - first).days + 1)}


targets = periods(2020, 2024) | periods(2020, 2024).map(to_date)
some_periods = st.lists(periods(2020, 2024), max_size=25)


@given(targets, some_periods, st.sampled_from(Frequency))
def test_every_day_is_covered_once(target: Stretch, available: list[Period], frequency: Frequency) -> None:
    tiles, lacking = tiling(target, available), missing(target, available, frequency)
    if tiles is not None:
        covered = [day for tile in tiles for day in days(tile)]
        assert len(covered) == len(set(covered))
        assert set(covered) == days(target)
        assert set(tiles) <= set(available)
        assert tiles == tuple(sorted(tiles, key=lambda tile: tile.start))
    assert (tiles is not None) == (lacking == ())
    if lacking:
        assert tiling(target, [*available, *lacking]) is not None
        assert all(tiling(target, [*available, *(set(lacking) - {one})]) is None for one in lacking)
    elif lacking is None:
        assert parts(target, frequency) is None


# In words, and what words are meant for

SHORT = """
2024-M03    Tháng 3/2024       Month 3/2024
2024-Q1     Quý I/2024         Quarter I/2024
2024-H1     6 tháng đầu 2024   First half 2024
2024-H2     6 tháng cuối 2024  Second half 2024
2024-9M     9 tháng 2024       9 months 2024
2024        Năm 2024           2024
2022..2025  2022-2025          2022-2025
"""


@pytest.mark.parametrize("line", SHORT.strip().splitlines())
def test_a_period_in_few_words(line: str) -> None:
    code, vi, en = (part.strip() for part in line.split("  ") if part)
    assert [parse_period(code).short_label(language) for language in LANGUAGES] == [vi, en]


@given(periods())
def test_a_period_s_own_words_are_understood(period: Period) -> None:
    for language in LANGUAGES:
        for words in (period.label(language), period.short_label(language)):
            assert suggested_period(words) == suggested_period(words.upper()) == period, words


MEANT = {
    "2024-Q1": ("Q1/2024", "Quý I/2024", "2024Q1", "2024-q1", "quý 1 năm 2024", "QUÝ I – 2024", "Q.I/2024", "2024-Q01",
                "1Q2024", "3 tháng đầu năm 2024", "3T2024", "Quy\u0301 1/2024", "Quý Ⅰ/2024", "２０２４-Q1", "q1 2024",
                "2024 quý I"),
    "2024-Q4": ("IV. Quý 2024", "Quý IV/2024"),
    "2024-M03": ("03/2024", "3/2024", "2024-3", "2024-03", "2024-M3", "tháng 3/2024", "T3/2024", "2024M03", "03.2024",
                 "Tháng 03 năm 2024"),
    "2024-M12": ("T122024", "12/2024", "2024/12"),
    "2024-H1": ("6 tháng đầu năm 2024", "6 tháng 2024", "2024-6M", "6T/2024", "H1/2024", "nửa đầu năm 2024"),
    "2024-H2": ("6 tháng cuối năm 2024", "H2 2024", "second half of 2024"),
    "2024-9M": ("9 tháng 2024", "9T/2024", "9 tháng đầu năm 2024", "2024 9M"),
    "2024": ("２０２４", "năm 2024", "12 tháng 2024", "cả năm 2024"),
    "2022..2025": ("2025..2022", "2022-2025", "2022 – 2025", "nhiệm kỳ 2022-2025", "2022...2025", "2022 đến 2025"),
}  # fmt: skip


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, spelt in MEANT.items() for text in spelt])
def test_what_was_obviously_meant(code: str, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_period(text)
    assert (caught.value.key, caught.value.params) == ("period-unknown-like", {"value": text, "suggestion": code})


@pytest.mark.parametrize(
    "text",
    ["", " ", "2024-Q5", "2024-M13", "2024-02-30", "2024-02-15", "5 tháng 2024", "Q1", "24-Q1", "0000", "9999", "1/24",
     "2022..2022", "2022..2090", "20240", "1899", "2201-Q1", "Quý V/2024", "2024-Q1\x00", "năm nay", "13/2024", "३",
     "Tháng 0/2024", "..", "-"],
)  # fmt: skip
def test_what_means_nothing(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_period(text)
    assert (caught.value.key, caught.value.params) == ("period-unknown", {"value": text})


def test_long_texts_are_quoted_in_part() -> None:
    for text in ("9" * 100_000, "quý " * 50_000, "1/" * 1000):
        with pytest.raises(UsageError) as caught:
            parse_period(text)
        assert caught.value.params == {"value": f"{text[:60]}…"}


@given(st.text() | st.text(alphabet="0123456789-QMHquýthángnăIiVv./ ", max_size=14))
def test_any_text_is_a_period_or_said_to_be_none(text: str) -> None:
    try:
        assert parse_period(text).code == text.strip()
    except UsageError as error:
        suggestion = error.params.get("suggestion")
        assert suggestion is None or parse_period(str(suggestion)).code == suggestion


@pytest.mark.parametrize("frequency", list(Frequency))
@pytest.mark.parametrize("day", [date(2024, 1, 1), date(2024, 3, 31), date(2024, 7, 1), date(2024, 12, 31)])
def test_period_of_a_day(frequency: Frequency, day: date) -> None:
    period = period_of(day, frequency)
    assert period.frequency is frequency
    assert parse_period(period.code) == period
    # Nothing is filled for the last three months alone where forms are filled for nine.
    assert period.start <= day
    assert day <= period.end or (frequency is Frequency.NINE_MONTHS and day.month > 9)
