"""Speed of the whole product, measured from outside against the goals; `make bench`."""
