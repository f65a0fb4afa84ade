import os
import secrets
from pathlib import Path

import pytest

from antq_analysis.briefings.files import digest_of, sha256, write_all


def test_files_are_written_and_replaced(tmp_path):
    page, picture = tmp_path / "page.html", tmp_path / "page-1.png"
    for content in (b"one\n", b"\x89PNG\r\n"):
        write_all({page: content, picture: content[::-1]})
        assert (page.read_bytes(), picture.read_bytes()) == (content, content[::-1])
    assert sorted(tmp_path.iterdir()) == [picture, page]


@pytest.mark.parametrize("last", ["nowhere/b.html", "folder"])
def test_of_files_that_cannot_all_be_written_none_is(tmp_path, last):
    (tmp_path / "folder").mkdir()
    page = tmp_path / "a.html"
    write_all({page: b"old"})
    with pytest.raises(OSError, match=r"No such file|Is a directory"):
        write_all({page: b"new", tmp_path / last: b"new"})
    assert page.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "folder"]


def test_a_file_is_told_by_its_digest(tmp_path):
    path = Path(tmp_path / "a")
    assert digest_of(path) is None
    path.write_bytes(b"abc")
    assert digest_of(path) == digest_of(str(path)) == sha256(b"abc")
    assert sha256(b"abc").startswith("ba7816bf")


def test_what_has_no_end_has_no_digest(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert digest_of(tmp_path / "pipe") is None
    assert digest_of("/dev/zero") is None


def test_a_link_that_waits_beside_a_file_is_not_written_through(tmp_path, monkeypatch):
    (tmp_path / "precious").write_text("kept")
    monkeypatch.setattr(secrets, "token_hex", lambda _: "known")
    (tmp_path / ".page.html.known.part").symlink_to(tmp_path / "precious")
    with pytest.raises(FileExistsError):
        write_all({tmp_path / "page.html": b"page"})
    assert (tmp_path / "precious").read_text() == "kept"
