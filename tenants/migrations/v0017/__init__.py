"""Contents of step 0017, frozen with it."""
