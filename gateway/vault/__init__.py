"""The vault: seals records, opens them, and lets their keys be destroyed. No other room knows ciphers."""
