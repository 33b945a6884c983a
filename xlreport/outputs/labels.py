"""What codes mean, in columns beside them: the titles of a form and the names of an organisation's nodes."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from xlreport.forms.model import Form, MeasureRole
from xlreport.forms.wording import measure_label
from xlreport.language import Texts, texts
from xlreport.organisation.tree import Tree

#: The columns of labels, after those of the table.
FACT_LABELS = ("form_title", "unit_name", "table_title", "indicator_name", "measure_title", "text_title")
TOTAL_LABELS = (
    "form_title",
    "node_name",
    "level_title",
    "table_title",
    "indicator_name",
    "measure_title",
    "text_title",
)


def labelled(frame: pl.DataFrame, form: Form, tree: Tree, language: str) -> pl.DataFrame:
    """Facts or totals of one form in one period, with columns of labels. What is not known any more has none.

    `text_title` is the name of the option that `text` is, or the wording of a verdict.
    """
    words = texts(language)
    pieces = (
        (_figures(form, words), ("table", "indicator", "measure")),
        (_answers(form, words), ("table", "indicator", "measure", "text")),
        (_nodes(tree, frame, language), ("unit",) if "unit" in frame.columns else ("node",)),
    )
    for labels, key in pieces:
        frame = frame.join(labels, on=key, how="left", maintain_order="left")
    titled = frame.with_columns(form_title=pl.lit(form.title.pick(language)))
    wanted = FACT_LABELS if "unit" in frame.columns else TOTAL_LABELS
    own = [name for name in frame.columns if name not in wanted]
    return titled.select(*own, *wanted)


def _nodes(tree: Tree, frame: pl.DataFrame, language: str) -> pl.DataFrame:
    if "unit" in frame.columns:
        rows = [(code, tree.node(code).name) for code in tree.codes]
        return _strings(("unit", "unit_name"), rows)
    named = [(code, tree.node(code).name, tree.level_title(code, language)) for code in tree.codes]
    return _strings(("node", "node_name", "level_title"), named)


def _figures(form: Form, words: Texts) -> pl.DataFrame:
    rows = [
        (table.table, indicator.code, measure.measure, title, indicator.name.pick(words.language), heading)
        for table in form.tables
        for title in [table.title.pick(words.language)]
        for measure in table.measures
        for heading in [measure_label(measure, words)]
        for indicator in table.indicators
    ]
    names = ("table", "indicator", "measure", "table_title", "indicator_name", "measure_title")
    return _strings(names, rows)


def _answers(form: Form, words: Texts) -> pl.DataFrame:
    verdicts = list(words.group("attainment").items())
    rows = [
        (table.table, indicator.code, measure.measure, text, title)
        for table in form.tables
        for indicator in table.indicators
        for measure in table.measures
        for text, title in (
            verdicts
            if measure.role is MeasureRole.ATTAINMENT
            else [(option.option, option.name.pick(words.language)) for option in indicator.options]
        )
    ]
    return _strings(("table", "indicator", "measure", "text", "text_title"), rows)


def _strings(names: Sequence[str], rows: Sequence[tuple[str, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
