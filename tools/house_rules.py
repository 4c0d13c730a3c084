"""The house rules that ruff and import-linter cannot hold.

- An app imports another app's shared files only (models, actions, events, ports, slots, rules, ...).
- Rows are written in actions, nowhere else.
- Modules stay under 400 lines, functions under 40, templates under 120.
- No module is called core, common, base, utils, helpers or services.
- Templates carry no inline script, style or handler, and never switch escaping off.
- A TODO names an issue.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "aftercart"
MODULE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 400, 40, 120
SHARED = {
    "models",
    "actions",
    "events",
    "ports",
    "slots",
    "rules",
    "facts",
    "permissions",
    "tokens",
    "addresses",
    "messages",
    "promises",
    "saved_views",
}
VAGUE = {"core", "common", "base", "utils", "helpers", "services"}
WRITES = {"bulk_create", "bulk_update", "get_or_create", "update_or_create", "acreate", "asave", "adelete"}
QUERY_WRITES = {"create", "update", "delete"}
QUERY_STEPS = {"objects", "filter", "exclude", "all", "select_for_update", "order_by"}
WRITERS = {"actions", "migrations", "tests", "testing"}
INLINE = re.compile(
    r"<script(?![^>]*(\bsrc=|application/(ld\+)?json))|<style\b|\sstyle=|\son[a-z]+=[\"']|javascript:",
    re.IGNORECASE,
)
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+off")
TODO = re.compile(r"\b(TODO|FIXME|XXX)\b(?!\s*\(#\d+\))")


def problems() -> Iterator[str]:
    """Every breach, as ``path:line: sentence``."""
    for path in sorted([*PACKAGE.rglob("*.py"), *ROOT.glob("t*s/**/*.py"), *ROOT.glob("benchmarks/**/*.py")]):
        if "migrations" not in path.parts and path != Path(__file__):
            yield from _module(path)
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        yield from _template(path)


def _module(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    where = path.relative_to(ROOT)
    lines = text.splitlines()
    if len(lines) > MODULE_LINES:
        yield f"{where}:1: {len(lines)} lines; a module has at most {MODULE_LINES}: make it a package"
    if path.stem in VAGUE or path.parent.name in VAGUE:
        yield f"{where}:1: a name that says nothing; call it by what it does"
    for number, line in enumerate(lines, 1):
        if TODO.search(line):
            yield f"{where}:{number}: a TODO names its issue: TODO (#12)"
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _function(where, node)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            yield from _import(where, node)
        elif isinstance(node, ast.Call):
            yield from _write(where, node)


def _function(where: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    body = node.body[1:] if _is_docstring(node.body[0]) else node.body
    size = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
    if size > FUNCTION_LINES:
        yield f"{where}:{node.lineno}: {node.name}() has {size} lines; a function's body has at most {FUNCTION_LINES}"


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _import(where: Path, node: ast.ImportFrom | ast.Import) -> Iterator[str]:
    app = _app(where)
    if app in {"", "kernel", "config"}:
        return
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    for name in names:
        parts = name.split(".")
        if len(parts) < 2 or parts[0] != "aftercart" or parts[1] in {app, "kernel"}:
            continue
        shared = SHARED | ({"testing"} if _is_test(where) else set())
        if (parts[2] if len(parts) > 2 else "") not in shared and not _is_test(where):
            yield f"{where}:{node.lineno}: {name} is {parts[1]}'s own; apps share {', '.join(sorted(SHARED))}"


def _write(where: Path, node: ast.Call) -> Iterator[str]:
    if _app(where) in {"", "kernel", "config"} or WRITERS & {
        part.removesuffix(".py") for part in where.parts
    }:
        return
    if not isinstance(node.func, ast.Attribute):
        return
    name = node.func.attr
    is_query = name in QUERY_WRITES and bool(QUERY_STEPS & set(_chain(node.func.value)))
    is_row = (
        name in {"save", "delete"} and not node.args and isinstance(node.func.value, ast.Name | ast.Attribute)
    )
    if name in WRITES or is_query or is_row:
        yield f"{where}:{node.lineno}: .{name}() outside of actions; rows are written in actions only"


def _chain(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Call):
        if isinstance(node, ast.Attribute):
            yield node.attr
            node = node.value
        else:
            node = node.func


def _app(where: Path) -> str:
    return where.parts[1] if where.parts[0] == "aftercart" and len(where.parts) > 2 else ""


def _is_test(where: Path) -> bool:
    return "tests" in where.parts or where.stem in {"testing", "conftest"}


def _template(path: Path) -> Iterator[str]:
    where = path.relative_to(ROOT)
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) > TEMPLATE_LINES:
        yield f"{where}:1: {len(lines)} lines; a template has at most {TEMPLATE_LINES}: split it"
    for number, line in enumerate(lines, 1):
        if "mail" not in where.parts and INLINE.search(line):
            yield f"{where}:{number}: inline script, style or handler; the content policy refuses it"
        if UNESCAPED.search(line):
            yield f"{where}:{number}: escaping is switched off"


def main() -> int:
    """Print every breach; exit code 1 when there is one."""
    found = list(problems())
    for problem in found:
        sys.stdout.write(problem + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
