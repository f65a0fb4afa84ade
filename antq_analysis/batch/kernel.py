"""Starting a kernel costs seconds, most of them for sockets and imports; here are its cells without either.

The application, kernel and shell are ipykernel's own. Only the wires between them and the one who asks are
left out: what the kernel would send is kept in a list, and handed over when a cell has ended. Of a cell that
writes to standard output and standard error in turn, with pauses, each is therefore in one piece. After
`exit()` no cell is run, while a kernel still runs those that come within a tenth of a second. There is nobody
to interrupt a cell or to debug it, and a front end cannot be connected.
"""

import asyncio
import atexit
import codecs
import fcntl
import gc
import logging
import os
import select
import sys
import termios
import threading
import time
from collections.abc import Coroutine
from json import dumps, loads
from types import SimpleNamespace
from typing import Any

from ipykernel.inprocess.socket import DummySocket
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session
from traitlets import default
from traitlets.config import Config

Message = dict[str, Any]

# How many times, a millisecond each, the pipe behind standard output is given to run empty.
PATIENCE = 100

_PIPE = 65536

# nbclient gives a kernel that it starts no history file either. Libraries take an IPKernelApp in
# the configuration for the sign that they are in a notebook.
_SETTINGS = Config({"HistoryManager": {"hist_file": ":memory:"}, "IPKernelApp": {"connection_file": ""}})


class _Kept(Session):
    """A session that keeps what it is asked to send, as its reader would get it: read back from JSON."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.kept: list[Message] = []

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
        read_back = loads(dumps(message["content"], default=json_default))
        self.kept.append({**message, "content": read_back, "buffers": options.get("buffers") or []})
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
        # A publishing thread that is never started hands everything on at once, in the order it came.
        self.iopub_thread = IOPubThread(DummySocket(), session=self.session)
        self.iopub_socket = self.iopub_thread.background_socket

    def init_heartbeat(self) -> None:
        pass

    def write_connection_file(self, **_: Any) -> None:
        pass

    def log_connection_info(self) -> None:
        pass

    @default("session")
    def _kept_session(self) -> _Kept:
        return _Kept(parent=self, username="kernel")

    def init_kernel(self) -> None:
        self.kernel = _Kernel.instance(
            parent=self,
            session=self.session,
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            # It is asked only which thread an interrupt reaches: none, as there is nobody to interrupt.
            shell_channel_thread=SimpleNamespace(parent_thread=None),
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count


class Kernel:
    """Run cells in this process as a kernel would, one after the other in one namespace.

    It takes over standard output, signals and `__main__`: give it a process of its own.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        application: Any = _Application.instance(
            config=_SETTINGS, log_level=logging.CRITICAL, outstream_class=f"{__name__}.{_Stream.__name__}"
        )
        application.initialize([])
        self._kernel: Any = application.kernel
        self._session: _Kept = application.session

    @property
    def has_left(self) -> bool:
        """Whether a cell asked the kernel to end, as `exit()` does."""
        return bool(self._kernel.shell.exit_now)

    @property
    def language_info(self) -> dict[str, Any]:
        """What the kernel says of its language, for the notebook's metadata."""
        return dict(self._kernel.language_info)

    def execute(self, code: str) -> tuple[list[Message], Message]:
        """Run one cell; return the messages that a client would have seen, and the reply."""
        content = {"code": code, "allow_stdin": False}
        request = self._session.msg("execute_request", content)
        self._session.kept.clear()
        self._loop.run_until_complete(self._answer(request))
        # What a thread or a task of an earlier cell still sends is for that cell, which nobody asks any more.
        messages = [
            message
            for message in self._session.kept
            if message["parent_header"].get("msg_id") == request["header"]["msg_id"]
        ]
        reply = next(message for message in messages if message["msg_type"] == "execute_reply")
        return [message for message in messages if message is not reply], reply

    async def _answer(self, request: Message) -> None:
        kernel = self._kernel
        kernel._publish_status("busy", "shell", parent=request)
        kernel.set_parent([], request, channel="shell")
        kernel.pre_handler_hook()
        try:
            await kernel.execute_request(None, [], request)
        finally:
            kernel.post_handler_hook()
        sys.stdout.flush()
        sys.stderr.flush()
        kernel._publish_status("idle", "shell", parent=request)

    def wait(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine to its end in the loop that the cells run in."""
        return self._loop.run_until_complete(coroutine)

    def end(self) -> None:
        """End as Python does: wait for threads, do what is wanted at exit, let go of what the cells made."""
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        self._kernel.shell.user_ns.clear()
        gc.collect()
