"""`python -m workbench.jobs`: the memory's workers in a process of their own, for LORELOOM_JOBS=outside."""

import logging
import signal
import sys
import threading

from workbench.compose import compose_jobs
from workbench.errors import WorkbenchError
from workbench.settings import Settings


def main() -> int:
    """Run until a signal asks to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        workbench = compose_jobs(Settings())
        workbench.start()
    except WorkbenchError as error:
        print(f"Loreloom: {error}", file=sys.stderr)
        return 1
    workbench.start_workers()
    stop.wait()
    workbench.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
