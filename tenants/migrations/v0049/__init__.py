"""Contents of step 0049, frozen with it."""
