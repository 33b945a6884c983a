"""`xlreport export`: facts or totals of a period as a tidy table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlreport.cli.commands import Command
from xlreport.cli.console import show, shown_path
from xlreport.cli.options import PATH, one_of, period_option, with_global_options
from xlreport.cli.settings import Settings

if TYPE_CHECKING:
    from xlreport.periods import Period


@click.command("export", cls=Command)
@period_option
@click.option("--form", metavar="FORM")
@one_of("--table", "facts", "totals", required=True)
@one_of("--format", "csv", default="csv")
@click.option("--out", type=PATH, required=True, metavar="FILE")
@with_global_options
@click.pass_obj
def command(settings: Settings, period: Period, form: str | None, table_: str, format_: str, out: Path) -> int:
    """0 also for a table without rows: nothing was received yet."""
    from xlreport.usecases.export import export

    rows = export(settings.workspace(), period, table_, format_, out, form)
    show(settings.texts("cli.export.written", rows=rows, path=shown_path(out)))
    return 0
