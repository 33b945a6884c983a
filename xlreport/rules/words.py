"""The words of the sentence reading, by language: a small table, next to the only code that uses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from xlreport.rules.tree import Operator


@dataclass(frozen=True, slots=True)
class Words:
    """Placeholders are positional: {0}, {1}, …"""

    #: What must hold, and what is the case (after "if").
    requirements: Mapping[Operator, str]
    statements: Mapping[Operator, str]
    #: The same where one side is a day.
    day_requirements: Mapping[Operator, str]
    day_statements: Mapping[Operator, str]
    within: tuple[str, str]
    apart: tuple[str, str]
    if_then_else: str
    if_number: str
    conjunction: str
    disjunction: str
    total: str
    last: str
    absolute: str
    rounded: str
    rounded_whole: str
    months: str
    day: Callable[[date], str]
    chose: str
    answered: str
    option: str
    either: str
    periods: Mapping[str, str]


def _vietnamese_day(day: date) -> str:
    """As documents write it: the day in two digits, of the months only January and February."""
    return f"ngày {day.day:02}/{day.month:0{2 if day.month <= 2 else 1}}/{day.year}"


# Not from `calendar`, whose names change with the computer's settings.
_MONTHS = ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December")  # fmt: skip


def _english_day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_VI = Words(
    requirements={
        Operator.EQUAL: "{0} phải bằng {1}",
        Operator.DIFFERENT: "{0} phải khác {1}",
        Operator.LESS: "{0} phải nhỏ hơn {1}",
        Operator.AT_MOST: "{0} không được lớn hơn {1}",
        Operator.GREATER: "{0} phải lớn hơn {1}",
        Operator.AT_LEAST: "{0} không được nhỏ hơn {1}",
    },
    statements={
        Operator.EQUAL: "{0} bằng {1}",
        Operator.DIFFERENT: "{0} khác {1}",
        Operator.LESS: "{0} nhỏ hơn {1}",
        Operator.AT_MOST: "{0} không lớn hơn {1}",
        Operator.GREATER: "{0} lớn hơn {1}",
        Operator.AT_LEAST: "{0} không nhỏ hơn {1}",
    },
    day_requirements={
        Operator.EQUAL: "{0} phải là {1}",
        Operator.DIFFERENT: "{0} phải khác {1}",
        Operator.LESS: "{0} phải trước {1}",
        Operator.AT_MOST: "{0} không được sau {1}",
        Operator.GREATER: "{0} phải sau {1}",
        Operator.AT_LEAST: "{0} không được trước {1}",
    },
    day_statements={
        Operator.EQUAL: "{0} là {1}",
        Operator.DIFFERENT: "{0} khác {1}",
        Operator.LESS: "{0} trước {1}",
        Operator.AT_MOST: "{0} không sau {1}",
        Operator.GREATER: "{0} sau {1}",
        Operator.AT_LEAST: "{0} không trước {1}",
    },
    within=(
        "chênh lệch giữa {0} và {1} không được vượt quá {2}",
        "chênh lệch giữa {0} và {1} không vượt quá {2}",
    ),
    apart=("chênh lệch giữa {0} và {1} phải lớn hơn {2}", "chênh lệch giữa {0} và {1} lớn hơn {2}"),
    if_then_else="nếu {0} thì {1}; trường hợp khác thì {2}",
    if_number="{1} nếu {0}; trường hợp khác là {2}",
    conjunction=", đồng thời ",
    disjunction=", hoặc ",
    total="tổng của {0}",
    last=" và ",
    absolute="giá trị tuyệt đối của {0}",
    rounded="{0} (làm tròn đến {1} chữ số thập phân)",
    rounded_whole="{0} (làm tròn đến hàng đơn vị)",
    months="số tháng trong kỳ",
    day=_vietnamese_day,
    chose="số đơn vị chọn {1} ở chỉ tiêu {0}",
    answered="số đơn vị đã báo cáo chỉ tiêu {0}",
    option="“{0}”",
    either=" hoặc ",
    periods={"previous": "{0} (kỳ trước)", "same_period": "{0} (cùng kỳ năm trước)"},
)

_EN = Words(
    requirements={
        Operator.EQUAL: "{0} must equal {1}",
        Operator.DIFFERENT: "{0} must differ from {1}",
        Operator.LESS: "{0} must be less than {1}",
        Operator.AT_MOST: "{0} must not be greater than {1}",
        Operator.GREATER: "{0} must be greater than {1}",
        Operator.AT_LEAST: "{0} must not be less than {1}",
    },
    statements={
        Operator.EQUAL: "{0} equals {1}",
        Operator.DIFFERENT: "{0} differs from {1}",
        Operator.LESS: "{0} is less than {1}",
        Operator.AT_MOST: "{0} is not greater than {1}",
        Operator.GREATER: "{0} is greater than {1}",
        Operator.AT_LEAST: "{0} is not less than {1}",
    },
    day_requirements={
        Operator.EQUAL: "{0} must be {1}",
        Operator.DIFFERENT: "{0} must not be {1}",
        Operator.LESS: "{0} must be before {1}",
        Operator.AT_MOST: "{0} must not be after {1}",
        Operator.GREATER: "{0} must be after {1}",
        Operator.AT_LEAST: "{0} must not be before {1}",
    },
    day_statements={
        Operator.EQUAL: "{0} is {1}",
        Operator.DIFFERENT: "{0} is not {1}",
        Operator.LESS: "{0} is before {1}",
        Operator.AT_MOST: "{0} is not after {1}",
        Operator.GREATER: "{0} is after {1}",
        Operator.AT_LEAST: "{0} is not before {1}",
    },
    within=(
        "{0} and {1} must not differ by more than {2}",
        "{0} and {1} do not differ by more than {2}",
    ),
    apart=("{0} and {1} must differ by more than {2}", "{0} and {1} differ by more than {2}"),
    if_then_else="if {0}, then {1}; otherwise {2}",
    if_number="{1} if {0}; otherwise {2}",
    conjunction=", and ",
    disjunction=", or ",
    total="the sum of {0}",
    last=" and ",
    absolute="the absolute value of {0}",
    rounded="{0} (rounded to {1} decimals)",
    rounded_whole="{0} (rounded to a whole number)",
    months="the number of months in the period",
    day=_english_day,
    chose="the number of units that chose {1} for {0}",
    answered="the number of units that reported {0}",
    option="“{0}”",
    either=" or ",
    periods={"previous": "{0} (previous period)", "same_period": "{0} (same period of the previous year)"},
)

WORDS: Mapping[str, Words] = {"vi": _VI, "en": _EN}
