"""Step 0019 in words of its own."""
