"""SDMX-CSV 2.0: standard columns in the standard order, one row per observation. Numbers are kept as their digits.

Dimensions are FREQ, UNIT (or NODE), FORM_TABLE, INDICATOR, MEASURE, in totals ANSWER, and TIME_PERIOD. A missing
observation has an empty OBS_VALUE, and its OBS_STATUS says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from xlreport.language import Texts, texts
from xlreport.outputs.exports.columns import answer, csv_text
from xlreport.outputs.exports.model import Options, TidyTable
from xlreport.periods import Frequency, Period, parse_period

#: Codes of SDMX's list of frequencies. It has none for nine months and for terms of any length.
_FREQUENCIES = {
    Frequency.MONTH: "M",
    Frequency.QUARTER: "Q",
    Frequency.HALF_YEAR: "S",
    Frequency.YEAR: "A",
    Frequency.NINE_MONTHS: "_O",
    Frequency.TERM: "_O",
}
#: What the house calls otherwise than the standard's list: what could not be read is missing to others.
_STATUSES = {"U": "O"}
_NO_ANSWER = "_Z"
#: Columns of SDMX by those of the tidy table, after the dimensions, in their order.
_ATTRIBUTES = {
    "unit_measure": "UNIT_MEASURE",
    "qualifier": "QUALIFIER",
    "level": "LEVEL",
    "reporting_units": "REPORTING_UNITS",
    "expected_units": "EXPECTED_UNITS",
    "source_file": "SOURCE_FILE",
    "source_sha256": "SOURCE_SHA256",
    "source_sheet": "SOURCE_SHEET",
    "source_cell": "SOURCE_CELL",
    "source_text": "SOURCE_TEXT",
}
#: Where labels stand in the tidy table, by SDMX's columns.
_LABELS = {
    "UNIT": "unit_name",
    "NODE": "node_name",
    "FORM_TABLE": "table_title",
    "INDICATOR": "indicator_name",
    "MEASURE": "measure_title",
    "ANSWER": "text_title",
    "LEVEL": "level_title",
}


def write(table: TidyTable, options: Options) -> bytes:
    """One file. With labels each column is followed by that of its names, as the standard's `labels=name` has it."""
    frame = table.frame.with_columns(answer(table))
    has_labels = "form_title" in frame.columns
    columns = [pl.lit("dataflow").alias("STRUCTURE"), _structure_id(table.name)]
    columns += [pl.col("form_title").alias("STRUCTURE_NAME")] if has_labels else []
    columns.append(pl.lit("I").alias("ACTION"))
    words = texts(options.language)
    for component in _components(table, frame):
        columns.append(component)
        if has_labels:
            columns.append(_label(component, frame.columns, words))
    return csv_text(frame.select(columns), exact=options.exact)


def sdmx_period(period: Period) -> str:
    """A period as SDMX writes it: 2024-M03, 2024-Q1, 2024-S1, 2024; others as the first day and the duration.

    Months are reporting months (2024-M03), as those of an office may run from the 15th to the 14th.
    """
    match period.frequency:
        case Frequency.HALF_YEAR:
            return f"{period.year}-S{period.number}"
        case Frequency.NINE_MONTHS:
            return f"{period.start.isoformat()}/P9M"
        case Frequency.TERM:
            return f"{period.start.isoformat()}/P{period.months // 12}Y"
    return period.code


def _structure_id(table: str) -> pl.Expr:
    """A dataflow for each form and table; an id has no letters that only one of the two cases has."""
    form = pl.col("form").str.to_uppercase()
    return pl.format(f"XLREPORT:{{}}_{table.upper()}({{}}.0.0)", form, "version").alias("STRUCTURE_ID")


def _components(table: TidyTable, frame: pl.DataFrame) -> Iterator[pl.Expr]:
    periods = {code: parse_period(code) for code in frame["period"].unique()}
    who = "unit" if table.name == "facts" else "node"
    is_answer = pl.col("answer") != ""
    yield _mapped("period", {code: _FREQUENCIES[one.frequency] for code, one in periods.items()}).alias("FREQ")
    yield pl.col(who).alias(who.upper())
    yield pl.col("table").alias("FORM_TABLE")
    # Codes such as 01 alone become numbers wherever a tool guesses at types.
    yield pl.format("{}_{}", "table", "indicator").alias("INDICATOR")
    yield pl.col("measure").alias("MEASURE")
    if table.name == "totals":
        yield pl.when(is_answer).then("answer").otherwise(pl.lit(_NO_ANSWER)).alias("ANSWER")
    yield _mapped("period", {code: sdmx_period(one) for code, one in periods.items()}).alias("TIME_PERIOD")
    yield pl.col("value").alias("OBS_VALUE")
    yield pl.when(~is_answer).then("text").alias("OBS_TEXT")
    yield _mapped("status", _STATUSES).alias("OBS_STATUS")
    for name, attribute in _ATTRIBUTES.items():
        if name in frame.columns:
            yield pl.col(name).alias(attribute)


def _mapped(column: str, words: Mapping[str, str]) -> pl.Expr:
    return pl.col(column).replace(words) if words else pl.col(column)


def _label(component: pl.Expr, columns: list[str], words: Texts) -> pl.Expr:
    """The column of names after a component: what its codes mean, and nothing where they are no codes."""
    name = component.meta.output_name()
    heading = words(f"exports.sdmx.{name}")
    match name:
        case "OBS_STATUS":
            meanings = words.group("exports.status")
            return component.replace_strict(meanings, default=None).alias(heading)
        case "FREQ":
            return component.replace_strict(words.group("exports.frequency"), default=None).alias(heading)
    source = _LABELS.get(name)
    return (pl.col(source) if source in columns else pl.lit(None, pl.String)).alias(heading)
