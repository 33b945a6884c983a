"""`xlreport consolidate`: receive what is new, add up what stands, write the workbook of every node."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlreport.cli.commands import Command
from xlreport.cli.console import advise, progress, show
from xlreport.cli.options import PATH, period_option, with_global_options
from xlreport.cli.settings import Settings

if TYPE_CHECKING:
    from xlreport.periods import Period


@click.command("consolidate", cls=Command)
@click.argument("paths", nargs=-1, type=PATH, metavar="[PATH...]")
@period_option
@click.option("--form", metavar="FORM")
@click.option("--node", "nodes", multiple=True, metavar="CODE")
@click.option("--out", type=PATH, metavar="DIR")
@with_global_options
@click.pass_obj
def command(
    settings: Settings,
    paths: tuple[Path, ...],
    period: Period,
    form: str | None,
    nodes: tuple[str, ...],
    out: Path | None,
) -> int:
    """1 when no accepted submission stands behind any workbook."""
    from xlreport.cli.coverage import published_lines
    from xlreport.cli.submissions import received_lines
    from xlreport.usecases.consolidate import consolidate

    texts, workspace = settings.texts, settings.workspace()
    with progress(settings) as report:
        result = consolidate(
            workspace,
            period,
            language=settings.language,
            today=date.today(),
            form=form,
            nodes=nodes,
            paths=paths,
            out=out,
            progress=report,
        )
    show(*received_lines(result.received, texts), *published_lines(result, texts))
    is_founded = any(published.coverage.accepted for published in result.published)
    advise(settings, "", texts("cli.consolidate.next" if is_founded else "cli.consolidate.nothing"))
    return 0 if is_founded else 1
