"""Long versions of the crash and fault tests; `make soak` runs them and prints their tables."""
