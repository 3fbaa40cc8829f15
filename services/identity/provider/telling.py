"""Tells the site that a login is over, the way Keycloak does: from server to server."""

import httpx

from services.identity.config import IdentityConfig

SECONDS = 3.0
BACK_CHANNEL = "/login/backchannel"


async def tell(config: IdentityConfig, token: str) -> None:
    """Posts a logout token; a site that does not answer finds out when it asks next."""
    async with httpx.AsyncClient(trust_env=False, timeout=SECONDS) as client:
        try:
            await client.post(f"{config.public_url}{BACK_CHANNEL}", data={"logout_token": token})
        except httpx.HTTPError:
            return
