"""Contents of step 0008, frozen with it."""
