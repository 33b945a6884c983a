"""The Polars reading, by examples."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest

from xlreport.frames import EXACT
from xlreport.rules import Precision, Ref, parse
from xlreport.rules.vector import TOO_LARGE, is_vectorisable, rule_expression

MONTHS = 3


def precision(ref: Ref) -> Precision:
    return Precision(0, False) if ref.indicator >= "10" else Precision(2, True)


def column(ref: Ref) -> str:
    return f"{ref.indicator}:{ref.at}" if ref.at else ref.indicator


def outcomes(text: str, **columns: Sequence[str | None]) -> list[bool | None]:
    names = {name.removeprefix("i").replace("_", ":"): values for name, values in columns.items()}
    frame = pl.DataFrame(names, schema=dict.fromkeys(names, pl.String)).with_columns(pl.all().cast(EXACT))
    expression = rule_expression(parse(text), column, precision, MONTHS)
    result = frame.select(outcome=expression)["outcome"]
    assert result.dtype == pl.Boolean
    return result.to_list()


def test_one_expression_for_many_submissions() -> None:
    assert outcomes("[12] <= [10]", i12=["6", "7", None, "0"], i10=["6", "6", "6", None]) == [True, False, None, None]


def test_the_tolerance_of_rounded_figures() -> None:
    total = ["9.98", "9.99", "10", "10.01", "10.02"]
    parts = {"i02": ["4.25"] * 5, "i03": ["5.75"] * 5}
    assert outcomes("[01] = [02] + [03]", i01=total, **parts) == [False, True, True, True, False]
    assert outcomes("[01] <> [02] + [03]", i01=total, **parts) == [True, False, False, False, True]
    assert outcomes("[01] < [02] + [03]", i01=total, **parts) == [True, True, True, True, False]
    assert outcomes("[01] > [02] + [03]", i01=total, **parts) == [False, True, True, True, True]
    assert outcomes("[01] <= [02] + [03]", i01=total, **parts) == [True, True, True, True, False]
    assert outcomes("[01] >= [02] + [03]", i01=total, **parts) == [False, True, True, True, True]


def test_ties_round_away_from_zero() -> None:
    assert outcomes("[01] >= 0", i01=["-0.004", "-0.005", "-0.015"]) == [True, False, False]
    assert outcomes("[01] <= 0", i01=["0.004", "0.005", "0.025"]) == [True, False, False]


def test_a_missing_figure_in_a_branch_not_taken_is_missing_all_the_same() -> None:
    text = "if([10] > 0, [11] = 1, [12] = 1) or [10] = 5"
    found = outcomes(text, i10=["1", "0", "1", "5"], i11=["1", None, "1", None], i12=["0", "1", None, "1"])
    assert found == [True, None, None, None]


def test_logic_and_within() -> None:
    text = "not (within([01], [02], 0.05) and [10] = months) or if([10] = 2, [01] > 1, [01] / 2 > 1)"
    found = outcomes(
        text, i01=["1.00", "1.00", "1.00", "3.00"], i02=["1.05", "1.05", "1.06", "3.00"], i10=["3", "2", "3", "3"]
    )
    assert found == [False, True, True, True]


def test_days_are_numbers() -> None:
    assert outcomes('[10] >= date("2024-03-08")', i10=["45358", "45359", None]) == [False, True, None]


def test_other_periods_have_their_own_columns() -> None:
    assert outcomes("[10] >= [10]@previous", i10=["5", "4"], i10_previous=["5", "5"]) == [True, False]


def test_whole_number_columns_will_do() -> None:
    frame = pl.DataFrame({"10": [1, 2, None]})
    assert frame.select(rule_expression(parse("[10] = 2"), column, precision, MONTHS)).to_series().to_list() == [
        False,
        True,
        None,
    ]


def test_a_rule_without_figures_is_one_value() -> None:
    assert outcomes("months = 3") == [True]
    frame = pl.DataFrame({"a": [1, 2]}).with_columns(b=rule_expression(parse("months > 3"), column, precision, MONTHS))
    assert frame["b"].to_list() == [False, False]


def test_a_figure_beyond_the_digits_of_a_cell_does_not_stop_the_frame() -> None:
    huge = str(10**31)
    found = outcomes("[01] * 1000000 <= [02] + 0.5", i01=["1", huge, "-" + huge], i02=["1000000", "1", "1"])
    assert found == [True, None, None]
    assert outcomes("[10] > 0", i10=[str(TOO_LARGE - 1), str(TOO_LARGE)]) == [True, None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[01] = [02] / 3", True),
        ("[01] * (months - 1) > 5 and not within([01], [02], 1)", True),
        ("if([01] > 0, [02] > 0, [01] = [02])", True),
        ("[01] / [02] > 1", False),
        ("[01] * [02] > 1", False),
        ("abs([01]) > 1", False),
        ("round([01], 1) = 1", False),
        ("[01] > 0 and [02] / [01] > 1", False),
        ("if([01] > 0, [01], [02]) > 1", False),
        ("within([01], [02], [01] * [02])", False),
        ("count([09]) > 1", False),
        ("[01] / 0 > 1", False),
        ("[01] / 123456789.1 > [02]", False),
        ("[01] * 999999999999999 > 1", False),
        ("[01] + 1", False),
    ],
)
def test_what_can_be_vectorised(text: str, expected: bool) -> None:
    node = parse(text)
    assert is_vectorisable(node, precision, MONTHS) is expected
    if not expected:
        with pytest.raises(ValueError, match="not vectorisable"):
            rule_expression(node, column, precision, MONTHS)
