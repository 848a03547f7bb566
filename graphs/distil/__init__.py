"""Summing up: a text in portions that fit the model's window, and summaries of summaries."""
