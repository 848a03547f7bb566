"""Planning: the chapters to come one after the other, and titles for a plan that was read out of a text."""
