"""Contents of step 0040, frozen with it."""
