"""Everything that changes state: plain synchronous functions, one short transaction each."""
