from pathlib import Path

import pytest

from antq_analysis.batch.files import write_whole


def test_a_file_is_written_and_replaced(tmp_path):
    path = tmp_path / "page.html"
    for content in ("một\n", b"\x89PNG\r\n", "hai\n"):
        write_whole(path, content)
        assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_writing_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    path = tmp_path / "page.html"
    write_whole(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "new \ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        write_whole(Path(tmp_path / "nowhere" / "page.html"), "text")
