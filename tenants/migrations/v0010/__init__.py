"""Contents of step 0010, frozen with it."""
