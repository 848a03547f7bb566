"""An adventure as one graph: chapters are told, and the reader is waited for between them."""
