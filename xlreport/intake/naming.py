"""What a file's name says about whose it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath

from xlreport.findings import Finding, Location, finding
from xlreport.organisation.tree import Tree

#: A code that names say by chance, such as a number or a year, says nothing.
_TELLING = re.compile(r"(?=.*[A-Za-z])(?=.*[0-9]).{4,}")


def named_for_another(file: str, unit: str, tree: Tree) -> Finding | None:
    """Refuse a file whose name has the code of another unit, and not that of the unit it was issued to.

    Somebody filled in the workbook of another unit, or gave a file the wrong name: figures would count for the
    wrong one. Nodes above the units are no units: a name may well say to whom a file goes.
    """
    stem = unicodedata.normalize("NFC", PurePosixPath(file).stem).casefold()
    codes = _telling_codes(tree)
    found = set(_pattern(tree).findall(stem))
    if len(found) != 1 or unit.casefold() in found or unit.casefold() not in codes:
        return None
    return finding("XR148", Location(file=file, unit=unit), unit=unit, named=codes[found.pop()])


@lru_cache(maxsize=8)
def _telling_codes(tree: Tree) -> Mapping[str, str]:
    """The units' codes, by how they are compared."""
    units = (code for root in tree.roots for code in tree.leaves(root))
    return {code.casefold(): code for code in units if _TELLING.fullmatch(code)}


@lru_cache(maxsize=8)
def _pattern(tree: Tree) -> re.Pattern[str]:
    """The longest code that stands alone at a place."""
    codes = sorted(_telling_codes(tree), key=lambda code: (-len(code), code))
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, codes)) or '(?!)'})(?![a-z0-9])")
