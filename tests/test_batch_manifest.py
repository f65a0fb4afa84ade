import json
import operator
from dataclasses import replace
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator
from made_runs import job, rendered

from antq_analysis.briefings.folder import folder_at
from antq_analysis.briefings.job import Made
from antq_analysis.briefings.manifest import (
    NAME,
    Failure,
    Manifest,
    PageRecord,
    differences,
    manifest_text,
    read_manifest,
    record_of,
)

SCHEMA = json.loads(files("antq_analysis.briefings").joinpath("manifest.schema.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder of a page that was made, one that failed, and one that failed after it was made."""
    place = folder_at(tmp_path_factory.mktemp("out"))
    shared = {"assets": "shared", "parameters": {"n": 1}, "parameters_cell": "n: int = 0"}
    rendered(place, job("outdated", "# Một?"))
    good = job("made", "# Hai?", "import antq_analysis as aq\nprint(len(aq.load()))", **shared)
    rendered(place, good, job("failed", "1 / 0"), job("outdated", "1 / 0"))
    return place


@pytest.fixture
def content(place):
    return json.loads(place.read(NAME))


def test_it_is_as_its_schema_says(content):
    Draft202012Validator.check_schema(SCHEMA)
    assert list(Draft202012Validator(SCHEMA).iter_errors(content)) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda pages: pages["made"].pop("seconds"),
        lambda pages: pages["made"].update(status="fine"),
        lambda pages: pages["made"]["files"].update({"x.html": "no digest"}),
        lambda pages: pages["made"]["used"].pop("files"),
        lambda pages: pages["failed"].update(more=1),
    ],
)
def test_the_schema_lets_nothing_else_pass(content, spoil):
    spoil(content["pages"])
    assert list(Draft202012Validator(SCHEMA).iter_errors(content)) != []


def test_every_field_is_described(content):
    assert SCHEMA["$defs"]["page"]["properties"].keys() == content["pages"]["made"].keys()


def test_it_says_of_each_page_how_it_was_made(content):
    pages = content["pages"]
    assert {slug: page["status"] for slug, page in pages.items()} == {
        "made": "made",
        "failed": "failed",
        "outdated": "outdated",
    }
    page = pages["made"]
    assert (page["parameters"], page["lang"], page["engine"]) == ({"n": 1}, "vi", "antq")
    assert page["seconds"] > 0
    assert page["peak_bytes"] > 10_000_000
    assert page["versions"].keys() >= {"python", "antq-analysis", "pandas", "plotly"}
    assert {name.partition("/")[0] for name in page["files"]} == {"made.html", "made.ipynb", "assets"}
    assert {content["uses"][use]["folder"] for use in page["used"]["data"]} == {""}
    assert "ZeroDivisionError" in pages["failed"]["failure"]["message"]


def test_it_is_read_back_as_it_was_written(place):
    manifest = read_manifest(place)
    assert manifest_text(manifest) == place.read(NAME)
    assert manifest.pages["failed"].failure.seconds > 0


def test_one_page_is_one_line_and_so_is_a_use_of_data(place, content):
    lines = len(content["pages"]) + len(content["uses"])
    assert len(place.read(NAME).decode().splitlines()) == lines + 3


def test_what_pages_have_in_common_is_held_and_written_once(place, content):
    manifest = read_manifest(place)
    page = manifest.pages["made"]
    manifest.add("again", replace(page, used=json.loads(json.dumps(page.used))))
    assert all(map(operator.is_, manifest.pages["again"].used["data"], page.used["data"]))
    assert len(json.loads(manifest_text(manifest))["uses"]) == len(content["uses"]) > 0


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"",
        lambda text: b"\xff\x00",
        lambda text: text[: len(text) // 2],
        lambda text: text.replace(b'"format": 2', b'"format": 3'),
        lambda text: text.replace(b'"seconds": 0', b'"seconds": 9'),
        lambda text: b"[]",
        lambda text: b'{"format": 2}',
        lambda text: b"[" * 100_000,
    ],
)
def test_one_that_somebody_changed_is_none(place, tmp_path, change):
    changed = change(place.read(NAME))
    assert changed != place.read(NAME)
    (tmp_path / NAME).write_bytes(changed)
    assert read_manifest(folder_at(tmp_path)) is None


@pytest.mark.parametrize(
    "name",
    [
        "../a.html",
        "/etc/hosts",
        "assets/../../a",
        "..",
        ".",
        "",
        "C:a.html",
        "a\\b",
        "assets\\a",
        ".lock",
        "a\n",
    ],
)
@pytest.mark.parametrize("forged", ["page", "file"])
def test_one_that_names_what_is_not_in_its_folder_is_none(tmp_path, name, forged):
    slug, file = (name, "a.html") if forged == "page" else ("a", name)
    page = PageRecord("a.ipynb", "vi", {}, files={file: "0" * 64})
    place = folder_at(tmp_path)
    place.write({NAME: manifest_text(Manifest(pages={slug: page}))})
    assert read_manifest(place) is None
    place.write({NAME: manifest_text(Manifest(pages={"a": replace(page, files={"a.html": "0" * 64})}))})
    assert read_manifest(place) is not None


def test_one_that_holds_something_else_than_pages_is_none(tmp_path):
    place = folder_at(tmp_path)
    place.write(
        {NAME: manifest_text(Manifest(pages={"a": PageRecord("a.ipynb", "vi", {}, files=["a.html"])}))}
    )
    assert read_manifest(place) is None


def test_no_manifest_is_none(tmp_path):
    assert read_manifest(folder_at(tmp_path)) is None


def test_the_folder_is_compared_with_it(place):
    manifest = read_manifest(place)
    assert list(differences(place, manifest)) == []
    before = place.read("made.html")
    place.write({"made.html": b"edited"})
    place.remove("index.html")
    assert list(differences(place, manifest)) == [
        ("index.html", "is gone"),
        ("made.html", "is not what was made"),
    ]
    place.write({"made.html": before, "index.html": b"index"})


def test_a_failure_keeps_what_is_known_of_the_page_before_and_says_what_was_tried():
    earlier = PageRecord(
        "a.ipynb", "vi", {"n": 1}, inputs={"data": "x"}, files={"a.html": "y"}, published="2024"
    )
    known = PageRecord("b.ipynb", "en", {"n": 2}, plan="p", inputs={"data": "z"})
    failed = record_of(Made(failure="gone", started="now", seconds=1.0), known, earlier)
    assert failed.failure == Failure("gone", "now", 1.0)
    assert (failed.notebook, failed.lang, failed.parameters, failed.plan) == ("b.ipynb", "en", {"n": 2}, "p")
    assert (failed.inputs, failed.files, failed.status) == ({"data": "x"}, {"a.html": "y"}, "outdated")
    assert failed.published == "2024"
    assert record_of(Made(failure="gone"), known, None).status == "failed"
    assert record_of(Made(published="2020-02-26?"), known, earlier).published == "2020-02-26?"


def test_an_empty_one_has_no_files():
    assert Manifest().digests() == {}
