"""The wiring of summing up.

read -> distil -> (distil again | keep) -> (distil the next portion | join -> read ... | end)
"""

from typing import Any

from langgraph.graph import END, START, StateGraph

from graphs.distil import nodes
from graphs.distil.state import DistilInput, DistilOutput, DistilState
from graphs.team import AgentTeam


def build_distil_graph() -> StateGraph[Any, Any, Any, Any]:
    """A text to its summary, whatever the model says: at the worst its own sentences."""
    graph: StateGraph[Any, Any, Any, Any] = StateGraph(
        DistilState, context_schema=AgentTeam, input_schema=DistilInput, output_schema=DistilOutput
    )
    for node in (nodes.read, nodes.distil, nodes.keep, nodes.join, nodes.conclude):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "read")
    graph.add_edge("read", "distil")
    graph.add_conditional_edges("distil", nodes.answer_stands)
    graph.add_conditional_edges("keep", nodes.more_to_read)
    graph.add_edge("join", "read")
    graph.add_edge("conclude", END)
    return graph
