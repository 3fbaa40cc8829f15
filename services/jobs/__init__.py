"""Work beside requests: orders on the transactional outbox, and jobs of the clock. Every job has a bureau."""
