"""echo.py ADDRESS PORT BYTES: sends so many random bytes to an echo service that greets with a line first, and checks that they
come back. Prints "same bytes"."""
import os
import socket
import sys
import threading

data = os.urandom(int(sys.argv[3]))
with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=20) as connection:
    sender = threading.Thread(target=connection.sendall, args=(data,), daemon=True)
    sender.start()
    back = b""
    while len(back) - (back.find(b"\n") + 1) < len(data) or b"\n" not in back:
        more = connection.recv(1 << 20)
        assert more, "the connection ended early"
        back += more
    sender.join()
assert back[back.find(b"\n") + 1:] == data, "other bytes came back"
print("same bytes")
