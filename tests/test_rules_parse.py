"""What the language takes, and what it says about the rest."""

from __future__ import annotations

import subprocess
import sys
import time
import unicodedata
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlreport.language import texts
from xlreport.rules import (
    FormulaTooLarge,
    Node,
    Precision,
    Ref,
    RuleSyntaxError,
    counted,
    evaluate,
    is_truth,
    parse,
    parse_formula,
    parse_rule,
    qualify,
    references,
    rule_cell,
    sentence,
)
from xlreport.rules.syntax import MAX_DEPTH, MAX_LENGTH
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
from xlreport.rules.vector import is_vectorisable


class OneCell:
    """Every figure stands in one cell."""

    def number(self, _ref: Ref) -> str:
        return "E5"

    def choice_count(self, _ref: Ref, _options: tuple[str, ...]) -> str:
        return "F1"

    def choice_present(self, _ref: Ref) -> str:
        return "F1>0"


def two_decimals(_ref: Ref) -> Precision:
    return Precision(2, True)


def tree_or_problem(text: str) -> Node | RuleSyntaxError:
    try:
        return parse(text)
    except RuleSyntaxError as problem:
        return problem


def problem_of(text: str) -> RuleSyntaxError:
    problem = tree_or_problem(text)
    assert isinstance(problem, RuleSyntaxError), text
    return problem


def wording(problem: RuleSyntaxError, language: str) -> str:
    """What a user is told."""
    return texts(language)(f"problems.expression.{problem.key}", column=problem.column, **problem.params)


def depth_of(node: Node) -> int:
    """Levels of a tree, counted without recursion."""
    level, depth = [node], 0
    while level:
        depth += 1
        level = [child for parent in level for child in children(parent)]
    return depth


A, B, C = Ref("01"), Ref("02"), Ref("03")
ONE, TWO = Number(Decimal(1)), Number(Decimal(2))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("[01]", A),
        ("12", Number(Decimal(12))),
        ("0.5", Number(Decimal("0.5"))),
        ("months", Months()),
        ("MONTHS", Months()),
        ("[sxkd/05]", Ref("05", "sxkd")),
        ("[sxkd/05:actual]", Ref("05", "sxkd", "actual")),
        ("[03a:same_period]", Ref("03a", None, "same_period")),
        ("[A12]@previous", Ref("A12", at="previous")),
        ("[ don-vi/1 ]@SAME_PERIOD", Ref("1", "don-vi", at="same_period")),
        ("[\u00a0sxkd / 05 :\u200bactual ]", Ref("05", "sxkd", "actual")),
        ("100.0", Number(Decimal(100))),
        ('date("2024-03-08")', Date(date(2024, 3, 8))),
        ("[01] + [02] - [03]", Add((A, B, Negate(C)))),
        ("[01] + [02] * [03]", Add((A, Multiply(B, C)))),
        ("([01] + [02]) * [03]", Multiply(Add((A, B)), C)),
        ("[01] / [02] / [03]", Divide(Divide(A, B), C)),
        ("[01] / ([02] / [03])", Divide(A, Divide(B, C))),
        ("-[01] * [02]", Multiply(Negate(A), B)),
        ("--[01]", Negate(Negate(A))),
        ("[01] - -[02]", Add((A, Negate(Negate(B))))),
        ("[01] - ([02] - [03])", Add((A, Negate(Add((B, Negate(C))))))),
        ("sum([01], [02])", Add((A, B))),
        ("SUM([01])", Add((A,))),
        ("abs([01])", Absolute(A)),
        ("round([01], 2)", Round(A, 2)),
        ("if([01] > 1, [02], 2)", If(Compare(Operator.GREATER, A, ONE), B, TWO)),
        ("within([01], [02], 1)", Within(A, B, ONE)),
        ("count([09])", Count(Ref("09"))),
        ('count([09], "đạt", "kiểu mẫu", "đạt")', Count(Ref("09"), ("đạt", "kiểu mẫu"))),
        ("[01] != 1", Compare(Operator.DIFFERENT, A, ONE)),
        ("not [01] = 1", Not(Compare(Operator.EQUAL, A, ONE))),
        (
            "[01]=1 or [02]=1 And [03]=1",
            Or(
                (
                    Compare(Operator.EQUAL, A, ONE),
                    And((Compare(Operator.EQUAL, B, ONE), Compare(Operator.EQUAL, C, ONE))),
                )
            ),
        ),
    ],
)
def test_trees(text: str, tree: Node) -> None:
    assert parse(text) == tree
    assert hash(parse(text)) == hash(tree)


@pytest.mark.parametrize("operator", list(Operator))
def test_operators(operator: Operator) -> None:
    assert parse(f"[01]{operator}[02]") == Compare(operator, A, B)
    assert operator.opposite.opposite is operator


@pytest.mark.parametrize(
    ("text", "key", "column"),
    [
        ("", "empty", 1),
        (" \n\t ", "empty", 1),
        ("[01] +", "unexpected-end", 7),
        ("[01] + (", "unexpected-end", 9),
        ("sum([01]", "unclosed", 4),
        ('([01] + (1) + count([02], ")"', "unclosed", 20),
        ("[01] ? 2", "unexpected", 6),
        ("[01] [02]", "unexpected", 6),
        ("12abc", "unknown-word", 3),
        ("[01] <= [02] )", "unexpected", 14),
        (" =[01]", "leading-equals", 2),
        ("[01] <= [02", "unclosed", 9),
        ('count([01], "a)', "unclosed", 13),
        ("\x00", "unexpected", 1),
        ("[]", "bad-reference", 1),
        ("1 + [:plan]", "bad-reference", 5),
        ("[1.2]", "bad-reference", 1),
        ("[a/b/c]", "bad-reference", 1),
        ("[01:]", "bad-reference", 1),
        ("[đv/01]", "bad-reference", 1),
        ("[01]@last_year", "bad-suffix", 5),
        ("[01]@", "bad-suffix", 5),
        ("1 + foo([01])", "unknown-function", 5),
        ("sum()", "argument-count", 1),
        ("abs([01], [02])", "argument-count", 1),
        ("if([01] > 1, 2)", "argument-count", 1),
        ("1 < [01] < 3", "chained-comparison", 10),
        ("[01] = [02] = [03]", "chained-comparison", 13),
        ("[01] + ([02] > 1)", "number-expected", 9),
        ("-([02] > 1)", "number-expected", 3),
        ("[01] * [02] * (1 = 1)", "number-expected", 16),
        ("abs([01] > 1)", "number-expected", 5),
        ("([01] > 1) = 1", "number-expected", 2),
        ("if(1 = 1, 1, 2 = 2)", "number-expected", 14),
        ("if([01], 1, 2)", "truth-expected", 4),
        ("if(1 = 1, 2 = 2, 1)", "truth-expected", 18),
        ("[01] = 1 and [02]", "truth-expected", 14),
        ("[01] or 1 = 1", "truth-expected", 1),
        ("not [01]", "truth-expected", 5),
        ('"text"', "text-misplaced", 1),
        ('[01] = "a"', "text-misplaced", 8),
        ("count([01], [02])", "text-expected", 13),
        ('count("a")', "count-reference", 7),
        ("count([01] + 1)", "count-reference", 7),
        ("round([01], 7)", "round-decimals", 13),
        ("round([01], -1)", "round-decimals", 13),
        ("round([01], 1.5)", "round-decimals", 13),
        ("round([01], [02])", "round-decimals", 13),
        ("date(20240308)", "day-expected", 6),
        ("[01] > date([02])", "day-expected", 13),
        ('date("2024-02-30")', "no-such-day", 6),
        ('date("08/3/2024")', "no-such-day", 6),
        ('date("2024-W10-5")', "no-such-day", 6),
        ('date("20240308")', "no-such-day", 6),
        ('date("٢٠٢٤-03-08")', "no-such-day", 6),
        ('date("1900-02-28")', "day-too-early", 6),
        ('date("2024-03-08", "2024-03-09")', "argument-count", 1),
        ("1234567890123456", "too-many-digits", 1),
        ("1 + 0.0000000001", "too-many-digits", 5),
        ("[01] <= 1\n and [02]", "truth-expected", 16),
    ],
)
def test_problems_and_where_they_are(text: str, key: str, column: int) -> None:
    with pytest.raises(RuleSyntaxError) as caught:
        parse(text)
    assert (caught.value.key, caught.value.column) == (key, column)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("[01] ≤ [02]", "[01] <= [02]"),
        ("[01]≥[02]", "[01] >= [02]"),
        ("[01] ≠ [02]", "[01] <> [02]"),
        (unicodedata.normalize("NFD", "[01] ≠ [02]"), "[01] <> [02]"),
        ("[01] × [02] ÷ 2", "[01] * [02] / 2"),
        ("[01] − [02] – −1", "[01] - [02] - -1"),
        ("sum([01]; [02]; 1)", "sum([01], [02], 1)"),
        ("count([09]; “đạt”)", 'count([09], "đạt")'),
        ("\u00a0[01]\u202f+\u3000[02]\u2009", "[01] + [02]"),
        ("\ufeff[01]\u200b <\u200e 1", "[01] < 1"),
        ("[01] <= 1\r\nAND [02] > 1\r\n", "[01] <= 1 and [02] > 1"),
        (unicodedata.normalize("NFD", 'count([09], "kiểu mẫu")'), 'count([09], "kiểu mẫu")'),
        ("ROUND([01]/3,2)", "round([01] / 3, 2)"),
        ("if([01]=0,0,[02])", "if([01] = 0, 0, [02])"),
        ("[01] = 1.8400", "[01] = 1.84"),
        ("[01] = 0.125", "[01] = 0.1250"),
    ],
)
def test_habits_that_have_one_meaning_are_taken(text: str, same: str) -> None:
    assert parse(text) == parse(same)


@pytest.mark.parametrize(
    ("text", "column", "found", "expected"),
    [
        ("[01] * 0,5", 8, "0,5", "0.5"),
        ("0,5 > [01]", 1, "0,5", "0.5"),
        ("[01] > 1.840,5", 8, "1.840,5", "1840.5"),
        ("[01] > 1.840.000", 8, "1.840.000", "1840000"),
        ("[01] > 1 840", 8, "1 840", "1840"),
        ("[01] > .5", 8, ".5", "0.5"),
        ("[01] * 12,5 %", 8, "12,5 %", "0.125"),
        ("[01] > 1 và [02] > 1", 10, "và", "and"),
        (unicodedata.normalize("NFD", "[01] > 1 HOẶC [02] > 1"), 10, "HOẶC", "or"),
        ("không [01] > 1", 1, "không", "not"),
        ("khong([01] > 1)", 1, "khong", "not"),
        ("[01] > 1 and Không ([02] > 1)", 14, "Không", "not"),
        ("nếu([01] > 1, 2, 3)", 1, "nếu", "if"),
        ("1 + tổng([01], [02])", 5, "tổng", "sum"),
        ("[03] / tháng", 8, "tháng", "months"),
        ("sum [01]", 1, "sum", "sum(…)"),
        ("[01] x [02]", 6, "x", "*"),
        ("[01] : [02]", 6, ":", "/"),
        ("[01] == 1", 6, "==", "="),
        ("[01] => 1", 6, "=>", ">="),
        ("[01] = 1 && [02] = 1", 10, "&&", "and"),
        ("{[01]}", 1, "{", "("),
        ("[[01]]", 1, "[[", "["),
        ("count([09], 'a')", 13, "'", '"'),
        ("（[01]）", 1, "（", "("),
        ("[０１] > 1", 1, "[０１]", "[01]"),
        ("[Sxkd/A1:Actual] > 1", 1, "[Sxkd/A1:Actual]", "[sxkd/A1:actual]"),
    ],
)
def test_habits_that_are_not_taken_are_understood(text: str, column: int, found: str, expected: str) -> None:
    problem = problem_of(text)
    assert (problem.key, problem.column) == ("instead", column)
    assert problem.params == {"found": found, "expected": expected}
    assert expected in wording(problem, "vi")
    assert expected in wording(problem, "en")


@pytest.mark.parametrize(
    ("text", "column", "found", "expected"),
    [
        ("sum(0,5)", 5, "0,5", "0.5"),
        ("sum([01], 1,5 * [02])", 11, "1,5", "1.5"),
        ("round([01] * 0,5, 1)", 14, "0,5", "0.5"),
        ("within([01]; [02]; 0,5)", 20, "0,5", "0.5"),
    ],
)
def test_a_decimal_comma_among_arguments_is_seen(text: str, column: int, found: str, expected: str) -> None:
    problem = problem_of(text)
    assert (problem.key, problem.column) == ("decimal-comma", column)
    assert problem.params == {"found": found, "expected": expected}
    assert parse("sum(0, 5)") == Add((Number(Decimal(0)), Number(Decimal(5))))


@pytest.mark.parametrize(
    ("text", "column"), [("[01] <= 1.840", 9), ("[01] <= 1,840", 9), ("sum(1,840)", 5), ("-[01] * 12.345", 9)]
)
def test_a_constant_that_can_be_read_in_two_ways_is_refused(text: str, column: int) -> None:
    problem = problem_of(text)
    assert (problem.key, problem.column) == ("two-readings", column)
    for way in ("digits", "decimals"):
        assert parse(str(problem.params[way]))


def test_pieces_are_quoted_so_that_they_can_be_seen() -> None:
    assert problem_of("[01] \u0007 1").params["found"] == "U+0007"
    assert problem_of("[0\u200b1]").params["reference"] == "[0U+200B1]"
    assert problem_of("[01] \u0301").params["found"] == "U+0301"
    assert problem_of("[01] \ud800").params["found"] == "U+D800"
    assert problem_of("[01] = " + '"đ"' * 500).params["found"] == '"đ"'
    quoted = str(problem_of(f'"{"dài" * 300}"').params["found"])
    assert len(quoted) == 40
    assert quoted.endswith("…")


@pytest.mark.parametrize("text", [None, 5, b"[01]", ["[01]"], True])
def test_only_text_is_parsed(text: Any) -> None:
    with pytest.raises(RuleSyntaxError) as caught:
        parse(text)
    assert caught.value.key == "not-text"


def test_a_rule_is_a_condition_and_a_formula_a_number() -> None:
    assert is_truth(parse_rule("if([01] > 1, [02] = 1, [02] = 2)"))
    assert not is_truth(parse_formula("if([01] > 1, [02], 2)"))
    for function, text, key in (
        (parse_rule, " [01] + 1", "truth-expected"),
        (parse_formula, " [01] > 1", "number-expected"),
    ):
        with pytest.raises(RuleSyntaxError) as caught:
            function(text)
        assert (caught.value.key, caught.value.column) == (key, 2)


@pytest.mark.parametrize("opening", ["(", "-", "not ", "abs(", "if(", "[", '"', "1+(", "if(1=1,1,"])
@pytest.mark.parametrize("times", [100, 900, 10_000])
def test_nesting_never_breaks_the_parser(opening: str, times: int) -> None:
    with pytest.raises(RuleSyntaxError):
        parse(opening * times + "1")


@pytest.mark.parametrize("count", [MAX_DEPTH - 1, MAX_DEPTH])
def test_depth_is_bounded(count: int) -> None:
    for text in ("-" * count + "1", "abs(" * count + "1" + ")" * count, "1" + "*1" * count):
        if count < MAX_DEPTH:
            assert parse(text)
        else:
            with pytest.raises(RuleSyntaxError) as caught:
                parse(text)
            assert caught.value.key == "too-deep"


def test_a_subtracted_term_lies_deeper_than_an_added_one() -> None:
    """a - b is the sum of a and the negated b: two levels, so that half as many fit."""
    assert depth_of(parse("1-(" * 24 + "1" + ")" * 24)) == 49
    assert problem_of("1-(" * 25 + "1" + ")" * 25).key == "too-deep"
    assert depth_of(parse("1+(" * 49 + "1" + ")" * 49)) == MAX_DEPTH


NESTED = {
    "brackets": "(" * 1_900 + "[01]" + ")" * 1_900,
    "signs": "-" * 3_000 + "[01]",
    "denials": "not " * 900 + "[01] > 1",
    "if in then": "if(1=1," * 400 + "[01]" + ",2)" * 400,
    "if in condition": "if(" * 400 + "1=1" + ",1=1,1=1)" * 400,
    "functions": "abs(" * 700 + "1" + ")" * 700,
    "sums": "1" + "+[01]" * 790,
    "differences": "1" + "-[01]" * 790,
    "products": "1" + "*[01]" * 790,
    "quotients": "1" + "/[01]" * 790,
    "comparisons": "1" + "<[01]" * 790,
    "conjunction": "1=1" + " and 1=1" * 440,
    "disjunction": "1=1" + " or 1=1" * 440,
    "fractions in fractions": "1/(1+" * 600 + "1" + ")" * 600,
    "suffixes": "[01]" + "@previous" * 400,
    "blanks": "[01" + " " * 3_900 + "]",
    "blanks after a digit": "1" + " " * 3_900 + "a",
    "digits": "9" * 4_000,
    "thousands": "1" + ".000" * 900,
    "words": "a " * 1_900,
    "quotation marks": '"' * 3_999,
}


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED.keys())
@pytest.mark.parametrize("repeat", [1, 6])
def test_no_nesting_and_no_length_breaks_or_delays_the_parser(text: str, repeat: int) -> None:
    start = time.process_time()
    outcome = tree_or_problem(" + ".join([text] * repeat))
    assert time.process_time() - start < 2
    if repeat > 1 and len(text) > 1_000:
        assert isinstance(outcome, RuleSyntaxError)
    if not isinstance(outcome, RuleSyntaxError):
        assert depth_of(outcome) <= MAX_DEPTH


#: What is repeated before and after the innermost part, and what follows.
GROWING = {
    "signs": ("-", "[01]", "", " > 0"),
    "denials": ("not ", "[01] > 0", "", ""),
    "sums": ("1+(", "[01]", ")", " > 0"),
    "differences": ("[02]-(", "[01]", ")", " > 0"),
    "products": ("", "[01]", "*[02]", " > 0"),
    "quotients": ("", "[01]", "/[02]", " > 0"),
    "divisors": ("1/(", "[01]", ")", " > 0"),
    "fractions in fractions": ("1/(1+", "[01]", ")", " > 0"),
    "factors of divisors": ("1/([02]*(1+", "[01]", "))", " > 0"),
    "roundings": ("round(", "[01]/3", ",1)", " > 0"),
    "if in then": ("if([01]>0,", "[01]>0", ",[02]>0)", ""),
    "if in condition": ("if(", "[01]>0", ",[01]>0,[02]>0)", ""),
    "if in a comparison": ("if(", "[01]", ">0,[01]/[02],[02])", " > 0"),
    "if in a divisor": ("if([02]>0,1/(", "[01]", "),1)", " > 0"),
    "if in a divided condition": ("if(1/(", "[01]", ")>0,1/[02],[02])", " > 0"),
    "if of divisions": ("if([01]/[02]>0,", "[01]", "/[02],[01]/[02])", " > 0"),
    "comparisons with a sum": ("if(1+(", "[01]", ")<[02]/[01],[01],[02])", " > 0"),
    "conditions": ("([01]>0 and ([02]>0 or ", "[01]>0", "))", ""),
}


def deepest(before: str, innermost: str, after: str, following: str) -> str:
    """The expression with as many repetitions as the parser takes."""
    longest = ""
    for times in range(MAX_DEPTH + 1):
        text = before * times + innermost + after * times + following
        if isinstance(tree_or_problem(text), RuleSyntaxError):
            assert problem_of(text).key == "too-deep"
            return longest
        longest = text
    raise AssertionError("the depth of trees is not bounded")


@pytest.mark.parametrize("parts", GROWING.values(), ids=GROWING.keys())
def test_every_reading_bears_the_deepest_trees(parts: tuple[str, str, str, str]) -> None:
    """No reading recurses beyond the tree's depth, or takes time that doubles with every level."""
    node = parse_rule(deepest(*parts))
    assert MAX_DEPTH - 6 <= depth_of(node) <= MAX_DEPTH
    start = time.process_time()
    full = qualify(node, "t", "m")
    assert {ref.table for ref in references(full)} == {"t"}
    assert isinstance(evaluate(full, lambda _: Decimal(1), two_decimals, 3), bool)
    assert all(sentence(full, str, language) for language in ("vi", "en"))
    with suppress(FormulaTooLarge):
        assert rule_cell(full, OneCell(), two_decimals, 3, ("-",)).startswith("=IF(")
    assert is_vectorisable(full, two_decimals, 3) in (True, False)
    assert time.process_time() - start < 2


def test_brackets_and_long_sums_are_not_depth() -> None:
    assert parse("(" * 1000 + "[01]" + ")" * 1000) == A
    total = parse("+".join(["[01]"] * 790))
    assert isinstance(total, Add)
    assert len(total.terms) == 790


def test_length_is_bounded() -> None:
    text = "1" + "+1" * (MAX_LENGTH // 2)
    assert parse(text[: MAX_LENGTH - 1])
    with pytest.raises(RuleSyntaxError) as caught:
        parse(text)
    assert (caught.value.key, caught.value.column) == ("too-long", MAX_LENGTH + 1)


_SYMBOLS = ["[01]", "[a/b:c]", "@previous", "1", "0.5", "+", "-", "*", "/", "=", "<>", "<=", "(", ")", ",", '"x"']
_WORDS = ["months", "and", "or", "not", "sum(", "if(", "round(", "count(", "within(", "date(", "é", "[", '"', "\\", "'"]
_HABITS = ["≤", "≠", "×", "−", ";", "và", "hoặc", "không", "VÀ", "0,5", "1.840", "1 000", "10%", "==", "=>", ":", "x"]
_ODD = [
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\r\n",
    "\x00",
    "\ud800",
    "\U0001f600",
    "a\u0301",
    "１",
    "（",
    "＋",
    "“",
    "”",
    "ſ",
    "İ",
    "ß",
]
_FRAGMENTS = st.sampled_from(_SYMBOLS + _WORDS + _HABITS + _ODD)
_RIGHT = [
    "[12] <= [10]",
    "if([04] = 0, [03] = 0, [03] > 0) and within([01], [01]@previous, 500)",
    '100 * count([07], "dat", "kha") / count([07])',
    "round([t/03:plan] / ([04] * months), 2) - sum([01], -[02]) <> abs(1 - [05]@same_period)",
    'not ([05] < date("2024-03-08") or [06] >= 1.5)',
]


@st.composite
def _spoilt(draw: st.DrawFn) -> str:
    """A right expression in which something was typed over, left out or put in."""
    text = draw(st.sampled_from(_RIGHT))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 3)))
        text = text[:start] + draw(_FRAGMENTS | st.characters() | st.just("")) + text[end:]
    return text


@settings(max_examples=400)
@given(
    st.lists(_FRAGMENTS, max_size=25).map(" ".join)
    | st.lists(_FRAGMENTS, max_size=25).map("".join)
    | st.text(max_size=60)
    | _spoilt()
)
def test_any_text_gives_a_tree_or_a_problem_within_it(text: str) -> None:
    outcome = tree_or_problem(text)
    if isinstance(outcome, RuleSyntaxError):
        assert 1 <= outcome.column <= len(text) + 1
        assert str(outcome.column) in wording(outcome, "vi") or outcome.key in ("empty", "unexpected-end")
        assert wording(outcome, "en").isprintable()
    else:
        assert depth_of(outcome) <= MAX_DEPTH
        assert parse(unicodedata.normalize("NFD", text)) == outcome


@pytest.mark.parametrize("text", _RIGHT)
def test_what_is_spoilt_was_right(text: str) -> None:
    assert parse(text)


def test_references_in_order_of_appearance() -> None:
    tree = parse('[02] + [01] * [02] = if(count([09], "a") > 1, [03]@previous, [t/03:m]) + count([08])')
    assert references(tree) == (Ref("02"), Ref("01"), Ref("03", at="previous"), Ref("03", "t", "m"))
    assert counted(tree) == (Ref("09"), Ref("08"))
    assert [str(ref) for ref in references(tree)] == ["[02]", "[01]", "[03]@previous", "[t/03:m]"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("[01]", ""),
        ("[01:plan]", "plan"),
        ("[01:actual]@previous", "actual@previous"),
        ("[t/01:cumulative]@SAME_PERIOD", "cumulative@same_period"),
        ("[01]@previous", "@previous"),
    ],
)
def test_the_name_under_which_a_value_is_kept(text: str, kept: str) -> None:
    (ref,) = references(parse(text))
    assert ref.measure_at == kept
    assert references(qualify(parse(text), "t", "actual"))[0].measure_at == (kept if ref.measure else f"actual{kept}")


def test_days_are_counted_as_spreadsheets_do() -> None:
    assert [Date(date.fromisoformat(day)).serial for day in ("2024-03-08", "1900-03-01", "9999-12-31")] == [
        45_359,
        61,
        2_958_465,
    ]


def test_qualify_fills_in_what_is_missing_everywhere() -> None:
    text = (
        "not within(-[01], abs([x/02]), round([03:plan], 1)) "
        "and (count([09]) > 1 or if([04] > months, [05]@previous = 2, [06] * [07] / 3 = 0))"
    )
    full = qualify(parse(text), "sxkd", "actual")
    assert [str(ref) for ref in references(full) + counted(full)] == [
        "[sxkd/01:actual]",
        "[x/02:actual]",
        "[sxkd/03:plan]",
        "[sxkd/04:actual]",
        "[sxkd/05:actual]@previous",
        "[sxkd/06:actual]",
        "[sxkd/07:actual]",
        "[sxkd/09:actual]",
    ]
    assert qualify(full, "other", "other") == full


def test_importing_the_tree_loads_neither_the_parser_nor_polars() -> None:
    code = "import sys, xlreport.rules.tree; print(sorted({'lark', 'polars'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
