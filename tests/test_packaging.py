"""What an installation gets: the built wheel, not the source tree."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in the wheel."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def files(folder: str) -> set[str]:
    """The files of a folder of the source tree, as paths from its top."""
    found = (path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(ROOT).as_posix() for path in found}


def test_wheel_holds_the_whole_package(wheel: set[str]) -> None:
    package = files("xlreport")
    assert {"xlreport/py.typed", "xlreport/language/vi/words.toml", "xlreport/language/en/words.toml"} <= package
    assert package - wheel == set()


@pytest.mark.parametrize("folder", ["templates", "examples"])
def test_wheel_holds_forms_and_examples(wheel: set[str], folder: str) -> None:
    shipped = {f"xlreport/_data/{name}" for name in files(folder)}
    assert shipped
    assert shipped - wheel == set()


def test_wheel_holds_nothing_else(wheel: set[str]) -> None:
    assert {name.partition("/")[0] for name in wheel if ".dist-info/" not in name} == {"xlreport"}
