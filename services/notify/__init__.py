"""People told outside the desk: who, by which channel, and the delivery, tried until it is done."""
