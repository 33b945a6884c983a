"""The spreadsheet reading: a tree → a formula that is never an error value, whatever the cells hold.

Guards stand outermost, in the order of the exact reading: first "is everything there", then "is a divisor
zero". Spreadsheets evaluate IF lazily but every argument of AND and OR, so guards nest as IFs wherever
a later one could itself divide by the zero that an earlier one looks for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from xlreport.rules.excel_text import (
    ABSENT,
    MAX_ARGUMENTS,
    Cells,
    Setting,
    combined,
    expression,
    quoted,
    rounded_expression,
    scaled_expression,
)
from xlreport.rules.tolerance import PrecisionOf, factors, linear, zero_scale
from xlreport.rules.tree import Divide, If, Node, Ref, children, counted, references

__all__ = [
    "MAX_FORMULA",
    "MAX_NESTING",
    "Cells",
    "FormulaTooLarge",
    "counted_cell",
    "formula_cell",
    "rule_cell",
    "worded_cell",
]

MAX_FORMULA = 8_000
#: Excel refuses formulas whose functions are nested deeper.
MAX_NESTING = 64

#: What a zero divisor and a missing figure show in a computed cell.
UNDEFINED_TEXT = "—"
#: Holds, does not hold, not evaluated.
RULE_WORDS = ("✓", "✗", "…")

_PATTERN_CHARACTERS = re.compile(r"[*?~<>=]")


class FormulaTooLarge(Exception):
    """A formula that spreadsheet programs would refuse: too long or nested too deeply."""

    def __init__(self, length: int, nesting: int) -> None:
        super().__init__(f"formula of {length} characters, functions nested {nesting} deep")
        self.length = length
        self.nesting = nesting


def formula_cell(
    node: Node,
    cells: Cells,
    precision: PrecisionOf,
    months: int,
    decimals: int,
    nil_tokens: tuple[str, ...] = (),
    missing: str = "",
) -> str:
    """The formula of a computed cell: `missing` if a figure is missing, "—" if a divisor is zero, else rounded.

    `nil_tokens` are texts that mean 0 in the cells referred to (template cells only).
    Raises FormulaTooLarge.
    """
    setting = _setting(cells, precision, months, nil_tokens)
    value = rounded_expression(node, decimals, setting)
    return _guarded(node, setting, value, missing=missing, undefined=UNDEFINED_TEXT)


def rule_cell(
    node: Node,
    cells: Cells,
    precision: PrecisionOf,
    months: int,
    nil_tokens: tuple[str, ...] = (),
    words: tuple[str, str, str] = RULE_WORDS,
) -> str:
    """The formula of a rule: `words` for holds, does not hold, not evaluated. Raises FormulaTooLarge."""
    setting = _setting(cells, precision, months, nil_tokens)
    holds, fails, unknown = words
    value = f"IF({expression(node, setting)},{quoted(holds)},{quoted(fails)})"
    return _guarded(node, setting, value, missing=unknown, undefined=unknown)


def worded_cell(
    absent: Sequence[tuple[Sequence[Ref], str]],
    cases: Sequence[tuple[Node, str]],
    otherwise: str,
    cells: Cells,
    precision: PrecisionOf,
    nil_tokens: tuple[str, ...] = (),
) -> str:
    """The formula of a cell that says in words which case holds: the first that does, else `otherwise`.

    `absent` are groups of figures, in turn, with what is said where one of a group is missing. The cases must
    divide by nothing. Raises FormulaTooLarge.
    """
    setting = _setting(cells, precision, 1, nil_tokens)
    value = quoted(otherwise)
    for condition, words in reversed(cases):
        value = f"IF({expression(condition, setting)},{quoted(words)},{value})"
    return _checked("=" + _unless_absent(absent, value, setting))


def counted_cell(
    absent: Sequence[tuple[Sequence[Ref], str]],
    node: Node,
    decimals: int,
    cells: Cells,
    precision: PrecisionOf,
    nil_tokens: tuple[str, ...] = (),
) -> str:
    """The formula of a number, "—" where a divisor is zero; `absent` as for `worded_cell`. Raises FormulaTooLarge."""
    setting = _setting(cells, precision, 1, nil_tokens)
    value = rounded_expression(node, decimals, setting)
    zero = _undefined(node, setting)
    if zero:
        value = f"IF({combined('OR', zero)},{quoted(UNDEFINED_TEXT)},{value})"
    return _checked("=" + _unless_absent(absent, value, setting))


def _unless_absent(absent: Sequence[tuple[Sequence[Ref], str]], value: str, setting: Setting) -> str:
    for refs, words in reversed(absent):
        names = list(dict.fromkeys(map(setting.cells.number, refs)))
        value = f"IF({_present(names, setting.nil_tokens)}<{len(names)},{quoted(words)},{value})"
    return value


def _setting(cells: Cells, precision: PrecisionOf, months: int, nil_tokens: tuple[str, ...]) -> Setting:
    for token in nil_tokens:
        if _PATTERN_CHARACTERS.search(token) or not 0 < len(token) <= 255:
            raise ValueError(f"COUNTIF would not take {token!r} as a plain label")
    return Setting(cells, precision, months, nil_tokens)


def _guarded(node: Node, setting: Setting, value: str, missing: str, undefined: str) -> str:
    zero = _undefined(node, setting)
    if zero:
        value = f"IF({combined('OR', zero)},{quoted(undefined)},{value})"
    absent = _missing(node, setting)
    if absent is not None:
        value = f"IF({absent},{quoted(missing)},{value})"
    return _checked("=" + value)


def _checked(formula: str) -> str:
    # Counting is quick, and most formulas have too few brackets to nest too deeply.
    nesting = _nesting(formula) if formula.count("(") > MAX_NESTING else 0
    if len(formula) > MAX_FORMULA or nesting > MAX_NESTING:
        raise FormulaTooLarge(len(formula), nesting)
    return formula


def _nesting(formula: str) -> int:
    """How deep its brackets nest, outside of texts and of quoted sheet names."""
    depth = deepest = 0
    for char in re.sub(r"\"[^\"]*\"|'[^']*'", "", formula):
        depth += (char == "(") - (char == ")")
        deepest = max(deepest, depth)
    return deepest


def _missing(node: Node, setting: Setting) -> str | None:
    """The condition that a figure or a choice of the expression is not there; None if it has none."""
    conditions = [f"NOT({answer})" for answer in dict.fromkeys(map(setting.cells.choice_present, counted(node)))]
    cells = list(dict.fromkeys(map(setting.cells.number, references(node))))
    if cells:
        conditions.insert(0, f"{_present(cells, setting.nil_tokens)}<{len(cells)}")
    return combined("OR", conditions) if conditions else None


def _present(cells: list[str], nil_tokens: tuple[str, ...]) -> str:
    groups = [cells[start : start + MAX_ARGUMENTS] for start in range(0, len(cells), MAX_ARGUMENTS)]
    terms = [f"COUNT({','.join(group)})" for group in groups]
    # COUNTIF takes cells only: Excel would not open a workbook in which it is given a text.
    terms += [f"COUNTIF({cell},{quoted(token)})" for cell in cells if cell != ABSENT for token in nil_tokens]
    return "+".join(terms)


def _undefined(node: Node, setting: Setting) -> list[str]:
    """Conditions under which a divisor on the path taken is zero. Each can be evaluated on its own."""
    if isinstance(node, If):
        return _undefined_branch(node, setting)
    if isinstance(node, Divide):
        zero = [text for factor in factors(node.right) if (text := _zero(factor, setting)) is not None]
        conditions = _undefined(node.left, setting) + _in_turn(_undefined(node.right, setting), zero)
    else:
        conditions = [condition for child in children(node) for condition in _undefined(child, setting)]
    return list(dict.fromkeys(conditions))


def _undefined_branch(node: If, setting: Setting) -> list[str]:
    """As the spreadsheet takes only one branch, only that branch's divisors count."""
    before = _undefined(node.condition, setting)
    branches = [_undefined(branch, setting) for branch in (node.then, node.otherwise)]
    if not any(branches):
        return before
    then, otherwise = (combined("OR", branch) if branch else "FALSE" for branch in branches)
    taken = f"IF({expression(node.condition, setting)},{then},{otherwise})"
    return _in_turn(before, [taken])


def _in_turn(before: list[str], conditions: list[str]) -> list[str]:
    """Either of both, the second evaluated only where no first one holds: it may divide by what those guard."""
    if not before or not conditions:
        return before + conditions
    return [f"IF({combined('OR', before)},TRUE,{combined('OR', conditions)})"]


def _zero(factor: Node, setting: Setting) -> str | None:
    """The condition that a factor of a divisor is zero; None for a constant that is not."""
    form = linear(factor, setting.months)
    if form is not None and not form.terms:
        return "TRUE" if form.constant == 0 else None
    scale = zero_scale(factor, setting.precision, setting.months)
    text = expression(factor, setting) if scale is None else scaled_expression(factor, scale, setting)
    return f"{text}=0"
