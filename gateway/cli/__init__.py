"""The command line. Thin: it parses, calls ``gateway.app``, and prints."""
