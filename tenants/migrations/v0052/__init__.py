"""Contents of step 0052, frozen with it."""
