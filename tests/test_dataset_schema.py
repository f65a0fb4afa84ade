"""A description of data, once understood."""

from pathlib import Path

from antq_analysis.data.descriptor import read_package
from antq_analysis.data.schema import COLUMNS, OBSERVATIONS, Field, Package, Table


def test_every_table_whose_name_says_so_holds_observations() -> None:
    tables = {name: Table(name, (), (), (), ()) for name in ("areas", "observations-a", "observations-b")}
    assert [table.name for table in Package(Path(), tables).observations()] == [
        "observations-a",
        "observations-b",
    ]


def test_choices_are_those_of_the_schema() -> None:
    table = Table(
        "t", (), (Field("mandate", "string", {"enum": ["a", "b"]}), Field("x", "string", {})), (), ()
    )
    assert table.choices("mandate") == ["a", "b"]
    assert table.choices("x") == table.choices("nowhere") == []


def test_the_bundled_description_has_every_column_that_is_read(bundled_data: Path) -> None:
    package = read_package(bundled_data)
    for name, columns in COLUMNS.items():
        tables = package.observations() if name == OBSERVATIONS else [package.tables[name]]
        assert tables
        for table in tables:
            assert set(columns) <= {field.name for field in table.fields}
