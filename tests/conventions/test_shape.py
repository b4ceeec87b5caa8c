"""Files and functions stay small, named for what they do, and say what they are for."""

import ast
import re
from pathlib import Path

import pytest

from tests.conventions.sources import ROOT, called, functions, modules, named, tree_of

CODE = modules("gateway", "workers")
EVERYTHING = CODE + modules("tests")
EMPTY_WORDS = {"utils", "util", "helpers", "helper", "managers", "manager", "common", "base", "misc", "lib"}
EMPTY_VERBS = ("process_", "handle_", "do_")
LIBRARY_NAMES = {"process_bind_param", "process_result_value"}  # what SQLAlchemy calls on a column's type


def each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=named)


@each(EVERYTHING)
def test_a_module_has_at_most_300_lines_and_a_purpose_in_one_line(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 300
    purpose = ast.get_docstring(tree_of(path)) or ""
    assert purpose, "say in one line what this module is for"
    assert purpose.splitlines()[0].endswith((".", "?", ":")), "the first line is a sentence"


@each(EVERYTHING)
def test_a_function_has_at_most_50_lines(path: Path) -> None:
    long = {
        f"{function.name}:{function.lineno}": lines
        for function in functions(tree_of(path))
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > 50
    }
    assert not long


@each(CODE)
def test_names_say_something(path: Path) -> None:
    assert not EMPTY_WORDS & {path.stem, *path.relative_to(ROOT).parent.parts}
    names = {function.name for function in functions(tree_of(path))} - LIBRARY_NAMES
    assert not [name for name in names if name.lstrip("_").startswith(EMPTY_VERBS)]


@each([path for path in EVERYTHING if path.name == "__init__.py"])
def test_a_package_file_holds_its_purpose_and_nothing_else(path: Path) -> None:
    body = tree_of(path).body
    assert len(body) == 1 and isinstance(body[0], ast.Expr), "import the defining module instead of re-exporting"


def test_every_package_folder_says_what_it_is() -> None:
    folders = {path.parent for path in CODE} - {ROOT}
    without = [named(folder) for folder in folders if not (folder / "__init__.py").exists()]
    # Alembic reads its scripts from a plain folder.
    assert not [name for name in without if "migrations" not in name]


@each([path for path in EVERYTHING if path.name != Path(__file__).name])
def test_nothing_is_left_for_later(path: Path) -> None:
    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", path.read_text("utf-8"))


@each(CODE)
def test_no_import_dodges_a_contract(path: Path) -> None:
    names = {node.id for node in ast.walk(tree_of(path)) if isinstance(node, ast.Name)}
    assert "TYPE_CHECKING" not in names
    lines = path.read_text("utf-8").splitlines()
    for function in functions(tree_of(path)):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                line = lines[node.lineno - 1]
                assert re.search(r"noqa: PLC0415.{10,}", line), f"line {node.lineno}: say why it is imported here"


def test_the_time_is_read_in_one_place() -> None:
    readers = {
        named(path)
        for path in CODE
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and called(node) in ("now", "utcnow", "today")
        and ast.unparse(node.func).startswith("date")
    }
    assert len(readers) <= 1, readers


@each(modules("tests"))
def test_a_test_waits_for_something_and_patches_nothing(path: Path) -> None:
    tree = tree_of(path)
    calls = {called(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not calls & {"sleep", "patch", "Mock", "MagicMock"}
    assert not [f.name for f in functions(tree) if "monkeypatch" in {argument.arg for argument in f.args.args}]


@each(CODE)
def test_code_waits_on_events_not_on_the_clock(path: Path) -> None:
    calls = {called(node) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)}
    assert "sleep" not in calls


@each(CODE)
def test_a_broad_except_says_why_and_records(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ExceptHandler) and (
            node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
        ):
            assert re.search(r"noqa: BLE001.{10,}", lines[node.lineno - 1]), f"line {node.lineno}: no reason beside it"
