"""Step 0032: what the roster's pages keep."""
