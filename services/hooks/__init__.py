"""Webhooks: told in the transaction of the act, delivered by the worker, logged."""
