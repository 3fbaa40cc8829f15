"""Contents of step 0022, frozen with it."""
