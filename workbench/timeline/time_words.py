"""The words that prose tells time with, as patterns."""

import re

from workbench.timeline.numerals import COUNT, ORDINAL, UNIT

# Months count from 1, as calendars do.
MONTHS = "january february march april may june july august september october november december".split()
SHORT_MONTHS = {name[:3]: place for place, name in enumerate(MONTHS, 1)} | {"sept": 9}
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
# The hour at the middle of each part of the day, and how far from it one may be.
PARTS = {
    "dawn": (6.0, 1.0),
    "daybreak": (6.0, 1.0),
    "sunrise": (6.0, 1.0),
    "sunup": (6.0, 1.0),
    "first light": (6.0, 1.0),
    "cockcrow": (5.0, 1.0),
    "breakfast": (8.0, 1.0),
    "morning": (9.0, 3.0),
    "forenoon": (10.0, 2.0),
    "noon": (12.0, 0.5),
    "midday": (12.0, 0.5),
    "noontime": (12.0, 0.5),
    "lunchtime": (13.0, 1.0),
    "afternoon": (15.0, 3.0),
    "teatime": (16.5, 1.0),
    "sunset": (18.5, 1.5),
    "sundown": (18.5, 1.5),
    "dusk": (19.0, 1.5),
    "twilight": (19.0, 1.5),
    "suppertime": (19.0, 1.0),
    "evening": (19.5, 2.5),
    "nightfall": (20.0, 1.5),
    "night": (23.0, 5.0),
    "moonrise": (20.5, 2.5),
    "moonset": (28.0, 2.5),
    "midnight": (24.0, 0.5),
}
PART = "|".join(sorted(PARTS, key=len, reverse=True)).replace(" ", r"\s")
MONTH = "|".join(
    [
        *(m.capitalize() for m in MONTHS),
        *(m.upper() for m in MONTHS),
        *(f"{m[:3].capitalize()}\\." for m in MONTHS),
        "Sept\\.",
    ]
)
DAYWORDS = f"{PART}|day|week|fortnight|month|year|spring|summer|autumn|winter|weekend|hour|minute"
YEAR = r"(?P<year>\d{3,4})(?:\s?(?:A\.?D\.?|C\.?E\.?))?\b"
ISO = re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b")
DAY_MONTH = re.compile(
    rf"\b(?P<day>(?i:{ORDINAL})|\d{{1,2}})(?:\s(?:day|night|evening|morning))?(?:\s(?:of|in))?\s(?P<month>{MONTH})"
    rf"(?:(?:,|\sof|\sin)?(?:\sthe\syear)?\s{YEAR})?"
)
MONTH_DAY = re.compile(rf"\b(?P<month>{MONTH})\s(?:the\s)?(?P<day>(?i:{ORDINAL})|\d{{1,2}}(?!\d))\b(?:,?\s{YEAR})?")
OWN_MONTH = re.compile(
    rf"\b(?P<day>(?i:{ORDINAL}))(?:\s(?:day|night))?\sof\s(?P<month>[A-Z][a-z]+(?:-[a-z]+)?)\b(?:,?\s{YEAR})?"
)
OWN_COUNT = re.compile(
    rf"\b[Tt]he\s(?P<day>(?i:{ORDINAL}))\s(?:day|night|morning|evening)\sof\s(?:the|our|their|his|her|"
    rf"my|that)\s(?:new\s|old\s|full\s)?(?P<month>[a-z]+)\b"
)
MONTH_YEAR = re.compile(
    rf"\b(?:[Ii]n|[Bb]y|[Oo]f|[Dd]uring|[Ss]ince|[Ll]ate|[Ee]arly|until|[Ii]t (?:was|is)(?: (?:now|still|"
    rf"already))?)\s(?P<month>{MONTH})(?:(?:,|"
    rf"\sof)?\s{YEAR})?\b"
)
YEAR_ONLY = re.compile(
    r"\b(?:[Ii]n|[Bb]y|[Ss]ince|[Dd]uring|[Ff]rom|[Uu]ntil|[Oo]f|[Ii]s|[Ww]as|[Bb]orn:?|[Dd]ied:?|"
    r"[Bb]uilt|[Ff]ounded|[Aa]bout|[Cc]irca)\s(?:the\s)?(?:year\s(?:of\s)?|(?:early|late|spring|"
    r"summer|autumn|winter|fall)\s(?:of\s|in\s)?)?"
    r"(?P<year>\d{3,4})\b(?!\s(?:men|people|miles|years|days|pounds|km|feet|soldiers|of\b|steps|crowns|souls|leagues))"
    r"|\b[Yy]ear\s(?:of\s)?(?P<bare>\d{1,4})\b"
    r"|\b(?:spring|summer|autumn|winter)\sof\s(?P<season>\d{3,4})\b"
)
SPELLED_YEAR = re.compile(
    r"\b(?:in|of|by|since)\s(?P<words>(?:sixteen|seventeen|eighteen|nineteen|twenty)[ -](?:hundred "
    r"and )?[a-z]+(?:-[a-z]+)?)\b",
    re.IGNORECASE,
)
MONTHDAY = re.compile(
    rf"\b(?:[Oo]n|[Bb]y|[Oo]f|[Uu]ntil)\sthe\s(?P<day>(?i:{ORDINAL}))(?=\s*(?:[,.;:—–]|$|at\b|in\sthe|"
    rf"and\b|[a-z]+ed\b|he\b|she\b|they\b|[A-Z]))"
)
WEEKDAY = re.compile(r"\b(?P<day>" + "|".join(d.capitalize() for d in WEEKDAYS) + r")(?!['’]s|s\b)\b")
LATER = re.compile(
    rf"\b(?P<count>{COUNT})[ -](?:more |long |full |whole |short |good |bare )?(?P<unit>{UNIT})['’]?"
    r"(?:\s(?:and a half))?\s(?P<way>later|after(?:wards?)?\b|on\b(?=[,. ])(?! (?:foot|horse|the road|"
    r"a horse))|hence|passed|passes|pass|goes by|go by|went by|had passed|had gone by|gone by|earlier|"
    r"before\b|ago|previously|beforehand)",
    re.IGNORECASE,
)
AFTER = re.compile(
    rf"\b(?P<way>after|within|inside|in under|in less than|barely|not|scarcely|hardly)\s(?:only |just |"
    rf"another |the |some |about |nearly |almost |more than )?"
    rf"(?P<count>{COUNT})[ -](?:more |long |full |whole |short |good )?(?P<unit>{UNIT})(?!\s(?:later|"
    rf"after|earlier|before|ago))",
    re.IGNORECASE,
)
TOOK = re.compile(
    rf"\b(?:took|taken|takes|spent|lasted|for|needed)\s(?:(?:her|him|them|me|us|it|some|nearly|about|"
    rf"almost|over|the|another|all)\s)*(?P<count>{COUNT})\s"
    rf"(?:more |long |full |whole |short |good )?(?P<unit>{UNIT})",
    re.IGNORECASE,
)
NTH_DAY = re.compile(
    rf"\b(?:on|of|by|in|until)\sthe\s(?P<nth>{ORDINAL})\s(?:day|night|morning|evening|afternoon)\b(?!\sof)",
    re.IGNORECASE,
)
NEXT = re.compile(
    rf"\b(?:the\s)?(?P<way>next|following|previous|preceding)\s(?P<unit>{DAYWORDS})\b"
    rf"|\b(?:the|that)\s(?P<unit2>day|morning|night|evening|afternoon|week|month|year|spring|summer|"
    rf"autumn|winter)\s(?P<way2>after(?!\s(?:day|night|year|week|the|his|her|their|they|he|she))|"
    rf"before(?!\s(?:the|his|her|their|they|he|she|last)))\b",
    re.IGNORECASE,
)
SAME = re.compile(
    rf"\b(?:the\ssame|that\ssame|that\svery|this\svery|this\ssame|the\svery\ssame|that|the\sselfsame)\s"
    rf"(?P<unit>{PART}|day|week|hour|moment|instant|minute|second|time)\b(?!\s(?:of\s(?:the\syear|"
    rf"year)|before|after|on\b\sthe))(?!(?<!same\s\w{{3}})(?<!same\s\w{{5}})\swhen\b)"
    r"|\b(?:meanwhile|in the meantime|just then|simultaneously|at the same (?:time|moment))\b"
    r"|\b(?:on|of)\sthe\s(?:day|night|evening|morning|afternoon)\s(?:that|when|of|on which)\s(?:he|she|they|I|we|his|"
    r"her|their|my|our)\b|\b(?:this|that|it) (?:was|is) the (?:very |same )*(?:night|day|evening|morning|afternoon|"
    r"hour) (?:when|that|on which|of)\b",
    re.IGNORECASE,
)
VAGUE_PAST = re.compile(
    r"\b(?:yesterday|last (?:night|evening)|(?P<long>(?:long|years|decades|centuries|generations|"
    r"months|weeks|days) (?:ago|before|earlier)|long since))\b"
    r"|\bearlier that (?:day|morning|evening|night|week)\b|\blast (?P<unit>week|month|year|winter|"
    r"summer|spring|autumn)\b",
    re.IGNORECASE,
)
VAGUE_FUTURE = re.compile(
    r"\b(?P<unit>years|decades|centuries|months|weeks|days|hours|minutes) (?:later|afterwards|passed|"
    r"pass|went by|go by)\b"
    r"|\b(?P<loose>some time later|later that (?:day|night|evening|morning|week|month|year|afternoon)|"
    r"before long|in time|eventually|one day|one night|one morning|one evening|afterwards|at last|"
    r"(?<!as )soon(?: after)?(?! as)|later)\b",
    re.IGNORECASE,
)
CLOCK_NUMBER = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
CLOCK = re.compile(
    rf"\b(?:(?P<half>half[ -]past|(?:a\s)?quarter\s(?:past|to)|(?:five|ten|twenty|"
    rf"twenty-five)(?:\sminutes)?\s(?:past|to))\s(?P<h1>{CLOCK_NUMBER})\b"
    rf"|(?P<h2>\d{{1,2}})[:.](?P<m2>\d{{2}})\b(?:\s?(?P<ap2>[ap]\.?m\b\.?))?"
    rf"|(?:at|by|until|since|,)\s(?P<h9>[01]\d|2[0-3])(?P<m9>[0-5]\d)(?:\shours|\sZulu)?(?=\s*[,.;—–]|\son\b|\shours)"
    rf"|(?P<h3>\d{{1,2}})\s?(?P<ap3>[ap]\.?m\b\.?)"
    rf"|(?P<h4>{CLOCK_NUMBER}|\d{{1,2}})\so['’]clock"
    rf"|(?:at|(?<!one )(?<!two )(?<!three )(?<!four )by|struck|strikes|before|until|past|stroke of|"
    rf"since)\s(?P<h5>{CLOCK_NUMBER})(?=\s*(?:[,.;—–]|$|in the (?:morning|afternoon|evening)|at night|"
    rf"that (?:morning|afternoon|evening|night)|on (?:the|that|[A-Z])|precisely|exactly|sharp|the next|"
    rf"and\b|as\b|when\b|from\b)))"
    rf"|\b(?:{'|'.join(WEEKDAYS)})(?:\s(?:morning|afternoon|evening|night))?\sat\s(?P<h8>{CLOCK_NUMBER})\s"
    r"(?=he\b|she\b|they\b|we\b|(?-i:[A-Z]))"
    r"|\b(?P<h7>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s(?:was\s|"
    r"had\s)?(?:striking|struck|chimed)\b|\b(?P<h6>one|two|three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve)\sin\sthe\s(?:morning|"
    r"afternoon|evening)\b",
    re.IGNORECASE,
)
PART_SAID = re.compile(
    rf"\b(?P<whole>all\s(?:through\s)?(?:that\s|the\s)?|(?:the\s)?whole\s|throughout\s(?:the|that)\s|"
    rf"through\sthe\s(?:whole\s)?|the\sentire\s)?"
    rf"(?P<pre>(?:at|by|was|is|struck|towards?|before|after|until|since|around|near|in\sthe|the|that|"
    rf"on\sthe|one|late|early|this|same|next|{'|'.join(WEEKDAYS)})\s)?(?:late\s|early\s|very\s|whole\s|"
    rf"entire\s)?(?P<part>{PART})\b(?!['’-])",
    re.IGNORECASE,
)
TRIGGER = re.compile(
    rf"\d|\b(?:later|after\w*|next|following|previous|preceding|that|same|meanwhile|meantime|then|"
    rf"simultaneously|yesterday|tomorrow|last|ago|before\w*|earlier|since|passed|by|took|spent|for|"
    rf"within|hence|day|week|year|soon|eventually|clock|half|quarter|{'|'.join(WEEKDAYS)}|"
    rf"{'|'.join(MONTHS)}|{ORDINAL}|hundred|{PART}|at|struck|in|on)\b",
    re.IGNORECASE,
)
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
FEASTS = {
    "new year's eve": (12, 31),
    "new year's day": (1, 1),
    "twelfth night": (1, 5),
    "candlemas": (2, 2),
    "lady day": (3, 25),
    "may day": (5, 1),
    "midsummer eve": (6, 23),
    "midsummer's eve": (6, 23),
    "midsummer night": (6, 23),
    "midsummer day": (6, 24),
    "midsummer's day": (6, 24),
    "midsummer": (6, 24),
    "lammas": (8, 1),
    "michaelmas": (9, 29),
    "halloween": (10, 31),
    "hallowe'en": (10, 31),
    "all hallows' eve": (10, 31),
    "all saints' day": (11, 1),
    "all souls' day": (11, 2),
    "martinmas": (11, 11),
    "christmas eve": (12, 24),
    "christmas day": (12, 25),
    "christmas night": (12, 25),
    "christmas": (12, 25),
    "boxing day": (12, 26),
}
MOVABLE = (
    "easter sunday|easter monday|easter|whitsun|ascension day|good friday|shrove tuesday|ash wednesday|"
    "palm sunday|solstice|the longest night|the longest day|harvest night|election day|coronation day|"
    "founders' day|founder's day|market day|independence day"
)
_ANY_FEAST = "|".join([*sorted(FEASTS, key=len, reverse=True), MOVABLE]).replace(" ", r"\s").replace("'", "['’]")
FEAST = re.compile(
    rf"\b(?:[Oo]n|[Aa]t|[Oo]f|[Tt]hat|[Tt]his|[Bb]y)\s(?:the\s(?:night\sof\s)?)?(?P<feast>(?i:{_ANY_FEAST}))\b"
    rf"(?:,?\s(?:(?:of|in)\s)?{YEAR})?"
)
# Days that a story calls by what happens on them: "the day of the Harvest Moon", "the first night of winter".
_HELD = (
    "feast|wedding|funeral|fair|festival|coronation|battle|eclipse|tournament|trial|election|solstice|equinox|ball|"
    "harvest|premiere|launch|raid|race|regatta|parade|reunion|referendum|verdict|execution|hanging|auction|inspection|"
    "christening|jubilee|gala|concert|flood|blackout|strike|earthquake|crash|robbery|murder|fire|storm"
)
NTH_WEEKDAY = re.compile(
    rf"\bthe\s(?P<nth>first|second|third|fourth|last)\s(?P<day>{'|'.join(WEEKDAYS)})\s(?:in|of)\s(?P<month>{'|'.join(MONTHS)})\b",
    re.IGNORECASE,
)
NAMED_DAY = re.compile(
    rf"\b(?:on|of|in|by)\s(?P<name>the\s(?:(?:{ORDINAL}|last|final)\s)?(?:day|night|eve|evening|morning)\sof\s(?:the\s)?"
    rf"(?:(?:great|full|new|big|annual|royal)\s)?(?:{_HELD}|spring|summer|autumn|winter|term|school|(?-i:[A-Z][\w’']+"
    rf"(?:\s[A-Z][\w’']+)*)(?:\s(?:{_HELD}))?))\b(?!\s(?:of\s)?\d)",
    re.IGNORECASE,
)
COUNTED = re.compile(
    r"\b(?:Day|Sol|Night|[Oo]n day|[Bb]y day)\s(?P<digits>\d{1,4})\b|"
    r"\b(?:Day|Sol)\s(?P<words>[A-Z]?[a-z]+(?:-[a-z]+)?)\b"
)
RANGE = re.compile(
    rf"\bfrom\s(?P<one>(?:the\s)?(?:{PART}|{CLOCK_NUMBER}|\d{{1,2}}(?:[:.]\d{{2}})?)(?:\so['’]clock|"
    rf"\s?[ap]\.?m\b\.?)?(?:\s(?:on\s|in\s|that\s|the\s)*(?:(?:{'|'.join(WEEKDAYS)})\b\s?)?(?:{PART})?)?)\s"
    rf"(?:until|till|to)\s(?P<two>[^,.;]{{1,40}})",
    re.IGNORECASE,
)
# "From the first of June to the last day of August", "between 3 and 9 May"
DATES = re.compile(
    r"\b(?:from|between)\s(?P<one>[^,.;]{3,40}?)\s(?:until|till|to|through|and)\s(?P<two>[^,.;]{3,40})",
    re.IGNORECASE,
)
LAST_DAY = re.compile(rf"\bthe\s(?:last\sday|end)\sof\s(?P<month>{MONTH})\b(?:,?\s{YEAR})?")
ALL = re.compile(
    rf"\b(?:all|throughout|the whole of|the rest of|all through|all of)\s(?:through\s|of\s)?(?:the\s|"
    rf"that\s|this\s)*(?:long\s)?(?P<what>{'|'.join(WEEKDAYS)}|day|{PART})\b(?!\s(?:before|after))|"
    rf"\bthe whole (?P<what2>day|{PART})\b|\b(?:never|not once) left\b[^.]{{0,40}}\bthat "
    rf"(?P<what3>{PART}|day)\b",
    re.IGNORECASE,
)
