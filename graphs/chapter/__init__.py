"""The chapter loop: context, writer, then editor, rater and characters on one draft, until it is good enough."""
