"""Sentences of a passage as the continuity rules see them: when, who does what, where, and whether it is real."""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from workbench.timeline import line_words
from workbench.timeline.cast import Cast, Known, Mention
from workbench.timeline.grammar import Action, bounded, finite, verb_at
from workbench.timeline.prose import Sentence, sentences
from workbench.timeline.times import Cue, cue_of
from workbench.timeline.verbs import forms


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody in a place: `how` is at, arrive or leave."""

    who: Known
    place: Known
    how: str
    action: Action


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence, read. `unreal`: dreamt, painted, supposed; `past`: told in the past perfect or remembered."""

    sentence: Sentence
    cue: Cue | None
    unreal: bool
    past: bool
    mentions: tuple[Mention, ...]
    spoken: tuple[Mention, ...]
    actions: tuple[Action, ...]
    stays: tuple[Stay, ...]
    meant: tuple[tuple[int, Known], ...] = field(default=())
    speaker: Known | None = None
    new_paragraph: bool = False

    @property
    def text(self) -> str:
        """The whole sentence."""
        return self.sentence.text

    @property
    def people(self) -> list[Known]:
        """Who is named in it as themselves, not only in what is said aloud."""
        found: dict[str, Known] = {}
        for mention in self.mentions:
            if mention.known.kind == "character" and not mention.genitive:
                found.setdefault(mention.known.id, mention.known)
        for action in self.actions:
            found.setdefault(action.who.id, action.who)
        return list(found.values())


class _Reader:
    """Carries who "he", "she" and "I" are from sentence to sentence."""

    def __init__(self, cast: Cast, about: Known | None = None) -> None:
        self.cast = cast
        self.narrator = cast.narrator
        # The only two people that a passage names: who "they" are.
        self.both: tuple[Known, ...] = ()
        self.crowd = -9
        self.said: tuple[int, Known | None] = (-9, None)
        self.alone: dict[str, Known] = {}
        self.recent: list[tuple[int, Known, bool]] = [(0, about, True)] if about else []
        self.dreaming = False
        self.looking_back = False
        self.paragraph = -1

    def line(self, sentence: Sentence) -> Line:
        fresh = sentence.paragraph != self.paragraph
        if fresh:
            self.paragraph, self.dreaming, self.looking_back = sentence.paragraph, False, False
        narration = sentence.narration
        cue = cue_of(narration)
        if self.dreaming and line_words.AWAKE.search(narration):
            self.dreaming = False
        mentions = tuple(self.cast.mentions(narration))
        spoken = tuple(self.cast.mentions(sentence.speech)) if sentence.speech else ()
        told = line_words.AS_IF.sub(lambda match: " " * len(match.group()), narration)
        cleft = line_words.CLEFT.search(told)
        if cleft:
            told = f"{told[: cleft.start('who')]}    {told[cleft.end('who') :]}"
        meant = self._pronouns(sentence.index, told, mentions)
        actions = tuple(self._actions(told, mentions, meant))
        speaker = self._speaker(sentence, narration, mentions, actions)
        if self.looking_back and re.search(r"\bnow\b|\btoday\b|\bthis morning\b", narration):
            self.looking_back = False
        past = self.looking_back or (bool(actions) and all(action.perfect for action in actions))
        unreal = self.dreaming or bool(line_words.UNREAL.search(narration))
        if line_words.BLOCK.search(narration):
            self.dreaming = True
        if line_words.REMEMBERED.search(narration):
            self.looking_back = True
        stays = tuple(self._stays(told, mentions, (*actions, *self._together(told, sentence.index))))
        if sentence.speech and speaker is None and not re.search(r"[A-Za-z]", narration) and not fresh:
            # “No,” said Una. “Never.” It is she who goes on.
            speaker = self.said[1] if self.said[0] == sentence.index - 1 else None
        self.said = (sentence.index, speaker) if sentence.speech else (-9, None)
        if line_words.MANY.search(told):
            self.crowd = sentence.index
        for mention in mentions:
            if mention.known.kind == "character":
                acts = any(action.subject == mention.start for action in actions)
                self.recent.append((sentence.index, mention.known, acts))
        for action in actions:
            if not action.named:
                self.recent.append((sentence.index, action.who, True))
        del self.recent[:-12]
        return Line(sentence, cue, unreal, past, mentions, spoken, actions, stays, tuple(meant), speaker, fresh)

    def _pronouns(self, index: int, told: str, mentions: tuple[Mention, ...]) -> list[tuple[int, Known]]:
        found: list[tuple[int, Known]] = []
        for match in line_words.PRONOUN.finditer(told):
            who = self._who(match["word"].lower(), index, match.start(), mentions)
            if who:
                found.append((match.start(), who))
        for match in line_words.WHOSE.finditer(told):
            word = {"his": "he", "him": "he", "her": "she", "my": "i"}[match["word"].lower()]
            who = self._who(word, index, match.start(), mentions)
            if who:
                found.append((match.start(), who))
        return sorted(found, key=lambda pair: pair[0])

    def _who(self, word: str, index: int, start: int, mentions: tuple[Mention, ...]) -> Known | None:
        if word in ("i", "we"):
            return self.narrator
        if word not in ("he", "she"):
            return None
        here = [(index, m.known, True) for m in mentions if m.start < start and m.known.kind == "character"]
        near = [
            (at, known, acts)
            for at, known, acts in [*self.recent, *here]
            if known.gender in (word, "") and index - at <= 4 and known is not self.narrator
        ]
        if not near:
            # Nobody is named yet: only the passage's first sentence may begin with the one it is about.
            return self.alone.get(word) if index == 0 else None
        known = {one.id for _, one, _ in near if one.gender == word} or {one.id for _, one, _ in near}
        fitting = [entry for entry in near if entry[1].id in known]
        acting = [entry for entry in fitting if entry[2]]
        return (acting or fitting)[-1][1]

    def sure(self, who: Known, index: int, mentions: tuple[Mention, ...]) -> bool:
        """Whether a pronoun can mean nobody else that was lately named."""
        near = {one.id for at, one, _ in self.recent if index - at <= 3 and one.gender in (who.gender, "")}
        near |= {m.known.id for m in mentions if m.known.kind == "character" and m.known.gender in (who.gender, "")}
        return near <= {who.id}

    def _actions(self, told: str, mentions: tuple[Mention, ...], meant: list[tuple[int, Known]]) -> list[Action]:
        subjects: list[tuple[int, int, Known, bool]] = [
            (m.start, m.end, m.known, True) for m in mentions if m.known.kind == "character" and not m.genitive
        ]
        for match in line_words.PRONOUN.finditer(told):
            who = next((known for at, known in meant if at == match.start()), None)
            if who:
                subjects.append((match.start(), match.end(), who, False))
        subjects.sort(key=lambda subject: subject[0])
        found: list[Action] = []
        for start, end, who, named in subjects:
            verb = line_words.SHORT.match(told, end) or line_words.SUBJECT.match(told, end)
            if verb is None or (named and line_words.NO_SUBJECT.search(told[max(0, start - 24) : start])):
                continue
            found += self._chain(told, who, named, start, verb)
        return bounded(found, told)

    def _together(self, told: str, index: int) -> list[Action]:
        """What "they" do, where a passage names two people and speaks of no others just before."""
        if len(self.both) != 2 or index - self.crowd <= 2:
            return []
        found: list[Action] = []
        for match in line_words.THEY.finditer(told):
            verb = line_words.SUBJECT.match(told, match.end())
            if verb is None:
                continue
            for who in self.both:
                chain = self._chain(told, who, False, match.start(), verb)
                found += bounded([replace(one, sure=True) for one in chain], told)
        return found

    def _chain(self, told: str, who: Known, named: bool, subject: int, match: re.Match[str]) -> list[Action]:
        adverbs = match.groupdict().get("adverbs") or ""
        first = verb_at(told, match["verb"].lower(), match.start("verb"), match.end("verb"), adverbs)
        if first is None:
            return []
        action = replace(first, who=who, named=named, sure=named, subject=subject)
        chain = [action]
        # "She took the horn and hung it": verbs that go on with the same subject.
        for more in line_words.MORE.finditer(told, action.end):
            between = told[chain[-1].end : more.start()]
            if re.search(
                r"[;:.!?]|\b(?:who|which|that|when|while|until|as|because|where)\b", between
            ) or line_words.PRONOUN.search(between):
                if re.search(r"[;.!?]", between):
                    break
                if line_words.PRONOUN.search(between):
                    break
            word = more["verb"]
            if word in ("was", "were", "is", "are") and not chain[0].modal:
                # "She fell and was killed": done to the same subject.
                done = verb_at(told, word, more.start("verb"), more.end("verb"), "")
                if done and done.passive and not done.negated:
                    chain.append(replace(done, who=who, named=named, sure=named, perfect=False, subject=subject))
                continue
            wanted = finite() if not chain[0].perfect else finite() | forms("act").participle
            if word in wanted and word not in line_words.AUX:
                follow = verb_at(told, word, more.start("verb"), more.end("verb"), "")
                if follow:
                    chain.append(
                        replace(
                            follow,
                            who=who,
                            named=named,
                            sure=named,
                            perfect=chain[0].perfect,
                            modal=chain[0].modal,
                            subject=subject,
                        )
                    )
        return chain

    def _speaker(
        self, sentence: Sentence, narration: str, mentions: tuple[Mention, ...], actions: tuple[Action, ...]
    ) -> Known | None:
        if not sentence.speech:
            return None
        speaking = forms("speak").finite
        for action in actions:
            if action.verb in speaking and action.real:
                return action.who
        for mention in mentions:
            if mention.known.kind != "character" or mention.genitive:
                continue
            before = line_words.WORDS.findall(narration[max(0, mention.start - 24) : mention.start])
            if before and (
                before[-1] in speaking or (len(before) > 1 and before[-1] == "the" and before[-2] in speaking)
            ):
                return mention.known
        # Somebody does something beside the words: “Enjoy it.” Teodora cracked another egg.
        return None

    def _stays(self, told: str, mentions: tuple[Mention, ...], actions: tuple[Action, ...]) -> list[Stay]:
        places = [m for m in mentions if m.known.kind == "location" and not m.genitive]
        found: list[Stay] = []
        for mention in places:
            shown = [m for m in mentions if m.end <= mention.start and _sets_out(told, m, mention)]
            if shown:
                going = Action(
                    shown[-1].known, "left", mention.start, mention.end, mention.end, subject=shown[-1].start
                )
                found.append(Stay(shown[-1].known, mention.known, "leave", going))
                continue
            how = _how(told, mention)
            if not how:
                continue
            seen = [m for m in mentions if m.end <= mention.start and _is_seen(told, m, mention)]
            if seen and how == "at":
                sight = Action(seen[-1].known, "was", seen[-1].start, seen[-1].end, mention.end, subject=seen[-1].start)
                found.append(Stay(seen[-1].known, mention.known, "at", sight))
                continue
            before = [a for a in actions if a.end <= mention.start and mention.start <= a.stop]
            if before:
                action = before[-1]
                if action.negated and action.verb in forms("leave").every:
                    # "She never left the house in Vell": she is there.
                    found.append(Stay(action.who, mention.known, "at", replace(action, negated=False)))
                    continue
                if how == "leave" or (action.verb in forms("leave").every and _directly(told, action, mention)):
                    way = "leave"
                elif how == "to":
                    arriving = (
                        action.verb
                        in ("came", "comes", "got", "returned", "returns", "brought", "walked", "went", "back")
                        and not action.running
                    )
                    way = "arrive" if arriving else ""
                elif how == "direct":
                    way = (
                        "arrive" if action.verb in ("reached", "entered", "reaches", "enters", "gained", "made") else ""
                    )
                else:
                    way = (
                        "arrive"
                        if action.verb in forms("arrive").finite and action.verb not in forms("stay").finite
                        else "at"
                    )
                if way:
                    found.append(Stay(action.who, mention.known, way, action))
            elif how == "at":
                # "At Vollmer's Cross she held out her cup": the place comes first.
                after = [a for a in actions if a.subject > mention.end]
                between = told[mention.end : after[0].subject] if after else ""
                opens = mention.start < 30 or re.search(r"\b(?:as|when|while)\s(?:the\s)?$", between)
                if after and opens and not re.search(r"[.;:]", between):
                    found.append(Stay(after[0].who, mention.known, "at", after[0]))
        return found


def _how(told: str, mention: Mention) -> str:
    """How a sentence stands to a place that it names: at, to, leave, direct, or "" for neither."""
    before = told[max(0, mention.start - 60) : mention.start]
    match = line_words.PREPOSITION.search(before)
    if not match:
        return ""
    word = match["word"].lower()
    if re.search(r"\b(?:and|or|but|with|who|that|which)\b", match["words"]):
        return ""
    if word == "of":
        return "at" if line_words.OUTER.search(before) or line_words.PART_OF.search(before) else ""
    return line_words.HOW.get(word, "at")


def _is_seen(told: str, person: Mention, place: Mention) -> bool:
    """“I saw Una in Vell”: she is where she is seen."""
    between = told[person.end : place.start]
    return (
        person.known.kind == "character"
        and not person.genitive
        and bool(line_words.SEEN.search(told[: person.start]))
        and len(between.split()) <= 4
        and not re.search(r"[.;:]|\b(?:and|who|from|to)\b", between)
    )


def _sets_out(told: str, person: Mention, place: Mention) -> bool:
    """“The log has Una sailing from Vell”: she leaves it."""
    return (
        person.known.kind == "character"
        and not person.genitive
        and bool(line_words.SHOWN.search(told[: person.start]))
        and bool(line_words.SETTING_OUT.match(told[person.end : place.start]))
    )


def _directly(told: str, action: Action, mention: Mention) -> bool:
    between = told[action.end : mention.start].strip()
    return between in ("", "the") or between.endswith(("from", "from the", "out of", "out from", "forth from"))


@lru_cache(maxsize=8192)
def lines(text: str, cast: Cast, about: Known | None = None) -> tuple[Line, ...]:
    """A passage's sentences, read with the names of `cast`; a lore entry's with the person that it is `about`."""
    reader = _Reader(cast, about)
    people = {
        m.known.id: m.known
        for sentence in sentences(text)
        for m in cast.mentions(sentence.narration)
        if m.known.kind == "character" and not m.genitive
    }
    if about is None and len(people) == 2:
        reader.both = tuple(people.values())
    for gender in ("she", "he"):
        # "She" before any name is the only woman that the passage names.
        named = {
            m.known.id: m.known for m in cast.mentions(text) if m.known.kind == "character" and m.known.gender == gender
        }
        if not named:
            named = {one.id: one for one in cast.of_kind("character") if one.gender == gender}
        if len(named) == 1:
            reader.alone[gender] = next(iter(named.values()))
    return tuple(reader.line(sentence) for sentence in sentences(text))
