"""What the steps of a draw share: lists, sealed parts, results, bundle, pseudonyms, duties."""
