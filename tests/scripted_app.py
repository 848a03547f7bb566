"""`python -m tests.scripted_app`: the app with a scripted model, for tests that are about everything else.

Takes the app's flags, and --delay (seconds for each word) and --fail (agents whose first answers fail, as name=times).
"""

import argparse
import sys

import app
from tests.scripted import HashEmbedder, Script, ScriptedTextModel
from workbench.errors import ModelFailed


def main() -> int:
    """Start the app around the scripted model."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--fail", action="append", default=[])
    given, rest = parser.parse_known_args()
    script = Script(delay=given.delay)
    for item in given.fail:
        agent, times = item.split("=")
        script.failures[agent] = [ModelFailed("The scripted model refused to answer.") for _ in range(int(times))]
    return app.main(rest, model=ScriptedTextModel(script), embedder=HashEmbedder())


if __name__ == "__main__":
    sys.exit(main())
