"""Contents of step 0020, frozen with it."""
