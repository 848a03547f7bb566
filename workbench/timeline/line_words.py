"""The words that say who does what, where, and whether it is real, as patterns."""

import re

ADVERBS = (
    r"\w+ly|then|still|just|also|only|now|again|once|first|too|himself|herself|themselves|myself|soon|always|often|"
    r"himself|both|all|alone|at last|in turn|even|almost|nearly|never|not|no longer|already|later|that \w+|"
    r"at (?:once|length|noon|midnight|dawn|dusk)|quite|twice|in his turn|in her turn|instead|the old \w+"
)
AUX = frozenset(
    "had has have was were is are am be been did do does will would could should might may must can shall".split()
)
MODAL = frozenset(
    "will would could should might may must can shall cannot can't couldn't wouldn't won't shan't".split()
)
WORDS = re.compile(r"[A-Za-z’'-]+")
SUBJECT = re.compile(
    rf"(?P<with>(?:,?\s(?:and|with|or)\s|,\s)(?:[A-Z][\w’'-]+|the \w+|his \w+|her \w+|"
    rf"I)(?:\s[A-Z][\w’'-]+)?(?=\s[a-z])(?!\s(?:of|in|at)\b))?"
    rf"(?P<aside>,\s(?!and\b|but\b|then\b|so\b)[^,.;:]{{1,70}},|\s[—–]\s[^—–.;]{{1,70}}\s[—–]|\s\([^)]{{1,70}}\))?"
    rf"(?P<adverbs>(?:,?\s(?:{ADVERBS}),?)*)\s+(?P<verb>[a-z]+(?:[n’']+t)?|['’](?:d|s|m|ve|re)\b)"
)
SHORT = re.compile(r"(?P<verb>['’](?:d|s|m|ve|re|ll))\b")
MORE = re.compile(
    rf"(?:,\s(?:and\s|but\s|then\s|or\s)?(?:then\s)?|\s(?:and|but|or)\s(?:then\s)?|"
    rf";\sthen\s)(?:(?:{ADVERBS})\s)*(?P<verb>[a-z]+)\b"
)
NO_SUBJECT = re.compile(
    r"\b(?:of|for|to|with|from|about|by|like|than|called|calls|calling|named|herself|himself|known as|"
    r"name|at|on|against|behind|beside|near|without|in|into|under|over|upon|toward|towards|"
    r"between)\s(?:the\s|poor\s|old\s|young\s|dear\s)*$",
    re.IGNORECASE,
)
PRONOUN = re.compile(r"(?<![\w’'])(?P<word>[Hh]e|[Ss]he|I|[Tt]hey|[Ww]e)(?![\w-])")
WHOSE = re.compile(r"(?<![\w’'])(?P<word>[Hh]is|[Hh]er|[Hh]im|[Mm]y)(?![\w-])")
AS_IF = re.compile(
    r"\b(?:as if|as though|as\s\w+\sas|if|unless|whether|like someone|lest|in case|suppose|instead of|"
    r"rather than|wished|hoped|wondered|pretended|feared|without)\b[^,.;:—!?]*",
    re.IGNORECASE,
)
UNREAL = re.compile(
    r"\b(?:in (?:his|her|my|their) (?:mind|thoughts|heart|head|imagination|memory|fancy|dreams?|nightmares?)|"
    r"(?<!died )(?<!dies )(?<!away )(?<!dead )(?<!die )in (?:his|her|my|their) sleep|by proxy|in absentia|in spirit|"
    r"dream(?:s|t|ed|ing)?|imagin(?:e|ed|es|ing)|nightmares?|"
    r"legends?|rumou?rs?|they (?:say|said)|it (?:is|was) said|people (?:say|said)|the story goes|the "
    r"(?:song|ballad|play|tale|opera) (?:says|said|tells|told|has)|in the (?:song|ballad|play|tale|"
    r"story|opera|novel|film|legend)|supposedly|allegedly|"
    r"in oils|portrait|painting|statue|photograph|effigy|waxwork|puppet|marionette|picture|bust|in "
    r"(?:bronze|marble|stone)|hallucinat\w+|vision|delirium|fever(?:ed|ish) (?:dream|mind)|"
    r"make-believe|impersonat\w+|actor|"
    r"thought (?:he|she|I|they) (?:saw|heard)|seemed to (?:see|hear)|ghosts?|spirits?|phantom|"
    r"apparition|spectre|shade of|recording|hologram|projection|fiction|would have|might have|could "
    r"have|"
    r"imposter|impostor|in disguise|disguised|dressed as|twins?|double of|look-alike|namesake)\b",
    re.IGNORECASE,
)
BLOCK = re.compile(
    r"\b(?:dream(?:t|ed|s|ing)?|nightmare|in (?:the|a|his|her|my) (?:dream|vision|memory|story|tale|"
    r"play|ballad|song|photograph|picture|painting)|it (?:is|was) a (?:memory|dream|vision|story|"
    r"tale)|vision|hallucinat\w+|imagined|pictured|trance|a memory)\b",
    re.IGNORECASE,
)
AWAKE = re.compile(
    r"\b(?:woke|wakes|wake|awoke|waking|awake|woken|came to|opened (?:his|her|my) eyes|sat up|in the morning)\b",
    re.IGNORECASE,
)
REMEMBERED = re.compile(
    r"\b(?:remember(?:s|ed|ing)?|recall(?:s|ed|ing)?|thought back|looked back|in those days|in the "
    r"old days|back then|used to|when (?:he|she|I|they) (?:was|were) (?:a )?(?:child|boy|girl|young|"
    r"small|little))\b",
    re.IGNORECASE,
)
AFTER_ADVERBS = re.compile(rf"(?:,?\s(?:{ADVERBS}),?)*\s(?P<verb>[a-z]+)")
PREPOSITION = re.compile(
    r"^(?:.*[\s—–,]|.*(?<=\W)|)(?P<word>in|at|on|inside|aboard|outside|within|throughout|through|"
    r"across|along|above|below|beneath|under|beside|behind|near|by|into|onto|around|round|over|up|"
    r"down|to|towards?|for|from|off|out of|(?<!out )of|past|beyond|about|reached|reaches|entered|"
    r"enters|left|leaves|leaving|reaching|entering|quit|gained|back)\s"
    r"(?P<words>(?:the|a|an|his|her|their|its|my|our|old|great|little|upper|lower|north|south|east|"
    r"west|whole|dark|cold|empty|king's|queen's)?(?:\s?[a-z’'-]+){0,2}\s?)$",
    re.IGNORECASE | re.DOTALL,
)
HOW = {
    "from": "leave",
    "off": "at",
    "out of": "leave",
    "left": "leave",
    "leaves": "leave",
    "leaving": "leave",
    "quit": "leave",
    "of": "of",
    "to": "to",
    "back": "to",
    "toward": "",
    "towards": "",
    "for": "",
    "past": "",
    "beyond": "",
    "about": "",
    "near": "",
    "by": "",
    "reached": "direct",
    "reaches": "direct",
    "entered": "direct",
    "enters": "direct",
    "reaching": "direct",
    "entering": "direct",
    "gained": "direct",
    "over": "",
    "above": "",
}
OUTER = re.compile(
    r"\b(?:(?P<word>in|at|on|inside|aboard|into|through|onto|up|across|under|beneath)\s(?:the|a|an|his|"
    r"her|their|its)\s(?:[a-z’'-]+\s){1,4}|on top\s|in front\s)of\s(?:the\s)?$",
    re.IGNORECASE,
)

# "The clock of Vell struck nine": what belongs to a place is in it.
PART_OF = re.compile(
    r"\b(?:clocks?|bells?|church|square|streets?|harbou?r|quay|market|gates?|beach|station|hospital|hall|chapel|tower|"
    r"docks?|taverns?|inn|port|bridge|gardens?|park|cathedral|fields?|roofs?|cellars?|deck|kitchens?|doors?|doorway|"
    r"porch|threshold|courtyard|yard|attic|stables?|library|lobby|corridors?|counter|steps|pier|wharf)\sof\s(?:the\s)?$",
    re.IGNORECASE,
)
THEY = re.compile(r"(?<![\w’'])(?:[Tt]hey|[Bb]oth of them|[Tt]he two of them|[Tt]he pair)(?![\w-])")
# "The two ships": whom "they" may mean beside the people that are named.
MANY = re.compile(
    r"\b(?:the|some|many|several|all|those|these|his|her|their|[Tt]wo|[Tt]hree)\s(?:\w+\s)?[a-z]+(?:s|men|people)\b(?<!ss)(?<!['’]s)"
)

# "It was Lise who caught him": she is the one who does it.
CLEFT = re.compile(r"\b[Ii]t (?:was|is) (?:the )?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*(?P<who> who)\b")
SEEN = re.compile(
    r"\b(?:saw|met|found|passed|spotted|noticed|seen|visited|watched|joined|finds|sees|caught)\s(?:the\s|poor\s|old\s)*$",
    re.IGNORECASE,
)
# "The log has Una sailing from Vell": what papers and people show somebody doing.
SHOWN = re.compile(
    r"\b(?:has|had|shows?|showed|records?|recorded|puts?|saw|seen|finds?|found|caught|watched)\s(?:the\s)?$"
)
SETTING_OUT = re.compile(r"^\s(?:leaving|departing|(?:\w+ing)\s(?:from|out of|out from|away from))\s(?:the\s)?$")
