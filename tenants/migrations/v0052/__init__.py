"""Contents of step 0050, frozen with it."""
