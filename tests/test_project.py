"""Checks that the files of the project agree: dependencies, notebooks, README, the wheel, the size report."""

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from babel.messages.pofile import read_po
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from papermill import inspect_notebook

from antq_analysis.briefings.notebooks import read_notebook

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
        *lines, by_pip = environment["dependencies"]
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        python, pip, *by_conda = [Requirement(line) for line in lines]
        assert (python.name, str(python.specifier)) == ("python", project["requires-python"])
        assert pip.name == "pip"
        known = tomllib.loads((ROOT / "tests" / "conda_forge.toml").read_text(encoding="utf-8"))["names"]
        wanted = requirements()
        assert {each.name: each.specifier for each in by_conda} == {
            known[name]: each.specifier for name, each in wanted.items() if name in known
        }
        assert {each.name: each.specifier for each in map(Requirement, by_pip["pip"])} == {
            name: each.specifier for name, each in wanted.items() if name not in known
        }
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


def english():
    """Return what gives the English of a cell."""
    with (ROOT / "notebooks" / "locale" / "en.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file, locale="en")}.__getitem__


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestNotebooks:
    @pytest.fixture
    def notebook(self, path):
        return json.loads(path.read_text(encoding="utf-8"))

    def test_it_is_kept_without_outputs_and_with_its_kernel(self, notebook):
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        assert [cell for cell in cells if cell["outputs"] or cell["execution_count"] is not None] == []
        assert notebook["metadata"]["kernelspec"]["name"] == "python3"

    def test_its_title_is_a_question(self, notebook):
        first = notebook["cells"][0]
        assert first["cell_type"] == "markdown"
        assert re.match(r"# .+\?$", "".join(first["source"]).splitlines()[0])

    def test_its_parameters_are_annotated_literals_with_a_help_that_papermill_can_show(self, path, notebook):
        (cell,) = [c for c in notebook["cells"] if "parameters" in c["metadata"].get("tags", [])]
        statements = ast.parse("".join(cell["source"])).body
        assert [ast.unparse(each) for each in statements if not isinstance(each, ast.AnnAssign)] == []
        # papermill drops a parameter whose annotation has `|` or whose comment has `=`.
        shown = inspect_notebook(path)
        assert list(shown) == [ast.unparse(each.target) for each in statements]
        assert [name for name, parameter in shown.items() if not parameter["help"]] == []

    def test_its_cells_have_ids_of_their_own(self, notebook):
        ids = [cell["id"] for cell in notebook["cells"]]
        assert len(set(ids)) == len(ids)

    def test_it_holds_no_result_that_was_typed_in(self, path, notebook):
        prose = read_notebook(path).texts()
        numbers = re.findall(r"\d[\d.,]*", " ".join([*prose, *map(english(), prose)]))
        assert [n for n in numbers if len(n) > 1 and not re.fullmatch(r"(19|20)\d\d\.?|\d\.", n)] == []
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code" and "parameters" not in cell["metadata"].get("tags", []):
                nodes = ast.walk(ast.parse("".join(cell["source"])))
                typed = [
                    n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, int | float)
                ]
                assert [value for value in typed if value > 100] == []

    def test_its_language_is_chosen_once(self, notebook):
        code = "\n".join("".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code")
        assert code.count("aq.set_language(lang)") == 1
        assert "lang=" not in code


def test_the_layers_point_one_way():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


class TestReadme:
    def test_it_is_short(self):
        (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
        assert len([line for line in block.splitlines() if line]) <= 10
        assert len(README.splitlines()) <= 75

    def test_the_files_it_links_exist(self):
        links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
        assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.slow
def test_a_wheel_carries_what_the_package_reads_and_no_leftovers(tmp_path):
    kept = [path for path in kept_files() if relative(path) != ".gitignore"]
    for path in kept:
        copy = tmp_path / "copy" / relative(path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    for folder in ("notebooks/.ipynb_checkpoints", "data/.ipynb_checkpoints", "antq_analysis/__pycache__"):
        (tmp_path / "copy" / folder).mkdir()
        (tmp_path / "copy" / folder / "left.ipynb").touch()
    scripts = {f"plotly-{kind}.min.js": f"plotly.js-{kind}-dist-min" for kind in ("basic", "cartesian")}
    for script, folder in scripts.items():
        (tmp_path / "copy" / "node_modules" / folder).mkdir(parents=True)
        (tmp_path / "copy" / "node_modules" / folder / script).touch()
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=tmp_path / "copy", check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    places = {"antq_analysis": "", "data": "antq_analysis/_bundled/", "notebooks": "antq_analysis/_bundled/"}
    assert names == {f"antq_analysis/_bundled/scripts/{script}" for script in scripts} | {
        places[top] + relative(path) for path in kept if (top := path.relative_to(ROOT).parts[0]) in places
    }
