"""Contents of step 0039, frozen with it."""
