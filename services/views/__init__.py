"""What pages show, as data: made from stores and pure rules, asserted by tests, drawn by templates."""
