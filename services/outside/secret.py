"""The secret of one role for one draw, made on its holder's own device. Basis: rd1 §3.

K is 32 random bytes. Only the commitment c and a copy sealed to the superior leave the device before the
beacon; K itself is handed over after it.
"""

import secrets
from dataclasses import dataclass

from policies.rd1 import beacon
from policies.rd1.canonical import suite_of
from policies.rd1.freeze import commitment
from services.outside.errors import NotTheDigits
from services.outside.folder import Device
from services.outside.seal import escrow_context, seal_to


@dataclass(frozen=True, slots=True)
class SecretCard:
    """What is handed in before the beacon."""

    bureau: str
    draw_no: int
    role: str
    c: str
    escrow_copy: bytes
    suite: int = 1

    def as_dict(self) -> dict[str, object]:
        """JSON form; the sealed copy in hex."""
        return {
            "bureau": self.bureau,
            "draw_no": self.draw_no,
            "role": self.role,
            "c": self.c,
            "escrow_copy": self.escrow_copy.hex(),
            "suite": self.suite,
        }


def make_secret(
    device: Device, *, bureau: str, draw_no: int, role: str, escrow_public: bytes, suite: int = 1
) -> SecretCard:
    """Make K, or find the one made before for the same draw and role, and commit to it.

    Args:
        device: the holder's own folder.
        escrow_public: X25519 key of the superior, 32 bytes.
        suite: 1 (SHA-256) or 2 (SM3), as the manifest will say.
    """
    name = _name(bureau, draw_no, role)
    if not device.has(name):
        device.keep_once(name, {"k": secrets.token_hex(32)})
    key = read_secret(device, bureau=bureau, draw_no=draw_no, role=role)
    c = commitment(suite_of(suite), bureau, draw_no, role, key).hex()
    copy = seal_to(escrow_public, key, escrow_context(bureau, draw_no, role))
    return SecretCard(bureau, draw_no, role, c, copy, suite)


def read_secret(device: Device, *, bureau: str, draw_no: int, role: str) -> bytes:
    """K, to be handed over once the beacon exists.

    Raises:
        NoDeviceKey: this device has none for the draw and role.
    """
    return bytes.fromhex(device.read(_name(bureau, draw_no, role))["k"])


def confirm_spoken(digits: str, r: str, suite: int = 1) -> None:
    """Check, on the witness's own device, that the log's R comes from the digits the witness called.

    To be done before the secret leaves the device: whoever typed other digits could have tried many.

    Args:
        digits: as called and minuted. r: hex, from the public log. suite: 1 (SHA-256) or 2 (SM3).

    Raises:
        NotTheDigits: the log holds another beacon; keep the secret.
    """
    if beacon.value(suite_of(suite), {"kind": "spoken"}, {"digits": digits}).hex() != r.lower():
        raise NotTheDigits(digits, r=r)


def spoken_digits(count: int = 20) -> str:
    """Digits for a `spoken` beacon where no balls or dice are at hand; in earnest they are called aloud."""
    return "".join(secrets.choice("0123456789") for _ in range(count))


def _name(bureau: str, draw_no: int, role: str) -> str:
    return f"secret-{bureau}-{draw_no}-{role}.json"
