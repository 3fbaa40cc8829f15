"""What stays secret until a visit: who sees what, marks on copies, tracing them, leak cases."""
