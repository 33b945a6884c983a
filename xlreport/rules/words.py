"""The words of the sentence reading, by language: a small table, next to the only code that uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlreport.rules.tree import Operator


@dataclass(frozen=True, slots=True)
class Words:
    """Placeholders are positional: {0}, {1}, …"""

    #: What must hold, and what is the case (after "if").
    requirements: Mapping[Operator, str]
    statements: Mapping[Operator, str]
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
    chose: str
    answered: str
    option: str
    either: str
    periods: Mapping[str, str]


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
    within=("chênh lệch giữa {0} và {1} không được quá {2}", "chênh lệch giữa {0} và {1} không quá {2}"),
    apart=("chênh lệch giữa {0} và {1} phải lớn hơn {2}", "chênh lệch giữa {0} và {1} lớn hơn {2}"),
    if_then_else="nếu {0} thì {1}; nếu không thì {2}",
    if_number="{1} nếu {0}; nếu không thì {2}",
    conjunction=" và ",
    disjunction=" hoặc ",
    total="tổng của {0}",
    last=" và ",
    absolute="giá trị tuyệt đối của {0}",
    rounded="{0} làm tròn đến {1} chữ số thập phân",
    rounded_whole="{0} làm tròn đến hàng đơn vị",
    months="số tháng của kỳ",
    chose="số đơn vị chọn {1} tại {0}",
    answered="số đơn vị đã trả lời {0}",
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
    within=(
        "{0} and {1} must not differ by more than {2}",
        "{0} and {1} do not differ by more than {2}",
    ),
    apart=("{0} and {1} must differ by more than {2}", "{0} and {1} differ by more than {2}"),
    if_then_else="if {0}, then {1}; otherwise {2}",
    if_number="{1} if {0}; otherwise {2}",
    conjunction=" and ",
    disjunction=" or ",
    total="the sum of {0}",
    last=" and ",
    absolute="the absolute value of {0}",
    rounded="{0} rounded to {1} decimals",
    rounded_whole="{0} rounded to a whole number",
    months="the number of months in the period",
    chose="the number of units that chose {1} for {0}",
    answered="the number of units that answered {0}",
    option="“{0}”",
    either=" or ",
    periods={"previous": "{0} (previous period)", "same_period": "{0} (same period of the previous year)"},
)

WORDS: Mapping[str, Words] = {"vi": _VI, "en": _EN}
