"""The memory's graphs: analyse a passage, rewrite a note, create an entry. Rules find, the model judges and words."""
