"""Contents of step 0035, frozen with it."""
