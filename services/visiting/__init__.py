"""What dispatch, records, uploads and notices share."""
