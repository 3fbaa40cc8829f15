"""From rules and counts to the year: quotas, who is in the urn, caps, working days."""
