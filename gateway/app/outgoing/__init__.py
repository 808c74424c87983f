"""What is told of our own accord, at addresses of others."""
