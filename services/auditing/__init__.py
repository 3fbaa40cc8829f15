"""Audits of bureaus below: what their use cases share."""
