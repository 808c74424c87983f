"""How providers are reached, and by what we are known to them."""
