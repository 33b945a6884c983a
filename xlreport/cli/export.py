"""`xlreport export`: facts or totals as a tidy table, in the formats that other tools take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlreport.cli.commands import Command
from xlreport.cli.console import show, shown_path
from xlreport.cli.options import one_of, period_or_all_option, with_global_options
from xlreport.cli.settings import Settings
from xlreport.language import LANGUAGES
from xlreport.outputs.exports import FORMATS

if TYPE_CHECKING:
    from xlreport.periods import Period


@click.command("export", cls=Command)
@period_or_all_option
@click.option("--form", metavar="FORM")
@one_of("--table", "facts", "totals", required=True)
@one_of("--format", *FORMATS, default="csv")
@one_of("--labels", *LANGUAGES)
@click.option("--bom", is_flag=True)
@click.option("--exact", is_flag=True)
@click.option("--out", required=True, metavar="FILE|DIR|URL")
@with_global_options
@click.pass_obj
def command(
    settings: Settings,
    period: Period | None,
    form: str | None,
    table_: str,
    format_: str,
    labels_: str | None,
    bom: bool,
    exact: bool,
    out: str,
) -> int:
    """0 also for a table without rows: nothing was received yet."""
    from xlreport.usecases.export import export

    result = export(
        settings.workspace(),
        period,
        table_,
        format_,
        out,
        form,
        labels=labels_,
        bom=bom,
        exact=exact,
        language=settings.language,
    )
    if result.changes is None:
        show(settings.texts("cli.export.written", rows=result.rows, path=shown_path(Path(out))))
        return 0
    changes = result.changes
    show(
        settings.texts(
            "cli.export.changed",
            rows=result.rows,
            added=changes.added,
            updated=changes.updated,
            removed=changes.removed,
            kept=changes.kept,
        )
    )
    return 0
