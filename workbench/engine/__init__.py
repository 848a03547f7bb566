"""Text models: the engine that runs GGUF files on this machine, and the client for OpenAI-compatible servers.

`open_text_model` in `catalog` is the way in. Nothing here imports llama_cpp or langchain_openai before a model is
started, since both are slow to import.
"""
