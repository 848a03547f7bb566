"""Pictures of a passage: the scene described, character and background drawn side by side, then put together."""
