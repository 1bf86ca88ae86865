"""Nothing lost: people talk while processes die; what they saw is held against the database."""
