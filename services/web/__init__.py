"""What every door shares: headers, guards, problems as answers, pages, the transaction of a request."""
