"""What ships with the product: standard forms and examples."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from xlreport.errors import UsageError
from xlreport.forms.load import load_form
from xlreport.forms.model import Form


@lru_cache(maxsize=1)
def _data_folder() -> Path:
    """Inside an installed package, or at the top of the source tree."""
    package = Path(__file__).parent.parent
    inside = package / "_data"
    return inside if inside.is_dir() else package.parent


def standard_form_files() -> list[Path]:
    """The definitions of the standard forms."""
    return sorted((_data_folder() / "templates").glob("*.yaml"))


def standard_forms() -> list[Form]:
    """The standard forms."""
    return [load_form(path) for path in standard_form_files()]


def standard_form_file(code: str) -> Path:
    """The definition of a standard form. Raises UsageError `form-unknown`."""
    files = {path.stem: path for path in standard_form_files()}
    if code not in files:
        raise UsageError("form-unknown", form=code, known=", ".join(files))
    return files[code]


def example_folder(name: str) -> Path:
    """The folder of an example."""
    return _data_folder() / "examples" / name
