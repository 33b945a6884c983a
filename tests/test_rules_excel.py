"""The spreadsheet reading: what the formulas look like, and that no cell content makes one an error value."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import formualizer
import pytest

from xlreport.numbers import round_half_up
from xlreport.rules import (
    FormulaTooLarge,
    Precision,
    Ref,
    evaluate,
    formula_cell,
    parse_formula,
    parse_rule,
    rule_cell,
)

MONTHS = 3
ALLOWED = {"SUM", "ROUND", "IF", "AND", "OR", "NOT", "COUNT", "COUNTIF", "N", "ABS", "TRUE", "FALSE"}


class Sheet:
    """Indicator n stands in E(n+4); the choice 09 in F1."""

    def number(self, ref: Ref) -> str:
        cell = f"E{int(ref.indicator) + 4}"
        return f"'Biểu {ref.table}'!{cell}" if ref.table else cell

    def choice_count(self, _ref: Ref, options: tuple[str, ...]) -> str:
        return "+".join(f'COUNTIF(F1,"{option}")' for option in options) or '0+(F1<>"")'

    def choice_present(self, _ref: Ref) -> str:
        return 'F1<>""'


def precision(ref: Ref) -> Precision:
    return Precision(0, False) if int(ref.indicator) >= 10 else Precision(2, True)


def formula(text: str, decimals: int = 2, nil_tokens: tuple[str, ...] = ()) -> str:
    return formula_cell(parse_formula(text), Sheet(), precision, MONTHS, decimals, nil_tokens)


def rule(text: str, nil_tokens: tuple[str, ...] = ()) -> str:
    return rule_cell(parse_rule(text), Sheet(), precision, MONTHS, nil_tokens)


def shown(text: str, cells: dict[int, object], choice: str | None = None) -> object:
    """What formualizer shows for a formula over cells given by indicator; text beginning = is a formula."""
    book = formualizer.Workbook()
    book.add_sheet("S")
    for indicator, value in cells.items():
        if isinstance(value, str) and value.startswith("="):
            book.set_formula("S", indicator + 4, 5, value)
        else:
            book.set_value("S", indicator + 4, 5, value)
    if choice is not None:
        book.set_value("S", 1, 6, choice)
    book.set_formula("S", 1, 1, text)
    book.evaluate_all()
    return book.get_value("S", 1, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[01]", '=IF(COUNT(E5)<1,"",ROUND(E5,2))'),
        ("[sxkd/01]", "=IF(COUNT('Biểu sxkd'!E5)<1,\"\",ROUND('Biểu sxkd'!E5,2))"),
        ("months * 2", "=ROUND(3*2,2)"),
        ("[03] / ([04] * months)", '=IF(COUNT(E7,E8)<2,"",IF(E8=0,"—",ROUND(E7/(E8*3),2)))'),
        ("[01] / 4", '=IF(COUNT(E5)<1,"",ROUND(E5/4,2))'),
        ("-[01] * [02] - -[03]", '=IF(COUNT(E5,E6,E7)<3,"",ROUND(ROUND((-E5)*E6-(-E7),4),2))'),
        ("-([01] - [02])", '=IF(COUNT(E5,E6)<2,"",ROUND(-(E5-E6),2))'),
        ("[01] - ([02] - [03])", '=IF(COUNT(E5,E6,E7)<3,"",ROUND(E5-(E6-E7),2))'),
        ("[01] * ([02] * [03])", '=IF(COUNT(E5,E6,E7)<3,"",ROUND(E5*(E6*E7),2))'),
        ("100 * [01] / [02] - 100", '=IF(COUNT(E5,E6)<2,"",IF(E6=0,"—",ROUND(ROUND(100*E5/E6-100,9),2)))'),
        ("[01] + [01]", '=IF(COUNT(E5)<1,"",ROUND(E5+E5,2))'),
        ('2 * count([09], "a", "b")', '=IF(NOT(F1<>""),"",ROUND(2*(COUNTIF(F1,"a")+COUNTIF(F1,"b")),2))'),
        ("[01] + count([09])", '=IF(OR(COUNT(E5)<1,NOT(F1<>"")),"",ROUND(E5+(0+(F1<>"")),2))'),
        ("if([10] > 0, [01] / [10], 0)", '=IF(COUNT(E14,E5)<2,"",IF(IF(ROUND(E14,0)>0,E14=0,FALSE),"—",'
         "ROUND(IF(ROUND(E14,0)>0,E5/E14,0),2)))"),
    ],
)  # fmt: skip
def test_formulas(text: str, expected: str) -> None:
    assert formula(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[12] <= [10]", '=IF(COUNT(E16,E14)<2,"…",IF(ROUND(E16-E14,0)<=0,"✓","✗"))'),
        ("[01] = [02] + [03]", '=IF(COUNT(E5,E6,E7)<3,"…",IF(ABS(ROUND((E5-(E6+E7))*100,0))<=1,"✓","✗"))'),
        ("[01] <> [02]", '=IF(COUNT(E5,E6)<2,"…",IF(ABS(ROUND((E5-E6)*100,0))>1,"✓","✗"))'),
        ("[05] >= 0", '=IF(COUNT(E9)<1,"…",IF(ROUND(E9*100,0)>=0,"✓","✗"))'),
        ("[05] = 0", '=IF(COUNT(E9)<1,"…",IF(ROUND(E9*100,0)=0,"✓","✗"))'),
        ("[01] > [02]", '=IF(COUNT(E5,E6)<2,"…",IF(ROUND((E5-E6)*100,0)>-1,"✓","✗"))'),
        ("within([01], [02], 0.5)", '=IF(COUNT(E5,E6)<2,"…",IF(ROUND((ABS(E5-E6)-0.5)*100,0)<=0,"✓","✗"))'),
        ("not [10] = 1 or [10] = 2", '=IF(COUNT(E14)<1,"…",IF(OR(NOT(ROUND(E14-1,0)=0),ROUND(E14-2,0)=0),"✓","✗"))'),
        ('[10] >= date("2024-03-08")', '=IF(COUNT(E14)<1,"…",IF(ROUND(E14-45359,0)>=0,"✓","✗"))'),
        ("[10] / [11] > 1", '=IF(COUNT(E14,E15)<2,"…",IF(E15=0,"…",IF(ROUND(ROUND(E14/E15-1,9),6)>0,"✓","✗")))'),
    ],
)  # fmt: skip
def test_rules(text: str, expected: str) -> None:
    assert rule(text) == expected


def test_nil_tokens_are_there_and_mean_zero() -> None:
    text = formula("[01] + [02]", nil_tokens=("-", "không"))
    assert text == (
        '=IF(COUNT(E5,E6)+COUNTIF(E5,"-")+COUNTIF(E5,"không")+COUNTIF(E6,"-")+COUNTIF(E6,"không")<2,"",'
        "ROUND(N(E5)+N(E6),2))"
    )
    assert shown(text, {1: "-", 2: 5}) == 5
    assert shown(text, {1: "không", 2: "-"}) == 0
    assert shown(text, {1: "x", 2: 5}) == ""
    assert shown(formula("1 / [01]", nil_tokens=("-",)), {1: "-"}) == "—"


def test_a_figure_that_the_workbook_does_not_have_is_missing_and_no_error() -> None:
    """COUNTIF over a text is an error in LibreOffice, and Excel would not open the workbook."""

    class Elsewhere(Sheet):
        def number(self, ref: Ref) -> str:
            return '""' if ref.at else super().number(ref)

    node = parse_rule("[01] >= [01]@previous")
    text = rule_cell(node, Elsewhere(), precision, MONTHS, ("-",))
    assert text.startswith('=IF(COUNT(E5,"")+COUNTIF(E5,"-")<2,"…",')
    assert shown(text, {1: 5}) == shown(text, {1: "-"}) == "…"


TIES = [
    ("100 * [10] / [11] - 100", 1, {10: 2001, 11: 2000}, 0.1),
    ("100 * [10] / [11] - 100", 1, {10: 1999, 11: 2000}, -0.1),
    ("[01] - [02]", 1, {1: 1000000.15, 2: 1000000.1}, 0.1),
    ("[01] * 50", 0, {1: 0.29}, 15),
    ("[01] * -50", 0, {1: 0.29}, -15),
    ("([01] + [02]) / 2", 2, {1: 1.0, 2: 1.01}, 1.01),
    ("round([01] * 50, 0) / [10]", 2, {1: 0.29, 10: 2}, 7.5),
    ("[01] / 8", 2, {1: 8.04}, 1.01),
]


@pytest.mark.parametrize(("text", "decimals", "cells", "expected"), TIES)
def test_ties_are_not_lost_in_the_noise_of_doubles(
    text: str, decimals: int, cells: dict[int, object], expected: float
) -> None:
    values = {indicator: Decimal(str(value)) for indicator, value in cells.items()}
    exact = evaluate(parse_formula(text), lambda ref: values[int(ref.indicator)], precision, MONTHS)
    assert isinstance(exact, Fraction)
    assert float(round_half_up(exact, decimals)) == expected
    assert shown(formula(text, decimals), cells) == expected


def test_comparisons_of_quotients_are_not_decided_by_the_noise_of_doubles() -> None:
    """The quotient is half a millionth over or under: what counts as a difference, half away from zero."""
    assert shown(rule("[10] / [11] <= 0.5"), {10: 1000001, 11: 2000000}) == "✗"
    assert shown(rule("[10] / [11] >= 0.5"), {10: 999999, 11: 2000000}) == "✗"
    assert shown(rule("[10] / [11] <= 0.5"), {10: 10000009, 11: 20000000}) == "✓"


@pytest.mark.parametrize("token", ["*", "a?", "~", "<1", ">", "=", "", "x" * 256])
def test_nil_tokens_that_would_be_patterns_are_refused(token: str) -> None:
    with pytest.raises(ValueError, match="COUNTIF"):
        formula("[01]", nil_tokens=(token,))


def test_words_are_quoted() -> None:
    text = rule_cell(parse_rule("[01] > 1"), Sheet(), precision, MONTHS, words=('"đạt"', "không", "?"))
    assert text == '=IF(COUNT(E5)<1,"?",IF(ROUND((E5-1)*100,0)>0,"""đạt""","không"))'


DIVISIONS = [
    "1 / [01]",
    "1 / ([01] * [02])",
    "1 / ([01] - [02])",
    "1 / ([01] - [02] - [03])",
    "1 / (1 / [01])",
    "[02] / ([01] / [03])",
    "1 / (1 / [01] + 1 / [02])",
    "1 / (1 / (1 / [01]) - [02])",
    "1 / -abs([01])",
    "1 / round([01] / 1000, 0)",
    "1 / if([01] > 0, [02], [03])",
    "if([01] > 0, 1 / [02], 1 / [03])",
    "if(1 / [01] > 0, 1 / [02], 1 / [03])",
    "if([01] > 0, if([02] > 0, 1 / [03], 2), 1 / ([02] + [03]))",
    "if([01] > 0 and 1 / [02] > 0, 1, 2)",
    "if([01] = 0 or 1 / [01] > 0, 1, 2)",
    "0 * (1 / [01]) + 1 / [02]",
    "round(1 / [01], 1) + abs(1 / [02])",
    "[01] / (months - 3)",
    "if([01] > 0, [02] / 0, 5)",
    "1 / (if([01] = 0, 0, 1 / [01]) + [02])",
]
CONTENTS: list[object] = [0, 1, 0.5, 0.1, -1, None, "-", "9.605", True, "=1/0", "=NA()"]


@pytest.mark.parametrize("text", DIVISIONS)
def test_no_content_makes_an_error_value(text: str) -> None:
    plain, nil = formula(text), formula(text, nil_tokens=("-",))
    condition = rule(f"{text} > 0")
    for position, first in enumerate(CONTENTS):
        for second in CONTENTS[: position + 1]:
            cells = {1: first, 2: second, 3: CONTENTS[(position + 3) % 6]}
            for written in (plain, nil):
                value = shown(written, cells)
                assert isinstance(value, float) or value in ("", "—"), (cells, value)
            assert shown(condition, cells) in ("✓", "✗", "…"), cells


def test_a_divisor_that_is_zero_but_for_the_doubles_is_zero() -> None:
    tenths: dict[int, object] = {1: 0.3, 2: 0.1, 3: 0.2}
    assert 0.3 - 0.1 - 0.2 != 0
    assert shown(formula("1 / ([01] - [02] - [03])"), tenths) == "—"
    assert shown(formula("1 / ([01] - 3 * [02])"), tenths) == "—"
    assert shown(formula("1 / ([01] / [03] - 1.5)"), tenths) == "—"
    assert shown(formula("1 / ([01] / [03] - 1.499999)"), tenths) == 1_000_000
    assert shown(formula("1 / ([01] / [03] - 1.4999996)"), tenths) == "—"


@pytest.mark.parametrize("text", DIVISIONS)
def test_only_functions_that_every_program_knows(text: str) -> None:
    written = formula(text, nil_tokens=("-",)) + rule(f"not ({text} > 0 or within({text}, 1, 1))")
    assert set(re.findall(r"[A-Z]{2,}(?=\()|\b[A-Z]+(?=\()", written)) <= ALLOWED


@pytest.mark.parametrize(("figures", "groups"), [(255, 1), (256, 2), (600, 3)])
def test_more_figures_than_a_function_takes(figures: int, groups: int) -> None:
    text = formula("+".join(f"[{number}]" for number in range(1, figures + 1)))
    assert text.count("COUNT(") == text.count("SUM(") == groups
    assert f"<{figures}," in text
    assert all(part.count(",") < 255 for part in re.findall(r"(?:COUNT|SUM)\(([^)]*)\)", text))
    cells: dict[int, object] = dict.fromkeys(range(1, figures + 1), 1)
    assert shown(text, cells) == figures
    assert shown(text, cells | {figures: None}) == ""


def test_more_conditions_than_a_function_takes() -> None:
    text = rule(" or ".join(["[10]=1"] * 300))
    assert text.count("OR(") == 3
    assert shown(text, {10: 1}) == "✓"
    assert shown(text, {10: 2}) == "✗"


def test_formulas_that_programs_refuse_are_refused_here() -> None:
    with pytest.raises(FormulaTooLarge) as caught:
        formula("+".join(f"1/[{number}]" for number in range(1, 400)), nil_tokens=("-",))
    assert caught.value.length > 8_000
    deep = "[01] / 3"
    for _ in range(24):
        deep = f"round(round({deep}, 1), 0)"
    with pytest.raises(FormulaTooLarge) as caught:
        formula(deep)
    assert caught.value.nesting > 64


@pytest.mark.parametrize(
    ("figures", "outcome"),
    [((9605.38, 9605.37), "✓"), ((0.3, 0.1), "✗"), ((1.005, 1.0), "✓"), ((0.07, 0.06), "✓"), ((0.07, 0.05), "✗")],
)
def test_tolerance_in_doubles(figures: tuple[float, float], outcome: str) -> None:
    assert shown(rule("[01] = [02]"), {1: figures[0], 2: figures[1]}) == outcome


def test_a_choice_that_is_not_answered_is_missing() -> None:
    text = rule('[10] >= count([09], "a")')
    assert shown(text, {10: 1}, "a") == "✓"
    assert shown(text, {10: 0}, "a") == "✗"
    assert shown(text, {10: 0}, "b") == "✓"
    assert shown(text, {10: 1}) == "…"
