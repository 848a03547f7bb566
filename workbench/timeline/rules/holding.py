"""One thing isn't in two people's hands at one time."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from workbench.timeline.cast import Known, Mention
from workbench.timeline.grammar import Action
from workbench.timeline.story import Finding, Story, Told
from workbench.timeline.verbs import forms

# What keeps a thing with its holder beyond the sentence.
_KEEPS = re.compile(
    r"\b(?:(?:did not|didn['’]t|never|had not|hadn['’]t|not once) (?:leave|left|quit|part(?:ed)?(?: "
    r"with| from)?|let (?:it|go|him|her|anyone)|take (?:it|her|him) off|took (?:\w+ ){1,3}off|taken "
    r"(?:it|her|him) off|lend|lent|set it down|put it down|give (?:it|her|him)|gave (?:it|her|him)|"
    r"out of|go of|removed?|surrender(?:ed)?|moved?|touched? by|stirred?|came off|come off)|"
    r"from that (?:hour|day|moment|night|time)|ever (?:since|after)|day and night|night and day|for "
    r"the rest of|to this day|until (?:his|her|the) (?:death|last|end)|lost neither it|all (?:(?:that|"
    r"the) )?(?:week|month|winter|summer|spring|autumn|year|voyage|way)\b(?! round)|stayed (?:there|"
    r"where|put|with)|remained (?:there|where|with)|only key|the one key|"
    r"every (?:hour|minute|waking)|at all times|always|nobody else (?:has|had|could)|no one else "
    r"(?:has|had|could)|would not (?:part|let|give|lend)|wouldn['’]t (?:part|let|give|lend)|refused "
    r"to (?:part|let|give|hand|lend)|slept with|waking and sleeping|asleep (?:and|or) awake|wherever (?:he|she) went|"
    r"day or night|night or day|at all hours|without (?:it|the \w+)|under (?:his|her) pillow|not (?:for|since) an? "
    r"(?:instant|moment|hour|minute|second)|still (?:had|wore|carried|kept|held|hung|lay|round|around|"
    r"on|in)|and (?:kept|wore) it)\b",
    re.IGNORECASE,
)
_STRETCH = re.compile(
    r"\b(?:rest of (?:that|the) week|all (?:that|the) week|that whole week|whole of that week)\b", re.IGNORECASE
)
_COPY = re.compile(
    r"\b(?:cop(?:y|ies)|paste|replica|forger(?:y|ies)|forged|fake|counterfeit|imitation|twin|"
    r"duplicate|another|second|other one|spare|double|one like it|like it|a pair|its fellow|its "
    r"brother|own brother|identical|two of them|both of them|each had|matching|its mate|sister "
    r"(?:ring|blade|sword|stone)|cast of|a drawing of|picture of|sketch of|photograph of|portrait|"
    r"dummy|glass one|painted|tin one|wooden one)\b",
    re.IGNORECASE,
)
_BODY = (
    r"(?:belt|neck|finger|fingers|hand|hands|fist|palm|pocket|coat|cloak|sash|throat|wrist|arm|chain|"
    r"sleeve|bag|satchel|purse|pack|saddlebag|breast|chest|lap|hip|shoulder|shoulders|back|boot|boots|"
    r"pouch|knees?|thigh|teeth|side|heart|ankle|shirt|stocking|waistcoat|bosom|brow|head|hat|lapel|apron|"
    r"bench|desk|workshop|wall|safe|table|shelf|study|mantelpiece|drawer|locker|cupboard|bedside|house|room|"
    r"girdle|key-ring|keyring|jacket|possession|keeping|care|pillow|mouth|knapsack|dress|collar|grip|"
    r"custody)"
)
_ON = re.compile(
    rf"\b(?:on|in|at|round|around|from|under|inside|against|about|between|across|into)\s(?:the "
    rf"(?:inside|bottom|lining) of )?(?:his|her|my|their|the|both)?\s?(?:own\s|left\s|right\s|inner\s|"
    rf"breast\s|inside\s|coat\s|great\s|leather\s|[a-z]+\s)?{_BODY}\b",
    re.IGNORECASE,
)
_OF_THE_BODY = re.compile(rf"^['’]s?\s(?:own\s|left\s|right\s|inner\s|coat\s|[a-z]+\s)?{_BODY}\b", re.IGNORECASE)
_SITS = frozenset(
    "stood hung hangs lay lies was is rested rests gleamed shone glittered sat stayed remained swung "
    "dangled bumped struck knocked clinked weighed glowed burned nestled never".split()
)
_ONLY_SAW = frozenset(
    "saw seen sees looked watched wanted asked sought admired described sketched painted remembered "
    "missed mentioned".split()
)
_GONE = re.compile(
    r"\b(?:was empty|were empty|gone|vanished|stolen|missing|robbed|thie(?:f|ves)|burgl\w+|theft)\b", re.IGNORECASE
)
_USES = frozenset(
    "played plays poured pours drank drinks sipped filled emptied read reads ate eats fired cut signed sealed "
    "wrote".split()
)
_HANDLES = frozenset(
    "fired fires aimed aims loaded loads filled emptied rang rings sheathed cleaned cleans sharpened "
    "oiled spun strummed tuned read reads drained kissed rubbed wiped opened opens closed closes hugged hugs cuddled "
    "cradled stroked swung raised lifted waved brandished unrolled unfolded leafed studied".split()
)
_PASSES = re.compile(
    r"\b(?:took|taken|stole|stolen|gave|given|handed|passed|sold|lent|left|lost|dropped|won|bought|"
    r"bequeathed|returned|traded|swapped|snatched|seized|robbed|pawned|slipped|pressed|unhooked|"
    r"unclasped|entrusted|sent|confiscated|inherited|changed hands|borrowed|thieved|lifted|picked|"
    r"relieved|missing|gone|vanished|disappeared|empty|found|dice|wager|stake|hers now|his now|closed "
    r"on nothing|parted with|gambled|forfeit\w*|deliver\w*|tossed|threw|surrender\w*)\b",
    re.IGNORECASE,
)


# What people say when they let somebody have a thing.
_LENDS = re.compile(
    r"\b(?:hire|borrow|lend|rent|loan|buy|sell|swap|trade)\b|"
    r"\b(?:have|take|keep|hold|guard|wear|use) (?:it|this|that|mine)\b|"
    r"\b(?:it['’]s|it is|this is) (?:yours|for you)\b|\bhere\b[^.?!]{0,20}\b(?:take|have)\b|\byours now\b",
    re.IGNORECASE,
)
_PASSED_TO = re.compile(
    r"\s(?:was|is|were|had been|has been)\s(?:\w+ly\s|then\s|now\s)?(?:given|awarded|handed|sold|lent|"
    r"left|sent|entrusted|passed|returned|bequeathed|presented|delivered)\s(?:over\s|back\s|on\s)?to\s(?:the\s|old\s|young\s)*",
    re.IGNORECASE,
)
# "The bear slept beside Finn"
_BESIDE = re.compile(
    r"\s(?:lay|slept|sat|was|stayed|rested|rode|travelled|traveled|is|lies)\s(?:safely\s|still\s|always\s)?"
    r"(?:beside|with|next to|in the arms of|at the side of|in the hands of)\s",
    re.IGNORECASE,
)
_OWN_PLACE = re.compile(
    r"\s(?:out\s|up\s)?(?:of|from|out of|from under|from inside)\s(?:under\s|inside\s)?"
    r"(?P<whose>his|her|my)\s(?:own\s)?(?:\w+\s)?(?:pockets?|drawers?|bags?|desk|satchel|pack|purse|coat|cloak|belt|sleeve|boots?|"
    r"safe|chest|trunk|box|suitcase|handbag|backpack|rucksack|wallet|pillow|mattress|bed|cupboard|shelf|locker|jacket|apron|hat)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Holding:
    """Somebody has a thing, as one sentence tells it. `keeps`: beyond the sentence; `gains`: it is new to them."""

    who: Known
    item: Known
    told: Told
    keeps: bool
    gains: bool
    earlier: bool
    own: bool = False


def holdings(story: Story) -> dict[str, list[Holding]]:
    """Who has which item, by item ids, in the order of telling."""
    found: dict[str, list[Holding]] = defaultdict(list)
    for told in story.told:
        items = [m for m in told.line.mentions if m.known.kind == "item"]
        if not items or told.line.unreal:
            continue
        narration = told.line.sentence.narration
        if _COPY.search(narration):
            continue
        for mention in items:
            holding = _holder(told, mention)
            if holding:
                keeps = holding.keeps or bool(_KEEPS.search(narration)) or _kept_on(story, told, holding)
                found[mention.known.id].append(replace(holding, keeps=keeps))
    return found


def _kept_on(story: Story, told: Told, holding: Holding) -> bool:
    """Whether the sentence after it says that the thing stayed: "It never left her"."""
    if told.order + 1 >= len(story.told):
        return False
    after = story.told[told.order + 1]
    text = after.line.sentence.narration
    speaks_of_it = re.search(r"\bit\b", text, re.IGNORECASE) or any(
        m.known is holding.item for m in after.line.mentions
    )
    others = {m.known.id for m in after.line.mentions if m.known.kind == "character"} - {holding.who.id}
    return after.chapter == told.chapter and bool(speaks_of_it) and not others and bool(_KEEPS.search(text))


def _holder(told: Told, mention: Mention) -> Holding | None:
    line = told.line
    narration = line.sentence.narration
    item = mention.known
    # "The key hung on Mrs Abernathy's chain", "the ring was on her finger"
    after = narration[mention.end :]
    verb = re.match(r"\s(?:that\s)?(?:had\s)?(?:still\s|always\s|never\s|safe\s)*(?P<verb>[a-z]+)", after)
    if verb and verb["verb"] in _SITS:
        for other in line.mentions:
            if (
                other.known.kind == "character"
                and other.genitive
                and other.start > mention.end
                and _OF_THE_BODY.match(narration[other.end :])
            ):
                return Holding(other.known, item, told, False, False, line.past)
        body = _ON.search(after[:70])
        if body and re.search(r"\b(?:his|her|my)\b", body.group()):
            at = mention.end + body.start()
            who = next((who for start, who in line.meant if at <= start <= at + len(body.group())), None)
            if who:
                return Holding(who, item, told, False, False, line.past)
    beside = _BESIDE.match(after)
    if beside:
        for other in line.mentions:
            if other.known.kind == "character" and not other.genitive and other.start == mention.end + beside.end():
                return Holding(other.known, item, told, False, False, line.past)
    passed = _PASSED_TO.match(after)
    if passed:
        for other in line.mentions:
            if other.known.kind == "character" and not other.genitive and other.start == mention.end + passed.end():
                return Holding(other.known, item, told, False, True, line.past)
    keeping = forms("hold").finite | {"had"}
    for action in line.actions:
        # "Tam would not part with the cup, and he kept it in his cell": the thing is spoken of again.
        again = action.start > mention.end and action.verb in keeping and re.match(r"\sit\b", narration[action.end :])
        if again and action.real and (action.named or action.sure or _only_one(told, action.who)):
            return Holding(action.who, item, told, False, False, action.perfect)
    before = [a for a in line.actions if a.end <= mention.start <= a.stop]
    if not before:
        return None
    action = before[-1]
    with_it = re.search(r"\bwith\s(?:the\s|his\s|her\s)?$", narration[action.end : mention.start])
    body = _ON.match(after.lstrip()) if with_it else None
    if with_it and body and action.real and (action.named or action.sure or _only_one(told, action.who)):
        return Holding(action.who, item, told, False, False, action.perfect)
    if not action.real or (action.running and action.modal):
        return None
    between = narration[action.end : mention.start]
    if len(between.split()) > 7 or re.search(
        r"\b(?:for|about|of|like|than|without|towards?|at|where|which|who|that)\s(?:the\s|his\s|her\s)?$", between
    ):
        return None
    return _by_verb(told, mention, action, between)


def _by_verb(told: Told, mention: Mention, action: Action, between: str) -> Holding | None:
    verb, line = action.verb, told.line
    item = mention.known
    sure = action.named or action.sure or _only_one(told, action.who)
    if action.passive:
        receives = verb in ("given", "handed", "lent", "sent", "entrusted", "offered", "left")
        return Holding(action.who, item, told, False, True, line.past) if receives and sure else None
    if verb in _ONLY_SAW or not sure:
        return None
    if verb in forms("give").finite | forms("give").participle:
        receiver = _receiver(told, mention, action, between)
        if receiver:
            return Holding(receiver, item, told, False, True, action.perfect)
        if verb not in forms("hold").every:
            return None
    if verb in forms("gain").every - {"lifted", "found"} or verb in ("found",):
        if _from_their_own(told, mention, action):
            return Holding(action.who, item, told, False, False, action.perfect, own=True)
        return Holding(action.who, item, told, False, True, action.perfect)
    uses = re.search(r"(?:\b(?:with|into|from|out of)\s(?:the\s|his\s|her\s)?|^\s(?:the\s|his\s|her\s)?)$", between)
    if (uses and verb in _USES) or (
        between.endswith(("with ", "with the ")) and verb in forms("act").finite - {"met", "sat", "argued"}
    ):
        return Holding(action.who, item, told, False, False, action.perfect)
    if verb in forms("hold").every | _HANDLES | {"had", "has"}:
        return Holding(action.who, item, told, False, False, action.perfect)
    return None


def _from_their_own(told: Told, mention: Mention, action: Action) -> bool:
    """ "Took the key out of his drawer": it was with them before."""
    match = _OWN_PLACE.match(told.line.sentence.narration, mention.end)
    if not match:
        return False
    whose = [who for at, who in told.line.meant if at == match.start("whose")]
    return whose[:1] == [action.who] and _only_one(told, action.who)


def _receiver(told: Told, mention: Mention, action: Action, between: str) -> Known | None:
    narration = told.line.sentence.narration
    for other in told.line.mentions:
        if other.known.kind != "character" or other.genitive or other.known is action.who:
            continue
        inside = action.end <= other.start < mention.start
        behind = other.start >= mention.end and re.search(
            r"\b(?:to|with|into the hands of)\s(?:the\s)?$", narration[mention.end : other.start]
        )
        if inside or behind:
            return other.known
    for start, who in told.line.meant:
        if action.end <= start <= action.stop and who is not action.who:
            return who
    return None


def _only_one(told: Told, who: Known) -> bool:
    return all(
        m.known is who or m.known.kind != "character" or m.known.gender not in ("", who.gender)
        for m in told.line.mentions
    )


def item_held(story: Story) -> Iterator[Finding]:
    """One thing in two people's hands at one time, or in another's while somebody keeps it."""
    for of_item in holdings(story).values():
        settled = False
        for place, one in enumerate(of_item):
            for other in of_item[place + 1 :]:
                if settled or one.who.id == other.who.id or one.told is other.told:
                    continue
                if _together(one, other) or _kept(story, one, other, of_item):
                    settled = True
                    yield Finding(
                        f"{_thing(one.item)} is with {one.who.title} and with {other.who.title} at the same time.",
                        (one.told, other.told),
                        (one.item.title, one.who.title, other.who.title),
                    )


def _thing(item: Known) -> str:
    return item.title if item.title.lower().startswith(("the ", "a ")) else f"The {item.title}"


def _together(one: Holding, other: Holding) -> bool:
    first, second = one.told.moment, other.told.moment
    if one.earlier or other.earlier or first.line != second.line or not (first.stated and second.stated):
        return False
    if not (first.dated and second.dated) or (one.told.chapter == other.told.chapter and other.gains):
        return False
    if first.exact and second.exact:
        return first.same_hour(second)
    return any(
        whole.whole and whole.low - 1 <= point.low and point.high <= whole.high + 1
        for whole, point in ((first, second), (second, first))
    )


def _kept(story: Story, one: Holding, other: Holding, of_item: list[Holding]) -> bool:
    """Whether `one` keeps the thing up to `other`, and nothing told in between takes it from them."""
    if other.gains or one.earlier or (other.told.line.cue is not None and other.told.line.cue.back):
        return False
    if other.told.line.past and not other.keeps:
        return False
    if not one.keeps:
        return False
    if other.own and _lately_named(story, one.who, other.told):
        # "Elias went up to Jonas. He took the key out of his pocket": whose pocket?
        return False
    first, second = one.told.moment, other.told.moment
    if second.line == first.line and second.high < first.low:
        return False
    if _STRETCH.search(one.told.text) and first.most_hours_until(second) > 7 * 24:
        return False
    if any(one.told.order < h.told.order < other.told.order and h.who.id != one.who.id for h in of_item):
        return False
    if first.line != second.line and second.line == 0:
        return False
    if _years_pass(story, one.told, other.told):
        return False
    for told in story.told[one.told.order + 1 : other.told.order]:
        spoken_of = any(m.known is one.item for m in (*told.line.mentions, *told.line.spoken))
        holder = any(m.known is one.who for m in told.line.mentions) or any(a.who is one.who for a in told.line.actions)
        if _GONE.search(told.line.sentence.narration) or _LENDS.search(told.line.sentence.speech):
            return False
        if (spoken_of or holder or re.search(r"\bit\b", told.line.sentence.narration)) and _loses(told, one):
            return False
    return not _loses_at_last(other)


def _lately_named(story: Story, who: Known, told: Told) -> bool:
    near = story.told[max(0, told.order - 4) : told.order]
    return any(m.known is who for t in near if t.chapter == told.chapter for m in t.line.mentions)


def _loses(told: Told, one: Holding) -> bool:
    """Whether a sentence may tell that the thing changes hands."""
    return (
        bool(_PASSES.search(told.line.sentence.narration)) and not _KEEPS.search(told.line.sentence.narration)
    ) or bool(_COPY.search(told.text) or _LENDS.search(told.line.sentence.speech))


def _loses_at_last(other: Holding) -> bool:
    return bool(
        re.search(
            r"\b(?:stolen|given (?:him|her)|lent (?:him|her)|won|taken|bought|borrowed|left (?:him|"
            r"her)|inherited|had from)\b",
            other.told.line.sentence.narration,
        )
    )


def _years_pass(story: Story, one: Told, other: Told) -> bool:
    return any(
        told.line.cue is not None and told.line.cue.shift is not None and told.line.cue.shift > 24 * 60
        for told in story.told[one.order + 1 : other.order + 1]
    )
