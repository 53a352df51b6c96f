"""How a request is signed (RFC 9421), in one place, so that laptop and hub cannot drift apart.

Covered are the method, the authority and path, and the digest of the body as sent (RFC 9530, so after gzip).
`@target-uri` is accepted in place of authority and path, but behind a proxy that ends TLS the scheme differs, so
the laptop signs the two parts. Parameters: `created` (device time, corrected by the hub's `Date` after a `clock`
problem), `nonce`, `keyid` (the device id), `alg` and `tag`.
"""

TAG = "broker-sync"
"""Value of the `tag` parameter; a signature made for anything else is not accepted."""
LABEL = "device"
"""Label of the signature in `Signature` and `Signature-Input`."""
ALGORITHM = "ed25519"
COMPONENTS = ("@method", "@authority", "@path", "content-digest")
"""What the laptop covers."""
MAX_SKEW = 60
"""Seconds `created` may be away from the hub's clock."""
