"""What the agents do on request, one at a time: reviews, a character's word, and prose that is worked out."""
