"""Contents of step 0047, frozen with it."""
