# What the gateway's token may do, where the transit engine is mounted at transit/.
# There is no encrypt: it would make a key that was destroyed anew.
path "transit/keys/*" {
  capabilities = ["create", "read", "update", "delete"]
}
path "transit/datakey/plaintext/*" {
  capabilities = ["update"]
}
path "transit/decrypt/*" {
  capabilities = ["update"]
}
