"""Who is at the door: login with OpenID Connect, sessions, tokens. What they may do stands elsewhere."""
