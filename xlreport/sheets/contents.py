"""What a unit's workbook holds that another unit's of the same form may hold differently: every text and figure.

The drawing takes all of them from here, by the place where they stand.
"""

from __future__ import annotations

from collections.abc import Mapping

from xlreport.aggregation import MISSING, Derivation, Value, derivation, values_to_json
from xlreport.datapoints import DataPoint
from xlreport.language import texts as texts_of
from xlreport.layout.identity import Identity, Metadata, layout_fingerprint, marker, own_rows
from xlreport.layout.sheet_names import table_sheet_names
from xlreport.layout.table import plan_table
from xlreport.sheets.check_lines import line_contents
from xlreport.sheets.check_list import CheckList, Holds, marked_now, rules_hold, total_contents, violations
from xlreport.sheets.entries import Place, Shown, UnitBook
from xlreport.sheets.guidance import facts
from xlreport.sheets.marks import plan_marks, wrong_values
from xlreport.sheets.standing import is_empty, readings_of, standing_of, state_contents, states_of
from xlreport.sheets.states import State
from xlreport.sheets.statutory import footer_text, table_footer
from xlreport.sheets.table_sheet import table_contents
from xlreport.sheets.values import values_of

#: What the places of the metadata's own rows begin with.
METADATA = "metadata "


def contents_of(book: UnitBook) -> dict[Place, Shown]:
    """All that is the unit's own in its workbook."""
    return {**own_texts(book), **own_figures(book, derivation(book.bound))}


def own_texts(book: UnitBook) -> dict[Place, str]:
    """The texts that name the unit, and those that tell it what is asked of it."""
    texts, form = texts_of(book.language), book.bound.form
    reporting = texts("template.reporting_unit", name=book.unit_name)
    metadata = metadata_of(book)
    return {
        "title": f"{form.title.pick(book.language)} - {book.unit}",
        "reporting": reporting,
        "receiving": texts("template.receiving_unit", name=book.receiver or "………………"),
        "notice": book.notice,
        "footer": footer_text(book.unit_name),
        "table footer": table_footer(form, reporting),
        **{f"fact {label}": text for label, text in facts(book, texts)},
        **{f"marker {table.table}": marker(metadata.identity, table.table) for table in book.bound.tables},
        **{f"{METADATA}{row}": text for row, text in enumerate(own_rows(metadata))},
    }


def own_figures(book: UnitBook, plan: Derivation) -> dict[Place, Shown]:
    """What stands in the cells: entries, stored values of formulas, figures of earlier periods."""
    values = values_of(book, plan)
    return {
        **table_contents(book, values, texts_of(book.language)),
        **_check_contents(book, values),
        **{point: _earlier(book, point) for point in book.earlier_points},
    }


def _check_contents(book: UnitBook, values: Mapping[DataPoint, Value]) -> dict[Place, Shown]:
    """What the live check says: beside the tables, on its own sheet and in the status line."""
    texts, bound = texts_of(book.language), book.bound
    holds = rules_hold(bound, values)
    readings = readings_of(book)
    states = states_of(book, readings, {**marked_now(bound, holds), **_found_wrong(book, holds)})
    standing = {table.table: standing_of(book, table, states) for table in bound.tables}
    count = violations(bound, holds) + sum(sum(one.counts.values()) for one in standing.values())
    tells_empty = count == 0 and is_empty(book, readings)
    sheets = table_sheet_names(bound.tables, texts)
    return {
        **state_contents(book, readings, states),
        **line_contents(book, sheets, standing, holds, texts, tells_empty=tells_empty),
        **total_contents(count + tells_empty, texts),
    }


def _found_wrong(book: UnitBook, holds: Holds) -> dict[DataPoint, State]:
    """Cells of a returned workbook that hold what was found wrong in it."""
    if book.returned is None:
        return {}
    layouts = {table.table: plan_table(table) for table in book.bound.tables}
    marks = plan_marks(book, layouts, CheckList("", book.bound), holds)
    return {point: mark.state for point, mark in wrong_values(marks)}


def _earlier(book: UnitBook, point: DataPoint) -> Shown:
    value = book.earlier.get(point, MISSING)
    if value.number is not None or value.text is None:
        return value.number
    table = book.bound.form.table(point.table)
    indicator = table.indicator(point.indicator) if table else None
    option = indicator.option(value.text) if indicator else None
    return option.name.pick(book.language) if option else value.text


def metadata_of(book: UnitBook) -> Metadata:
    """What the workbook says of itself."""
    form = book.bound.form
    return Metadata(
        identity=Identity(form.form, form.version, book.unit, book.bound.period.code),
        unit_name=book.unit_name,
        unit_type=book.unit_type,
        definition=form.to_json(),
        layout=layout_fingerprint(form),
        corrects=book.corrects,
        unit_level=book.unit_level,
        earlier=values_to_json(book.earlier),
        reports=book.bound.filler is None or book.bound.filler.reports,
        prefilled=values_to_json(book.prefilled),
    )
