"""Both providers on loopback: Entra, Microsoft Graph and Google, over TLS, and a made-up world behind them."""
