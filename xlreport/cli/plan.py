"""`xlreport plan FORM`: the workbook in which the plans of all units are set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlreport.cli.commands import Command
from xlreport.cli.console import advise, show, shown_path
from xlreport.cli.options import PATH, period_option, with_global_options
from xlreport.cli.settings import Settings

if TYPE_CHECKING:
    from xlreport.periods import Period


@click.command("plan", cls=Command)
@click.argument("form", metavar="FORM")
@period_option
@click.option("--node", metavar="CODE")
@click.option("--out", type=PATH, metavar="FILE")
@with_global_options
@click.pass_obj
def command(settings: Settings, form: str, period: Period, node: str | None, out: Path | None) -> int:
    """Always 0: what cannot be made is wrong usage."""
    from xlreport.layout.roll import RollKind
    from xlreport.usecases.roll import issue_roll

    texts = settings.texts
    made = issue_roll(settings.workspace(), RollKind.PLAN, form, period, language=settings.language, node=node, out=out)
    label = period.label(settings.language)
    show(texts("cli.plan.written", period=label, path=shown_path(made.path), count=made.units))
    advise(settings, texts("cli.plan.next", path=shown_path(made.path)))
    return 0
