"""`xlreport receive [PATH…]`: take in what came, archive it, and say what is wrong with it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from xlreport.cli.commands import Command
from xlreport.cli.console import advise, progress, show
from xlreport.cli.options import PATH, date_option, one_of, with_global_options
from xlreport.cli.settings import Settings


@click.command("receive", cls=Command)
@click.argument("paths", nargs=-1, type=PATH, metavar="[PATH...]")
@date_option("--received-on")
@one_of("--prefer", "newest")
@with_global_options
@click.pass_obj
def command(settings: Settings, paths: tuple[Path, ...], received_on: date | None, prefer_: str | None) -> int:
    """1 when files were found and none of them counts."""
    from xlreport.cli.submissions import latest_period, received_lines
    from xlreport.usecases.receive import receive

    workspace = settings.workspace()
    with progress(settings) as report:
        result = receive(
            workspace,
            paths,
            today=date.today(),
            received_on=received_on,
            prefer_newest=prefer_ == "newest",
            language=settings.language,
            progress=report,
        )
    show(*received_lines(result, settings.texts))
    if not result.files:
        return 0
    advise(settings, settings.texts("cli.receive.next", period=latest_period(result) or "PERIOD"))
    return 0 if result.checked.count("accepted") else 1
