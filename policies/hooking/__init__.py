"""Webhooks: which events other systems are told of, and how what is sent is signed."""
