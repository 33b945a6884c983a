"""What a unit's workbook holds that another unit's of the same form may hold differently: every text and figure.

The drawing takes all of them from here, by the place where they stand.
"""

from __future__ import annotations

from decimal import Decimal

from xlreport.aggregation import MISSING, Derivation, derivation, values_to_json
from xlreport.datapoints import DataPoint
from xlreport.language import texts as texts_of
from xlreport.layout.identity import Identity, Metadata, layout_fingerprint, marker, own_rows
from xlreport.sheets.entries import Place, Shown, UnitBook, values_of
from xlreport.sheets.guidance import facts
from xlreport.sheets.live_check import check_contents
from xlreport.sheets.statutory import footer_text, table_footer
from xlreport.sheets.table_sheet import table_contents, wrong_cells, wrong_place

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
    texts, values = texts_of(book.language), values_of(book, plan)
    wrong = wrong_cells(book, values)
    by_table = {
        table.table: sum(wrong[table.table, one.code] for one in table.indicators) for table in book.bound.tables
    }
    return {
        **table_contents(book, values, texts),
        **{wrong_place(*row): Decimal(count) for row, count in wrong.items()},
        **check_contents(book, values, by_table, texts),
        **{point: _earlier(book, point) for point in book.earlier_points},
    }


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
