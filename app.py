"""Loreloom: parses flags, composes, launches. Run `python app.py --help`."""

import argparse
import gc
import logging
import os
import re
import signal
import sys
import threading
from pathlib import Path
from typing import Any

# Before gradio and the hub's library are imported: nothing is sent anywhere unless the user configures it.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("DO_NOT_TRACK", "1")
# Read when the interface is built; calling `Blocks.queue()` for it would build the server twice.
os.environ.setdefault("GRADIO_DEFAULT_CONCURRENCY_LIMIT", "20")
# Gradio's statistics of calls, of which the Monitor tab tells more: they would be made anew after each event, from
# up to 10,000 of them (20 ms then), and the page gets slower as an evening goes on.
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000000000")
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "100")

from pydantic import ValidationError

from workbench.errors import WorkbenchError
from workbench.settings import Settings


def parsed_settings(arguments: list[str]) -> Settings:
    """Settings from the environment and `.env`, overridden by flags. Ends with a sentence when one can't be used."""
    parser = argparse.ArgumentParser(
        prog="app.py",
        description="Loreloom, a workbench for writing fiction with a language model on your own computer.",
        epilog="Every other setting is a LORELOOM_* variable, in the environment or in .env; the README lists them.",
    )
    parser.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (default 7860; 0 takes a free one)")
    parser.add_argument("--data-dir", type=Path, help="folder for everything that is kept (default data)")
    parser.add_argument(
        "--model",
        help="text model: a GGUF file, owner/repository:file.gguf on the Hugging Face hub, the base URL of an "
        "OpenAI-compatible server, or 'bundled' (default)",
    )
    parser.add_argument("--share", action="store_true", default=None, help="make a public gradio.live link")
    given = parser.parse_args(arguments)
    values: dict[str, Any] = {
        name: getattr(given, name) for name in ("host", "port", "data_dir", "share") if getattr(given, name) is not None
    }
    if given.model:
        values |= {"model_path": None, "model_hub": "", "model_url": ""}
        if re.match(r"https?://", given.model):
            values["model_url"] = given.model
        elif re.fullmatch(r"[\w.-]+/[\w.-]+:[^:]+\.gguf", given.model) and not Path(given.model).exists():
            values["model_hub"] = given.model
        elif given.model != "bundled":
            values["model_path"] = Path(given.model)
    try:
        return Settings(**values)
    except ValidationError as error:
        problem = error.errors()[0]
        name = ".".join(str(part) for part in problem["loc"])
        parser.error(f"The setting {name} (LORELOOM_{name.upper()}) can't be used: {problem['msg']}.")


def main(arguments: list[str], **parts: Any) -> int:
    """Start the app and serve until a signal asks to stop. `parts` are handed on to `compose`."""
    settings = parsed_settings(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in ("httpx", "huey", "alembic", "sentence_transformers"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    from workbench.compose import compose
    from workbench.serve import serve

    try:
        workbench = compose(settings, **parts)
        workbench.start()
    except WorkbenchError as error:
        print(f"Loreloom: {error}", file=sys.stderr)
        return 1
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        url = serve(workbench)
        print(f"Loreloom is open at {url}", flush=True)
        workbench.start_workers()
        # What the app is made of stays. To look through it for garbage again would hold up an answer now and then by a
        # tenth of a second.
        gc.freeze()
        stop.wait()
    except WorkbenchError as error:
        print(f"Loreloom: {error}", file=sys.stderr)
        return 1
    finally:
        workbench.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
