"""Legal holds: placed, looked at, disclosed and lifted, by officers."""
