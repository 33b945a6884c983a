"""`xlreport status`: who has reported in a period, and who has not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from xlreport.cli.commands import Command
from xlreport.cli.console import show, show_json
from xlreport.cli.options import date_option, one_of, period_option, with_global_options
from xlreport.cli.settings import Settings

if TYPE_CHECKING:
    from xlreport.periods import Period


@click.command("status", cls=Command)
@period_option
@click.option("--form", metavar="FORM")
@one_of("--format", "text", "json", default="text")
@click.option("--reminder", is_flag=True)
@date_option("--on")
@with_global_options
@click.pass_obj
def command(settings: Settings, period: Period, form: str | None, format_: str, reminder: bool, on: date | None) -> int:
    """Always 0: that somebody is missing is what was asked for."""
    from xlreport.cli.coverage import status_json, status_lines
    from xlreport.cli.reminder import reminder_lines
    from xlreport.usecases.status import status

    states, today = status(settings.workspace(), period, form), on or date.today()
    if format_ == "json":
        show_json(status_json(period, states, settings.texts, today))
        return 0
    for state in states:
        show(*status_lines(state, settings.texts))
        if reminder:
            show(*reminder_lines(state, settings.texts, today))
    return 0
