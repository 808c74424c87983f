"""The border: an event full of people comes in, a booking goes out, and nothing else does."""
