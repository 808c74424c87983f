"""Both providers on loopback, over TLS: Entra, Microsoft Graph, Google, and a made-up world behind them."""
