"""The wiring of a run of chapters.

plan_next -> write -> keep -> rest -> sum_up
    ^                                    |
    +------------------------------------+
"""

from typing import Any

from langgraph.graph import END, START, StateGraph

from graphs.parts import nodes
from graphs.parts.state import PartsInput, PartsOutput, PartsState, PartsTeam


def build_parts_graph() -> StateGraph[Any, Any, Any, Any]:
    """The graph, not yet compiled; whoever runs it brings the checkpointer and a `PartsTeam`."""
    graph: StateGraph[Any, Any, Any, Any] = StateGraph(
        PartsState, context_schema=PartsTeam, input_schema=PartsInput, output_schema=PartsOutput
    )
    for node in (nodes.plan_next, nodes.write, nodes.keep, nodes.rest, nodes.sum_up):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "plan_next")
    graph.add_conditional_edges("plan_next", nodes.follows, ["write", END])
    graph.add_conditional_edges("write", nodes.was_written, ["keep", "plan_next"])
    graph.add_conditional_edges("keep", nodes.was_kept, ["rest", "plan_next"])
    graph.add_edge("rest", "sum_up")
    graph.add_edge("sum_up", "plan_next")
    return graph
