"""Contents of step 0051, frozen with it."""
