"""Reads "ADDRESS PORT" lines; for each connects again and again (a new socket every 5 ms without answer) until a byte of
HTTP comes back, then prints CLOCK_MONOTONIC in nanoseconds."""
import socket
import sys
import time

for line in sys.stdin:
    address, port = line.split()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        client = socket.socket()
        # The first answer is a millisecond away; a longer wait is a SYN that nobody took.
        client.settimeout(0.005)
        try:
            client.connect((address, int(port)))
            client.settimeout(2)
            client.sendall(b"GET / HTTP/1.0\r\n\r\n")
            if client.recv(1):
                print(time.monotonic_ns(), flush=True)
                break
        except OSError:
            time.sleep(0.001)
        finally:
            client.close()
    else:
        print(-1, flush=True)
