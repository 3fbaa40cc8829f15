"""Contents of step 0031, frozen with it."""
