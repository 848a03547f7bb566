"""Worked examples for the distiller, told as earlier turns of the conversation: text, and what is told of it.

A small model follows what it sees done. No name in them is likely in a story: the checks would find it out.
"""

from graphs.distil.state import DistilKind

EXAMPLES: dict[DistilKind, tuple[tuple[str, str], ...]] = {
    "events": (
        (
            "Snow lay on the roofs of Harl, and the ovens were cold. Elin Dahl climbed to the attic with a candle in "
            "her hand. She was afraid of the dark, and she sang so as not to hear the stairs. “Who is there?” she "
            "asked. Nobody answered. Under the window stood a chest that she had never seen before. She broke the lock "
            "and found her brother's letters in it, all of them unopened. On the way down she fell and broke her arm. "
            "The candle went out. In the morning the miller found her and carried her to his house.",
            "Elin Dahl broke the lock of a chest in the attic and found her brother's letters, unopened. On the way "
            "down she fell and broke her arm. The miller carried her to his house.",
        ),
        (
            "The fair began at noon. Joss sold the grey dog to a tinker for 12 pence, and was sorry at once. He ran "
            "after the cart as far as the bridge. “A bargain is a bargain,” said the tinker, and laughed. There was a "
            "smell of burnt sugar over the square. At dusk Joss stole the dog back, and the tinker saw his face. Since "
            "then neither of them has dared to go to the fair.",
            "Joss sold the grey dog to a tinker for 12 pence. At dusk he stole the dog back, and the tinker saw his "
            "face.",
        ),
    ),
    "characters": (
        (
            "Elin Dahl is a baker of thirty, tall and quiet, with flour in her hair on most days of the week. She was "
            "born in Harl and has never left it. She likes cardamom and dislikes bells. She is afraid of the dark and "
            "wants to find her brother, who went to sea. Her arm was broken on the stairs. Now she works with the left "
            "hand.",
            "Elin Dahl is a baker, afraid of the dark. She wants to find her brother, who went to sea. Her arm was "
            "broken, and she works with the left hand.",
        ),
    ),
    "places": (
        (
            "Cold Tower stands on the hill above Harl, where the wind never rests and the grass is short. It was built "
            "of black stone, by whom is forgotten. For ten years it has been the prison of the town. Crows nest in the "
            "upper windows, and children throw pebbles at its door. Since the fire its western wall is open.",
            "Cold Tower on the hill above Harl is the prison of the town. Since the fire its western wall is open.",
        ),
    ),
    "dialogue": (
        (
            "“You owe me for the dog,” said the tinker. “Twelve pence.” Joss looked at his boots. “I have nothing,” he "
            "said. “Then you will work for me until the harvest.” “And if I don't?” “Then the judge hears of it.” Joss "
            "thought of his aunt, and nodded. “Until the harvest,” he said.",
            "The tinker wants twelve pence for the dog. Joss said that he has nothing, and agreed to work for him "
            "until the harvest.",
        ),
    ),
    "fold": (
        (
            "Elin Dahl broke the lock of a chest in the attic and found her brother's letters, unopened. On the way "
            "down she fell and broke her arm. The miller carried her to his house. Elin read the letters to the "
            "miller. She married him in the spring. A fire destroyed the mill, and the miller died in it. Elin sold "
            "the land and went to sea.",
            "Elin Dahl found her brother's letters and broke her arm. She married the miller, who died when a fire "
            "destroyed the mill. Elin sold the land and went to sea.",
        ),
    ),
}
