"""A real SMTP server for the tests: aiosmtpd, with STARTTLS or TLS from the start, and a login.

usage: mail_server.py plain|starttls|smtps CERTIFICATE KEY

Prints its port, then for each mail one line of JSON: how it came (tls, login, from, to) and the mail as Python's own
parser reads it. The login is alerts@example.org with the password "pass:word/SECRET". RCPT of nobody@ is refused, of
later@ the first time only.
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


def parsed(content):
    message = email.message_from_bytes(content, policy=email.policy.default)
    defects = [str(defect) for part in message.walk() for defect in part.defects]
    parts = {}
    for part in message.walk():
        if not part.is_multipart():
            parts[part.get_content_type()] = part.get_content().replace("\r\n", "\n")
    return {
        "headers": {name: str(value) for name, value in message.items()},
        "header_count": len(message.items()),
        "defects": defects + [str(d) for value in message.values() for d in getattr(value, "defects", [])],
        "type": message.get_content_type(),
        "parts": parts,
        "longest_line": max(len(line) for line in content.split(b"\r\n")),
        "bare_newlines": content.replace(b"\r\n", b"").count(b"\n"),
        "ascii": content.isascii(),
        "raw": content.decode("ascii", "replace"),
    }


class Handler:
    def __init__(self):
        self.put_off = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 no such mailbox here"
        if address.startswith("later@") and address not in self.put_off:
            self.put_off.add(address)
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        line = {
            "tls": session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None,
            "login": session.auth_data.login.decode() if session.auth_data else None,
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
        }
        print(json.dumps(line | parsed(envelope.content)), flush=True)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, auth_data):
    right = auth_data.login == b"alerts@example.org" and auth_data.password == b"pass:word/SECRET"
    return AuthResult(success=right, handled=False, auth_data=auth_data)


async def main():
    mode, certificate, key = sys.argv[1:]
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    handler = Handler()

    def session():
        if mode == "plain":
            return SMTP(handler)
        if mode == "starttls":
            return SMTP(handler, tls_context=context, require_starttls=True, auth_required=True,
                        authenticator=authenticate)
        return SMTP(handler, auth_required=True, auth_require_tls=False, authenticator=authenticate)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(session, "127.0.0.1", 0, ssl=context if mode == "smtps" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
