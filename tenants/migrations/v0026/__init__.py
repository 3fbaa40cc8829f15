"""Contents of step 0026, frozen with it."""
