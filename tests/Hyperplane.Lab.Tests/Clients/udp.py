"""udp.py ADDRESS PORT COUNT: COUNT sockets send three datagrams each and wait up to 2 s for each echo (with two repeats).
Prints one JSON object."""
import json
import socket
import sys

ADDRESS, PORT, COUNT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
answered = 0
for index in range(COUNT):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(2)
        client.connect((ADDRESS, PORT))
        for number in range(3):
            payload = b"%d-%d" % (index, number)
            for _ in range(3):
                client.send(payload)
                try:
                    if client.recv(2048) == payload:
                        answered += 1
                        break
                except (TimeoutError, ConnectionError):
                    pass
print(json.dumps({"sent": COUNT * 3, "answered": answered}))
