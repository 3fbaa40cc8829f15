"""Contents of step 0014, frozen with it."""
