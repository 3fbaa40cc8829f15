"""Parts of step 0015."""
