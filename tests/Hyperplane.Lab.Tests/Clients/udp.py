"""udp.py ADDRESS PORT COUNT [BYTES]: COUNT sockets send three datagrams each, of so many bytes or short, and wait up to 2 s for
each echo (with two repeats). Prints one JSON object."""
import json
import socket
import sys

ADDRESS, PORT, COUNT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
BYTES = int(sys.argv[4]) if len(sys.argv) > 4 else 0
answered = 0
for index in range(COUNT):
    with socket.socket(socket.AF_INET6 if ":" in ADDRESS else socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(2)
        client.connect((ADDRESS, PORT))
        for number in range(3):
            payload = (b"%d-%d" % (index, number)).ljust(BYTES, b".")
            for _ in range(3):
                client.send(payload)
                try:
                    if client.recv(65536) == payload:
                        answered += 1
                        break
                except (TimeoutError, ConnectionError):
                    pass
print(json.dumps({"sent": COUNT * 3, "answered": answered}))
