"""The rules of the house as tests: what is promised in one file is kept in the others."""

import ast
import json
import re
import statistics
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from papermill import inspect_notebook

from antq_analysis.briefings.parameters import declared
from antq_analysis.cli import app

ROOT = Path(__file__).parents[1]
PACKAGE = sorted((ROOT / "antq_analysis").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def requirements() -> dict[str, Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in listed}


class TestDependencies:
    def test_conda_users_get_what_pip_users_get(self):
        environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
        lines = [line for line in environment["dependencies"] if isinstance(line, str)]
        lines += [
            line for part in environment["dependencies"] if isinstance(part, dict) for line in part["pip"]
        ]
        given = {canonicalize_name(Requirement(line).name): Requirement(line).specifier for line in lines}
        wanted = {name: requirement.specifier for name, requirement in requirements().items()}
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        assert given.pop("python") == Requirement(f"python{project['requires-python']}").specifier
        assert given.pop("pip") == ""
        assert given == wanted
        assert environment["channels"] == ["conda-forge"]

    def test_the_lock_holds_every_dependency_within_its_range(self):
        pinned: dict[str, list[str]] = {}
        for line in self.locked():
            requirement = Requirement(line)
            (exact,) = requirement.specifier
            assert exact.operator == "=="
            pinned.setdefault(canonicalize_name(requirement.name), []).append(exact.version)
        wrong = {
            name: pinned.get(name, [])
            for name, requirement in requirements().items()
            if not pinned.get(name) or not all(requirement.specifier.contains(v) for v in pinned[name])
        }
        assert wrong == {}

    def test_every_line_of_the_lock_has_its_hash_and_none_an_address(self):
        text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
        entries = re.sub(r"\\\n\s*", "", text).splitlines()
        assert [entry for entry in entries if not re.search(r" --hash=sha256:[0-9a-f]{64}$", entry)] == []
        assert "://" not in text
        assert "--index" not in text

    @staticmethod
    def locked() -> Iterator[str]:
        for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith((" ", "#")):
                yield line.removesuffix("\\").strip()


def kept_files() -> list[Path]:
    """The files that git keeps, or would if they were added now."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_no_file_names_the_host_of_a_registry_or_a_folder_of_one_machine():
    # In pieces, for this file is read as well.
    hosts = [
        "py" + "pi.org",
        "python" + "hosted.org",
        "npm" + "js.org",
        "ana" + "conda.org",
        "deb" + "ian.org",
    ]
    needles = [*hosts, "/wo" + "rk/", "/ro" + "ot/"]
    found = [
        (relative(path), needle)
        for path in kept_files()
        for needle in needles
        if needle.encode() in path.read_bytes()
    ]
    assert found == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestNotebooks:
    @pytest.fixture
    def notebook(self, path):
        return json.loads(path.read_text(encoding="utf-8"))

    @pytest.fixture
    def code(self, notebook):
        """The code cells but the one of the parameters."""
        return [
            "".join(cell["source"])
            for cell in notebook["cells"]
            if cell["cell_type"] == "code" and "parameters" not in cell["metadata"].get("tags", [])
        ]

    def test_it_is_kept_without_outputs_and_with_its_kernel(self, notebook):
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        assert [cell for cell in cells if cell["outputs"] or cell["execution_count"] is not None] == []
        assert notebook["metadata"]["kernelspec"]["name"] == "python3"

    def test_its_title_is_a_question(self, notebook):
        first = notebook["cells"][0]
        assert first["cell_type"] == "markdown"
        assert re.match(r"# .+\?$", "".join(first["source"]).splitlines()[0])

    def test_its_cells_are_short_and_only_call_the_package(self, code):
        banned = (
            ast.FunctionDef,
            ast.AsyncFunctionDef,
            ast.ClassDef,
            ast.Lambda,
            ast.For,
            ast.While,
            ast.With,
        )
        for source in code:
            assert 1 <= len(source.splitlines()) <= 5, source
            assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, banned)], source
            assert not re.search(r"\bread_\w+\(|\bopen\(|\bPath\(", source), source

    def test_its_parameters_are_annotated_literals_with_a_help_that_papermill_can_show(self, path, notebook):
        (cell,) = [c for c in notebook["cells"] if "parameters" in c["metadata"].get("tags", [])]
        statements = ast.parse("".join(cell["source"])).body
        assert [ast.unparse(each) for each in statements if not isinstance(each, ast.AnnAssign)] == []
        # papermill drops a parameter whose annotation has `|` or whose comment has `=`.
        shown = inspect_notebook(path)
        assert shown.keys() == declared(path).keys()
        assert [name for name, parameter in shown.items() if not parameter["help"]] == []


class TestSizes:
    @staticmethod
    def bodies() -> dict[str, int]:
        """Lines of each function's body without its docstring."""
        sizes = {}
        for path in PACKAGE:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
                    sizes[f"{relative(path)}:{node.name}"] = (node.end_lineno or 0) - body[0].lineno + 1
        return sizes

    def test_a_module_has_at_most_250_lines(self):
        sizes = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE}
        assert {path: size for path, size in sizes.items() if size > 250} == {}

    def test_functions_are_short(self):
        sizes = self.bodies()
        assert {name: size for name, size in sizes.items() if size > 60} == {}
        assert statistics.median(sizes.values()) <= 7
        assert statistics.quantiles(sizes.values(), n=10)[-1] <= 25


def test_every_module_says_why_it_exists_and_has_a_test_module():
    for path in PACKAGE:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), relative(path)
    inside = [path.relative_to(ROOT / "antq_analysis").with_suffix("").parts for path in PACKAGE]
    wanted = {"_".join(("test", *parts)) for parts in inside if parts[-1] != "__init__"}
    assert wanted - {path.stem for path in (ROOT / "tests").glob("test_*.py")} == set()


class TestReadme:
    def test_the_commands_it_names_exist(self):
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
        assert set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE)) <= targets
        commands = {command.name or command.callback.__name__ for command in app.registered_commands}
        assert set(re.findall(r"(?:^|`)antq ([a-z]+)", README, re.MULTILINE)) == commands

    def test_the_files_it_links_exist(self):
        links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
        assert [link for link in links if not (ROOT / link).exists()] == []

    def test_its_python_runs(self):
        (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
        names: dict[str, object] = {}
        exec(compile(block, "README.md", "exec"), names)
        assert len([line for line in block.splitlines() if line]) <= 10
        assert names["ds"].area_id("dien bien") == "VN-71"


def test_the_wheel_carries_data_notebooks_and_templates(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("data", "notebooks"):
        kept = {
            path.relative_to(ROOT).as_posix() for path in kept_files() if path.is_relative_to(ROOT / folder)
        }
        assert {f"antq_analysis/_bundled/{name}" for name in kept} <= names
    templates = (ROOT / "antq_analysis" / "batch" / "templates").rglob("*.*")
    assert {relative(path) for path in templates} <= names
    assert {"antq_analysis/py.typed", "antq_analysis/briefings/manifest.schema.json"} <= names
