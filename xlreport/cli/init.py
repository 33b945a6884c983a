"""`xlreport init DIR`: a new workspace."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from xlreport.cli.commands import Command
from xlreport.cli.console import INDENT, advise, show, shown_path
from xlreport.cli.options import PATH, with_global_options
from xlreport.cli.settings import Settings


@click.command("init", cls=Command)
@click.argument("folder", type=PATH, metavar="DIR")
@click.option("--with", "form", metavar="FORM")
@with_global_options
@click.pass_obj
def command(settings: Settings, folder: Path, form: str | None) -> int:
    """Make the workspace and say what comes next."""
    from xlreport.periods import period_of
    from xlreport.usecases.init import initialise

    texts = settings.texts
    started = initialise(folder, form, settings.language)
    show(texts("cli.init.created", folder=shown_path(folder)))
    show(*(f"{INDENT}{shown_path(path)}" for path in started.files))
    period = period_of(date.today(), started.form.frequency).code
    advise(settings, "", texts("cli.init.next", folder=shown_path(folder), form=started.form.form, period=period))
    return 0
