"""Parts of step 0018."""
