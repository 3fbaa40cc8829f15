"""The proof that nothing leaks between bureaus: at a size that fits CI, and whole by `make prove`."""
