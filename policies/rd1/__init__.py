"""rd1, the provable draw: freeze, tickets, teams, changes, the public log's entries. See docs/protocol.md."""
