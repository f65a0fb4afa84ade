import pytest

from antq_analysis.briefings import scripts
from antq_analysis.briefings.scripts import SMALL, script_files


@pytest.fixture
def package(tmp_path, monkeypatch):
    monkeypatch.setattr(scripts, "_PACKAGE", tmp_path / "antq_analysis")
    return tmp_path / "antq_analysis"


def put(folder, name):
    folder.mkdir(parents=True)
    (folder / f"plotly-{name}.min.js").write_text(name)
    return folder / f"plotly-{name}.min.js"


def test_where_there_are_none_there_are_none(package):
    assert script_files() == {}


def test_an_installed_package_brings_its_own_and_beside_a_checkout_npm_puts_them(package):
    beside = {
        name: put(package.parent / "node_modules" / f"plotly.js-{name}-dist-min", name) for name in SMALL
    }
    assert script_files() == beside
    own = put(package / "_bundled" / "scripts", "cartesian")
    assert script_files() == {**beside, "cartesian": own}


def test_the_smallest_comes_first(package):
    for name in reversed(SMALL):
        put(package.parent / "node_modules" / f"plotly.js-{name}-dist-min", name)
    assert list(script_files()) == list(SMALL)
