"""Contents of step 0034, frozen with it."""
