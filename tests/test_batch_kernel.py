import json
import subprocess
import sys
from itertools import groupby

from made_notebooks import printed, run, save

# The kernel takes over the process that it is in.
ALONE = """\
import json, os
from antq_analysis.briefings.kernel import Kernel
out, told = os.dup(1), []
kernel = Kernel(told.append)
def ask(kind, **content):
    told.clear()
    kernel.answer(kind, content, "one")
    os.write(out, json.dumps([[m["msg_type"], m["parent_header"]["msg_id"]] for m in told]).encode() + b"\\n")
    return told
cell = "import os; print('đ' * 3); os.write(1, b'past'); os.system('echo sub'); 6 * 7"
messages = ask("execute_request", code=cell)
text = "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream")
os.write(out, json.dumps(text).encode() + b"\\n")
os.write(out, ask("kernel_info_request")[1]["content"]["language_info"]["name"].encode() + b"\\n")
ask("execute_request", code="exit()")
os.write(out, str(kernel.has_left).encode())
os._exit(0)
"""


def test_it_answers_with_the_messages_of_a_kernel():
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    executed, text, info, language, _, has_left = done.stdout.splitlines()
    kinds = [kind for kind, _ in groupby(kind for kind, _ in json.loads(executed))]
    assert kinds == ["status", "execute_input", "stream", "execute_result", "execute_reply", "status"]
    assert all(name == "one" for _, name in json.loads(executed))
    assert sorted(json.loads(text)) == sorted("đđđ\npastsub\n")
    assert [kind for kind, _ in json.loads(info)] == ["status", "kernel_info_reply", "status"]
    assert (language, has_left) == ("python", "True")


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
