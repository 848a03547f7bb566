"""The rules of continuity: each looks at a story and yields what can't be true together."""
