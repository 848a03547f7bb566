"""What was said before in a talk, told in short."""

from workbench.domain.recap import line_of, parted, picked_lines
from workbench.domain.text import words


def talk(count: int) -> list[tuple[str, str]]:
    return [(f"Question {n}?", f"Answer {n}.") for n in range(count)]


def test_exchanges_go_in_blocks_and_none_is_lost() -> None:
    for count in range(40):
        turns = talk(count)
        blocks, kept = parted(turns, lambda turn: 10, 60)
        assert [turn for block in blocks for turn in block] + kept == turns
        assert 10 * len(kept) <= 60
        assert bool(kept) == bool(turns)


def test_what_is_told_whole_begins_at_the_same_place_for_some_exchanges() -> None:
    begins = [parted(talk(count), lambda turn: 10, 60)[1][0] for count in range(1, 30)]
    assert len(set(begins)) <= 7


def test_the_blocks_of_a_talk_stay_as_they_are_while_it_goes_on() -> None:
    before, _ = parted(talk(20), lambda turn: 10, 60)
    after, _ = parted(talk(30), lambda turn: 10, 60)
    assert len(after) > len(before) > 1
    assert after[: len(before)] == before


def test_an_exchange_that_is_longer_than_the_room_goes_too() -> None:
    blocks, kept = parted([("a", "b"), ("long", "long")], lambda turn: 100 if turn[0] == "long" else 10, 60)
    assert blocks == [[("a", "b"), ("long", "long")]]
    assert kept == []


def test_a_line_has_the_question_and_the_answer_in_short() -> None:
    assert line_of(("Who is  Aria?", "A mapmaker. She draws the coast.")).startswith("“Who is Aria?” – ")
    long = line_of(
        (f"Why {'and why ' * 60}?", "Aria fell into the sea and drowned. " + "It rained all day long. " * 40)
    )
    assert "Aria fell into the sea and drowned." in long
    assert len(words(long)) < 70


def test_what_somebody_told_outlives_small_talk() -> None:
    lines = [line_of(("My ship is called Perdita, remember that.", "I will."))]
    lines += [line_of((f"How is the weather on day {n}?", "It rains a little, as it does.")) for n in range(30)]
    kept = picked_lines(lines, 60)
    assert "Perdita" in kept[0]
    assert sum(len(words(line)) for line in kept) <= 60
    assert kept == [line for line in lines if line in kept]
    # Of what says as much, the latest.
    assert "day 29" in kept[-1]
