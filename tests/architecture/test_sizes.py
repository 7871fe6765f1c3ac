"""Nothing grows until nobody can read it."""

import ast

from tests.architecture.files import own_files, read, tree

LONGEST_FILE = 300
LONGEST_FUNCTION = 50


def test_no_file_of_ours_is_too_long() -> None:
    lines = {name: read(name).count("\n") for name in own_files(".py", ".html", ".css", ".js")}
    assert len(lines) > 50
    assert {name: n for name, n in lines.items() if n > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    too_long = [
        f"{name}:{node.lineno} {node.name}"
        for name in own_files(".py")
        for node in ast.walk(tree(name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert too_long == []


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "helpers", "common", "manager", "misc"}
    names = {name: name.rsplit("/", 1)[-1].removesuffix(".py") for name in own_files(".py")}
    assert [name for name, stem in names.items() if stem in drawers] == []
