"""Contents of step 0009, frozen with it."""
