"""The TLS certificate that headquarters makes for itself: devices pin it, so no authority is needed.

It says no name that matters and is good for as long as headquarters is: a laptop whose clock says
1970 must still be able to connect. Who has a certificate of an authority gives that one instead.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import ssl
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync.hq import trouble

_FROM: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_UNTIL: Final = dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC)  # what X.509 says for "no end"


class LineKeys(NamedTuple):
    """The private key and certificate chain of the line, both PEM."""

    key: bytes
    certificate: bytes


def make() -> LineKeys:
    """Return a new key with its own certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hq")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .sign(key, hashes.SHA256())
    )
    return LineKeys(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        certificate.public_bytes(serialization.Encoding.PEM),
    )


def pinned(certificate: bytes) -> bytes:
    """Return a PEM certificate as a card carries it, for devices to pin."""
    return x509.load_pem_x509_certificate(certificate).public_bytes(serialization.Encoding.DER)


def context(line: LineKeys) -> ssl.SSLContext:
    """Return how the server speaks TLS. Trouble when key and certificate are none, or not each other's."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    made.num_tickets = 0  # a visit is one connection: what would let it be resumed costs half a kilobyte
    with tempfile.TemporaryDirectory() as folder:  # Python reads keys from files only: this one is encrypted
        password = secrets.token_bytes(24).hex()
        path = Path(folder) / "line.pem"
        path.touch(0o600)
        path.write_bytes(_encrypted(line.key, password.encode()) + line.certificate)
        try:
            made.load_cert_chain(path, password=password)
        except ssl.SSLError as error:
            raise trouble.wrong("The key and the certificate are not each other's", "two PEM files") from error
        finally:
            path.write_bytes(os.urandom(path.stat().st_size))
    return made


def _encrypted(key: bytes, password: bytes) -> bytes:
    try:
        private = serialization.load_pem_private_key(key, None)
    except (ValueError, TypeError) as error:
        raise trouble.wrong("The key of the line cannot be read", "a PEM file without password") from error
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password),
    )
