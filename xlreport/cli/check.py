"""`xlreport check FILE…`: what is wrong with workbooks, without receiving them."""

from __future__ import annotations

from pathlib import Path

import click

from xlreport.cli.commands import Command
from xlreport.cli.console import advise, progress, show, show_json
from xlreport.cli.options import PATH, one_of, with_global_options
from xlreport.cli.settings import Settings


@click.command("check", cls=Command)
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE...")
@one_of("--format", "text", "json", default="text")
@click.option("--returned", type=PATH, metavar="DIR")
@with_global_options
@click.pass_obj
def command(settings: Settings, files: tuple[Path, ...], format_: str, returned: Path | None) -> int:
    """1 for findings of severity error, or when there was no file to check."""
    from xlreport.cli.submissions import as_json, file_lines, returned_lines, summary_line
    from xlreport.grid.safely import SafeReader
    from xlreport.intake.identify import Definitions
    from xlreport.usecases.check import check_files
    from xlreport.usecases.files import found_files, opened_files
    from xlreport.usecases.returned import ReturnResult, return_checked
    from xlreport.usecases.returning import Desk
    from xlreport.workspace import load_definitions

    texts, workspace = settings.texts, settings.nearest_workspace()
    known = Definitions(*load_definitions(workspace)) if workspace else Definitions()
    with progress(settings) as report:
        reader = SafeReader(workspace.limits) if workspace else SafeReader()
        sent = opened_files(found_files(files), reader)
        result = check_files(sent, known, report, reader=reader)
    desk = Desk(known, settings.language, reader, workspace)
    sent_back = return_checked(result.files, sent, desk, returned) if returned is not None else ReturnResult()
    if format_ == "json":
        show_json(as_json(result, texts))
    else:
        for file in result.files:
            show(*file_lines(file, texts))
        show(summary_line(result, texts), *returned_lines(sent_back, texts))
        if workspace is None:
            advise(settings, texts("cli.check.without-workspace"))
    return 1 if result.has_errors or not result.files else 0
