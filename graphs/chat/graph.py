"""The wiring of the chat.

chat:   analyse -> look_up -> reply
"""

from typing import Any

from langgraph.graph import END, START, StateGraph

from graphs.chat import nodes
from graphs.chat.state import ChatInput, ChatOutput, ChatState, ChatTeam

Graph = StateGraph[Any, Any, Any, Any]


def build_chat_graph() -> Graph:
    """A question, to an answer with its sources."""
    graph: Graph = StateGraph(ChatState, context_schema=ChatTeam, input_schema=ChatInput, output_schema=ChatOutput)
    for node in (nodes.analyse, nodes.look_up, nodes.reply):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "analyse")
    graph.add_edge("analyse", "look_up")
    graph.add_edge("look_up", "reply")
    graph.add_edge("reply", END)
    return graph
