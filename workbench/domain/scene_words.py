"""Words by which a text is known to show a place, an hour, the weather, people and things. Data only.

A word counts with its plural; several words in one string are looked for as they stand.
"""

from collections.abc import Mapping

from workbench.domain.pictures import Attribute, Daytime, Detail, Mood, PlaceKind, Shape, Weather

PLACES: Mapping[PlaceKind, str] = {
    "forest": "forest wood woods grove thicket glade clearing trees oak pine birch jungle orchard",
    "mountains": "mountain mountains peak summit cliff ridge glacier alps crag pass ravine",
    "hills": "hill hills moor heath dale down valley slope",
    "field": "field fields meadow pasture wheat barley corn plain grass prairie farm",
    "garden": "garden courtyard park hedge flowerbed rose greenhouse lawn terrace",
    "river": "river stream brook ferry ford riverbank bank mill waterfall rapids",
    "lake": "lake pond shore mere reservoir lagoon jetty",
    "sea": "sea ocean coast beach cliffs wave waves island tide surf shore bay",
    "harbour": "harbour harbor port quay dock pier wharf mole anchorage",
    "underwater": "underwater seabed seafloor drowned coral kelp diving submarine",
    "swamp": "swamp marsh bog fen mire reeds mud",
    "desert": "desert dune dunes sand oasis caravan mesa canyon",
    "snowland": "snow ice frozen tundra glacier icy blizzard sledge",
    "cave": "cave cavern mine tunnel grotto underground shaft stalactite catacomb crypt",
    "village": "village hamlet cottage cottages farmhouse hut huts barn",
    "town": "town city street streets alley square market roofs lane avenue marketplace",
    "castle": "castle fortress keep palace citadel rampart battlement moat drawbridge",
    "ruin": "ruin ruins abbey temple rubble overgrown graveyard cemetery collapsed",
    "road": "road path highway track crossroads milestone coach wagon trail",
    "sky": "sky clouds airship balloon flying floating cloud",
    "stars": "space spaceship orbit planet galaxy comet asteroid station starship",
    "room": "room bedroom kitchen bed chamber window cabin parlour attic chair table apartment study house",
    "hall": "hall throne ballroom cathedral church chapel nave banquet columns court courtroom",
    "library": "library books shelves archive bookshop scroll scrolls bookcase",
    "workshop": "workshop forge smithy anvil bench workbench laboratory foundry loom studio factory",
    "tavern": "tavern inn pub taproom hearth innkeeper ale alehouse bar",
    "ship": "aboard deck mast stern helm rigging hold crow’s-nest",
}
# Where people are, and not only what is seen from there, counts more.
AT_HAND: frozenset[PlaceKind] = frozenset(
    ("harbour", "village", "town", "castle", "ruin", "hall", "library", "workshop", "tavern", "ship", "cave", "garden")
)
DAYTIMES: Mapping[Daytime, str] = {
    "dawn": "dawn daybreak sunrise morning cockcrow",
    "day": "noon midday afternoon daylight sunlight sun sunny day",
    "dusk": "dusk sunset evening twilight nightfall sundown",
    "night": "night midnight moon moonlight stars starlight dark darkness lantern candle candles asleep",
}
# An hour that is named says more than a moon or a candle.
HOURS: Mapping[Daytime, str] = {
    "dawn": "dawn daybreak sunrise",
    "day": "noon midday afternoon",
    "dusk": "dusk sunset twilight nightfall sundown",
    "night": "night midnight",
}
WEATHERS: Mapping[Weather, str] = {
    "clear": "clear sunny cloudless sunlight",
    "cloudy": "cloudy overcast clouds grey",
    "rain": "rain rained raining drizzle downpour wet soaked puddle umbrella",
    "storm": "storm thunder lightning gale tempest hurricane thunderstorm squall",
    "snow": "snow snowed snowing snowflake blizzard sleet winter wintry",
    "fog": "fog mist haze foggy misty vapour",
}
MOODS: Mapping[Mood, str] = {
    "calm": "calm quiet still peaceful gentle slowly silent rest",
    "joyful": "laughed laugh joy happy smiled smile danced dance song sang cheered feast wedding",
    "tense": "ran run fight fought shouted knife sword blood fire chase chased scream afraid danger hurry attack",
    "sad": "wept weep tears cried grief mourned lost alone funeral grave died dead goodbye sorrow",
    "eerie": "ghost strange whisper whispered shadow shadows cold silence empty haunted eerie moonless dread",
    "grand": "great vast golden glory crown king queen throne army triumph glittering huge",
}
DETAILS: Mapping[Detail, str] = {
    "moon": "moon moonlight",
    "stars": "stars starlight",
    "sun": "sun sunlight sunrise sunset",
    "birds": "bird birds gull gulls crow crows raven ravens swallow geese",
    "ship": "ship ships sail sails schooner galleon",
    "bridge": "bridge bridges",
    "tower": "tower towers spire belfry steeple",
    "lighthouse": "lighthouse beacon",
    "house": "house cottage hut mill farmhouse cabin",
    "gate": "gate gates archway portal",
    "well": "well fountain",
    "fire": "fire campfire bonfire flames hearth torch",
    "lamps": "lamp lamps lantern lanterns candle candles streetlamp",
    "flowers": "flower flowers rose roses lilies blossom poppies",
    "rocks": "rock rocks stone stones boulder boulders",
    "tree": "tree oak willow elm",
    "bells": "bell bells",
    "clock": "clock clocks",
    "market": "market stall stalls fair marketplace",
    "graves": "grave graves graveyard tomb tombstone cemetery",
    "fence": "fence wall hedge",
    "boat": "boat boats rowing ferry canoe skiff raft",
    "train": "train railway locomotive tram",
    "windmill": "windmill",
}
# The nearest of what can be drawn: a badger as a small bear.
SHAPES: Mapping[Shape, str] = {
    "robot": "robot android automaton machine",
    "ghost": "ghost spirit phantom spectre",
    "dragon": "dragon wyrm",
    "owl": "owl owlet",
    "bird": "bird raven crow gull parrot sparrow heron falcon eagle goose duck swan stork pigeon hen rooster magpie",
    "cat": "cat kitten tomcat",
    "dog": "dog hound puppy terrier sheepdog",
    "fox": "fox vixen",
    "wolf": "wolf",
    "horse": "horse mare pony stallion foal unicorn donkey mule",
    "bear": "bear badger",
    "fish": "fish whale dolphin carp",
    "mouse": "mouse rat vole mole shrew squirrel hamster",
    "hare": "hare rabbit",
    "crab": "crab lobster",
    "frog": "frog toad",
    "tortoise": "tortoise turtle",
    "hedgehog": "hedgehog porcupine",
    "bat": "bat",
    "moth": "moth butterfly dragonfly bee",
    "snake": "snake serpent eel",
    "octopus": "octopus squid",
    "seal": "walrus otter",
    "goat": "goat sheep deer stag",
    "camel": "camel llama dromedary",
    "girl": "girl daughter schoolgirl child",
    "boy": "boy son lad schoolboy",
    "woman": "woman lady queen mother wife sister aunt widow princess priestess witch grandmother duchess nun",
    "man": "man gentleman king father husband brother uncle widower prince priest wizard grandfather lord monk",
}
# What only somebody who is said to be it looks like: in a passage a cloud is a cloud, and a seal may be of wax.
LIKENESSES: Mapping[Shape, str] = {
    "robot": "teapot",
    "ghost": "wisp swirl shadow",
    "bird": "crane",
    "snake": "worm bookworm caterpillar",
    "seal": "seal",
    "goat": "ram",
}
# What somebody's name says of them where nothing else does.
TITLES: Mapping[Shape, str] = {
    "woman": "mrs miss madam madame lady dame queen princess auntie aunt granny grandmother mother sister doña señora",
    "man": "mr mister sir lord king prince uncle grandpa grandfather father brother don señor master",
}
ATTRIBUTES: Mapping[Attribute, str] = {
    "cloak": "cloak cape mantle",
    "hood": "hood hooded",
    "hat": "hat cap bonnet beret",
    "crown": "crown diadem tiara circlet",
    "helmet": "helmet helm",
    "dress": "dress gown skirt robe",
    "coat": "coat jacket greatcoat overcoat",
    "armour": "armour armor mail breastplate",
    "apron": "apron",
    "scarf": "scarf shawl neckerchief",
    "long hair": "long (?:[a-z]+ )?hair|hair to (?:her|his|their) (?:waist|knees)|flowing (?:[a-z]+ )?hair",
    "braid": "braid braids plait plaits ponytail",
    "beard": "beard bearded moustache",
    "glasses": "glasses spectacles monocle goggles",
    "sword": "sword sabre dagger blade rapier",
    "staff": "staff stick cane crook walking-stick",
    "bow": "longbow archer arrows quiver",
    "lantern": "lantern lamp candle torch",
    "book": "book ledger diary tome notebook map maps",
    "bag": "bag satchel backpack knapsack sack pouch",
    "basket": "basket",
    "key": "key keys",
    "umbrella": "umbrella parasol",
    "wings": "wings winged wing",
    "tail": "tail tailed",
    "horns": "horns horned antlers horn",
}
COLOURS = tuple(
    "black white grey gray red crimson scarlet blue green yellow brown golden gold silver purple violet pink orange "
    "teal copper auburn blonde blond dark pale ginger".split()
)
METALS = ("brass", "bronze", "steel", "tin", "iron")
SITTING, WALKING = "sat sit sitting seated knelt crouched", "walked walk ran run running climbed crossed followed rode"
