"""What a world knows, found again by meaning and by word: embeddings and the searchable copy of the lore."""
