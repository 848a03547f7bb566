"""The wiring: each operation is one node.

START -> (editor_review | rater_feedback | character_feedback | flesh_out | invent_person | retell) -> END
"""

from typing import Any

from langgraph.graph import END, START, StateGraph

from graphs.operations import nodes
from graphs.operations.state import Operation, OperationInput, OperationOutput, OperationState
from graphs.team import AgentTeam


def operation_asked(state: OperationState) -> Operation:
    """The node that a task is for."""
    operation: Operation = state["task"].operation
    return operation


def build_operation_graph() -> StateGraph[Any, Any, Any, Any]:
    """A task to its result; the graph, not yet compiled."""
    graph: StateGraph[Any, Any, Any, Any] = StateGraph(
        OperationState, context_schema=AgentTeam, input_schema=OperationInput, output_schema=OperationOutput
    )
    for node in (
        nodes.editor_review,
        nodes.rater_feedback,
        nodes.character_feedback,
        nodes.flesh_out,
        nodes.invent_person,
        nodes.retell,
    ):
        graph.add_node(node.__name__, node)
        graph.add_edge(node.__name__, END)
    graph.add_conditional_edges(START, operation_asked)
    return graph
