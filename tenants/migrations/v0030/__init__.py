"""Contents of step 0030, frozen with it."""
