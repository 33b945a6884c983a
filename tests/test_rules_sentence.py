"""The reading for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_cases import COUNTS, FIGURES, NUMBERS, RULES, nodes_of

from xlreport.rules import Node, Ref, parse, sentence
from xlreport.rules.tree import (
    Absolute,
    Add,
    And,
    Compare,
    Count,
    Date,
    Divide,
    If,
    Months,
    Multiply,
    Negate,
    Not,
    Number,
    Operator,
    Or,
    Round,
    Within,
    children,
)
from xlreport.rules.words import WORDS

NAMES = {
    "01": "[01] Tổng doanh thu",
    "03": "[03] Tổng quỹ thu nhập",
    "04": "[04] Lao động bình quân",
    "09": "[09] Đạt chuẩn văn hóa",
    "10": "[10] Đảng viên",
    "11": "[11] Chính thức",
    "12": "[12] Trong đó: nữ",
}


def said(text: str, language: str = "vi") -> str:
    return sentence(parse(text), lambda ref: NAMES[ref.indicator], language)


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        (
            "[12] <= [10]",
            "[12] Trong đó: nữ không được lớn hơn [10] Đảng viên",
            "[12] Trong đó: nữ must not be greater than [10] Đảng viên",
        ),
        (
            "[10] = [11] + [12]",
            "[10] Đảng viên phải bằng tổng của [11] Chính thức và [12] Trong đó: nữ",
            "[10] Đảng viên must equal the sum of [11] Chính thức and [12] Trong đó: nữ",
        ),
        (
            "[10] <> sum([10]@previous, [11], [12])",
            "[10] Đảng viên phải khác tổng của [10] Đảng viên (kỳ trước), [11] Chính thức và [12] Trong đó: nữ",
            "[10] Đảng viên must differ from the sum of [10] Đảng viên (previous period), [11] Chính thức "
            "and [12] Trong đó: nữ",
        ),
        (
            "[10] < 1234.5",
            "[10] Đảng viên phải nhỏ hơn 1.234,5",
            "[10] Đảng viên must be less than 1,234.5",
        ),
        (
            "[10] > [10]@same_period - 5",
            "[10] Đảng viên phải lớn hơn [10] Đảng viên (cùng kỳ năm trước) − 5",
            "[10] Đảng viên must be greater than [10] Đảng viên (same period of the previous year) − 5",
        ),
        (
            "[10] - ([11] + 1) >= -2",
            "[10] Đảng viên − ([11] Chính thức + 1) không được nhỏ hơn −2",
            "[10] Đảng viên − ([11] Chính thức + 1) must not be less than −2",
        ),
        (
            "not ([10] < 5 and [11] = 0)",
            "[10] Đảng viên không được nhỏ hơn 5, hoặc [11] Chính thức phải khác 0",
            "[10] Đảng viên must not be less than 5, or [11] Chính thức must differ from 0",
        ),
        (
            "if([10] > 0, [11] >= 1, [11] = 0)",
            "Nếu [10] Đảng viên lớn hơn 0 thì [11] Chính thức không được nhỏ hơn 1; "
            "trường hợp khác thì [11] Chính thức phải bằng 0",
            "If [10] Đảng viên is greater than 0, then [11] Chính thức must not be less than 1; "
            "otherwise [11] Chính thức must equal 0",
        ),
        (
            "within([01], [03] * [04] / 1000, 0.5)",
            "Chênh lệch giữa [01] Tổng doanh thu và [03] Tổng quỹ thu nhập × [04] Lao động bình quân ÷ 1.000 "
            "không được vượt quá 0,5",
            "[01] Tổng doanh thu and [03] Tổng quỹ thu nhập × [04] Lao động bình quân ÷ 1,000 "
            "must not differ by more than 0.5",
        ),
        (
            "not within([10], [11], 1)",
            "Chênh lệch giữa [10] Đảng viên và [11] Chính thức phải lớn hơn 1",
            "[10] Đảng viên and [11] Chính thức must differ by more than 1",
        ),
        (
            'count([09], "đạt", "kiểu mẫu") <= count([09]) and ([11] = 1 or [12] = 1)',
            "Số đơn vị chọn “đạt” hoặc “kiểu mẫu” ở chỉ tiêu [09] Đạt chuẩn văn hóa không được lớn hơn "
            "số đơn vị đã báo cáo chỉ tiêu [09] Đạt chuẩn văn hóa, đồng thời ([11] Chính thức phải bằng 1, hoặc "
            "[12] Trong đó: nữ phải bằng 1)",
            "The number of units that chose “đạt” or “kiểu mẫu” for [09] Đạt chuẩn văn hóa must not be greater than "
            "the number of units that reported [09] Đạt chuẩn văn hóa, and ([11] Chính thức must equal 1, or "
            "[12] Trong đó: nữ must equal 1)",
        ),
        (
            "round([03] / ([04] * months), 2)",
            "([03] Tổng quỹ thu nhập ÷ ([04] Lao động bình quân × số tháng trong kỳ)) "
            "(làm tròn đến 2 chữ số thập phân)",
            "([03] Tổng quỹ thu nhập ÷ ([04] Lao động bình quân × the number of months in the period)) "
            "(rounded to 2 decimals)",
        ),
        (
            "abs([10] - [11]) = round([12], 0)",
            "Giá trị tuyệt đối của ([10] Đảng viên − [11] Chính thức) phải bằng "
            "[12] Trong đó: nữ (làm tròn đến hàng đơn vị)",
            "The absolute value of ([10] Đảng viên − [11] Chính thức) must equal "
            "[12] Trong đó: nữ (rounded to a whole number)",
        ),
        (
            "if([10] > 0, [11], [12]) = 3",
            "([11] Chính thức nếu [10] Đảng viên lớn hơn 0; trường hợp khác là [12] Trong đó: nữ) phải bằng 3",
            "([11] Chính thức if [10] Đảng viên is greater than 0; otherwise [12] Trong đó: nữ) must equal 3",
        ),
    ],
)
def test_sentences(text: str, vi: str, en: str) -> None:
    assert said(text) == vi
    assert said(text, "en") == en


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        (
            "{} >= {}",
            "[10] Đảng viên không được trước ngày 08/3/2024",
            "[10] Đảng viên must not be before 8 March 2024",
        ),
        ("{} <= {}", "[10] Đảng viên không được sau ngày 08/3/2024", "[10] Đảng viên must not be after 8 March 2024"),
        ("{} < {}", "[10] Đảng viên phải trước ngày 08/3/2024", "[10] Đảng viên must be before 8 March 2024"),
        ("{} > {}", "[10] Đảng viên phải sau ngày 08/3/2024", "[10] Đảng viên must be after 8 March 2024"),
        ("{} = {}", "[10] Đảng viên phải là ngày 08/3/2024", "[10] Đảng viên must be 8 March 2024"),
        ("{} <> {}", "[10] Đảng viên phải khác ngày 08/3/2024", "[10] Đảng viên must not be 8 March 2024"),
        (
            "if({} > {}, [11] > 0, [11] = 0)",
            "Nếu [10] Đảng viên sau ngày 08/3/2024 thì [11] Chính thức phải lớn hơn 0; "
            "trường hợp khác thì [11] Chính thức phải bằng 0",
            "If [10] Đảng viên is after 8 March 2024, then [11] Chính thức must be greater than 0; "
            "otherwise [11] Chính thức must equal 0",
        ),
    ],
)
def test_days(text: str, vi: str, en: str) -> None:
    rule = text.format("[10]", 'date("2024-03-08")')
    assert (said(rule), said(rule, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("day", "vi", "en"),
    [
        ("2022-02-07", "07/02/2022", "7 February 2022"),
        ("2024-01-30", "30/01/2024", "30 January 2024"),
        ("2022-04-22", "22/4/2022", "22 April 2022"),
        ("2023-12-01", "01/12/2023", "1 December 2023"),
    ],
)
def test_days_are_written_as_documents_write_them(day: str, vi: str, en: str) -> None:
    """The month has two digits only where it is January or February, or where it cannot be otherwise."""
    assert said(f'[10] = date("{day}")').endswith(f" ngày {vi}")
    assert said(f'[10] = date("{day}")', "en").endswith(f" {en}")


def test_options_are_named_where_their_names_are_known() -> None:
    node = parse('count([09], "dat", "kieu-mau") > 0')
    options = {"dat": "Đạt chuẩn", "kieu-mau": "Kiểu mẫu"}
    said = sentence(node, str, "vi", lambda ref, option: f"{options[option]} ({ref})")
    assert said == ("Số đơn vị chọn “Đạt chuẩn ([09])” hoặc “Kiểu mẫu ([09])” ở chỉ tiêu [09] phải lớn hơn 0")


def test_an_if_within_an_if_and_a_sum_within_a_difference_stand_in_brackets() -> None:
    assert said("if([10] = 1, if([11] = 1, [12] = 1, [12] = 2), [12] = 3)").count("(") == 1
    assert said("if([10] = 1, not if([11] = 1, [12] = 1, [12] = 2), [12] = 3)").count("(") == 1
    assert said("within([10] + [11], [12], 1)").startswith("Chênh lệch giữa (tổng của ")
    assert said("abs([10]) * 2 = 1") == "(giá trị tuyệt đối của [10] Đảng viên) × 2 phải bằng 1"


# Random trees


def marked(ref: Ref) -> str:
    """A name that is found again, with what a careless use of `format` would stumble over."""
    return f"<{replace(ref, at=None)} {{0}} {{x}} %s>"


@pytest.mark.parametrize("language", list(WORDS))
@given(RULES | NUMBERS)
def test_every_figure_is_named_and_every_placeholder_filled(language: str, node: Node) -> None:
    text = sentence(node, marked, language)
    for part in nodes_of(node):
        ref = part.ref if isinstance(part, Count) else part
        if isinstance(ref, Ref):
            assert marked(ref) in text
            assert not ref.at or WORDS[language].periods[ref.at].format(marked(ref)) in text
        for option in part.options if isinstance(part, Count) else ():
            assert f"“{option}”" in text
    bare = sentence(node, lambda ref: f"<{ref}>", language)
    assert not set("{}%") & set(bare)
    assert "  " not in bare
    assert bare.count("(") == bare.count(")")


def meaning(node: Node, denied: bool = False) -> object:
    """What a sentence has to tell: without double denials, brackets in chains, and sums of one term."""
    match node:
        case Not(operand):
            return meaning(operand, not denied)
        case Compare(operator, left, right):
            return operator.opposite if denied else operator, meaning(left), meaning(right)
        case Within(left, right, tolerance):
            return denied, meaning(left), meaning(right), meaning(tolerance)
        case And() | Or():
            return _chain(node, denied)
        case If(condition, then, otherwise):
            return If, meaning(condition), meaning(then, denied), meaning(otherwise, denied)
        case Add((only,)):
            return meaning(only)
        case Round(operand, decimals):
            return Round, decimals, meaning(operand)
    below = children(node)
    return (type(node), *map(meaning, below)) if below else node


def _chain(node: And | Or, denied: bool) -> object:
    together = isinstance(node, And) is not denied
    items: list[object] = []
    for item in node.items:
        told = meaning(item, denied)
        if isinstance(told, tuple) and told[0] is (And if together else Or):
            items += told[1:]
        else:
            items.append(told)
    return (And if together else Or, *items)


def rebuilt(node: Node, parts: Sequence[Node]) -> Node:
    """The node with other parts."""
    match node:
        case Add() | And() | Or():
            return type(node)(tuple(parts))
        case Compare(operator):
            return Compare(operator, *parts)
        case Round(_, decimals):
            return Round(parts[0], decimals)
        case Negate() | Absolute() | Not():
            return type(node)(parts[0])
        case Multiply() | Divide() | Within() | If():
            return type(node)(*parts)
    return node


def variants(node: Node) -> list[Node]:
    """The node with one thing changed."""
    parts = children(node)
    found = [rebuilt(node, [*parts[:place], parts[place + 1], parts[place], *parts[place + 2 :]])
             for place in range(len(parts) - 1) if not isinstance(node, If) or place == 1]  # fmt: skip
    match node:
        case Compare(operator, left, right):
            found += [Compare(other, left, right) for other in Operator if other is not operator]
        case Multiply(left, right):
            found.append(Divide(left, right))
        case Divide(left, right):
            found.append(Multiply(left, right))
        case Add(terms):
            found += [Add((*terms[:-1], Negate(terms[-1]))), Add((terms[0], Add(terms[1:]))), Add(terms[1:])]
        case And(items):
            found += [Or(items), And(items[1:]), Not(node)]
        case Or(items):
            found += [And(items), Or(items[1:]), Not(node)]
        case Negate(operand) | Absolute(operand):
            found.append(operand)
        case Round(operand, decimals):
            found += [Round(operand, decimals + 1), operand]
        case Number(value):
            found.append(Number(value + Decimal("0.01")))
        case Date(day):
            found.append(Date(day + timedelta(days=1)))
        case Months():
            found.append(Number(Decimal(3)))
        case Ref():
            found += [other for other in FIGURES if other != node]
        case Count():
            found += [other for other in COUNTS if other != node]
    return found


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Node, Node]:
    """Two trees that differ in one place."""
    node = draw(RULES | NUMBERS)
    return node, draw(_changed(node))


def _changed(node: Node) -> st.SearchStrategy[Node]:
    here, parts = variants(node), children(node)

    def in_place(place: int, new: Node) -> Node:
        return rebuilt(node, [*parts[:place], new, *parts[place + 1 :]])

    below = [_changed(part).map(partial(in_place, place)) for place, part in enumerate(parts)]
    return st.one_of(*([st.sampled_from(here)] if here else []), *below)


@settings(max_examples=400)
@given(pairs())
def test_rules_that_mean_something_else_have_other_sentences(pair: tuple[Node, Node]) -> None:
    """Another operator, another order of operands, another figure."""
    first, second = pair
    is_same = meaning(first) == meaning(second)
    for language in WORDS:
        assert (sentence(first, str, language) == sentence(second, str, language)) is is_same


@pytest.mark.parametrize("language", list(WORDS))
def test_a_denied_comparison_is_its_opposite(language: str) -> None:
    for operator in Operator:
        assert said(f"not [10] {operator} 1", language) == said(f"[10] {operator.opposite} 1", language)
        assert said(f"not not [10] {operator} 1", language) == said(f"[10] {operator} 1", language)


def test_and_within_or_stands_in_brackets_and_like_within_like_does_not() -> None:
    assert said("[10] = 1 or ([11] = 2 and [12] = 3)").count("(") == 1
    assert said("[10] = 1 or ([11] = 2 or [12] = 3)").count("(") == 0
    assert said("[10] = 1 and not ([11] = 2 and [12] = 3)").count("(") == 1
    assert said("[10] = 1 and not ([11] = 2 or [12] = 3)").count("(") == 0


def test_names_may_hold_any_character() -> None:
    assert sentence(parse("[10] >= 0"), lambda _: "{0} % {x}", "vi") == "{0} % {x} không được nhỏ hơn 0"


def test_the_name_is_asked_for_with_the_full_reference() -> None:
    asked: list[Ref] = []

    def name(ref: Ref) -> str:
        asked.append(ref)
        return str(ref)

    assert sentence(parse("[a/10:plan]@previous > 0"), name, "en").startswith("[a/10:plan]@previous (previous period)")
    assert asked == [Ref("10", "a", "plan", "previous")]
