import sys
from uuid import uuid4

import pytest

from antq_analysis.briefings.folder import LOCK, folder_at
from antq_analysis.errors import InvalidOption


@pytest.fixture(params=["", "file://", "memory://"])
def place(request, tmp_path):
    """A folder at a path, and at two kinds of URL."""
    return folder_at(f"{request.param}{tmp_path}/{uuid4().hex}")


def test_files_are_written_read_listed_and_removed(place):
    assert place.names() == []
    assert place.read("a.html") is None
    place.write({"a.html": b"1", "assets/page.css": b"2"})
    place.write({"a.html": b"3"})
    assert (place.read("a.html"), place.read("assets/page.css")) == (b"3", b"2")
    assert place.names() == ["a.html", "assets"]
    assert place.child("assets").names() == ["page.css"]
    place.remove("a.html")
    place.remove("a.html")
    assert place.names() == ["assets"]


def test_what_cannot_be_written_whole_is_not_written_at_all(place):
    place.write({"a.html": b"old"})
    with pytest.raises((OSError, TypeError), match="NoneType"):
        place.write({"a.html": b"new", "b.html": None})
    assert place.read("a.html") == b"old"
    assert place.names() == ["a.html"]


class TestLinks:
    @pytest.fixture
    def outside(self, tmp_path):
        (tmp_path / "outside").mkdir()
        (tmp_path / "outside" / "page.css").write_text("theirs")
        return tmp_path / "outside"

    @pytest.fixture
    def inside(self, tmp_path):
        (tmp_path / "out").mkdir()
        return tmp_path / "out"

    def test_one_in_the_place_of_a_file_is_not_read_and_is_replaced(self, inside, outside):
        (inside / "a.html").symlink_to(outside / "page.css")
        place = folder_at(inside)
        assert place.read("a.html") is None
        place.write({"a.html": b"ours"})
        assert place.read("a.html") == b"ours"
        (inside / "b.html").symlink_to(outside / "page.css")
        place.remove("b.html")
        assert "b.html" not in place.names()
        assert (outside / "page.css").read_text() == "theirs"

    def test_one_on_the_way_to_a_file_is_not_followed(self, inside, outside):
        (inside / "assets").symlink_to(outside)
        place = folder_at(inside)
        assert place.read("assets/page.css") is None
        for change in (
            lambda: place.write({"assets/page.css": b"1"}),
            lambda: place.remove("assets/page.css"),
        ):
            with pytest.raises(NotADirectoryError, match="A link leads out of the folder"):
                change()
        assert (outside / "page.css").read_text() == "theirs"

    def test_one_to_the_folder_itself_is_as_good_as_the_folder(self, inside, tmp_path):
        (tmp_path / "link").symlink_to(inside)
        place = folder_at(tmp_path / "link")
        place.write({"assets/page.css": b"1"})
        assert place.read("assets/page.css") == b"1"


def test_a_run_holds_it(place):
    with place.held():
        place.write({"a.html": b"1"})
    assert place.read("a.html") == b"1"


def test_another_run_is_refused_and_let_in_later(tmp_path):
    first, second = folder_at(tmp_path), folder_at(tmp_path)
    with first.held(), pytest.raises(InvalidOption) as raised, second.held():
        pass
    assert str(raised.value) == (
        f"Another run is writing into {tmp_path}. Wait until it has ended, or choose another folder "
        "with --out."
    )
    with second.held():
        second.write({"a": b"1"})


def test_a_lock_that_nobody_holds_any_more_does_not_block(tmp_path):
    (tmp_path / LOCK).write_text("left by a run that was killed")
    with folder_at(tmp_path).held():
        pass


def test_what_a_killed_run_was_writing_is_swept_away(tmp_path):
    (tmp_path / "assets").mkdir()
    left = [tmp_path / ".a.html.12.part", tmp_path / "assets" / ".page.css.12.part"]
    for path in left:
        path.write_text("half")
    (tmp_path / "a.part").write_text("somebody else's")
    with folder_at(tmp_path).held():
        assert [path.exists() for path in left] == [False, False]
    assert (tmp_path / "a.part").exists()


def test_a_run_that_writes_nothing_leaves_nothing(tmp_path):
    with folder_at(tmp_path / "out" / "day").held():
        pass
    assert not (tmp_path / "out").exists()
    (tmp_path / "out").mkdir()
    with folder_at(tmp_path / "out" / "day").held():
        pass
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidOption) as raised, folder_at(tmp_path / "file" / "day").held():
        pass
    assert str(raised.value) == (
        f"Cannot write the pages into {tmp_path}/file/day: Not a directory. Choose another folder with --out."
    )


def test_a_url_that_nothing_reaches_is_told():
    with pytest.raises(InvalidOption) as raised:
        folder_at("nowhere://bucket/pages")
    assert str(raised.value).startswith("Cannot reach nowhere://bucket/pages: ")
    assert str(raised.value).endswith(
        "Install antq-analysis[cluster] and what fsspec needs for that protocol, "
        "or give a folder of this machine."
    )


def test_a_url_needs_fsspec(monkeypatch):
    for name in ("fsspec", "fsspec.core"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(InvalidOption, match=r"Cannot reach memory://pages: .*fsspec"):
        folder_at("memory://pages")
