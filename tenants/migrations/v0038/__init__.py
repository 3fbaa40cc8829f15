"""Contents of step 0038, frozen with it."""
