"""`python -m tests.benchmarks.activation`: how long the rules of activation take over a long story; medians of 7."""

import random
import statistics
import time

from workbench.context.activation import activate
from workbench.domain.lore import LoreEntry
from workbench.domain.story import Passage

SYLLABLES = "ba do ka lin mor nel os pra qui ran sel tor ul ven wy zan mar tes".split()
FILLER = """the a of and to in was he she it that had with for on as at her his by they from this but were not out up
over into then down water night door hand light stone long old voice eyes back little through turned away again where
before would could said came went looked walked morning street house boat letter""".split()


def story(entries: int, chapters: int, words: int = 350) -> tuple[list[LoreEntry], list[Passage]]:
    """Entries of which each chapter names eight, three of them the story's own people; every fifth knows another."""
    rng = random.Random(7)

    def name() -> str:
        parts = ["".join(rng.choices(SYLLABLES, k=3)).capitalize() for _ in range(rng.choice((1, 2)))]
        return " ".join(parts)

    names = list(dict.fromkeys(name() for _ in range(3 * entries)))[:entries]
    lore = [
        LoreEntry(
            id=f"e{i}",
            world_id="w",
            title=title,
            aliases=(f"old {title.split()[0]}",),
            keys=(f"the {title.split()[-1]} affair",),
            secondary_keys=("boat", "letter") if i % 7 == 0 else (),
            scan_depth=2 if i % 11 == 0 else None,
            content=" ".join(rng.choices(FILLER, k=60)) + (f" {rng.choice(names)}." if i % 5 == 0 else "."),
        )
        for i, title in enumerate(names)
    ]
    passages = []
    for i in range(chapters):
        told = rng.choices(FILLER, k=words)
        for person in (*names[:3], *rng.choices(names, k=5)):
            told.insert(rng.randrange(words), f"{person}’s")
        made = {"id": f"p{i}", "story_id": "s", "parent_id": None, "number": i + 1, "title": f"Chapter {i + 1}"}
        passages.append(Passage(**made, text=" ".join(told) + ".", instruction=f"{names[i % 3]} goes on"))
    return lore, passages


def median_ms(entries: int, chapters: int) -> float:
    """Milliseconds of computing for one activation; other work on the machine doesn't count."""
    lore, passages = story(entries, chapters)
    seconds = []
    for _ in range(7):
        start = time.process_time()
        activate(lore, {}, passages, f"{lore[9].title} comes home", "s")
        seconds.append(time.process_time() - start)
    return 1000 * statistics.median(seconds)


if __name__ == "__main__":
    for size in ((50, 20), (500, 200), (2000, 200)):
        print(f"{size[0]:5} entries, {size[1]:4} chapters: {median_ms(*size):7.1f} ms")
