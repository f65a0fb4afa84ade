"""Starting a kernel costs seconds, most of them for sockets and imports; here are its cells without either.

The application, kernel and shell are ipykernel's own. Only the sockets between them and the one who asks are
left out: requests and messages go through one line, in JSON. After `exit()` no cell is run, while a kernel
still runs those that come within a tenth of a second. A front end or a debugger cannot be connected.
"""

import asyncio
import atexit
import codecs
import fcntl
import gc
import inspect
import logging
import os
import select
import sys
import termios
import threading
import time
from base64 import b64encode
from collections.abc import Callable

# By name: cells may put something else into the module.
from json import dumps, loads
from socket import socket
from types import SimpleNamespace
from typing import Any

from ipykernel.inprocess.socket import DummySocket
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets.config import Config

from antq_analysis.briefings.traces import Traces

Message = dict[str, Any]

# The last request of all, and its answer: what was used, see `Traces.found`.
LEAVE, LEFT = "leave", "left"

# How many times, a millisecond each, the pipe behind standard output is given to run empty.
PATIENCE = 100

_PIPE = 65536

# nbclient gives a kernel that it starts no history file either. Libraries take an IPKernelApp in
# the configuration for the sign that they are in a notebook.
_SETTINGS = Config({"HistoryManager": {"hist_file": ":memory:"}, "IPKernelApp": {"connection_file": ""}})


class _Told(Session):
    """A session that tells at once, to a function, whatever it is asked to send."""

    def __init__(self, tell: Callable[[Message], None], **traits: Any) -> None:
        super().__init__(**traits)
        self._tell, self._telling = tell, threading.Lock()

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *args: Any, **options: Any) -> Message:
        # The signature is jupyter_client's; parent, ident and buffers come by position or by name.
        message: Message = (
            msg_or_type
            if isinstance(msg_or_type, dict)
            else self.msg(
                msg_or_type,
                content=content,
                parent=args[0] if args else options.get("parent"),
                metadata=options.get("metadata"),
            )
        )
        message["buffers"] = [b64encode(buffer).decode() for buffer in options.get("buffers") or ()]
        with self._telling:
            self._tell(message)
        return message


# What mypy knows of it is too little to build on.
_OutStream: Any = OutStream


class _Stream(_OutStream):  # type: ignore[misc]
    """Standard output or error, which a forked process has as well, and a program behind Python's back."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._passing_on = threading.Lock()
        # A kernel does so everywhere but under pytest.
        super().__init__(*args, **{"watchfd": "force", **options})

    def flush(self) -> None:
        """Hand on what was written, by a program or a C library as well."""
        if self._is_master_process() and self._fid is not None:
            self._await_pipe()
        super().flush()

    def _flush(self) -> None:
        if self._is_master_process() or self._fid is None:
            super()._flush()
            return
        # Nobody would read what a forked process keeps: it goes the way that a program's output goes.
        self._flush_pending = self._subprocess_flush_pending = False
        for _, text in self._flush_buffers():
            with open(self._original_stdstream_fd, "wb", closefd=False) as pipe:
                pipe.write(text.encode(errors="replace"))

    def _watch_pipe_fd(self) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        arrived = select.poll()
        arrived.register(self._fid, select.POLLIN)
        while self._should_watch:
            arrived.poll()
            with self._passing_on:
                self.write(decoder.decode(os.read(self._fid, _PIPE)))

    def _await_pipe(self) -> None:
        waiting = bytearray(4)
        for _ in range(PATIENCE):
            fcntl.ioctl(self._fid, termios.FIONREAD, waiting)
            if not any(waiting):
                break
            time.sleep(0.001)
        # What has left the pipe may not yet have arrived.
        with self._passing_on:
            pass


class _Kernel(IPythonKernel):
    """A kernel with nobody waiting: after an error there is no queue to clear."""

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        pass


class _Application(IPKernelApp):
    """The application of a kernel whose sockets are never opened."""

    def init_connection_file(self) -> None:
        pass

    def init_sockets(self) -> None:
        self.configure_tornado_logger()  # type: ignore[no-untyped-call]
        # Its thread hands on what is written while a cell runs.
        self.iopub_thread = IOPubThread(DummySocket(), session=self.session)
        self.iopub_thread.start()
        self.iopub_socket = self.iopub_thread.background_socket

    def init_heartbeat(self) -> None:
        pass

    def write_connection_file(self, **_: Any) -> None:
        pass

    def log_connection_info(self) -> None:
        pass

    def init_kernel(self) -> None:
        self.kernel = _Kernel.instance(
            parent=self,
            session=self.session,
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            # It is asked only which thread an interrupt reaches: the one that runs the cells.
            shell_channel_thread=SimpleNamespace(parent_thread=threading.current_thread()),
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count


class Kernel:
    """Answer requests as a kernel would, one after the other, and run their cells in this process.

    `tell` is given each message as it comes, from whichever thread it comes. The kernel takes over standard
    output, signals and `__main__`: give it a process of its own.
    """

    def __init__(self, tell: Callable[[Message], None]) -> None:
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._session = _Told(tell, username="kernel", config=_SETTINGS)
        application: Any = _Application.instance(
            config=_SETTINGS,
            log_level=logging.CRITICAL,
            outstream_class=f"{__name__}.{_Stream.__name__}",
            session=self._session,
        )
        application.initialize([])
        self._kernel: Any = application.kernel
        self._kernel.io_loop = IOLoop.current()
        self._kernel._publish_status("starting", "shell")

    @property
    def has_left(self) -> bool:
        """Whether a cell asked the kernel to end, as `exit()` does."""
        return bool(self._kernel.shell.exit_now)

    def answer(self, kind: str, content: dict[str, Any], name: str) -> None:
        """Answer one request of Jupyter's messaging protocol, like "execute_request", which has a name."""
        request = self._session.msg(kind, content)
        request["header"]["msg_id"] = request["msg_id"] = name
        self._loop.run_until_complete(self._answer(kind, request))

    async def _answer(self, kind: str, request: Message) -> None:
        kernel = self._kernel
        kernel._publish_status("busy", "shell", parent=request)
        kernel.set_parent([], request, channel="shell")
        kernel.pre_handler_hook()
        try:
            answered = kernel.shell_handlers[kind](None, [], request)
            if inspect.isawaitable(answered):
                await answered
        except KeyboardInterrupt:
            # It came before the cell, or after it: a kernel goes on.
            pass
        finally:
            kernel.post_handler_hook()
        sys.stdout.flush()
        sys.stderr.flush()
        kernel._publish_status("idle", "shell", parent=request)

    def end(self) -> None:
        """End as Python does: wait for threads, do what is wanted at exit, let go of what the cells made."""
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        self._kernel.shell.user_ns.clear()
        gc.collect()


def serve(line: socket) -> None:
    """Be a kernel at the end of a line, until it is asked to leave; then say what was used, and end."""
    with line.makefile("r", encoding="utf-8") as requests, Traces() as traces:
        kernel = Kernel(lambda message: _send(line, message))
        for request in map(loads, requests):
            if request["kind"] == LEAVE:
                break
            if kernel.has_left and request["kind"] == "execute_request":
                # To the one who asks the kernel is dead, as it would be.
                return
            kernel.answer(**request)
    # What is done at exit may take long, or fail: the notebook is complete without it.
    _send(line, {"msg_type": LEFT, "content": traces.found, "buffers": []})
    kernel.end()


def _send(line: socket, message: Message) -> None:
    line.sendall(dumps(message, default=json_default).encode() + b"\n")
