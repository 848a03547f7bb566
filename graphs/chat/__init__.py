"""Answering: what a question asks for, what is known of it, and the answer."""
