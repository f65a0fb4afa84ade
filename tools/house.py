"""Print how large the package and its tests are beside the budget, and exit with 1 above it.

Run `python tools/house.py` (or `make house`). Sizes count every line of every file. The length of a function
is that of its body without the docstring. A cycle is a group of modules that import each other, wherever the
import stands; an import for type checkers alone does not count.
"""

import ast
import statistics
import sys
from collections.abc import Iterable, Iterator
from importlib.util import resolve_name
from pathlib import Path

# The most of each; a house that is larger is not read any more before it is changed. The aim for the package
# is 9,000 lines.
BUDGET = {
    "package: lines": 14_540,
    "package: modules": 60,
    "tests: lines": 11_600,
    "tests: files": 58,
    "function body: median": 7,
    "function body: p90": 25,
    "function body: longest": 60,
    "cycles of modules": 0,
}
LONG_MODULE = 600  # is listed, and no fault

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "antq_analysis"


def main() -> int:
    """Print the table and what is out of the ordinary; return 1 where a budget is exceeded."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
    bodies = {name: size for path, tree in trees.items() for name, size in function_bodies(path, tree)}
    groups = cycles({module_name(path): tree for path, tree in trees.items()})
    sizes = {path: line_count(path) for path in trees}
    tests = [line_count(path) for path in (ROOT / "tests").rglob("*.py")]
    found = [sum(sizes.values()), len(sizes), sum(tests), len(tests), *spread(bodies), len(groups)]
    over = False
    for (name, most), number in zip(BUDGET.items(), found, strict=True):
        print(f"{name:24} {number:>8,g}  of at most {most:>6,}{'  EXCEEDED' if number > most else ''}")
        over = over or number > most
    for path, size in sizes.items():
        if size > LONG_MODULE:
            print(f"long module: {path.relative_to(ROOT)}, {size} lines")
    for name, size in bodies.items():
        if size > BUDGET["function body: longest"]:
            print(f"long function: {name}, {size} lines")
    for group in groups:
        print(f"cycle: {', '.join(group)}")
    return int(over)


def line_count(path: Path) -> int:
    """Count the lines of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())


def module_name(path: Path) -> str:
    """Return the dotted name of a module; a package has the name of its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def function_bodies(path: Path, tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Give each function of a module with the number of lines of its body."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            name = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
            yield name, (node.end_lineno or 0) - body[0].lineno + 1


def spread(bodies: dict[str, int]) -> tuple[float, float, int]:
    """Return the median, the 90th percentile and the largest of the sizes."""
    sizes = list(bodies.values())
    return statistics.median(sizes), statistics.quantiles(sizes, n=10)[-1], max(sizes)


def imported(node: ast.AST, package: str, names: set[str]) -> Iterator[str]:
    """Give the modules among `names` that the code below a node of a package imports, wherever it does."""
    children: Iterable[ast.AST] = ast.iter_child_nodes(node)
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        children = node.orelse
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in names)
    elif isinstance(node, ast.ImportFrom):
        source = resolve_name("." * node.level + (node.module or ""), package)
        wanted = {f"{source}.{alias.name}" for alias in node.names}
        yield from (each if each in names else source for each in wanted if {each, source} & names)
    for child in children:
        yield from imported(child, package, names)


def cycles(trees: dict[str, ast.Module]) -> list[list[str]]:
    """List the groups of modules that import each other, directly or through others."""
    names = set(trees)
    packages = {name.rpartition(".")[0] for name in names}
    reached = {
        name: set(imported(tree, name if name in packages else name.rpartition(".")[0], names))
        for name, tree in trees.items()
    }
    for middle in names:
        for name in names:
            if middle in reached[name]:
                reached[name] |= reached[middle]
    groups = {frozenset(other for other in reached[name] if name in reached[other]) for name in names}
    return sorted(sorted(group) for group in groups if group)


if __name__ == "__main__":
    sys.exit(main())
