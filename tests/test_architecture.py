"""The plan of the house as a test: floors, size of the rooms, what may be imported and when."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "xlreport"
MODULES = sorted(PACKAGE.rglob("*.py"))

MOST_LINES_OF_A_FILE = 320
MOST_LINES_OF_A_FUNCTION = 50
HEAVY = {"lark", "openpyxl", "pandera", "polars", "pydantic", "python_calamine", "rich", "sqlalchemy", "xlsxwriter"}

FOLDERS = ("xlreport", "templates", "examples", "tests", "docs", ".ci")
MACHINE_PATH = re.compile(r"""(?<![\w./:-])(?:/(?:home|media|mnt|opt|root|tmp|Users|var|work)/\w|[A-Z]:\\+Users\\)""")

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


def test_imports_keep_to_the_floors() -> None:
    """Exhaustive: a new module has to be given a floor in pyproject.toml."""
    run = python("from importlinter.cli import lint_imports_command as check; check(['--no-cache', '--no-logo'])")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "2 kept, 0 broken" in run.stdout


def test_every_room_is_a_package() -> None:
    """A folder of modules without `__init__.py` is invisible to the contract on floors."""
    folders = {module.parent for module in MODULES}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_files_are_short() -> None:
    sizes = {module.relative_to(ROOT): len(module.read_text(encoding="utf-8").splitlines()) for module in MODULES}
    too_long = {str(module): lines for module, lines in sizes.items() if lines > MOST_LINES_OF_A_FILE}
    assert too_long == {}, "split what has more than one subject"


def test_functions_are_short() -> None:
    too_long = [
        f"{module.relative_to(ROOT)}:{function.lineno} {function.name}: {lines} lines"
        for module in MODULES
        for function, lines in functions(module)
        if lines > MOST_LINES_OF_A_FUNCTION
    ]
    assert too_long == [], "give each step a name of its own"


def python(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script in an interpreter of its own."""
    return subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)


def functions(module: Path) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    """The functions of a module with their length from `def` to the last line."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node, (node.end_lineno or node.lineno) - node.lineno + 1


def test_help_needs_no_heavy_import() -> None:
    """Commands import what they need when they run: `xlreport --help` answers at once."""
    listing = "print(*{name.partition('.')[0] for name in sys.modules})"
    run = python(f"import sys; from xlreport.cli import main; {listing}")
    assert run.returncode == 0, run.stderr
    assert set(run.stdout.split()) & HEAVY == set()


def test_pandas_is_not_needed() -> None:
    needed = closure(PROJECT["dependencies"])
    assert {"polars", "pydantic-core"} <= needed
    assert needed & {"numpy", "pandas"} == set()


def test_every_dependency_has_a_constraint() -> None:
    pinned = {canonicalize_name(line.partition("==")[0]) for line in CONSTRAINTS if "==" in line}
    needed = closure(PROJECT["dependencies"]) | closure(PROJECT["optional-dependencies"]["dev"])
    assert needed - pinned == set()


def closure(requirements: list[str]) -> set[str]:
    """The names of all packages that an installation of these brings with it on this computer."""
    seen: set[tuple[str, frozenset[str]]] = set()
    todo = [Requirement(text) for text in requirements]
    while todo:
        requirement = todo.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) not in seen:
            seen.add((name, extras))
            todo += [part for part in map(Requirement, requires(name) or ()) if applies(part, extras)]
    return {name for name, _ in seen}


def applies(requirement: Requirement, extras: frozenset[str]) -> bool:
    """Whether a package that was asked for with these extras needs the requirement."""
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in {"", *extras})


def test_constraints_are_plain_versions() -> None:
    """No address, no hash: they hold with whatever package index a reader uses."""
    lines = [line for line in CONSTRAINTS if line and not line.startswith("#")]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)] == []


def test_no_file_names_a_place_on_one_machine() -> None:
    places = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file, text in project_texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if MACHINE_PATH.search(line)
    ]
    assert places == []


def test_machine_paths_are_recognised() -> None:
    for path in ("/home/" + "lan/a.xlsx", "open('/tmp/" + "x')", "C:\\Users" + "\\lan"):
        assert MACHINE_PATH.search(path), path
    for text in ("reports/tmp/x", "https://example.org/home/x", "cum-quy/root/a", "/" + "tmp"):
        assert not MACHINE_PATH.search(text), text


def project_texts() -> Iterator[tuple[Path, str]]:
    """The text files of the project: those at the top, and all in its folders."""
    files = [file for file in ROOT.iterdir() if file.is_file()]
    for folder in FOLDERS:
        files += [file for file in (ROOT / folder).rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    for file in sorted(files):
        try:
            yield file, file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
