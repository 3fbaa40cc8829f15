"""The operator's work on databases: a bureau's move in numbered steps, its undoing, what is left behind."""
