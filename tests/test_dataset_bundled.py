"""What comes with the package is found, and what does not is named."""

import pytest

import antq_analysis as aq
from antq_analysis.data import bundled


@pytest.mark.parametrize("name", ["data", "notebooks"])
def test_bundled_folders_are_found(name: str) -> None:
    assert bundled(name).is_dir()


def test_a_folder_that_is_not_bundled_is_named_with_a_way_out() -> None:
    with pytest.raises(aq.MissingData, match="reinstall the package, or give the folder yourself"):
        bundled("no-such-folder")
