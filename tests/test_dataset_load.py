"""The two doors into the data."""

import gc
import shutil
import subprocess
import sys
import weakref
from pathlib import Path

import pytest
from conftest import PRESS, DataCopy

import antq_analysis as aq
from antq_analysis.data.fingerprint import fingerprint


def test_folder_descriptor_and_default_lead_to_the_same_figures(bundled_data: Path) -> None:
    default = aq.load().observations
    assert aq.load(bundled_data).observations.equals(default)
    assert aq.load(str(bundled_data / "datapackage.json")).observations.equals(default)


def test_stored_values_are_what_the_print_says() -> None:
    for row in aq.load().observations.itertuples():
        figure = aq.parse_figure(row.figure_printed)
        assert figure.value == row.obs_value or figure.value is None
        assert (figure.qualifier, figure.lower, figure.upper) == (
            row.qualifier,
            row.value_lower,
            row.value_upper,
        )
        assert (figure.lower_basis, figure.upper_basis) == (row.lower_basis, row.upper_basis)


def test_bad_data_are_refused_with_the_list_that_check_gives(data: DataCopy) -> None:
    data.set(PRESS, "dienbientv-2020.02", obs_value="15")
    data.set(PRESS, "dienbientv-2020.03", indicator="nowhere")
    with pytest.raises(aq.InvalidData, match="2 problems in the data") as caught:
        aq.load(data.folder)
    assert caught.value.problems == aq.check(data.folder)


def test_nothing_at_the_place_given_is_said(tmp_path: Path) -> None:
    for door in (aq.load, aq.check):
        with pytest.raises(aq.MissingData, match=r"give a folder that holds datapackage\.json"):
            door(tmp_path / "nowhere")


def test_another_wording_is_refused() -> None:
    with pytest.raises(aq.InvalidOption, match="wording='loose' is not possible"):
        aq.load(wording="loose")


def test_an_empty_table_of_observations_is_sound(data: DataCopy) -> None:
    for file in (PRESS, "observations/official.csv"):
        data.write(file, data.rows(file)[:1])
    assert len(aq.load(data.folder)) == 0


def test_an_installed_package_reads_the_data_it_carries(tmp_path: Path, bundled_data: Path) -> None:
    package = Path(aq.__file__).parent
    shutil.copytree(package, tmp_path / "antq_analysis", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(bundled_data, tmp_path / "antq_analysis" / "_bundled" / "data")
    script = "import antq_analysis as aq; print(aq.__file__); print(len(aq.load()))"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines() == [str(tmp_path / "antq_analysis" / "__init__.py"), str(len(aq.load()))]


def test_the_import_alone_loads_no_large_library() -> None:
    script = "import sys, antq_analysis; print({'pandas', 'pyarrow', 'numpy'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_the_public_names_are_there_and_no_others() -> None:
    assert {"load", "check", "parse_figure", "Dataset", "Figure", "AntqError"} <= set(dir(aq))
    with pytest.raises(AttributeError, match="has no attribute 'laod'"):
        _ = aq.laod


@pytest.mark.parametrize("path", [5, True, b"data"])
def test_what_is_no_path_is_refused(path: object) -> None:
    for door in (aq.load, aq.check):
        with pytest.raises(aq.InvalidOption, match=r"is no path\. Give the folder"):
            door(path)  # type: ignore[operator]


def test_a_table_is_not_taken_for_the_folder(bundled_data: Path) -> None:
    with pytest.raises(aq.MissingData, match="give the folder that holds one"):
        aq.load(bundled_data / "areas.csv")


def test_unchanged_files_are_read_once_as_long_as_somebody_holds_the_data(data: DataCopy) -> None:
    part = aq.load(data.folder).select(areas="Điện Biên")
    assert aq.load(str(data.folder)) is part.whole
    assert aq.load(data.folder, wording="strict") is not part.whole
    data.set(PRESS, "dienbientv-2020.02", note_en="another note")
    changed = aq.load(data.folder)
    assert changed is not part.whole
    assert changed.figure("dienbientv-2020.02")["note_en"] == "another note"
    assert part.figure("dienbientv-2020.02")["note_en"] != "another note"


def test_data_that_nobody_holds_are_let_go(data: DataCopy) -> None:
    held = weakref.ref(aq.load(data.folder))
    gc.collect()
    assert held() is None


def test_data_know_where_they_came_from(data: DataCopy) -> None:
    for ds in (aq.load(data.folder), aq.load(data.folder / "datapackage.json").select().read_as("strict")):
        assert ds.origin is not None
        assert Path(ds.origin.folder) in (data.folder.resolve(), data.folder.resolve() / "datapackage.json")
        assert ds.origin.fingerprint == fingerprint(data.folder)
