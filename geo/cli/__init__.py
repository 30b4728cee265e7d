"""The ``claims`` command: what is typed, and the text and JSON that answer it."""
