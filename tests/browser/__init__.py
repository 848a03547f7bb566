"""The page as people meet it: Chromium against the real app with a scripted model."""
