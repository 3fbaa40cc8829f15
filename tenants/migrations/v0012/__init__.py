"""Parts of step 0012."""
