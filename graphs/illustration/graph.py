"""The wiring of pictures.

describe -> character  -\
         -> background --> combined
"""

from typing import Any

from langgraph.graph import END, START, StateGraph

from graphs.illustration import nodes
from graphs.illustration.state import IllustrationInput, IllustrationState, IllustrationTeam


def build_illustration_graph() -> StateGraph[Any, Any, Any, Any]:
    """The graph, not yet compiled; whoever runs it brings an `IllustrationTeam`."""
    graph: StateGraph[Any, Any, Any, Any] = StateGraph(
        IllustrationState, context_schema=IllustrationTeam, input_schema=IllustrationInput
    )
    for node in (nodes.describe, nodes.character, nodes.background):
        graph.add_node(node.__name__, node)
    # Waits for both halves where both are drawn.
    graph.add_node("combined", nodes.combined, defer=True)
    graph.add_edge(START, "describe")
    graph.add_conditional_edges("describe", nodes.to_draw, ["character", "background"])
    for half in ("character", "background"):
        graph.add_conditional_edges(half, nodes.combines, ["combined", END])
    graph.add_edge("combined", END)
    return graph
