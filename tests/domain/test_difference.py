"""What changed between two texts, as a reader would mark it."""

import pytest

from workbench.domain.difference import closeness, difference


def marked(old: str, new: str) -> str:
    """The difference as [-what went-] and {+what came+}."""
    forms = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(forms[piece.kind].format(piece.text) for piece in difference(old, new))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("", "", ""),
        ("Sal is here.", "Sal is here.", "Sal is here."),
        ("", "Sal is here.", "{+Sal is here.+}"),
        ("Sal is here.", "", "[-Sal is here.-]"),
        ("Sal is poor.", "Sal is rich.", "Sal is [-poor-]{+rich+}."),
        ("Sal limps.", "Sal limps. She sings.", "Sal limps.{+ She sings.+}"),
        ("She sings. Sal limps.", "Sal limps.", "[-She sings. -]Sal limps."),
        # Two words between two changes stay with them, a whole stretch stands for itself.
        (
            "the red fox and grey dog",
            "the blue fox and black dog",
            "the [-red fox and grey-]{+blue fox and black+} dog",
        ),
        (
            "Mara lost the key at the old harbour wall. He left.",
            "Mara found the key at the old harbour wall. She left.",
            "Mara [-lost-]{+found+} the key at the old harbour wall. [-He-]{+She+} left.",
        ),
        ("Mara’s key", "Mara’s keys", "Mara’s [-key-]{+keys+}"),
    ],
)
def test_words_are_marked(old: str, new: str, told: str) -> None:
    assert marked(old, new) == told


@pytest.mark.parametrize("length", [3, 4000])
def test_nothing_is_lost_or_added(length: int) -> None:
    old = "\n\n".join(f"Step {number}: Mara, who  counts — “{number}”." for number in range(length))
    new = old.replace("Mara", "Sal").replace("Step 1:", "") + "\nThe end"
    pieces = difference(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new


def test_close_names_are_told_from_far_ones() -> None:
    assert closeness(["Brandt"], ["Salvatore Brandt"]) > closeness(["Brandt"], ["Branwen"])
    assert closeness(["Sal", "the mender"], ["The Mender"]) > 0.9
    assert closeness(["Sal"], ["Zed", "…"]) < 0.4
    assert closeness([], ["Zed"]) == 0.0
