"""Contents of step 0037, frozen with it."""
