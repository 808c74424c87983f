"""The left bank: keeps what is stored equal to what providers tell, one calendar in order, many at a time."""
