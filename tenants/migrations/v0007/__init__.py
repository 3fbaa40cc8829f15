"""Contents of step 0007, frozen with it."""
