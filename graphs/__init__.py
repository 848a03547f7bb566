"""LangGraph state machines. They see a chat model, domain values and callables; never storage, queue or interface."""
