"""The graphs, as data: name to builder. A new graph is one entry."""

from collections.abc import Callable
from typing import Any

from langgraph.graph import StateGraph

from graphs.chapter.graph import build_chapter_graph
from graphs.memory.graph import build_analysis_graph, build_creation_graph, build_note_graph

GRAPHS: dict[str, Callable[[], StateGraph[Any, Any, Any, Any]]] = {
    "chapter": build_chapter_graph,
    "analysis": build_analysis_graph,
    "note": build_note_graph,
    "creation": build_creation_graph,
}
