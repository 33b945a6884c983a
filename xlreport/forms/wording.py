"""The form's rules in words."""

from __future__ import annotations

from xlreport.forms.expressions import BoundRule
from xlreport.forms.model import Form
from xlreport.language import LANGUAGES
from xlreport.rules import Ref
from xlreport.rules.sentence import sentence


def rule_sentence(form: Form, bound: BoundRule, language: str) -> str:
    """A rule as the condition that should hold: the form's own wording where it gives one."""
    if bound.rule.message is not None:
        return bound.rule.message.pick(language)
    return sentence(bound.node, lambda ref: _name(form, ref, language), language)


def rule_words(form: Form, bound: BoundRule) -> dict[str, str]:
    """The sentence in every language."""
    return {language: rule_sentence(form, bound, language) for language in LANGUAGES}


def _name(form: Form, ref: Ref, language: str) -> str:
    table = form.table(ref.table or "")
    indicator = table.indicator(ref.indicator) if table else None
    return f"[{ref.indicator}] {indicator.name.pick(language)}" if indicator else str(ref)
