from made_notebooks import printed, run, save


def test_papermill_keeps_its_account_of_every_cell(tmp_path):
    made, _ = run(save(tmp_path / "told.ipynb", "print('a')", "# text", "print('b')"))
    told = [cell.metadata.papermill for cell in made.cells]
    assert [each.status for each in told] == ["completed"] * 3
    assert all(each.duration is not None for each in told)
    assert made.metadata.papermill.exception is None


def test_what_was_executed_before_a_cell_that_is_late_is_kept(tmp_path):
    path = save(tmp_path / "late.ipynb", "print('before')", "print('seen', flush=True)\nwhile True: pass")
    made, error = run(path, execution_timeout=0.5)
    assert error.startswith("CellTimeoutError")
    assert (printed(made, 0), printed(made, 1)) == ("before\n", "seen\n")


def test_parameters_reach_the_cells(tmp_path):
    made, error = run(save(tmp_path / "in.ipynb", "print(a)", parameters="a = 1"), parameters={"a": "đ"})
    assert (printed(made), error) == ("đ\n", "")
