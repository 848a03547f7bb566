"""Small HTTP servers for tests: one speaks OpenAI's protocol, one enough of the hub's to download a file."""

import hashlib
import json
import select
import socket
import struct
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.engine.conftest import make_settings


class _Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        """Nothing on stderr."""

    def answer(self, code, body=b"", headers=()):
        self.send_response(code)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name == "Content-Length" for name, _ in headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def answer_json(self, code, value, headers=()):
        self.answer(code, json.dumps(value).encode(), [("Content-Type", "application/json"), *headers])


class Served:
    """A server on 127.0.0.1, in a thread; `port` 0 takes a free one."""

    def __init__(self, handler, port=0, **state):
        self.http = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.http.daemon_threads = True
        for name, value in state.items():
            setattr(self.http, name, value)
        self.http.requests = []
        self.port = self.http.server_port
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def requests(self):
        return self.http.requests

    def close(self):
        self.http.shutdown()
        self.http.server_close()


class OpenAIHandler(_Quiet):
    """Speaks OpenAI's protocol as the values of `openai_server` say."""

    def do_GET(self):
        if self.path == "/v1/models":
            self.answer_json(200, {"object": "list", "data": [{"id": "tiny-writer"}, {"id": "other"}]})
        else:
            self.answer_json(404, {"error": {"message": "no such page"}})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = self.server
        with server.lock:
            number = len(server.requests)
            server.requests.append(body)
            server.times.append(time.monotonic())
            server.running += 1
            server.most_at_once = max(server.most_at_once, server.running)
        try:
            self.reply(body, number)
        finally:
            with server.lock:
                server.running -= 1

    def reply(self, body, number):
        server = self.server
        refused = server.refuse(body, number) if server.refuse else None
        if server.refuse_json and "response_format" in body:
            refused = 400, "response_format is not supported"
        if refused == "reset":
            self.cut()
        elif refused:
            code, said, *headers = refused
            self.answer_json(code, said if isinstance(said, dict) else {"error": {"message": said}}, headers)
        else:
            self.stream(body, server.words(body) if callable(server.words) else server.words)

    def stream(self, body, words):
        server = self.server
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        base = {"id": "x", "created": 1, "model": body["model"], "object": "chat.completion.chunk"}
        choices = [
            {"index": 0, "delta": {"role": "assistant", "content": word}, "finish_reason": None} for word in words
        ]
        if choices and server.logprobs and body.get("logprobs"):
            choices[0]["logprobs"] = {"content": server.logprobs}
        choices.append({"index": 0, "delta": {}, "finish_reason": "stop"})
        usage = {"prompt_tokens": 7, "prompt_tokens_details": {"cached_tokens": 3}}
        try:
            for said, choice in enumerate(choices, start=1):
                # Who hangs up makes the connection readable.
                if select.select([self.connection], [], [], server.delay)[0]:
                    server.hung_up.set()
                    return
                if server.breaks and said > server.breaks[0]:
                    time.sleep(0.1)
                    return self.cut() if server.breaks[1] else None
                so_far = {**usage, "completion_tokens": said, "total_tokens": 7 + said}
                self.event({**base, "choices": [choice], **({"usage": so_far} if server.usage == "each" else {})})
            if server.usage == "last" and (body.get("stream_options") or {}).get("include_usage"):
                whole = {**usage, "completion_tokens": len(words), "total_tokens": 7 + len(words)}
                self.event({**base, "choices": [], "usage": whole})
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            server.hung_up.set()

    def event(self, value):
        self.wfile.write(b"data: " + json.dumps(value).encode() + b"\n\n")
        self.wfile.flush()

    def cut(self):
        """Break the connection, so that the other side sees an error rather than an end."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # The handler's files hold the socket open too, and a reset is sent when the last of them is closed.
        self.rfile.close()
        self.connection.close()


def openai_server(
    port=0,
    words=("The", " sea", " was", " calm."),
    delay=0.0,
    refuse_json=False,
    refuse=None,
    breaks=None,
    usage="last",
    logprobs=None,
):
    """A server that says `words`, or what they give for a request's body, `delay` seconds before each.

    `refuse(body, number)` gives None, "reset", or (code, message or body, *headers) for the request of that number.
    `breaks`: after so many words the connection breaks; with an error if the second value is true, else silently.
    `usage`: "last", "each" (the sum so far, in each chunk) or "". `logprobs`: what it says about the first word.
    """
    return Served(
        OpenAIHandler,
        port,
        words=words,
        delay=delay,
        refuse_json=refuse_json,
        refuse=refuse,
        breaks=breaks,
        usage=usage,
        logprobs=logprobs,
        hung_up=threading.Event(),
        lock=threading.Lock(),
        times=[],
        running=0,
        most_at_once=0,
    )


@contextmanager
def openai_servers():
    """A function like `openai_server`; what it made is closed at the end."""
    servers = []

    def serve(**values):
        servers.append(openai_server(**values))
        return servers[-1]

    try:
        yield serve
    finally:
        for server in servers:
            server.close()


def url(server, **values):
    """Settings for a model on that server."""
    return make_settings(model_url=f"http://127.0.0.1:{server.port}/v1", **values)


class HubHandler(_Quiet):
    """`files`: path after the host -> bytes."""

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        self.server.requests.append((self.command, self.path))
        data = self.server.files.get(self.path)
        if data is None:
            code = "EntryNotFound" if "/resolve/" in self.path else "RepoNotFound"
            self.answer(404, b"", [("X-Error-Code", code)])
            return
        headers = [
            ("ETag", f'"{hashlib.sha256(data).hexdigest()}"'),
            ("X-Repo-Commit", "0123456789abcdef0123456789abcdef01234567"),
            ("Content-Length", str(len(data))),
            ("Accept-Ranges", "bytes"),
        ]
        self.answer(200, data, headers)


def hub_server(files):
    """A hub that has these files."""
    return Served(HubHandler, files=files)
