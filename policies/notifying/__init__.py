"""What a bureau's people are told outside the desk: which events there are, and words that name nobody."""
