"""`xlreport template`: issue a form, one workbook per unit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlreport.cli.commands import Command
from xlreport.cli.console import advise, progress, show, shown_path
from xlreport.cli.options import PATH, period_option, with_global_options
from xlreport.cli.settings import Settings

if TYPE_CHECKING:
    from xlreport.periods import Period


@click.command("template", cls=Command)
@click.option("--form", required=True, metavar="FORM")
@period_option
@click.option("--unit", "units", multiple=True, metavar="CODE")
@click.option("--out", type=PATH, metavar="DIR")
@with_global_options
@click.pass_obj
def command(settings: Settings, form: str, period: Period, units: tuple[str, ...], out: Path | None) -> int:
    """1 when the form is filled by nobody."""
    from xlreport.usecases.issue import issue

    texts, workspace = settings.texts, settings.workspace()
    with progress(settings) as report:
        issued = issue(workspace, form, period, language=settings.language, units=units, out=out, progress=report)
    if not issued:
        show(texts("cli.template.nobody", form=form, period=period.label(settings.language)))
        return 1
    folder = shown_path(issued[0].path.parent)
    show(texts("cli.template.issued", count=len(issued), period=period.label(settings.language), folder=folder))
    advise(settings, texts("cli.template.next"))
    return 0
