"""Contents of step 0011, frozen with it."""
