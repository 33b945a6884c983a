"""What the language takes, and what it says about the rest."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.rules import (
    Node,
    Ref,
    RuleSyntaxError,
    counted,
    is_truth,
    parse,
    parse_formula,
    parse_rule,
    qualify,
    references,
)
from xlreport.rules.syntax import MAX_DEPTH, MAX_LENGTH
from xlreport.rules.tree import (
    Absolute,
    Add,
    And,
    Compare,
    Count,
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
)

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
        ("sum([01]", "unexpected-end", 9),
        ("[01] ? 2", "unexpected", 6),
        ("[01] [02]", "unexpected", 6),
        ("1,5", "unexpected", 2),
        (".5", "unexpected", 1),
        ("12abc", "unexpected", 3),
        ("[01] <= [02] )", "unexpected", 14),
        ("=[01]", "unexpected", 1),
        ("[01] <= [02", "unclosed", 9),
        ('count([01], "a)', "unclosed", 13),
        ("\x00", "unexpected", 1),
        ("[]", "bad-reference", 1),
        ("1 + [:plan]", "bad-reference", 5),
        ("[1.2]", "bad-reference", 1),
        ("[a/b/c]", "bad-reference", 1),
        ("[Sxkd/01]", "bad-reference", 1),
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
        ("1234567890123456", "too-many-digits", 1),
        ("1 + 0.0000000001", "too-many-digits", 5),
        ("[01] <= 1\n and [02]", "truth-expected", 16),
    ],
)
def test_problems_and_where_they_are(text: str, key: str, column: int) -> None:
    with pytest.raises(RuleSyntaxError) as caught:
        parse(text)
    assert (caught.value.key, caught.value.column) == (key, column)


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
_WORDS = ["months", "and", "or", "not", "sum(", "if(", "round(", "count(", "within(", "é", "[", '"', "\\", "'", "#"]
_FRAGMENTS = st.sampled_from(_SYMBOLS + _WORDS)


def _problem(text: str) -> RuleSyntaxError | None:
    try:
        parse(text)
    except RuleSyntaxError as problem:
        return problem
    return None


@given(st.lists(_FRAGMENTS, max_size=25).map(" ".join) | st.text(max_size=60))
def test_any_text_gives_a_tree_or_a_problem_within_it(text: str) -> None:
    problem = _problem(text)
    assert problem is None or 1 <= problem.column <= len(text) + 1


def test_references_in_order_of_appearance() -> None:
    tree = parse('[02] + [01] * [02] = if(count([09], "a") > 1, [03]@previous, [t/03:m]) + count([08])')
    assert references(tree) == (Ref("02"), Ref("01"), Ref("03", at="previous"), Ref("03", "t", "m"))
    assert counted(tree) == (Ref("09"), Ref("08"))
    assert [str(ref) for ref in references(tree)] == ["[02]", "[01]", "[03]@previous", "[t/03:m]"]


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
