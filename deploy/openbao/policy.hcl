# What the site may do in OpenBao: make bureaus' keys and use them; never read, export, rotate or delete one.
#   bao secrets enable transit
#   bao policy write shuangsui deploy/openbao/policy.hcl
# "+" is one part of an address: a name that ends in "*" would also allow <key>/rotate and <key>/config.
path "transit/keys/+" {
  capabilities = ["create", "update"]
}
path "transit/encrypt/shuangsui-*" {
  capabilities = ["update"]
}
path "transit/decrypt/shuangsui-*" {
  capabilities = ["update"]
}
