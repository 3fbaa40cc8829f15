"""The restore drill: a deployment is lost and put back to a named second, and to the last moment kept."""
