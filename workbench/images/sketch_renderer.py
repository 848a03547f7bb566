"""SVG to PNG in a process of its own: resvg holds Python's lock while it renders, and nobody's words should wait.

Run as a module it is that process: documents come in by standard input and pictures leave by standard output, each with
its length before it. It ends with its input, so also when the app is killed.
"""

import contextlib
import logging
import os
import signal
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Final

import resvg_py

from workbench.errors import ImageFailed

logger = logging.getLogger(__name__)

# What comes before each message: whether it is a picture (or else why there is none), and its length in bytes.
HEAD: Final = struct.Struct(">?I")


class Renderer:
    """One such process, begun with the first picture, and begun anew where it has ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def render(self, svg: str) -> bytes:
        """An SVG document as PNG of its own size; raises `ImageFailed`."""
        with self._lock:
            try:
                good, answer = self._asked(svg)
            except (OSError, EOFError) as error:
                logger.warning("The process that renders sketches has ended (%r); it is begun anew", error)
                self._end()
                try:
                    good, answer = self._asked(svg)
                except (OSError, EOFError) as again:
                    self._end()
                    raise ImageFailed(
                        f"The sketch couldn't be rendered: its process doesn't run ({again!r}). Is there memory left?"
                    ) from again
        if not good:
            raise ImageFailed(f"The sketch couldn't be rendered ({answer.decode()}); try another seed.")
        return answer

    def close(self) -> None:
        """End the process; the next picture begins another."""
        with self._lock:
            self._end()

    def _asked(self, svg: str) -> tuple[bool, bytes]:
        if self._process is None:
            # Wherever the app was started from, the process finds its own module.
            paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        write(self._process.stdin, True, svg.encode())
        return read(self._process.stdout)

    def _end(self) -> None:
        if self._process is None:
            return
        process, self._process = self._process, None
        with contextlib.suppress(OSError):
            # What couldn't be written to a process that has ended is of no use to anybody.
            assert process.stdin is not None
            process.stdin.close()
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stdout is not None
        process.stdout.close()


def write(stream: IO[bytes], good: bool, message: bytes) -> None:
    """Send one message."""
    stream.write(HEAD.pack(good, len(message)))
    stream.write(message)
    stream.flush()


def read(stream: IO[bytes]) -> tuple[bool, bytes]:
    """The next message; raises `EOFError` where there is none any more."""
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        raise EOFError("there is nothing more to read")
    good, length = HEAD.unpack(head)
    message = stream.read(length)
    if len(message) < length:
        raise EOFError("a message was cut off")
    return good, message


def serve(documents: IO[bytes], pictures: IO[bytes]) -> None:
    """Render what comes in until nothing comes any more."""
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            _, document = read(documents)
            try:
                write(pictures, True, resvg_py.svg_to_bytes(svg_string=document.decode(), skip_system_fonts=True))
            except ValueError as error:
                write(pictures, False, str(error).encode())


if __name__ == "__main__":
    # Ctrl-C in the app's terminal comes here too; the app then closes the input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        # Words come before pictures.
        os.nice(5)
    serve(sys.stdin.buffer, sys.stdout.buffer)
