"""The rule language: written once, read four ways.

`parse_rule` and `parse_formula` make a tree. Its readings are `evaluate` (exact; `evaluator` for many subjects),
`formula_cell` and `rule_cell` (spreadsheet), `sentence` (words), and `xlreport.rules.vector.rule_expression`
(Polars, imported where needed).
"""

from xlreport.rules.exact import MISSING, UNDEFINED, Evaluator, Unevaluated, evaluate, evaluator
from xlreport.rules.excel import Cells, FormulaTooLarge, counted_cell, formula_cell, rule_cell, worded_cell
from xlreport.rules.parse import parse, parse_formula, parse_rule
from xlreport.rules.sentence import sentence
from xlreport.rules.syntax import RuleSyntaxError
from xlreport.rules.tolerance import Precision
from xlreport.rules.tree import Node, Ref, counted, is_truth, qualify, references

__all__ = [
    "MISSING",
    "UNDEFINED",
    "Cells",
    "Evaluator",
    "FormulaTooLarge",
    "Node",
    "Precision",
    "Ref",
    "RuleSyntaxError",
    "Unevaluated",
    "counted",
    "counted_cell",
    "evaluate",
    "evaluator",
    "formula_cell",
    "is_truth",
    "parse",
    "parse_formula",
    "parse_rule",
    "qualify",
    "references",
    "rule_cell",
    "sentence",
    "worded_cell",
]
