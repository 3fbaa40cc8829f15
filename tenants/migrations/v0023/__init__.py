"""Contents of step 0023, frozen with it."""
