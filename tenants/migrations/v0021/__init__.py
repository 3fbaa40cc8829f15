"""Contents of step 0021, frozen with it."""
