"""Parts of step 0016."""
