"""Pages of reports: the whole state of each is its address."""
