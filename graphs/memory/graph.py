"""The wiring of the memory's graphs.

analysis:  candidates -> judge -> verify        (nothing to judge: candidates -> verify)
events:    open_points -> fill_in               (nothing open: it ends there)
note:      rewrite -> (stands | rewrite again | append)
creation:  create
"""

from typing import Any

from langgraph.graph import END, START, StateGraph

from graphs.memory import events, nodes
from graphs.memory.state import (
    AnalysisInput,
    AnalysisOutput,
    AnalysisState,
    CreationInput,
    CreationOutput,
    CreationState,
    EventsInput,
    EventsOutput,
    EventsState,
    NoteInput,
    NoteOutput,
    NoteState,
)
from graphs.team import AgentTeam

Graph = StateGraph[Any, Any, Any, Any]


def build_analysis_graph() -> Graph:
    """A passage and the entries that are true there, to what it makes true."""
    graph: Graph = StateGraph(
        AnalysisState, context_schema=AgentTeam, input_schema=AnalysisInput, output_schema=AnalysisOutput
    )
    for node in (nodes.candidates, nodes.judge, nodes.verify):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "candidates")
    graph.add_conditional_edges("candidates", nodes.has_candidates)
    graph.add_edge("judge", "verify")
    graph.add_edge("verify", END)
    return graph


def build_events_graph() -> Graph:
    """What rules have read of story time, to the same with what the model could fill in."""
    graph: Graph = StateGraph(
        EventsState, context_schema=AgentTeam, input_schema=EventsInput, output_schema=EventsOutput
    )
    for node in (events.open_points, events.fill_in):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "open_points")
    graph.add_conditional_edges("open_points", events.has_open_points)
    graph.add_edge("fill_in", END)
    return graph


def build_note_graph() -> Graph:
    """An entry, its note and an event, to the rewritten note."""
    graph: Graph = StateGraph(NoteState, context_schema=AgentTeam, input_schema=NoteInput, output_schema=NoteOutput)
    for node in (nodes.rewrite, nodes.append):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "rewrite")
    graph.add_conditional_edges("rewrite", nodes.note_stands)
    graph.add_edge("append", END)
    return graph


def build_creation_graph() -> Graph:
    """What was found of somebody new, to a lore entry's words."""
    graph: Graph = StateGraph(
        CreationState, context_schema=AgentTeam, input_schema=CreationInput, output_schema=CreationOutput
    )
    graph.add_node("create", nodes.create)
    graph.add_edge(START, "create")
    graph.add_edge("create", END)
    return graph
