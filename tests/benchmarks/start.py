"""How long until the page answers and the model is ready, against an empty `gr.Blocks` started the same way.

`python -m tests.benchmarks.start [--rounds N] [--json]`. Each round starts both programs one after the other in fresh
processes with fresh data folders; medians are compared, since absolute times are the machine's.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from tests.benchmarks.report import environment, print_table
from workbench.serve import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
EMPTY = (
    "import sys, gradio as gr\n"
    "with gr.Blocks() as blocks:\n    pass\n"
    "blocks.launch(server_port=int(sys.argv[1]), quiet=True, ssr_mode=False)\n"
)
PAGE_LIMIT, MODEL_LIMIT = 1.5, 2.5


def started(command: list[str], port: int, ready_too: bool) -> tuple[float, float]:
    """Seconds from the start of a program to its page, and to its model being ready."""
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "GRADIO_ANALYTICS_ENABLED": "False"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    page = ready = 0.0
    try:
        while time.monotonic() - began < 180:
            try:
                if not page and httpx.get(f"http://127.0.0.1:{port}/", timeout=5).status_code == 200:
                    page = time.monotonic() - began
                if page and ready_too:
                    health = httpx.get(f"http://127.0.0.1:{port}/health", timeout=5).json()
                    if health["model"]["loaded"]:
                        ready = time.monotonic() - began
            except httpx.TransportError:
                pass
            if page and (ready or not ready_too):
                return page, ready
            time.sleep(0.02)
        raise TimeoutError(f"{command[1]} did not answer within three minutes")
    finally:
        process.terminate()
        process.wait(timeout=30)


def main() -> int:
    """Measure, print, and say by the exit status whether the limits hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    empty, pages, models = [], [], []
    for _ in range(given.rounds):
        port = free_port("127.0.0.1")
        empty.append(started([sys.executable, "-c", EMPTY, str(port)], port, False)[0])
        with tempfile.TemporaryDirectory() as folder:
            port = free_port("127.0.0.1")
            page, model = started([sys.executable, "app.py", "--port", str(port), "--data-dir", folder], port, True)
        pages.append(page)
        models.append(model)
    base = statistics.median(empty)
    page, model = statistics.median(pages), statistics.median(models)
    record = {
        "benchmark": "start",
        "rounds": given.rounds,
        "empty_s": round(base, 2),
        "page_s": round(page, 2),
        "model_s": round(model, 2),
        "page_ratio": round(page / base, 2),
        "model_ratio": round(model / base, 2),
        **environment(),
    }
    if given.json:
        print(json.dumps(record))
    else:
        print_table(
            ("measure", "seconds", "ratio", "limit"),
            [
                ("empty gr.Blocks answers", f"{base:.2f}", "1.00", ""),
                ("Loreloom's page answers", f"{page:.2f}", f"{page / base:.2f}", f"{PAGE_LIMIT}"),
                ("Loreloom's model is ready", f"{model:.2f}", f"{model / base:.2f}", f"{MODEL_LIMIT}"),
            ],
        )
    return 0 if page / base <= PAGE_LIMIT and model / base <= MODEL_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
