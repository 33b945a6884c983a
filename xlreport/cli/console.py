"""Text on a terminal, in a pipe or in a file: UTF-8 everywhere, readable without colour."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlreport.cli.settings import Settings

if TYPE_CHECKING:
    from xlreport.usecases.check import Progress

INDENT = "  "


def use_utf8() -> None:
    """Vietnamese must not fail on a console or in a pipe whose encoding cannot write it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def color_choice() -> bool | None:
    """No colours where NO_COLOR is set; otherwise (None) only on a terminal."""
    return False if os.environ.get("NO_COLOR") else None


def show(*lines: str) -> None:
    """Lines of the result, on standard output."""
    for line in lines:
        click.echo(line)


def advise(settings: Settings, *lines: str) -> None:
    """What to do next; left out when only the result is wanted."""
    if not settings.quiet:
        show(*lines)


def show_json(content: Mapping[str, object]) -> None:
    """One JSON document and nothing else."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))


def shown_path(path: Path) -> str:
    """A path as short as it can be from here."""
    here = Path.cwd()
    absolute = path.absolute()
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else path)


def aligned(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> list[str]:
    """Rows of equal length as lines with aligned columns; the columns in `right` at their right edge."""
    to_the_right = set(right)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        INDENT.join(
            cell.rjust(width) if position in to_the_right else cell.ljust(width)
            for position, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


@contextmanager
def progress(settings: Settings) -> Iterator[Progress]:
    """A bar on standard error while something takes its time, where somebody watches."""
    if settings.quiet or not sys.stderr.isatty():
        from xlreport.usecases.check import silent

        yield silent
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(settings.texts("cli.progress"), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
