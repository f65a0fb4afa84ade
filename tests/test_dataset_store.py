"""What selections share: the rows of every condition, and answers that are kept."""

import pytest

import antq_analysis as aq
from antq_analysis.data.store import Memory, Store


@pytest.fixture(scope="module")
def store() -> Store:
    ds = aq.load()
    tables = {
        "indicators": ds.indicators(),
        "areas": ds.areas(),
        "sources": ds.sources(),
        "concepts": ds.concepts(),
    }
    return Store(ds.observations, tables, mandates=["annual"], wording="convention", origin=None)


def test_every_condition_of_a_query_holds_of_the_figures_it_finds(store: Store) -> None:
    query = (("areas", ("VN-71",)), ("concepts", ("tips", "training_classes")), ("until", "2019-12-31"))
    found = store.figures.frame.iloc[store.places(query)]
    assert found["obs_id"].tolist() == ["dienbientv-2020.11", "dienbientv-2020.15"]
    assert len(store.places(())) == len(store.figures.frame)


def test_areas_are_known_by_every_spelling(store: Store) -> None:
    assert {store.codes[spelling] for spelling in ("dien bien", "điện biên", "vn-71")} == {"VN-71"}


def test_columns_and_concepts_are_listed_without_repetition(store: Store) -> None:
    query = (("areas", ("VN-24",)), ("mandates", ("annual",)))
    assert store.values("source_id", query) == ["quangbinh-2020"]
    assert "fire_inspections" in store.values("concept", query)
    assert len(set(store.values("concept", query))) == len(store.values("concept", query))


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("figure", "nowhere.01"),
        ("sources", ("nowhere",)),
        ("figures", (("indicators", ("sesions",)),)),
        ("values", ("ref_area", (("areas", ("VN-99",)),))),
    ],
)
def test_nothing_is_said_of_what_is_not_there(store: Store, kind: str, key: object) -> None:
    with pytest.raises(aq.UnknownName):
        store.digest(kind, key)


def test_the_other_wording_reads_the_same_print(store: Store) -> None:
    strict = store.read_as("strict")
    assert strict.figures.digest() == store.figures.digest()
    assert not strict.figures.frame["value_upper"].equals(store.figures.frame["value_upper"])


def test_a_memory_forgets_the_oldest_of_too_many_answers() -> None:
    memory = Memory()
    assert [memory.put(number, number) for number in range(1001)] == list(range(1001))
    assert (0 in memory, 1 in memory, len(memory)) == (False, True, 1000)
