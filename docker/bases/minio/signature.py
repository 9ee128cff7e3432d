"""AWS Signature Version 4 in the Authorization header, as S3 clients make it."""

import hashlib
import hmac
import urllib.parse


def sign(secret: str, request: "Request") -> str:
    """Return the signature that whoever knows the secret makes for this request."""
    date, region, service, _ = request.scope.split("/")
    key = ("AWS4" + secret).encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    canonical = hashlib.sha256(request.canonical().encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", request.headers.get("x-amz-date", ""), request.scope, canonical])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class Request:
    """What of a request is signed: method, path, query and the headers it names."""

    def __init__(self, method: str, target: str, headers: dict[str, str]) -> None:
        self.method = method
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.path, _, self.query = target.partition("?")
        algorithm, _, rest = self.headers.get("authorization", "").partition(" ")
        fields = dict(part.strip().partition("=")[::2] for part in rest.split(","))
        self.key, _, self.scope = fields.get("Credential", "").partition("/")
        self.signed = fields.get("SignedHeaders", "")
        self.signature = fields.get("Signature", "")
        self.valid = algorithm == "AWS4-HMAC-SHA256" and self.scope.count("/") == 3

    def canonical(self) -> str:
        pairs = sorted(urllib.parse.parse_qsl(self.query, keep_blank_values=True))
        query = "&".join(f"{_quote(name)}={_quote(value)}" for name, value in pairs)
        lines = [f"{name}:{' '.join(self.headers.get(name, '').split())}\n" for name in self.signed.split(";")]
        body = self.headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
        return "\n".join([self.method, self.path, query, "".join(lines), self.signed, body])


def is_allowed(request: Request, key: str, secret: str) -> bool:
    """Tell whether the request carries the signature of these credentials."""
    if not request.valid or not hmac.compare_digest(request.key, key):
        return False
    return hmac.compare_digest(request.signature, sign(secret, request))


def _quote(text: str) -> str:
    return urllib.parse.quote(text, safe="-_.~")
