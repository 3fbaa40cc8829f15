"""A second verifier of rd1 bundles, written from the protocol text alone."""
