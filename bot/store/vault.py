"""Secrets in the database: unreadable without SECRET_KEY, which is not in it."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import StoreError


class Vault:
    """secret: of any form, with at least as many bits of chance as a key has."""

    def __init__(self, secret: str) -> None:
        key = HKDF(SHA256(), length=32, salt=None, info=b"drillbot: tokens at rest").derive(secret.encode())
        self._key = Fernet(base64.urlsafe_b64encode(key))

    def seal(self, text: str) -> str:
        return self._key.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises StoreError."""
        try:
            return self._key.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise StoreError(
                "SECRET_KEY is not the one that the tokens were kept with. Set that one, or install the app again."
            ) from error
