"""All that is wrong with an expression is told at once, each thing at its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.rules.diagnose import formula_problems, rule_problems, written_references
from xlreport.rules.parse import parse_formula, parse_rule
from xlreport.rules.syntax import RuleSyntaxError


def seen(text: str) -> list[tuple[str, int]]:
    return [(error.key, error.column) for error in rule_problems(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[01:cumulative] >= 1.840 and [01:actual] > 0,5", [("two-readings", 20), ("instead", 44)]),
        ("[01] > 1.840 + 2.840", [("two-readings", 8), ("two-readings", 16)]),
        ("[0 1] > 1 và [02] => 0,5", [("bad-reference", 1), ("instead", 11), ("instead", 19), ("instead", 22)]),
        ("([01] > 1.840", [("unclosed", 1), ("two-readings", 9)]),
        ("= [01] > 1.840", [("leading-equals", 1), ("two-readings", 10)]),
        ("[1] > 0 && mean([2]) > 1 || [0 1] > 1",
         [("instead", 9), ("unknown-function", 12), ("instead", 26), ("bad-reference", 29)]),
        ("[01] > 1.840 [02] [0 3]", [("two-readings", 8), ("unexpected", 14), ("bad-reference", 19)]),
        ("[01] > 1.840 and", [("two-readings", 8), ("unexpected-end", 17)]),
        ("round([01], 1.840) > 1.840", [("round-decimals", 13), ("two-readings", 22)]),
        ("[01] > [02]@before and [03]@after < 1", [("bad-suffix", 12), ("bad-suffix", 28)]),
        ("[01] + 1", [("truth-expected", 1)]),
        ("[01] > 1", []),
        ("", [("empty", 1)]),
    ],
)  # fmt: skip
def test_every_problem_is_told_at_its_place(text: str, expected: list[tuple[str, int]]) -> None:
    assert seen(text) == expected


PIECES = st.sampled_from(
    ["[01]", "[02:plan]", "[0 1]", "1.840", "0,5", "2", "and", "và", ">", "=>", "+", "(", ")", "sum", ",", '"a"', "“",
     "count(", "not", "=", "@x", "%", "[", "round(", "date(", "\u0338", "x" * 30]
)  # fmt: skip


def first_problem(parse: Callable[[str], object], text: str) -> tuple[str, int] | None:
    try:
        parse(text)
    except RuleSyntaxError as error:
        return error.key, error.column
    return None


@given(st.lists(PIECES, max_size=12).map(" ".join))
def test_there_are_problems_exactly_where_the_parser_finds_one_and_its_own_is_among_them(text: str) -> None:
    for parse, problems in ((parse_rule, rule_problems), (parse_formula, formula_problems)):
        found = problems(text)
        own = first_problem(parse, text)
        assert (own is None) == (found == ())
        assert own is None or own in [(one.key, one.column) for one in found]
        assert all(1 <= one.column <= len(text) + 1 for one in found)
        assert len({one.column for one in found}) == len(found)


def test_references_of_what_cannot_be_read_as_a_whole() -> None:
    refs = written_references('[01] + ([t/02:plan] * [0 3] + "[04]" and [01]')
    assert [str(ref) for ref in refs] == ["[01]", "[t/02:plan]"]
