"""The fingerprint of a folder: it changes with every file that is read, and with no other."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PRESS, DataCopy

import antq_analysis as aq
from antq_analysis.data.fingerprint import fingerprint


def test_the_folder_its_description_and_the_default_are_one(bundled_data: Path) -> None:
    assert fingerprint() == fingerprint(bundled_data) == fingerprint(str(bundled_data / "datapackage.json"))


def test_a_copy_has_the_same(data: DataCopy) -> None:
    assert fingerprint(data.folder) == fingerprint()


@pytest.mark.parametrize("file", [PRESS, "observations/schema.json", "datapackage.json", "units.csv"])
def test_every_file_that_is_read_counts(data: DataCopy, file: str) -> None:
    before = fingerprint(data.folder)
    data.text(file, lambda text: text + " ")
    assert fingerprint(data.folder) != before
    (data.folder / file).unlink()
    assert fingerprint(data.folder) != before


def test_no_other_file_counts(data: DataCopy) -> None:
    before = fingerprint(data.folder)
    (data.folder / "README.md").write_text("changed", encoding="utf-8")
    (data.folder / "draft.csv").write_text("new", encoding="utf-8")
    assert fingerprint(data.folder) == before


def test_what_is_moved_from_one_file_to_the_next_counts(data: DataCopy) -> None:
    before = fingerprint(data.folder)
    (data.folder / "units.csv").rename(data.folder / "spare")
    (data.folder / "concepts.csv").rename(data.folder / "units.csv")
    (data.folder / "spare").rename(data.folder / "concepts.csv")
    assert fingerprint(data.folder) != before


@pytest.mark.parametrize(
    "description",
    [
        "",
        "[]",
        "{",
        '{"resources": 5}',
        '{"resources": [5, {"path": 5}]}',
        '{"resources": [{"path": "../x"}]}',
    ],
)
def test_whatever_stands_in_the_place_of_a_description_has_one(tmp_path: Path, description: str) -> None:
    (tmp_path / "x").write_text("outside", encoding="utf-8")
    folder = tmp_path / "data"
    folder.mkdir()
    nothing = fingerprint(folder)
    (folder / "datapackage.json").write_text(description, encoding="utf-8")
    found = fingerprint(folder)
    assert found != nothing
    (tmp_path / "x").write_text("changed", encoding="utf-8")
    assert fingerprint(folder) == found


def test_what_is_no_path_is_refused() -> None:
    with pytest.raises(aq.InvalidOption, match=r"path=5 is no path\. Give the folder"):
        fingerprint(5)  # type: ignore[arg-type]


def test_no_large_library_is_loaded_for_it() -> None:
    script = (
        "import sys; from antq_analysis.data.fingerprint import fingerprint; fingerprint();"
        "print({'pandas', 'pyarrow', 'numpy'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
