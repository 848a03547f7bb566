"""The wiring of planning.

plan:    plan -> (plan again until there are enough)
titles:  name
"""

from typing import Any

from langgraph.graph import END, START, StateGraph

from graphs.planning import nodes
from graphs.planning.state import (
    PlanInput,
    PlanOutput,
    PlanState,
    PlanTeam,
    TitlesInput,
    TitlesOutput,
    TitlesState,
)
from graphs.team import AgentTeam

Graph = StateGraph[Any, Any, Any, Any]


def build_plan_graph() -> Graph:
    """A story's context and plan, to the chapters that follow on it."""
    graph: Graph = StateGraph(PlanState, context_schema=PlanTeam, input_schema=PlanInput, output_schema=PlanOutput)
    graph.add_node("plan", nodes.plan)
    graph.add_edge(START, "plan")
    graph.add_conditional_edges("plan", nodes.wants_more)
    return graph


def build_titles_graph() -> Graph:
    """The parts of a text, to a plan in which each has a title."""
    graph: Graph = StateGraph(
        TitlesState, context_schema=AgentTeam, input_schema=TitlesInput, output_schema=TitlesOutput
    )
    graph.add_node("name", nodes.name)
    graph.add_edge(START, "name")
    graph.add_edge("name", END)
    return graph
