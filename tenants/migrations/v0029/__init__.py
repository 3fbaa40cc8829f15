"""Contents of step 0029, frozen with it."""
