"""Imports run one way: both columns of the table in ARCHITECTURE.md."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "prioritizer"
EVERYWHERE = {"errors", "language"}
MAY_IMPORT = {
    "errors": {"language"},
    "language": set(),
    "words": {"language"},
    "domain": EVERYWHERE,
    "engine": EVERYWHERE | {"domain"},
    "evidence": EVERYWHERE | {"domain"},
    "store": EVERYWHERE | {"domain"},
    "export": EVERYWHERE | {"domain", "words"},
    "services": EVERYWHERE | {"domain", "engine", "evidence", "store", "export", "words"},
    "ui": EVERYWHERE | {"domain", "services", "words"},
    "terminal": EVERYWHERE | {"domain", "services", "words"},
    "cli": EVERYWHERE | {"domain", "services", "terminal", "ui", "words"},
    "__main__": {"cli"},
}
# The package's face names plain functions and readers where they live: it is the door, not a layer.
DOORS = {"__init__": {"engine", "errors", "services", "store"}}
LIVES_ONLY_IN = {
    "numba": {"engine"},
    "scipy": {"engine"},
    "yaml": {"store", "evidence"},
    "duckdb": {"store"},
    "ibis": {"store"},
    "python_calamine": {"store"},
    "sqlite_utils": {"store"},
    "pydantic": {"domain", "store", "evidence"},  # the last two turn its refusals into complaints
    "typst": {"export"},
    "xlsxwriter": {"export"},
    "argon2": {"services"},
    "streamlit": {"ui"},
    "starlette": {"ui"},
    "plotly": {"ui"},
    "click": {"cli"},
    "rich": {"cli", "terminal"},
}


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """Every module that a file imports, at the top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_imports_only_what_its_layer_may(path: Path) -> None:
    layer = layer_of(path)
    allowed = MAY_IMPORT.get(layer, set()) | DOORS.get(layer, set()) | {layer}
    for module in imports_of(path):
        first, _dot, rest = module.partition(".")
        if first == "prioritizer":
            assert rest.partition(".")[0] in allowed, f"{layer} must not import {module}"
        elif first in LIVES_ONLY_IN:
            assert layer in LIVES_ONLY_IN[first], f"{first} lives only in {LIVES_ONLY_IN[first]}"


def test_module_imports_form_no_circle() -> None:
    names = {"prioritizer." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in FILES}
    graph = {name: set() for name in names}
    for name, path in names.items():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and node.module in names:
                graph[name].add(node.module)
            if isinstance(node, ast.ImportFrom):
                graph[name] |= {f"{node.module}.{alias.name}" for alias in node.names} & names.keys()
    while graph:
        leaves = [name for name, needs in graph.items() if not needs]
        assert leaves, f"a circle among {sorted(graph)}"
        for leaf in leaves:
            del graph[leaf]
        for needs in graph.values():
            needs.difference_update(leaves)


def test_the_table_is_held_by_files_that_exist() -> None:
    layers = {layer_of(path) for path in FILES}
    assert {"domain", "engine", "store", "services", "ui", "cli"} <= layers
    assert layers <= MAY_IMPORT.keys() | {"__init__"}
