"""`xlreport demo [DIR]`: the whole loop on the built-in example."""

from __future__ import annotations

from pathlib import Path

import click

from xlreport.cli.commands import Command
from xlreport.cli.console import advise, progress, show, shown_path
from xlreport.cli.options import PATH, with_global_options
from xlreport.cli.settings import Settings

DEFAULT_FOLDER = "xlreport-demo"


@click.command("demo", cls=Command)
@click.argument("folder", type=PATH, default=DEFAULT_FOLDER, metavar="[DIR]")
@with_global_options
@click.pass_obj
def command(settings: Settings, folder: Path) -> int:
    """Run the example and tell what happened, in the order in which it did."""
    from xlreport.cli.coverage import published_lines
    from xlreport.cli.headline import headline_lines
    from xlreport.cli.submissions import received_lines
    from xlreport.usecases.demo import run_demo

    texts = settings.texts
    with progress(settings) as report:
        result = run_demo(folder, settings.language, report)
    period, where = result.period.label(settings.language), shown_path(folder)
    show(texts("cli.demo.issued", count=len(result.issued), period=period, folder=where), "")
    show(*received_lines(result.consolidated.received, texts), "")
    for state in result.consolidated.states:
        show(*headline_lines(state.consolidation, texts))
    show(*published_lines(result.consolidated, texts))
    advise(settings, "", texts("cli.demo.next", folder=where))
    return 0
