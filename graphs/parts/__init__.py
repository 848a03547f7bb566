"""Several chapters in a row: each written against the plan as it is by then, accepted, and its part summed up."""
