"""Fails with one line when nothing can be served on the host and port given."""

import errno
import socket
import sys


def check(host: str, port: int) -> None:
    """Raise ``OSError`` when the address cannot be listened on."""
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, _, _, address = addresses[0]
    with socket.socket(family, kind) as probe:
        # As the server does: a port that was just let go of is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        probe.listen()


def reason(error: OSError, host: str, port: int) -> str:
    """Return what to tell the person who asked."""
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use: choose another with --port or PORT."
    if error.errno == errno.EACCES:
        return f"Port {port} is not for this user: choose one above 1023 with --port or PORT."
    return f"Cannot serve on {host}, port {port}: {error.strerror}."


def main(host: str, port: str) -> None:
    """Check one address."""
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
        sys.exit(f'The port is a number from 1 to 65535, not "{port}".')
    try:
        check(host, int(port))
    except OSError as error:
        sys.exit(reason(error, host, int(port)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
