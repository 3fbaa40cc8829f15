"""Files to other systems over a connection: handed over, asked after, receipted, compared every night."""
