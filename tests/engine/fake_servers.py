"""Small HTTP servers for tests: one speaks OpenAI's protocol, one enough of the hub's to download a file."""

import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


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

    def answer_json(self, code, value):
        self.answer(code, json.dumps(value).encode(), [("Content-Type", "application/json")])


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
    """`words`: what it says, or a function of the request's body. `delay`: seconds before each chunk."""

    def do_GET(self):
        if self.path == "/v1/models":
            self.answer_json(200, {"object": "list", "data": [{"id": "tiny-writer"}, {"id": "other"}]})
        else:
            self.answer_json(404, {"error": {"message": "no such page"}})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(body)
        if self.server.refuse_json and "response_format" in body:
            self.answer_json(400, {"error": {"message": "response_format is not supported"}})
            return
        words = self.server.words(body) if callable(self.server.words) else self.server.words
        usage = {"prompt_tokens": 7, "completion_tokens": len(words), "total_tokens": 7 + len(words)}
        base = {"id": "x", "created": 1, "model": body["model"]}
        if not body.get("stream"):
            choice = {"index": 0, "message": {"role": "assistant", "content": "".join(words)}, "finish_reason": "stop"}
            self.answer_json(200, {**base, "object": "chat.completion", "choices": [choice], "usage": usage})
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        base["object"] = "chat.completion.chunk"
        choices = [
            {"index": 0, "delta": {"role": "assistant", "content": word}, "finish_reason": None} for word in words
        ]
        choices.append({"index": 0, "delta": {}, "finish_reason": "stop"})
        try:
            for choice in choices:
                time.sleep(self.server.delay)
                self.event({**base, "choices": [choice]})
            if (body.get("stream_options") or {}).get("include_usage"):
                self.event({**base, "choices": [], "usage": usage})
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            self.server.hung_up.set()

    def event(self, value):
        self.wfile.write(b"data: " + json.dumps(value).encode() + b"\n\n")
        self.wfile.flush()


def openai_server(port=0, words=("The", " sea", " was", " calm."), delay=0.0, refuse_json=False):
    """A server that says `words` to everything."""
    return Served(OpenAIHandler, port, words=words, delay=delay, refuse_json=refuse_json, hung_up=threading.Event())


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
