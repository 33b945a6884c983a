"""`xlreport form check|convert|list|schema`: the definitions of forms."""

from __future__ import annotations

from pathlib import Path

import click

from xlreport.cli.commands import Command, Group, help_without_command
from xlreport.cli.console import aligned, show, shown_path
from xlreport.cli.options import PATH, with_global_options
from xlreport.cli.settings import Settings


@click.group("form", cls=Group, invoke_without_command=True)
@with_global_options
@click.pass_context
def command(ctx: click.Context) -> None:
    """Only holds the commands below."""
    help_without_command(ctx)


@command.command("check", cls=Command)
@click.argument("forms", nargs=-1, required=True, type=PATH, metavar="FORM...")
@with_global_options
@click.pass_obj
def check(settings: Settings, forms: tuple[Path, ...]) -> int:
    """2 when a definition cannot be used."""
    from xlreport.cli.definitions import checked_lines
    from xlreport.usecases.forms import check_forms
    from xlreport.usecases.organisation import register_or_none

    workspace = settings.nearest_workspace()
    results = check_forms(forms, register_or_none(workspace) if workspace else None)
    for path, form, findings in results:
        show(*checked_lines(path, form is not None, findings, settings.texts))
    return 0 if all(form is not None for _, form, _ in results) else 2


@command.command("convert", cls=Command)
@click.argument("source", type=PATH, metavar="SRC")
@click.argument("target", type=PATH, metavar="DST")
@click.option("--force", is_flag=True)
@with_global_options
@click.pass_obj
def convert(settings: Settings, source: Path, target: Path, force: bool) -> int:
    """2 when the definition cannot be used; then nothing is written."""
    from xlreport.cli.definitions import checked_lines
    from xlreport.usecases.forms import convert_form

    path, form, findings = convert_form(source, target, language=settings.language, force=force)
    show(*checked_lines(path, form is not None, findings, settings.texts))
    if form is None:
        return 2
    show(settings.texts("cli.form.convert.written", path=shown_path(target)))
    return 0


@command.command("schema", cls=Command)
@click.option("--out", type=PATH, metavar="FILE")
@with_global_options
@click.pass_obj
def schema(settings: Settings, out: Path | None) -> int:
    """The JSON Schema of definitions in YAML, to a file or to the screen."""
    from xlreport.forms.schema import form_schema
    from xlreport.workspace import write_whole

    if out is None:
        show(form_schema().decode().rstrip())
    else:
        write_whole(out, form_schema())
        show(settings.texts("cli.form.convert.written", path=shown_path(out)))
    return 0


@command.command("list", cls=Command)
@with_global_options
@click.pass_obj
def list_forms(settings: Settings) -> int:
    """The workspace's forms, where there is one, and those that come with the program."""
    from xlreport.cli.definitions import form_heading, form_row
    from xlreport.usecases.standard import standard_forms
    from xlreport.workspace import load_forms

    texts, workspace = settings.texts, settings.nearest_workspace()
    own = load_forms(workspace) if workspace else {}
    rows = [form_row(form, texts("cli.form.list.of-workspace"), texts) for forms in own.values() for form in forms]
    rows += [form_row(form, texts("cli.form.list.standard"), texts) for form in standard_forms()]
    show(*aligned([form_heading(texts), *rows]))
    return 0
