"""Where a definition says something: paths of fields, and the lines they stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlreport.findings import Location

#: The way to a field from the top: ("tables", 0, "indicators", 3, "formula").
Path = tuple[str | int, ...]

_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Places:
    """A file and the 1-based lines of the fields in it."""

    name: str
    lines: Mapping[Path, int]

    def at(self, path: Path) -> Location:
        """The line of the field, or of the nearest thing around it that the file has."""
        for length in range(len(path), -1, -1):
            line = self.lines.get(path[:length])
            if line is not None:
                return Location(file=self.name, cell=str(line))
        return Location(file=self.name)


def dotted(path: Path) -> str:
    """A path as people read it, counting from 1: tables[1].indicators[4].formula."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part[:_LONGEST_NAME]}" for part in path)
    return "".join(parts).removeprefix(".")
