"""What agents are shown: items in layers, each with a budget in tokens, and a trace that says why each is in or out."""
