"""The graphs, as data: name to builder. A new graph is one entry."""

from collections.abc import Callable
from functools import cache
from typing import Any

from langgraph.graph import StateGraph

from graphs.adventure.graph import build_adventure_graph
from graphs.chapter.graph import build_chapter_graph
from graphs.chat.graph import build_chat_graph
from graphs.distil.graph import build_distil_graph
from graphs.illustration.graph import build_illustration_graph
from graphs.memory.graph import build_analysis_graph, build_creation_graph, build_events_graph, build_note_graph
from graphs.operations.graph import build_operation_graph
from graphs.parts.graph import build_parts_graph
from graphs.planning.graph import build_plan_graph, build_titles_graph

GRAPHS: dict[str, Callable[[], StateGraph[Any, Any, Any, Any]]] = {
    "chapter": build_chapter_graph,
    "analysis": build_analysis_graph,
    "events": build_events_graph,
    "note": build_note_graph,
    "creation": build_creation_graph,
    "operation": build_operation_graph,
    "plan": build_plan_graph,
    "titles": build_titles_graph,
    "parts": build_parts_graph,
    "chat": build_chat_graph,
    "adventure": build_adventure_graph,
    "distil": build_distil_graph,
    "illustration": build_illustration_graph,
}


@cache
def compiled(name: str) -> Any:
    """The graph of that name, ready to run and without a checkpointer; the same one for everybody."""
    return GRAPHS[name]().compile()
