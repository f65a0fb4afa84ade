import nbformat
from made_runs import crew, job

from antq_analysis.briefings.job import Job
from antq_analysis.briefings.worker import _seen, make, reason
from antq_analysis.errors import RenderFailed


def made(page):
    ((_, answer),) = crew().run([page])
    return answer


def test_a_page_and_its_notebook_are_made_and_nothing_is_written_where_it_is_called(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = made(job("a{b}", "# Một?", "print(6 * 7)"))
    assert list(answer.files) == ["a{b}.ipynb", "a{b}.html"]
    assert b"42" in answer.files["a{b}.html"]
    assert (answer.failure, answer.shared, answer.warnings, answer.remarks) == (None, {}, (), ())
    assert answer.started.endswith("+00:00")
    assert answer.seconds > 0
    assert answer.published == ""
    assert answer.record.keys() == {"engine", "peak_bytes", "used"}
    assert list(tmp_path.iterdir()) == []


def test_a_page_has_the_day_of_its_newest_source():
    shown = "from IPython.display import HTML\nHTML('<p data-published=\"2024?\">Nguồn</p>')"
    assert made(job("a", "# Một?", shown)).published == "2024?"


def test_shared_files_come_with_the_page():
    answer = made(job("a", "# Một?", assets="shared"))
    assert all(name.encode() in answer.files["a.html"] for name in answer.shared)
    assert {name.rpartition(".")[2] for name in answer.shared} == {"css", "js"}


def test_of_what_fails_the_executed_notebook_is_given_back():
    answer = made(job("a", "# Một?", "print('so far')", "1 / 0"))
    assert answer.failure == "cell [2]: ZeroDivisionError: division by zero"
    assert list(answer.files) == ["a.failed.ipynb"]
    assert b"so far" in answer.files["a.failed.ipynb"]


def test_a_notebook_that_is_none_fails_before_it_is_run():
    answer = make(Job("a", "a.ipynb", "no notebook"))
    assert answer.failure is not None
    assert answer.files == {}


def test_another_kernel_that_is_not_there_is_told():
    page = job("a", "1")
    other = page.source.replace('"python3"', '"no-such-kernel"')
    answer = made(Job("a", "a.ipynb", other))
    assert answer.failure == "NoSuchKernel: No such kernel named no-such-kernel"


def test_the_standard_engine_is_told_with_what_nobody_watches_there():

    notebook = nbformat.v4.new_notebook(
        metadata={"antq_analysis": {"engine": "papermill", "because": "this system cannot fork"}}
    )
    record, (remark,) = _seen(notebook)
    assert record == {"engine": "papermill"}
    assert remark.startswith(
        "this system cannot fork: it takes longer, and only the data of the package are watched"
    )
    assert "antq_analysis" not in notebook.metadata


def test_a_reason_is_one_line_without_colours():
    assert reason(ValueError("\x1b[31mred\x1b[0m\n line")) == "ValueError: red line"
    assert reason(RenderFailed("gone", cell=3)) == "cell [3]: gone"
