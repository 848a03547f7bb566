"""The wiring of the chapter loop.

    context -> writer -> editor    \\
                  ^   -> rater      } -> judge -> finalise
                  |   -> character /       |
                  +------- revise ---------+
"""

from typing import Any

from langgraph.graph import END, START, StateGraph

from graphs.chapter import nodes
from graphs.chapter.routing import needs_revision
from graphs.chapter.state import ChapterInput, ChapterOutput, ChapterState, ChapterTeam


def build_chapter_graph() -> StateGraph[Any, Any, Any, Any]:
    """The graph, not yet compiled; whoever runs it brings the checkpointer and a `ChapterTeam`."""
    graph: StateGraph[Any, Any, Any, Any] = StateGraph(
        ChapterState, context_schema=ChapterTeam, input_schema=ChapterInput, output_schema=ChapterOutput
    )
    for node in (nodes.context, nodes.writer, nodes.editor, nodes.rater, nodes.character, nodes.judge, nodes.finalise):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "context")
    graph.add_edge("context", "writer")
    reviewers = ["editor", "rater", "character"]
    for reviewer in reviewers:
        graph.add_edge("writer", reviewer)
    graph.add_edge(reviewers, "judge")
    graph.add_conditional_edges("judge", needs_revision)
    graph.add_edge("finalise", END)
    return graph
