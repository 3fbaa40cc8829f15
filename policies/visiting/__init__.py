"""What an inspection answers, where its visits go on the map, and what the public is told of it."""
