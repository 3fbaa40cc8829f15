"""Mail by the bureau's own server, to the address that was looked at; beside the event loop."""

import asyncio
import smtplib
import socket
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from services.notify.errors import ChannelBusy, ChannelRefused, ChannelUnreachable
from services.notify.reach import Reach
from services.notify.sending import Sending

SECONDS = 10.0
SECURITY = ("tls", "starttls", "none")


async def to_mailbox(reach: Reach, sending: Sending) -> None:
    """Hand a mail to the bureau's server.

    Raises:
        HostRefused: not an allowed server. ChannelUnreachable, ChannelBusy: it may be tried again.
        ChannelRefused: account or address.
    """
    host, port = str(sending.settings["host"]), int(sending.settings["port"])
    encrypted = sending.settings["security"] != "none"
    address = await reach.address(host, port, encrypted=encrypted)
    trust = reach.trust()
    opened: list[_Pinned] = []
    try:
        async with asyncio.timeout(3 * SECONDS):
            await asyncio.to_thread(_deliver, address, trust, sending, opened)
    except TimeoutError:
        _cut(opened)  # else a server that answers drop by drop would keep the thread
        raise ChannelUnreachable(host=host) from None
    except (OSError, ValueError) as error:  # SMTPException is an OSError
        raise _judged(error, host) from None


def letter(sending: Sending) -> EmailMessage:
    """The mail: plain text, one recipient, a Message-ID that stays the same over all tries."""
    sender = str(sending.settings["sender"])
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, sending.to, sending.text.subject
    made["Date"] = format_datetime(datetime.fromtimestamp(sending.at / 1000, UTC))
    made["Message-ID"] = f"<{sending.id}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(sending.text.body)
    return made


def _deliver(address: str, trust: ssl.SSLContext, sending: Sending, opened: list["_Pinned"]) -> None:
    host, port = str(sending.settings["host"]), int(sending.settings["port"])
    security, account = sending.settings["security"], str(sending.settings.get("account", ""))
    server: smtplib.SMTP = (
        _Secured(address, host, port, trust, opened)
        if security == "tls"
        else _Pinned(address, host, port, opened)
    )
    taken = False
    try:
        with server:
            if security == "starttls":
                server.starttls(context=trust)
            if account:
                server.login(account, sending.secrets.get("password", ""))
            sender = str(sending.settings["sender"])
            server.send_message(letter(sending), from_addr=sender, to_addrs=[sending.to])
            taken = True
    except (smtplib.SMTPException, OSError):
        if not taken:  # how the server says good-bye does not send a letter twice
            raise


def _cut(opened: list["_Pinned"]) -> None:
    for server in opened:
        if isinstance(server.sock, socket.socket):
            with suppress(OSError):
                server.sock.shutdown(socket.SHUT_RDWR)


class _Pinned(smtplib.SMTP):
    """Connects to an address; the host's name is for the greeting and the certificate."""

    def __init__(self, address: str, host: str, port: int, opened: list["_Pinned"]) -> None:
        self._address = address
        self.sock = None
        opened.append(self)
        super().__init__(host, port, local_hostname="localhost", timeout=SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return socket.create_connection((self._address, port), timeout)


class _Secured(_Pinned):
    """The same, encrypted from its first byte."""

    def __init__(
        self, address: str, host: str, port: int, trust: ssl.SSLContext, opened: list[_Pinned]
    ) -> None:
        self._trust = trust
        super().__init__(address, host, port, opened)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._trust.wrap_socket(super()._get_socket(host, port, timeout), server_hostname=host)


def _judged(error: BaseException, host: str) -> Exception:
    """What may be tried again and what not: by RFC 5321, 4xx is for now and 5xx for good."""
    codes: list[int] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPResponseException):
        codes = [int(error.smtp_code)]
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        return ChannelRefused("AUTH/STARTTLS")
    if codes and 500 <= codes[0] < 600:
        return ChannelRefused(codes[0])
    return ChannelBusy(codes[0]) if codes and codes[0] >= 400 else ChannelUnreachable(host=host)
