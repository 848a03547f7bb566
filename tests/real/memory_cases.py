"""Sixty cases for the memory, with what a careful reader expects of each.

`tells`: for each fact the words of which one must stand in the result (compared by stem). `never`: words that must not.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class NoteCase:
    """An entry with its note, and what happens: an event on each line."""

    title: str
    kind: str
    content: str
    note: str
    event: str
    tells: tuple[str, ...]
    never: tuple[str, ...] = ()


@dataclass(frozen=True)
class EntityCase:
    """Somebody or something new, as the analysis found it. `title` is what the entry must be called."""

    kind: str
    name: str
    summary: str
    evidence: str
    title: str
    tells: tuple[str, ...]
    never: tuple[str, ...] = ()


MARA = ("Mara Voss", "character", "Keeper of the north light. Counts every debt, her own last.")
HALE = ("Old Hale", "character", "A ferryman of seventy who has never learnt to swim.")
IDA = ("Ida Brandt", "character", "A young doctor from the capital who distrusts the village.")
TOMAS = ("Tomas Reed", "character", "A thief with a clever tongue and a weak knee.")
LIGHT = ("The North Light", "location", "A lighthouse of grey stone above the Teeth.")
MILL = ("Weir Mill", "location", "The mill of the village, run by the Pell family.")
INN = ("The Blue Heron", "location", "An inn on the quay with six rooms and thin walls.")
KEY = ("The Brass Key", "item", "A key that fits no known lock.")
SHIP = ("The Marigold", "item", "A herring boat of twelve oars, painted yellow.")
GUILD = ("The Salt Guild", "faction", "Merchants who own every cellar in the harbour.")
FAIR = ("Lantern Night", "event", "A feast in November, when every house puts a light on the water.")
WATCH = ("The Quiet Watch", "faction", "Nine men and women who guard the border at night.")

NOTES = (
    NoteCase(*MARA, "", "Mara lost her left hand in the winch.", ("lost", "hand", "winch")),
    NoteCase(*MARA, "", "Mara married the ferryman in spring.", ("married|marriage|wife|wed", "ferryman", "spring")),
    NoteCase(
        *MARA,
        "She lost her left hand in the winch.",
        "Mara learned to write with her right hand.",
        ("lost|loss|missing", "winch", "write|writing", "right"),
    ),
    NoteCase(
        *MARA,
        "She owes the Salt Guild 40 crowns.",
        "Mara sold her mother's ring.",
        ("40", "crown|crowns", "sold|sell", "ring"),
        ("silver", "gold"),
    ),
    NoteCase(
        *MARA,
        "She owes the Salt Guild 40 crowns.",
        "Mara paid 30 crowns to the Salt Guild.",
        ("30", "paid|pay|paying", "guild"),
    ),
    NoteCase(
        *MARA,
        "She has forgiven her brother.",
        "The light went out while Mara slept.",
        ("forgave|forgiven", "slept|sleep|asleep", "light"),
    ),
    NoteCase(*HALE, "", "Hale drowned off the Teeth on Lantern Night.", ("drowned|drown", "teeth")),
    NoteCase(*HALE, "", "Hale gave his boat to Tomas.", ("gave|given|gift", "boat", "tomas")),
    NoteCase(
        *HALE,
        "He gave his boat to Tomas.",
        "Hale fell ill with a fever.",
        ("boat", "tomas", "fever", "ill|sick|fell"),
    ),
    NoteCase(
        *HALE,
        "He can no longer see with his right eye.",
        "Hale told Ida where the gold is buried.",
        ("eye", "ida", "gold", "buried|bury"),
    ),
    NoteCase(*HALE, "", "Hale broke his oath.\nHale left the village at dawn.", ("oath", "left|leave|leaving", "dawn")),
    NoteCase(
        *HALE,
        "Hale is wanted by the Quiet Watch.",
        "The Quiet Watch arrested Hale at the inn.",
        ("watch", "arrested|arrest", "inn"),
    ),
    NoteCase(*IDA, "", "Ida cut a bullet out of the boy's shoulder.", ("bullet", "boy", "shoulder")),
    NoteCase(*IDA, "", "Ida swore never to go back to the capital.", ("swore|sworn|vowed", "never|not", "capital")),
    NoteCase(
        *IDA,
        "Ida trusts Mara now.",
        "Ida found letters from her father in the cellar.",
        ("trusts|trust", "mara", "letters|letter", "father", "cellar"),
    ),
    NoteCase(
        *IDA,
        "She is 27 and has a scar on her chin.",
        "Ida burned the letters from her father.",
        ("27", "scar", "burned|burnt", "letters|letter"),
    ),
    NoteCase(
        *IDA,
        "",
        "Ida opened a practice above the bakery.\nIda hired Tomas as her helper.",
        ("practice", "bakery", "tomas", "helper|hired|help"),
    ),
    NoteCase(
        *IDA,
        "Ida has not slept for three days.",
        "Ida collapsed in the square.",
        ("three", "collapsed|collapse", "square"),
    ),
    NoteCase(*TOMAS, "", "Tomas stole the brass key from the chapel.", ("stole|stolen|steal", "key", "chapel")),
    NoteCase(
        *TOMAS,
        "He stole the brass key from the chapel.",
        "Tomas gave the key back to the priest.",
        ("key", "gave|returned|back", "priest"),
    ),
    NoteCase(*TOMAS, "", "Tomas was hanged at the crossroads.", ("hanged|hang", "crossroads|crossroad")),
    NoteCase(
        *TOMAS,
        "Tomas works for Ida Brandt.",
        "Tomas hid the knife under the bridge.",
        ("ida", "works|work|worked", "knife", "bridge"),
    ),
    NoteCase(
        *TOMAS,
        "Tomas cannot walk without a stick since the fall.",
        "Tomas won 200 crowns at cards.",
        ("stick", "fall", "200", "cards|card"),
    ),
    NoteCase(*TOMAS, "", "Tomas promised to meet Mara at the mill.", ("promised|promise", "mara", "mill")),
    NoteCase(*LIGHT, "", "The North Light burned down in the storm.", ("burned|burnt|fire", "storm")),
    NoteCase(
        *LIGHT,
        "The lamp is broken.",
        "Ida and Tomas repaired the lamp of the North Light.",
        ("lamp", "repaired|repair|mended", "ida", "tomas"),
    ),
    NoteCase(
        *LIGHT,
        "The stairs have 112 steps.",
        "Mara bricked up the door of the North Light.",
        ("112", "door", "bricked|brick"),
    ),
    NoteCase(*LIGHT, "", "A second keeper moved into the North Light.", ("second", "keeper", "moved|move")),
    NoteCase(*MILL, "", "The flood tore the wheel from Weir Mill.", ("flood", "wheel")),
    NoteCase(
        *MILL,
        "The wheel was torn away by the flood.",
        "The Pells sold Weir Mill to the Salt Guild.",
        ("wheel", "flood", "sold|sell", "guild"),
    ),
    NoteCase(
        *MILL,
        "",
        "Soldiers took the grain of Weir Mill.\nThe miller's son joined the soldiers.",
        ("grain", "soldiers|soldier", "son"),
    ),
    NoteCase(*INN, "", "The owner of the Blue Heron died in room four.", ("died|death|dead", "owner")),
    NoteCase(
        *INN,
        "Its owner died in room four.",
        "The widow reopened the Blue Heron.",
        ("owner", "died|death|dead", "widow", "reopened|reopen|open|opened"),
    ),
    NoteCase(*KEY, "", "The brass key opened the crypt under the chapel.", ("opened|open|opens", "crypt", "chapel")),
    NoteCase(
        *KEY,
        "It opened the crypt under the chapel.",
        "The key broke in the lock.",
        ("crypt", "chapel", "broke|broken", "lock"),
    ),
    NoteCase(*SHIP, "", "The Marigold sank with all nets.", ("sank|sunk|sink", "nets|net")),
    NoteCase(
        *SHIP,
        "She was sold to a man called Osric.",
        "Osric painted the Marigold black.",
        ("osric", "sold", "black", "painted|paint"),
    ),
    NoteCase(*GUILD, "", "The Salt Guild doubled the price of salt.", ("doubled|double", "price", "salt")),
    NoteCase(*FAIR, "", "On Lantern Night the mayor was shot on the bridge.", ("mayor", "shot", "bridge")),
    NoteCase(
        *WATCH,
        "Two of the nine have deserted.",
        "The Quiet Watch made Ida its captain.",
        ("two", "deserted|desert", "ida", "captain"),
    ),
)

ENTITIES = (
    EntityCase(
        "character",
        "Kenta",
        "Kenta is a demon hunter who helped Momo.",
        "A demon hunter called Kenta stepped in front of Momo.",
        "Kenta",
        ("demon", "hunter", "momo"),
        ("sister", "king"),
    ),
    EntityCase(
        "character",
        "Sister Oda",
        "Sister Oda keeps the keys of the convent.",
        "Sister Oda held up the keys of the convent and smiled.",
        "Sister Oda",
        ("keys|key", "convent"),
    ),
    EntityCase(
        "character",
        "Osric",
        "Osric is a shipbuilder with one eye.",
        "The shipbuilder Osric had one eye and a loud laugh.",
        "Osric",
        ("shipbuilder", "eye"),
    ),
    EntityCase(
        "character",
        "Little Wren",
        "A street child called Little Wren sells matches.",
        "Little Wren sold matches at the gate in every weather.",
        "Little Wren",
        ("matches|match", "gate|street"),
    ),
    EntityCase(
        "character",
        "Captain Moss",
        "Captain Moss commands the harbour guard.",
        "Captain Moss of the harbour guard read the order aloud.",
        "Captain Moss",
        ("harbour", "guard"),
    ),
    EntityCase(
        "character",
        "Yael",
        "Yael plays the viol at the Blue Heron.",
        "Yael tuned her viol in the corner of the inn.",
        "Yael",
        ("viol", "inn|heron"),
    ),
    EntityCase(
        "character",
        "Doctor Finch",
        "Doctor Finch poisons the mayor's wine.",
        "Doctor Finch dropped a white powder into the mayor's wine.",
        "Doctor Finch",
        ("mayor", "wine", "powder|poisons|poison"),
    ),
    EntityCase(
        "character",
        "",
        "A blind beekeeper named Anselm lives behind the mill.",
        "",
        "Anselm",
        ("blind", "beekeeper", "mill"),
    ),
    EntityCase(
        "location",
        "Gallow Hill",
        "Gallow Hill is where smugglers hide their boats.",
        "Under Gallow Hill the smugglers had hidden three boats.",
        "Gallow Hill",
        ("smugglers|smuggler", "boats|boat"),
    ),
    EntityCase(
        "location",
        "The Drowned Chapel",
        "The Drowned Chapel stands in the bay at low tide.",
        "At low tide the Drowned Chapel rose out of the bay.",
        "The Drowned Chapel",
        ("tide", "bay"),
    ),
    EntityCase(
        "location",
        "Fennel Street",
        "Fennel Street is the street of the bakers.",
        "In Fennel Street every second house was a bakery.",
        "Fennel Street",
        ("street", "bakers|bakery|baker"),
    ),
    EntityCase(
        "location",
        "Sorrow Gate",
        "Sorrow Gate is the east gate and closed at dusk.",
        "At dusk the guards closed Sorrow Gate.",
        "Sorrow Gate",
        ("dusk", "gate", "closed|close"),
    ),
    EntityCase(
        "location",
        "",
        "The cave of Ahl is full of blue crystals.",
        "",
        "The cave of Ahl",
        ("cave", "blue", "crystals|crystal"),
    ),
    EntityCase(
        "item",
        "Dawnbreaker",
        "Dawnbreaker is a sword that glows near liars.",
        "Dawnbreaker glowed in its sheath whenever somebody lied.",
        "Dawnbreaker",
        ("glows|glowed|glow", "liars|lied|liar"),
    ),
    EntityCase(
        "item",
        "The Ash Ledger",
        "The Ash Ledger lists every debt of the town.",
        "In the Ash Ledger stood every debt that the town had ever made.",
        "The Ash Ledger",
        ("debt|debts", "town"),
    ),
    EntityCase(
        "item",
        "Moonwort",
        "Moonwort is a herb against fever.",
        "She boiled moonwort against the fever. Moonwort smells of rain.",
        "Moonwort",
        ("fever",),
    ),
    EntityCase(
        "faction",
        "The Grey Sisters",
        "The Grey Sisters heal the poor and ask no questions.",
        "The Grey Sisters asked no questions and healed the poor.",
        "The Grey Sisters",
        ("heal|healed", "poor", "questions|question"),
    ),
    EntityCase(
        "faction",
        "House Varo",
        "House Varo rules the river tolls.",
        "Every barge paid its toll to House Varo.",
        "House Varo",
        ("toll|tolls", "barge|river"),
    ),
    EntityCase(
        "event",
        "The Long Frost",
        "The Long Frost killed the orchards nine years ago.",
        "Nine years ago the Long Frost had killed the orchards.",
        "The Long Frost",
        ("orchards|orchard", "nine", "killed|kill"),
    ),
    EntityCase(
        "event",
        "Night of Bells",
        "On the Night of Bells the rebels took the castle.",
        "The rebels took the castle on the Night of Bells.",
        "Night of Bells",
        ("rebels|rebel", "castle"),
    ),
)
