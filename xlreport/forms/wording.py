"""The form in words: the headings of its columns, and its rules as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlreport.datapoints import DataPoint
from xlreport.findings.wording import Words
from xlreport.forms.expressions import BoundRule
from xlreport.forms.model import Form, Measure
from xlreport.language import LANGUAGES, Texts, texts
from xlreport.rules import Ref, counted, references
from xlreport.rules.sentence import sentence


def measure_label(measure: Measure, words: Texts) -> str:
    """The heading of a measure's column."""
    if measure.name is not None:
        return measure.name.pick(words.language)
    key = f"measure.{measure.measure}"
    return words(key) if key in words else measure.measure


def own_headings(form: Form) -> dict[tuple[str, str], Words]:
    """The headings that a form gives to its columns itself, by table and measure."""
    return {
        (table.table, measure.measure): measure.name.in_all()
        for table in form.tables
        for measure in table.measures
        if measure.name is not None
    }


def rule_sentence(form: Form, bound: BoundRule, language: str) -> str:
    """A rule as the condition that should hold."""
    return sentence(
        bound.node,
        lambda ref: _name(form, bound, ref, language),
        language,
        lambda ref, option: _option(form, ref, option, language),
    )


def rule_words(form: Form, bound: BoundRule) -> dict[str, str]:
    """What a violation says, in every language: the form's own wording where it gives one, else the condition."""
    if bound.rule.message is not None:
        return bound.rule.message.in_all()
    return {language: rule_sentence(form, bound, language) for language in LANGUAGES}


def point_names(form: Form, points: Sequence[DataPoint]) -> dict[DataPoint, Words]:
    """Names that tell data points from each other: the code, with table and column only where these differ."""
    return {
        point: {language: ", ".join(_name_parts(form, point, points, language)) for language in LANGUAGES}
        for point in points
    }


def _name_parts(form: Form, point: DataPoint, others: Sequence[DataPoint], language: str) -> Iterator[str]:
    has_tables = len({one.table for one in others}) > 1
    yield f"{point.table}/{point.indicator}" if has_tables else point.indicator
    if len({one.measure for one in others}) > 1:
        code, _, at = point.measure.partition("@")
        table, words = form.table(point.table), texts(language)
        measure = table.measure(code) if table else None
        yield measure_label(measure, words) if measure else code
        if at:
            yield words(f"report.at_{at}")


def _name(form: Form, bound: BoundRule, ref: Ref, language: str) -> str:
    """Code and name; with the column's heading and the table where a reader could take another one for it."""
    table = form.table(ref.table or "")
    indicator = table.indicator(ref.indicator) if table else None
    if table is None or indicator is None:
        return str(ref)
    measure = table.measure(ref.measure or "")
    more = [measure_label(measure, texts(language))] if measure and _names_measures(bound, measure) else []
    if len({named.table for named in _named(bound)}) > 1:
        more.append(texts(language)("table.named", table=table.number or table.title.pick(language)))
    name = f"[{ref.indicator}] {indicator.name.pick(language)}"
    return f"{name} ({', '.join(more)})" if more else name


def _option(form: Form, ref: Ref, code: str, language: str) -> str:
    table = form.table(ref.table or "")
    indicator = table.indicator(ref.indicator) if table else None
    option = indicator.option(code) if indicator else None
    return option.name.pick(language) if option else code


def _names_measures(bound: BoundRule, measure: Measure) -> bool:
    named = {ref.measure for ref in _named(bound)}
    return measure.measure != "actual" or len(named) > 1 or len(bound.rule.measures) > 1


def _named(bound: BoundRule) -> list[Ref]:
    return [*references(bound.node), *counted(bound.node)]
