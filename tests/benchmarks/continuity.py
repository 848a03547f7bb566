"""How many contradictions the rules find in stories that they weren't written for, and how often they are wrong.

`python -m tests.benchmarks.continuity`. The stories in `tests/timeline/stories/unseen` were written by people who
didn't know the rules, one set after the other. Each set is a measure only until somebody has looked at what was
missed in it: the third was used for mending afterwards, the fourth and the fifth partly. A new measure needs a new
set. Found is a contradiction when both its sentences are quoted, whatever rule says so.
"""

import json
import sys
from pathlib import Path

from tests.benchmarks.report import print_table
from tests.timeline.test_continuity import found_in, quoted
from workbench.domain.text import normalised

STORIES = Path(__file__).resolve().parents[1] / "timeline" / "stories"


def figures(path: Path) -> tuple[int, int, int, int]:
    """Contradictions found and planted, clean stories with an alarm and clean stories, of one file or folder."""
    found = planted = alarms = clean = 0
    for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
        for story in json.loads(file.read_text("utf-8")):
            said = [quoted(violation) for violation in found_in(story)]
            if story["rule"]:
                planted += 1
                found += any(all(normalised(quote) in one for quote in story["quotes"]) for one in said)
            else:
                clean += 1
                alarms += bool(said)
    return found, planted, alarms, clean


def main() -> int:
    """Measure all sets."""
    rows = []
    for path in (STORIES, STORIES / "more", *sorted((STORIES / "unseen").glob("*.json"))):
        found, planted, alarms, clean = figures(path)
        rows.append((path.stem, f"{found} of {planted}", f"{alarms} of {clean}"))
    print_table(("stories", "found", "false alarms"), rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
