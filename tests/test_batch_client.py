import time

import nbformat
from made_notebooks import KERNEL, printed, run, save

from antq_analysis.briefings.client import _ANSWERS


def cell_of(path, source, **options):
    made, error = run(save(path / "one.ipynb", source), **options)
    return made.cells[-1], error


def test_settings_of_nbclient_act(tmp_path):
    assert "execution" in cell_of(tmp_path, "1")[0].metadata
    assert "execution" not in cell_of(tmp_path, "1", record_timing=False)[0].metadata
    assert cell_of(tmp_path, "1 / 0", allow_errors=True)[0].outputs[0].ename == "ZeroDivisionError"


def test_a_cell_that_is_late_can_be_interrupted_and_the_next_one_runs(tmp_path):
    late = ["while True: pass", "import asyncio\nawait asyncio.sleep(9)"]
    path = save(tmp_path / "late.ipynb", *late, "print('after')")
    made, _ = run(path, execution_timeout=2, interrupt_on_timeout=True, allow_errors=True)
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    interrupted = [output.ename for cell in code[:2] for output in cell.outputs if "ename" in output]
    assert interrupted == ["KeyboardInterrupt", "CancelledError"]
    assert printed(made) == "after\n"


def test_what_is_written_by_and_by_is_put_together_on_request(tmp_path):
    writes = "import time\nfor _ in range(2): print('a', flush=True); time.sleep(0.05)"
    assert len(cell_of(tmp_path, writes)[0].outputs) == 2
    assert len(cell_of(tmp_path, writes, coalesce_streams=True)[0].outputs) == 1


def test_a_display_that_a_later_cell_changes_is_changed_where_it_stands(tmp_path):
    cells = ["shown = display('a', display_id=True)", "1", "shown.update('b')"]
    made, _ = run(save(tmp_path / "shown.ipynb", *cells))
    assert [cell.outputs[0].data["text/plain"] for cell in made.cells[:2]] == ["'b'", "1"]


def test_the_first_error_ends_the_notebook(tmp_path):
    made, error = run(save(tmp_path / "fails.ipynb", "1 / 0", "2"))
    assert error.startswith("PapermillExecutionError")
    # papermill puts a cell in front that leads to the one that failed.
    status = [
        cell.metadata.get("papermill", {}).get("status") for cell in made.cells if "execution_count" in cell
    ]
    assert status[-2:] == ["failed", "pending"]


def test_an_error_that_is_expected_does_not_end_it(tmp_path):
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL})
    raises = nbformat.v4.new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]})
    notebook.cells = [raises, nbformat.v4.new_code_cell("2")]
    nbformat.write(notebook, tmp_path / "expected.ipynb")
    made, _ = run(tmp_path / "expected.ipynb")
    assert made.cells[-1].outputs[0].data["text/plain"] == "2"


def test_a_kernel_that_dies_while_it_leaves_is_dead_at_once(tmp_path):
    dies = "from antq_analysis.briefings.traces import Traces\nimport os\n"
    dies += "Traces.found = property(lambda _: os._exit(1))"
    start = time.monotonic()
    made, error = run(save(tmp_path / "dies.ipynb", "print('before')", dies))
    assert error == "DeadKernelError: Kernel died"
    assert printed(made, 0) == "before\n"
    assert time.monotonic() - start < _ANSWERS


def test_what_was_used_of_the_data_is_told(tmp_path):
    made, _ = run(
        save(tmp_path / "uses.ipynb", "import antq_analysis as aq; len(aq.load().select(areas='Điện Biên'))")
    )
    assert "figures" in [use["kind"] for use in made.metadata["antq_analysis"]["used"]["data"]]
