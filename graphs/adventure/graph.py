"""The wiring of an adventure.

open -> tell -> wait -> tell ...
  |       |
  |       +--> END after the conclusion
  +--> wait, where a chapter is told already and the reader hasn't chosen
"""

from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.types import Command

from graphs.adventure import nodes
from graphs.adventure.state import AdventureInput, AdventureState, AdventureTeam


def going_on(choice_id: str) -> Any:
    """What wakes a graph that waits for the reader."""
    return Command(resume=choice_id)


def build_adventure_graph() -> StateGraph[Any, Any, Any, Any]:
    """The graph, not yet compiled; whoever runs it brings the checkpointer and an `AdventureTeam`."""
    graph: StateGraph[Any, Any, Any, Any] = StateGraph(
        AdventureState, context_schema=AdventureTeam, input_schema=AdventureInput
    )
    for node in (nodes.open_book, nodes.tell, nodes.wait):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "open_book")
    graph.add_conditional_edges("open_book", nodes.follows, ["tell", "wait", END])
    graph.add_conditional_edges("tell", nodes.follows, ["tell", "wait", END])
    graph.add_conditional_edges("wait", nodes.follows, ["tell", "wait", END])
    return graph
