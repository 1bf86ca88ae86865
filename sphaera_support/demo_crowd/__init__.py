"""Of the demo: a history of any length, fast (`manage.py demo --conversations N`).

Rows are what the actions would have written, and are stored in bulk. People (people.py) come to
work and ask; a conversation is a story (stories.py) told by the clock of seconds since 1970, which
fills tables (tables.py).
"""
