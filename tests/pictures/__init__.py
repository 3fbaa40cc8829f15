"""Pictures of the main pages, made from the demonstration by one command."""
