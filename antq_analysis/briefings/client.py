"""nbclient talks to a kernel through zmq's sockets; here it talks to one that is a fork, through one line."""

import asyncio
import select
from base64 import b64decode
from collections import defaultdict
from itertools import count
from json import dumps, loads
from queue import Empty
from typing import Any

from jupyter_core.utils import run_sync
from nbclient.exceptions import DeadKernelError

from antq_analysis.briefings.child import Child
from antq_analysis.briefings.kernel import LEAVE, LEFT, Message

# How much is read at once, and seconds that a kernel has to say what it has used.
_PIECE, _ANSWERS = 2**20, 60.0


class ForkedKernel:
    """Be for nbclient both the manager of a kernel and its client; the kernel is a child that serves.

    Of what these two are in jupyter_client it has as much as nbclient asks for.
    """

    has_kernel = True
    allow_stdin = False

    def __init__(self, child: Child) -> None:
        self._child, self._names, self._begun = child, count(1), bytearray()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.shell_channel, self.iopub_channel, self._end = _Channel(), _Channel(), _Channel()
        self._channels = defaultdict(
            lambda: self.iopub_channel,
            {"execute_reply": self.shell_channel, "kernel_info_reply": self.shell_channel, LEFT: self._end},
        )

    def client(self) -> "ForkedKernel":
        """Return what talks to the kernel."""
        return self

    def start_channels(self) -> None:
        """Listen to the child while the event loop runs."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._child.line.fileno(), self._hear)

    def stop_channels(self) -> None:
        """Listen no more."""
        if self._loop is not None:
            self._loop.remove_reader(self._child.line.fileno())

    def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel says something, as it does when it is ready, or is gone."""
        select.select([self._child.line], [], [], timeout)

    def is_alive(self) -> bool:
        """Tell whether the child is there."""
        return self._child.is_alive

    def interrupt_kernel(self) -> None:
        """Interrupt the cell that runs."""
        self._child.interrupt()

    def kernel_info(self) -> str:
        """Ask what the kernel is; return the name of the request."""
        return self._ask("kernel_info_request")

    def execute(self, code: str, *, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Ask for a cell to be run; return the name of the request."""
        options = {"store_history": store_history, "stop_on_error": stop_on_error}
        return self._ask("execute_request", code=code, silent=False, allow_stdin=self.allow_stdin, **options)

    def leave(self) -> dict[str, Any]:
        """End the kernel and return what was used: see `Traces.found`.

        Raises DeadKernelError where it does not say.
        """
        self._ask(LEAVE)
        try:
            used: dict[str, Any] = run_sync(self._end.get_msg)(_ANSWERS)["content"]
        except (Empty, KeyError):
            raise DeadKernelError("Kernel died") from None
        return used

    def _ask(self, kind: str, **content: Any) -> str:
        name = f"request-{next(self._names)}"
        request = {"kind": kind, "content": content, "name": name}
        try:
            self._child.line.sendall(dumps(request).encode() + b"\n")
        except OSError:
            raise DeadKernelError("Kernel died") from None
        return name

    def _hear(self) -> None:
        try:
            piece = self._child.line.recv(_PIECE)
        except ConnectionError:
            piece = b""
        if not piece:
            # nbclient asks every second whether the kernel is alive; who waits for its last word does not.
            self.stop_channels()
            self._end.put({})
            return
        *ends, rest = piece.split(b"\n")
        for end in ends:
            self._take(loads(self._begun + end))
            self._begun.clear()
        self._begun += rest

    def _take(self, message: Message) -> None:
        message["buffers"] = [b64decode(buffer) for buffer in message["buffers"]]
        self._channels[message["msg_type"]].put(message)


class _Channel:
    """Messages of one kind, in the order in which they came."""

    def __init__(self) -> None:
        self._messages: asyncio.Queue[Message] = asyncio.Queue()

    def put(self, message: Message) -> None:
        self._messages.put_nowait(message)

    async def get_msg(self, timeout: float | None = None) -> Message:
        """Return the next message; raise Empty where none comes in so many seconds."""
        try:
            return await asyncio.wait_for(self._messages.get(), timeout)
        except TimeoutError:
            raise Empty from None
