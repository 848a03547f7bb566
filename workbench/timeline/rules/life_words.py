"""The words of death and birth, as patterns."""

import re

from workbench.timeline.numerals import CARDINAL

FIGURE = re.compile(
    r"^\s*(?:(?:of|from|with)\s(?:\w+\s)?(?:laugh\w*|shame|embarrassment|boredom|curiosity|envy|"
    r"fright|love|happiness|joy|mortification)|a (?:little|thousand)|inside|away|down|out\b|off|back|"
    r"laughing|"
    r"to (?:see|know|hear|tell|meet|go|be)|for (?:a|some|want)|in (?:paperwork|debts?|work|sorrows?|"
    r"noise|drink|papers|letters|thought|silence|(?:the|a) (?:crowd|rush|noise|"
    r"book))|"
    r"himself|herself|his (?:face|head|hands?)|her (?:face|head|hands?)|under (?:papers|work|"
    r"blankets)|(?:up )?to (?:his|her|the) (?:neck|knees|waist|chin)|on (?:his|her) lips|again and "
    r"again|every)",
    re.IGNORECASE,
)
DEAD = re.compile(
    r"^\s*(?:(?:now|already|long|quite|certainly|found|stone|lying|lay|shot|fell|dropped|struck|cold "
    r"and|ten years|many years|\w+ (?:days|weeks|months|years))\s)*dead\b(?!\s(?:tired|asleep|drunk|"
    r"certain|wrong|set|keen|sure|calm|serious|weight|against|on (?:his|her) feet|to (?:the world|him|"
    r"her|me|us)|quiet|end|beat|sober|ahead|pan|from))",
    re.IGNORECASE,
)
LAST = re.compile(
    r"^\s*(?:(?:had\s)?(?:breathed|drew|drawn|took|taken) (?:his|her|their) last(?: breath)?|"
    r"(?:had\s)?(?:passed away|gave up the ghost|given up the ghost|stopped breathing|died in (?:his|"
    r"her) sleep)|fell dead|dropped dead|lost (?:his|her) life|(?:did not|didn['’]t|never) (?:wake "
    r"again|survive|live to|wake up again|woke again|woke)|killed (?:himself|herself)|met (?:his|her) "
    r"(?:death|end)|was no more|took (?:his|her) own life|lies? buried|lay buried)",
    re.IGNORECASE,
)
OWN = re.compile(
    r"^['’]s?\s(?:(?:old|poor|cold|lifeless|dead|drowned|broken|stiff|charred)\s)*(?:body (?:was|were|"
    r"lay|had been|washed|came|hung) (?:\w+ )?(?:found|ashore|in|on|under|at|discovered|recovered|"
    r"pulled|carried|brought|buried|burned|laid|identified)|corpse|funeral|coffin|burial|dead body|"
    r"lifeless body|tomb|ashes|heart (?:had )?stopped(?! short| for)|widow|execution was over)\b",
    re.IGNORECASE,
)
BODY_FOUND = re.compile(
    r"\b(?:found|discovered|identified|recovered|buried|burned|pulled|dragged|carried)\s(?:\w+\s)?$", re.IGNORECASE
)
RITES = re.compile(
    r"\b(?:the (?:corpse|funeral|burial|coffin|dead body|drowned body|lifeless body|ashes) "
    r"of)\s(?:the\s)?(?:late\s|poor\s|old\s|young\s)?$",
    re.IGNORECASE,
)
KILLERS = frozenset(
    "killed murdered slew hanged beheaded executed assassinated strangled drowned lynched "
    "slaughtered kills murders slays beheads".split()
)
KILLED = frozenset(
    "killed slain murdered hanged beheaded executed buried cremated entombed drowned assassinated "
    "strangled lynched interred slaughtered guillotined".split()
)
KILLING = re.compile(
    r"(?:\b(?:killed|murdered|slew|hanged|beheaded|executed|assassinated|strangled|lynched|"
    r"guillotined|buried|laid to rest|cremated|shot dead|shoots? dead|hang|bury|behead|execute)|"
    r"\b(?:fever|sea|plague|cholera|river|flood|cold|consumption|cancer|war|bullet|storm|drink|pox|"
    r"smallpox|influenza|typhus|typhoid|illness|avalanche|lake|frost|pneumonia|hunger|famine|sickness|"
    r"blast|fall|bomb|shell|noose|poison|sniper|wound|infection|scarlet fever|"
    r"measles)\s(?:had\s)?(?:took|taken|killed|carried off|claimed|finished|had|swallowed|"
    r"got))\s(?:the\s|poor\s|old\s|young\s|little\s)*$",
    re.IGNORECASE,
)
TO_DEATH = re.compile(r"^(?:[^,.;]{0,50})\b(?:dead|to death|at the stake|through the heart)\b", re.IGNORECASE)
HURT = frozenset(
    "shot stabbed beaten burned burnt crushed trampled frozen starved poisoned cut struck clubbed knifed run".split()
)
SAID = re.compile(
    r"\b(?:thought|believed|said|presumed|supposed|reported|rumoured|rumored|feared|nearly|almost|"
    r"would|could|might|if|half|as good as|left for|seemed|pretend\w*|swore|told|claimed|prayed|"
    r"wished|wanted|tried|threatened|sentenced|until|till|before|unless|play(?:ed|ing)|act(?:ed|ing)|"
    r"in the (?:play|song|opera|story)|every night)\b",
    re.IGNORECASE,
)
RETURN = re.compile(
    r"\b(?:ghosts?|spirits?|haunt\w*|phantom|apparition|spectre|wraith|undead|vampires?|zombies?|"
    r"revenant|resurrect\w*|revived?|risen|rose from|reborn|reincarnat\w*|necromanc\w*|not dead|"
    r"n['’]t dead|wasn['’]t dead|alive after all|still alive|alive|survived|faked|feigned|sham|"
    r"brought back to|back from the dead|clone|android|immortal|afterlife|heaven|"
    r"underworld|the dead (?:walk|rise|came)|nobody had died|mistaken|impostor|imposter|twin|"
    r"namesake|brother of the same|named (?:for|after)|memory|séance|seance|echo of|likeness|"
    r"return(?:ed)? to life|pretend\w*(?: to)?(?: be| have)? (?:dead|died|death)|living dead|lived after all)\b",
    re.IGNORECASE,
)
# "The other Captain Bubbles", "I'll call him Bubbles too": somebody else bears the name.
NAMESAKE = (
    r"(?:\b(?:the other|the first|the second|the new|the old|another|a new|a second|call(?:ed)? (?:him|her|it|"
    r"this one)|"
    r"nam(?:e|ed) (?:him|her|it|this one)(?: after)?)\s{name}\b|\b{name},? (?:the (?:second|third|younger|elder)|"
    r"II|III|junior|jr|too|as well|number two)\b)"
)
# "She liked to say": what somebody does now and then, and not once.
HABIT = re.compile(r"(?:(?<=liked)|(?<=loved)|(?<=used)|(?<=tended))\sto\b")
OTHER_BEARER = re.compile(r"\b(?:young|little|junior|the younger|new|another|second|baby|small)\s$", re.IGNORECASE)
STILL = frozenset(
    "lay slumped fell looked seemed was were is had has stayed hung rested remained left lies lie "
    "hangs dropped became grew sat kept".split()
)
LONG_DEAD = re.compile(
    r"\b(?:is|are|has been|had been|was)\s(?:long\s|now\s|already\s)?dead\b|\bdead (?:these|for|"
    r"since)\b|\bdied\b[^.]{0,40}\b(?:ago|before the story|last (?:year|winter|spring|summer|"
    r"autumn))\b|\b(?:killed|murdered|hanged|drowned|executed)\b[^.]{0,40}\bago\b",
    re.IGNORECASE,
)
BORN = re.compile(r"\b(?:[Bb]orn|came into the world|saw the light of (?:day|the world))\b")
I_BORN = re.compile(r"\bI was born\b|\bI['’]m (?:a child )?of\b", re.IGNORECASE)
TURNED = re.compile(
    rf"\b(?:turned|was|is|had turned)\s(?P<age>{CARDINAL})(?:\syears old)?\s(?:in|by|that)\b", re.IGNORECASE
)
DONE_TO = frozenset(
    "seen arrested wounded crowned hired elected appointed given taken caught married dismissed paid "
    "painted hanged shot killed buried".split()
)

BURIED = re.compile(
    r"\b(?:buried|hanged|killed|murdered|beheaded|executed|shot|laid)\s(?P<whom>him|"
    r"her)(?=\s*(?:[.,;]|$|to rest\b|beside\b|under\b|next to\b|"
    r"at (?:dawn|noon|sunset|night|the)\b|in the (?:churchyard|cemetery|garden|family|vault|same)|"
    r"where\b|on the (?:hill|third|second|first|following|next)\b|with (?:full|all|his|"
    r"her)\b))(?<!shot him)(?<!shot her)",
    re.IGNORECASE,
)
WRITTEN = re.compile(
    r"\b(?:letters?|wrote|writes|written|diary|journal|notebook|telegram|postcard|testament|recording|"
    r"tape|read (?:aloud|out))\b",
    re.IGNORECASE,
)
WHO_IN = re.compile(
    r",?\swho,?\s(?:(?:\w+ly|first|once)\s)?(?:"
    r"(?:back\s)?(?:in|during)\s(?:the\s)?(?:(?:early|late)\s)?(?:year\s|(?:spring|summer|autumn|winter|fall)\sof\s)?"
    r"(?P<first>\d{3,4}),?\s(?P<does>[a-z]+)"
    r"|(?P<did>[a-z]+)\s(?![^,.;]*\b(?:born|who|that|which|from|since|until|book|house|letter)\b)[^,.;]{2,50}?\sin\s"
    r"(?:the\s(?:year|spring\sof|summer\sof|autumn\sof|winter\sof)\s)?(?P<last>\d{3,4})(?=[,.;]))"
)
DONE_BY = re.compile(
    r"\b(?:was|were|been)\s(?:\w+ly\s)?(?:[a-z]+ed|built|written|made|drawn|sung|dug|cut|sold|bought|taught|cast)"
    r"\s(?:\w+\s){0,2}by\s(?:the\s)?$"
)
IN_YEAR = re.compile(
    r"(?:\s(?:himself|herself))?,?\sin\s(?:the\s(?:year|spring\sof|summer\sof|autumn\sof|winter\sof)\s)?"
    r"(?P<year>\d{3,4})\b"
)
