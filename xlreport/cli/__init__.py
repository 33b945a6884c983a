"""The command line: options → use case → what is shown → exit status. One file per command, imported when it runs."""

from xlreport.cli.application import application


def main() -> None:
    """The entry point: runs the command line and leaves with its exit status."""
    application.main()
