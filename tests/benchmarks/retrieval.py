"""How much of the evidence for questions about long conversations the archive's search finds.

`python -m tests.benchmarks.retrieval FILE... [--limit N] [--as said|spoken|captioned] [--json]`. Each file is a
conversation of the LoCoMo kind: `session_N` lists turns with speaker, dia_id and text, `qa` lists questions with the
dia_ids of their evidence. Every turn is stored as one text; of each question's evidence the share among the first
results is counted, and averaged over the questions that have any.
"""

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.report import environment, print_table
from workbench.lore.archive import LanceArchiveIndex
from workbench.lore.embedder import SentenceEmbedder
from workbench.ports import Embedder
from workbench.services.archive import Archive
from workbench.settings import Settings
from workbench.storage.database import Database

LIMIT = 0.78
TURN_ID = re.compile(r"D\d+:\d+")
WAYS = {
    "said": "the bare words, the speaker in the metadata",
    "spoken": "with the speaker's name before the words",
    "captioned": "with the speaker's name, and what a picture shows",
}


def turns(conversation: dict[str, Any], way: str) -> list[dict[str, Any]]:
    """The turns of a conversation as items of the archive."""
    items = []
    sessions = [name for name, value in conversation.items() if re.fullmatch(r"session_\d+", name) and value]
    for session in sessions:
        for position, turn in enumerate(conversation[session]):
            metadata = {"thread": session, "position": position, "date": conversation.get(f"{session}_date_time", "")}
            text = turn["text"]
            if way == "said":
                metadata["speaker"] = turn["speaker"]
            else:
                text = f"{turn['speaker']}: {text}"
            if way == "captioned" and turn.get("blip_caption"):
                text = f"{text} [shows {turn['blip_caption']}]"
            items.append({"content_id": turn["dia_id"], "text": text, "metadata": metadata})
    return items


def measure(path: Path, embedder: Embedder, way: str, limit: int) -> dict[str, Any]:
    """Store one conversation in a fresh archive, ask all its questions, and count."""
    conversation = json.loads(path.read_text(encoding="utf-8"))
    items = turns(conversation, way)
    known = {item["content_id"] for item in items}
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), _env_file=None)
        database = Database(settings.database_path)
        database.open()
        archive = Archive(settings, database, LanceArchiveIndex(settings.index_path, embedder))
        began = time.perf_counter()
        archive.store_many(items)
        archive.catch_up()
        storing = time.perf_counter() - began
        shares: list[tuple[int, float]] = []
        times = []
        for question in conversation["qa"]:
            evidence = set(TURN_ID.findall(" ".join(question.get("evidence") or []))) & known
            if not evidence:
                continue
            began = time.perf_counter()
            found = {hit["content_id"] for hit in archive.search(question["question"], limit)}
            times.append(time.perf_counter() - began)
            shares.append((question["category"], len(evidence & found) / len(evidence)))
        archive.close()
        database.close()
    return {
        "file": path.name,
        "turns": len(items),
        "questions": len(shares),
        "found": statistics.mean(share for _, share in shares),
        "all_found": statistics.mean(share == 1 for _, share in shares),
        "by_category": {
            category: statistics.mean(share for kind, share in shares if kind == category)
            for category in sorted({kind for kind, _ in shares})
        },
        "storing_s": storing,
        "search_ms": 1000 * statistics.median(times),
    }


def main() -> int:
    """Measure, print, and say by the exit status whether enough is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=10, help="how many results count")
    parser.add_argument("--as", dest="way", choices=WAYS, default="spoken", help="what is stored of a turn")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    embedder = SentenceEmbedder()
    embedder.embed(["ready"])
    results = [measure(path, embedder, given.way, given.limit) for path in given.files]
    found = sum(one["found"] * one["questions"] for one in results) / sum(one["questions"] for one in results)
    if given.json:
        record = {"benchmark": "retrieval", "limit": given.limit, "stored": given.way, "embedder": embedder.name}
        print(json.dumps({**record, "found": round(found, 4), "files": results, **environment()}))
    else:
        print(f"Stored: {WAYS[given.way]}. Counted: the first {given.limit} results.\n")
        print_table(
            ("file", "turns", "questions", "found", "all found", "by category", "storing", "search"),
            [
                (
                    one["file"],
                    str(one["turns"]),
                    str(one["questions"]),
                    f"{100 * one['found']:.1f} %",
                    f"{100 * one['all_found']:.1f} %",
                    " ".join(f"{category}:{100 * share:.0f}" for category, share in one["by_category"].items()),
                    f"{one['storing_s']:.1f} s",
                    f"{one['search_ms']:.0f} ms",
                )
                for one in results
            ],
        )
        print(f"\nOver all questions {100 * found:.1f} % of the evidence is found (at least {100 * LIMIT:.0f} %).")
    return 0 if found >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
