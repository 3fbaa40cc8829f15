"""Contents of step 0043, frozen with it."""
