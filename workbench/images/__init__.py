"""Pictures: what draws them, what puts them together, and the files that they are."""
