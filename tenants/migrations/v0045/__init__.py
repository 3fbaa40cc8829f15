"""Contents of step 0045, frozen with it."""
