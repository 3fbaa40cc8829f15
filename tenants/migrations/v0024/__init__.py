"""Contents of step 0024, frozen with it."""
