"""Imports only go down, and stand where everybody sees them."""

import ast

from tests.architecture.files import own_files, tree

LAZY = {
    # Both SDKs take a second and 30 MB to load, which a process without their key need not pay.
    ("webapp/providers/ai/anthropic.py", "anthropic"),
    ("webapp/providers/ai/openai.py", "openai"),
    # What they send with comes with them.
    ("webapp/providers/ai/sdk_call.py", "httpx2"),
}


def test_no_function_hides_an_import() -> None:
    hidden = {
        (name, module)
        for name in own_files(".py")
        if name.startswith(("webapp/", "jobs/", "bin/", "bench/"))
        for function in ast.walk(tree(name))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for module in _imported_in(function)
    }
    assert hidden <= LAZY, hidden - LAZY


def test_the_web_side_never_imports_a_job() -> None:
    imported = {
        (name, module)
        for name in own_files(".py")
        if name.startswith("webapp/")
        for module in _imported_in(tree(name))
    }
    assert {pair for pair in imported if pair[1] == "jobs"} == set()


def _imported_in(node: ast.AST) -> set[str]:
    """Return the top-level names that are imported anywhere inside a node."""
    found = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in each.names}
        elif isinstance(each, ast.ImportFrom):
            found.add((each.module or "").partition(".")[0])
    return found
