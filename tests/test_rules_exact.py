"""The exact reading, by examples calculated by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from xlreport.rules import MISSING, UNDEFINED, Precision, Ref, evaluate, evaluator, parse

MONTHS = 3
#: 01 to 03 are rounded to two decimals, 04 to one; 10 to 13 are counts.
ROUNDED = {"01": 2, "02": 2, "03": 2, "04": 1}


def precision(ref: Ref) -> Precision:
    decimals = ROUNDED.get(ref.indicator, 0)
    return Precision(decimals, decimals > 0)


def outcome(text: str, **figures: str) -> object:
    """Figures as i01="12.5"; what is not given is missing. Choices: "a" of three, "b" of two, five answered."""

    def value(ref: Ref) -> Decimal | None:
        text = figures.get(f"i{ref.indicator}")
        return None if text is None else Decimal(text)

    def chosen(ref: Ref, options: tuple[str, ...]) -> int | None:
        if ref.indicator != "09":
            return None
        return sum({"a": 3, "b": 2}.get(option, 0) for option in options) if options else 5

    return evaluate(parse(text), value, precision, MONTHS, chosen)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[01] + [02] * 2", Fraction("7.5")),
        ("-[01] * [02] - -[01]", Fraction("-2.65625")),
        ("[01] / 3", Fraction(5, 12)),
        ("[01] / [02] * [02]", Fraction("1.25")),
        ("months * 4 - [02]", Fraction("8.875")),
        ("round([01], 1)", Fraction("1.3")),
        ("round(-[01], 1)", Fraction("-1.3")),
        ("round([02] / 3, 6)", Fraction("1.041667")),
        ("round(2.5, 0) + round(-2.5, 0)", Fraction(0)),
        ("abs([01] - [02])", Fraction("1.875")),
        ("if([01] < [02], [01], 100)", Fraction("1.25")),
        ("sum([01], [02], 1)", Fraction("5.375")),
        ('count([09], "a") + 10 * count([09], "a", "b") + 100 * count([09])', Fraction(553)),
    ],
)
def test_numbers(text: str, expected: Fraction) -> None:
    assert outcome(text, i01="1.25", i02="3.125") == expected


def test_weighted_average_of_the_briefing() -> None:
    """8.12 million a month: income of 17,053.2 for 700 people over the quarter's three months, rounded."""
    value = outcome("round([02] / ([10] * months), 2)", i02="17053.20", i10="700")
    assert value == Fraction("8.12")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Counts compare exactly: "trong đó" may not exceed, and parts must add up.
        ("[10] <= [11]", {"06 06": True, "07 06": False, "05 06": True}),
        ("[10] < [11]", {"06 06": False, "05 06": True}),
        ("[10] = [11] + 15", {"17 02": True, "17 01": False}),
        ("[10] <> [11]", {"17 17": False, "17 16": True}),
    ],
)
def test_counts_have_no_tolerance(text: str, expected: dict[str, bool]) -> None:
    for figures, holds in expected.items():
        first, second = figures.split()
        assert outcome(text, i10=first, i11=second) is holds


@pytest.mark.parametrize(
    ("operator", "holds"),
    [
        # [01] against [02] + [03], all with two decimals: H = 0.015, so one hundredth is rounding, two are not.
        ("=", {"9.98": False, "9.99": True, "10.00": True, "10.01": True, "10.02": False}),
        ("<>", {"9.98": True, "9.99": False, "10.00": False, "10.01": False, "10.02": True}),
        ("<=", {"9.98": True, "10.00": True, "10.01": True, "10.02": False}),
        (">=", {"9.98": False, "9.99": True, "10.00": True, "10.02": True}),
        ("<", {"9.98": True, "10.00": True, "10.01": True, "10.02": False}),
        (">", {"9.98": False, "9.99": True, "10.00": True, "10.02": True}),
    ],
)
def test_sums_of_rounded_figures_have_half_a_step_each(operator: str, holds: dict[str, bool]) -> None:
    for total, expected in holds.items():
        assert outcome(f"[01] {operator} [02] + [03]", i01=total, i02="4.25", i03="5.75") is expected


def test_strict_comparison_at_the_very_limit() -> None:
    """[01] against [02]: H = 0.01, so a difference of exactly H is within <= but not within <."""
    assert outcome("[01] <= [02]", i01="1.01", i02="1") is True
    assert outcome("[01] < [02]", i01="1.01", i02="1") is False
    assert outcome("[01] < [02]", i01="1", i02="1") is True
    assert outcome("[01] > [02]", i01="0.99", i02="1") is False
    assert outcome("[01] = [02]", i01="0.99", i02="1") is True


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("[01] <= 100", "100.01", False),
        ("[01] <= 100", "100.00", True),
        ("[01] >= 0", "-0.01", False),
        ("[01] = 0", "0.01", False),
        ("[01] > 0", "0.00", False),
        ("100 < [01]", "100.00", False),
        ("[01] * 2 - [01] <= 100", "100.01", False),
        ("[01] + [02] - [02] <= 100", "100.01", False),
    ],
)
def test_one_figure_against_a_constant_has_no_tolerance(text: str, value: str, expected: bool) -> None:
    assert outcome(text, i01=value, i02="5") is expected


def test_coefficients_widen_the_tolerance() -> None:
    """[01] = [04] / 3 * months is [01] = [04]: H = 0.005 + 0.05. Three times [04]: H = 0.005 + 0.15."""
    assert outcome("[01] = [04] / 3 * months", i01="5.05", i04="5.0") is True
    assert outcome("[01] = [04] / 3 * months", i01="5.06", i04="5.0") is False
    assert outcome("[01] = 3 * [04]", i01="15.15", i04="5.0") is True
    assert outcome("[01] = 3 * [04]", i01="15.16", i04="5.0") is False
    assert outcome("[01] = [04] + [04] + [04]", i01="15.15", i04="5.0") is True


def test_fractions_that_are_no_decimals_compare_exactly() -> None:
    """10 and 11 are counts: a third of 10 is never 3.333333333."""
    assert outcome("[10] / 3 = [11]", i10="9", i11="3") is True
    assert outcome("[10] / 3 > 3.333333", i10="10") is True
    assert outcome("[10] / 7 = [11] / 3", i10="700000007", i11="300000003") is True
    assert outcome("[10] / 7 = [11] / 3", i10="700000008", i11="300000003") is False


def test_figures_typed_with_more_decimals_count_as_rounded() -> None:
    assert outcome("[01] >= 0", i01="-0.004") is True
    assert outcome("[01] >= 0", i01="-0.005") is False
    assert outcome("[01] <= 100", i01="100.004") is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("within([01], [02], 0.05)", True),
        ("within([02], [01], 0.05)", True),
        ("within([01], [02], 0.04)", False),
        ("within([01], [02] * 1, 0.1 / 2)", True),
        ("within([01] * [01], [01] * [02], 0.505)", True),
        ("within([01] * [01], [01] * [02], 0.5)", False),
        ("not within([01], [02], 0.04)", True),
    ],
)
def test_within(text: str, expected: bool) -> None:
    assert outcome(text, i01="10.10", i02="10.05") is expected


def test_comparisons_that_are_not_linear_have_no_tolerance_beyond_six_decimals() -> None:
    assert outcome("[01] * [02] = 0.01", i01="0.1", i02="0.1") is True
    assert outcome("[01] * [02] = 0.01", i01="0.11", i02="0.1") is False
    assert outcome("[01] / [02] = 0.333333", i01="1", i02="3") is True
    assert outcome("[01] / [02] = 0.33333", i01="1", i02="3") is False
    assert outcome("if([01] > 0, [01], 0) <= 1", i01="1.01") is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[10] = 1 and [11] = 2", True),
        ("[10] = 1 and [11] = 1", False),
        ("[10] = 2 or [11] = 2", True),
        ("[10] = 2 or [11] = 1", False),
        ("not [10] = 2", True),
        ("[10] = 2 or [10] = 1 and [11] = 2", True),
        ("if([10] = 1, [11] = 2, [11] = 3)", True),
        ("if([10] = 2, [11] = 2, [11] = 3)", False),
        ('count([09], "a", "b") = count([09])', True),
        ("months = 3", True),
    ],
)
def test_logic(text: str, expected: bool) -> None:
    assert outcome(text, i10="1", i11="2") is expected


def test_days_compare_as_their_numbers() -> None:
    """45359 is 8 March 2024."""
    assert outcome('[10] >= date("2024-03-08")', i10="45359") is True
    assert outcome('[10] < date("2024-03-08")', i10="45359") is False
    assert outcome('date("2024-03-08") - date("2024-02-29")') == 8


def test_no_number_of_digits_is_too_many() -> None:
    huge = "1" + "0" * 70
    assert outcome("[01] = [02] + [03]", i01=huge + ".02", i02=huge, i03="0.01") is True
    assert outcome("[01] = [02] + [03]", i01=huge + ".03", i02=huge, i03="0.01") is False
    assert outcome("within([10], [11], 0)", i10=huge, i11=huge[:-1] + "1") is False


def test_every_part_of_a_divisor_is_calculated_once() -> None:
    """Twice would double the time with every level: years for this one."""
    assert outcome("1/(1+" * 24 + "[01]" + ")" * 24, i01="1") == Fraction(75025, 121393)
    assert outcome("1/([01]*(1+" * 12 + "[01]" + "))" * 12, i01="0") is UNDEFINED


def test_an_expression_is_made_ready_once_for_many_subjects() -> None:
    node = parse("[01] / [10] > 1 or count([09]) > 2")
    ready = evaluator(node, precision, MONTHS)
    assert evaluator(parse("[01]/[10] > 1 or count([09]) > 2"), precision, MONTHS) is ready
    subjects: list[dict[str, int | None]] = [
        {"01": 2, "10": 1}, {"01": 1, "10": 0}, {"01": 1, "10": None}, {"01": 1, "10": 1},
    ]  # fmt: skip
    for figures in subjects:
        asked: list[str] = []

        def value(ref: Ref, figures: dict[str, int | None] = figures, asked: list[str] = asked) -> Decimal | None:
            asked.append(ref.indicator)
            figure = figures[ref.indicator]
            return None if figure is None else Decimal(figure)

        def chosen(_ref: Ref, _options: tuple[str, ...]) -> int:
            return 2

        assert ready(value, chosen) == evaluate(node, value, precision, MONTHS, chosen)
        assert asked == ["01", "10"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "[03]",
        "[01] + [03]",
        "0 * [03]",
        "if([01] > 0, [01], [03])",
        "[01] > 0 or [03] > 0",
        "[01] - [03] + [03] > 0",
        "[03] / 0",
        "[01] / ([02] - [02]) + [03]",
        "count([08]) > 0",
        "if([01] > 0, [01], count([08]))",
        "[01]@previous > 0 and [03]@previous > 0",
    ],
)
def test_a_missing_figure_anywhere_means_not_evaluated(text: str) -> None:
    assert outcome(text, i01="1", i02="2") is MISSING


@pytest.mark.parametrize(
    "text",
    [
        "[01] / [10]",
        "1 / [10] = 1",
        "[01] / 0",
        "[01] / (months - 3)",
        "[01] / ([02] - [02])",
        "[01] / ([02] * [10])",
        "[01] / ([10] / [02])",
        "[01] / (1 / ([02] / [10]))",
        "1 / (-abs([10]))",
        "1 / round([02] / 100, 0)",
        "1 / if([01] > 0, [10], 1)",
        "0 * (1 / [10])",
        "[01] > 0 or 1 / [10] > 0",
        "[01] < 0 and 1 / [10] > 0",
        "not 1 / [10] > 0",
        "if([01] > 0, 1 / [10], 1)",
        "if(1 / [10] > 0, 1, 2)",
        "within(1 / [10], 1, 1)",
        "within(1, 1, 1 / [10])",
        "if([01] > 0, 1 / [10] > 0, 1 = 1)",
    ],
)
def test_a_zero_divisor_on_the_path_taken_is_undefined(text: str) -> None:
    assert outcome(text, i01="1", i02="2", i10="0") is UNDEFINED


def test_a_zero_divisor_off_the_path_does_no_harm() -> None:
    assert outcome("if([10] = 0, 5, 1 / [10])", i10="0") == 5
    assert outcome("if([10] <> 0, 1 / [10] > 1, [10] = 0)", i10="0") is True
    assert outcome("1 / if([10] = 0, 4, [10])", i10="0") == Fraction(1, 4)


def test_a_divisor_of_decimals_is_zero_exactly_where_it_is() -> None:
    """0.3 - 0.1 - 0.2 is not zero in doubles."""
    assert outcome("1 / ([01] - [02] - [03])", i01="0.30", i02="0.10", i03="0.20") is UNDEFINED
    assert outcome("1 / ([01] - [02] - [03])", i01="0.31", i02="0.10", i03="0.20") == 100


def test_a_divisor_that_is_not_linear_is_zero_where_six_decimals_are() -> None:
    """Beyond that the doubles of a spreadsheet could not tell it from zero, and both must say the same."""
    assert outcome("1 / ([01] / [02] - 1.499999)", i01="0.3", i02="0.2") == 1_000_000
    assert outcome("1 / ([01] / [02] - 1.4999996)", i01="0.3", i02="0.2") is UNDEFINED
