"""Small notebooks and plans for tests, written as the text of their cells."""

import time
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

PLOTLY = "application/vnd.plotly.v1+json"
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
FIGURE = {"data": [{"type": "bar", "x": ["Điện Biên"], "y": [1]}], "layout": {"title": {"text": "Số buổi"}}}


def save(path: Path, *cells: str, parameters: str = "", kernel: dict[str, str] | None = KERNEL) -> Path:
    """Write a notebook: a cell that starts with `#` and a space is markdown, any other is code."""
    notebook = new_notebook(metadata={"kernelspec": kernel} if kernel else {})
    if parameters:
        notebook.cells.append(new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    notebook.cells += [
        new_markdown_cell(text) if text.startswith("# ") else new_code_cell(text) for text in cells
    ]
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    nbformat.write(notebook, path)
    return path


def executed(*outputs: Any, title: str = "# Câu hỏi?") -> nbformat.NotebookNode:
    """Make a notebook that looks as if it had been run, with these outputs in one cell."""
    cells = [new_markdown_cell(title), new_code_cell("secret_code", execution_count=1, outputs=list(outputs))]
    return new_notebook(cells=cells)


def shown(**data: Any) -> nbformat.NotebookNode:
    """Make a displayed output; `text_html="..."` stands for the type text/html."""
    return new_output("display_data", {kind.replace("_", "/", 1): value for kind, value in data.items()})


def chart(figure: dict[str, Any] = FIGURE) -> nbformat.NotebookNode:
    """Make the output that plotly leaves for a figure."""
    return new_output("display_data", {PLOTLY: figure, "text/plain": "Figure({})"})


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that is just ending is given a moment."""
    for _ in range(200):
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return False
        except psutil.NoSuchProcess:
            return False
        time.sleep(0.01)
    return True
