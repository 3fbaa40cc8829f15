"""Contents of step 0048, frozen with it."""
