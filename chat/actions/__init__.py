"""Everything that changes state: plain synchronous functions, one short transaction each.

`straight.py` alone belongs to an event loop.
"""
