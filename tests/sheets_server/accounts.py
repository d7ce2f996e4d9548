"""The service account: its key file, the token endpoint, and the bearer tokens that it gave out.

Signatures are checked for real, times by the server's clock. Who may do what with a file is decided elsewhere.
"""

import base64
import binascii
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.sheets_server.errors import Rejected
from tests.sheets_server.faults import SENTENCES
from tests.sheets_server.quota import PROJECT

ACCOUNT = "klima-allianz@klima-allianz-test.iam.gserviceaccount.com"
AUDIENCE = "https://oauth2.googleapis.com/token"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_LIFE = timedelta(seconds=3599)
LONGEST_ASSERTION = timedelta(hours=1)
TOLERANCE = timedelta(minutes=5)
"""How far in the future `iat` may lie; Google names no figure."""

SHEETS = "https://www.googleapis.com/auth/spreadsheets"
MAY_READ = {SHEETS, SHEETS + ".readonly", "https://www.googleapis.com/auth/drive"}
MAY_WRITE = {SHEETS, "https://www.googleapis.com/auth/drive"}


class TokenRefused(Exception):  # noqa: N818 - the token endpoint refuses in its own words, not in those of the API
    """What the token endpoint answers with 400: OAuth's error code and a description."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.body = {"error": error, "error_description": description}


@cache
def private_key() -> rsa.RSAPrivateKey:
    """Return the key of this process; making one takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key_file(folder: Path, token_uri: str) -> Path:
    """Write the account's key as Google hands it out (mode 0600) and return its path."""
    pem = private_key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    info = {
        "type": "service_account",
        "project_id": "klima-allianz-test",
        "private_key_id": "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c",
        "private_key": pem.decode(),
        "client_email": ACCOUNT,
        "client_id": "102938475610293847561",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": token_uri,
        "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
        "universe_domain": "googleapis.com",
    }
    path = folder / "service-account.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(info, indent=2))
    return path


@dataclass(kw_only=True)
class Accounts:
    """The tokens in use. `clock` is the server's clock; `revoked` says that the key was deleted."""

    clock: Callable[[], datetime]
    revoked: bool = False
    scopes: list[str] = field(default_factory=list)
    _tokens: dict[str, tuple[datetime, frozenset[str]]] = field(default_factory=dict)

    def grant(self, form: dict[str, str]) -> dict[str, Any]:
        """Return a token for a signed assertion; TokenRefused says why not."""
        if form.get("grant_type") != GRANT:
            raise TokenRefused("unsupported_grant_type", "Invalid grant_type: " + form.get("grant_type", ""))
        claims = self._verified(form.get("assertion", ""))
        self._check_times(claims)
        scopes = frozenset(str(claims.get("scope", "")).split())
        if not scopes:
            raise TokenRefused("invalid_scope", "Empty or missing scope not allowed.")
        self.scopes.append(" ".join(sorted(scopes)))
        token = "ya29." + secrets.token_urlsafe(40)
        self._tokens[token] = (self.clock() + TOKEN_LIFE, scopes)
        return {"access_token": token, "expires_in": int(TOKEN_LIFE.total_seconds()), "token_type": "Bearer"}

    def expire_tokens(self) -> None:
        """End all tokens at once."""
        self._tokens.clear()

    def check(self, authorization: str, kind: str) -> None:
        """Refuse a request without a living token (401), or whose scope is too small (403)."""
        expiry, scopes = self._tokens.get(authorization.removeprefix("Bearer "), (None, frozenset()))
        if expiry is None or expiry <= self.clock():
            raise Rejected(401, "UNAUTHENTICATED", SENTENCES[401])
        if not scopes & (MAY_READ if kind == "read" else MAY_WRITE):
            raise _scope_too_small()

    def _verified(self, assertion: str) -> dict[str, Any]:
        signed, _, signature = assertion.rpartition(".")
        try:
            claims: dict[str, Any] = json.loads(_decoded(signed.split(".")[1]))
            private_key().public_key().verify(_decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        except (IndexError, ValueError, binascii.Error):
            raise TokenRefused("invalid_grant", "Bad Request") from None
        except InvalidSignature:
            raise TokenRefused("invalid_grant", "Invalid JWT Signature.") from None
        if self.revoked:
            raise TokenRefused("invalid_grant", "Invalid JWT Signature.")
        if claims.get("iss") != ACCOUNT:
            raise TokenRefused("invalid_grant", "Invalid grant: account not found")
        if claims.get("aud") != AUDIENCE:
            raise TokenRefused("invalid_grant", "Invalid JWT: Failed audience check.")
        return claims

    def _check_times(self, claims: dict[str, Any]) -> None:
        now = self.clock().timestamp()
        issued, expires = float(claims.get("iat", 0)), float(claims.get("exp", 0))
        life = LONGEST_ASSERTION.total_seconds()
        if not (issued - TOLERANCE.total_seconds() <= now < expires and 0 < expires - issued <= life):
            raise TokenRefused(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                "Check your iat and exp values in the JWT claim.",
            )


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _scope_too_small() -> Rejected:
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
        "metadata": {"service": "sheets.googleapis.com"},
    }
    return Rejected(403, "PERMISSION_DENIED", "Request had insufficient authentication scopes.", (info,))


def api_disabled() -> Rejected:
    """Return the refusal while the Sheets API is not switched on in the account's project."""
    url = f"https://console.developers.google.com/apis/api/sheets.googleapis.com/overview?project={PROJECT}"
    link = {"description": "Google developers console API activation", "url": url}
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "SERVICE_DISABLED",
        "domain": "googleapis.com",
        "metadata": {"consumer": f"projects/{PROJECT}", "service": "sheets.googleapis.com"},
    }
    sentence = (
        f"Google Sheets API has not been used in project {PROJECT} before or it is disabled. Enable it by visiting "
        f"{url} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our "
        "systems and retry."
    )
    details = ({"@type": "type.googleapis.com/google.rpc.Help", "links": [link]}, info)
    return Rejected(403, "PERMISSION_DENIED", sentence, details)
