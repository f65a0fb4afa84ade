import subprocess
import sys

from made_notebooks import printed, run, save

# The kernel takes over the process that it is in.
ALONE = """\
import json, os, sys
from antq_analysis.batch.kernel import Kernel
told = os.dup(1)
kernel = Kernel()
cell = "import os; print('đ' * 3); os.write(1, b'past'); os.system('echo sub'); 6 * 7"
messages, reply = kernel.execute(cell)
texts = "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream")
kinds = [m["msg_type"] for m in messages]
os.write(told, json.dumps([kinds, texts, reply["content"]["status"], kernel.has_left]).encode())
kernel.execute("exit()")
os.write(told, json.dumps([kernel.has_left, kernel.language_info["name"]]).encode())
kernel.execute("import atexit; atexit.register(os.write, 1, b'x')")
os._exit(0)
"""


def test_it_answers_with_the_messages_of_a_kernel():
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    assert '["status", "execute_input", "stream", "execute_result", "status"]' in done.stdout
    assert '"ok", false][true, "python"]' in done.stdout
    assert all(text in done.stdout for text in ("\\u0111\\u0111\\u0111", "past", "sub"))


def test_what_a_program_writes_in_pieces_is_whole(tmp_path):
    text = "đ" * 5001
    made, _ = run(save(tmp_path / "long.ipynb", f"import os; os.system('echo {text}')"))
    assert printed(made) == f"{text}\n"


def test_what_a_forked_process_prints_is_printed(tmp_path):
    fork = "import os\nif os.fork() == 0:\n    print('child', flush=True)\n    os._exit(0)\nos.wait()"
    made, _ = run(save(tmp_path / "forks.ipynb", "print('before')", fork))
    assert printed(made) == "child\n"


def test_what_an_earlier_cell_still_says_is_not_said_by_a_later_one(tmp_path):
    says = "import asyncio\nasync def late():\n    await asyncio.sleep(0.01)\n    print('late')\n"
    cells = [f"{says}task = asyncio.create_task(late())", "await task; print('own')"]
    made, _ = run(save(tmp_path / "late.ipynb", *cells))
    assert printed(made) == "own\n"
