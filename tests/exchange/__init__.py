"""Exchange with other systems, against a stand-in that is slow, loses, doubles, refuses and lies."""
