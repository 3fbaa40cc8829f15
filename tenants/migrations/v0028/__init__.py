"""Contents of step 0028, frozen with it."""
