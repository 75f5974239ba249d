"""reset.py ADDRESS PORT: connects to an echo service, hears its greeting, ends with an RST. Prints the port it had."""
import socket
import struct
import sys

with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=10) as connection:
    connection.recv(1024)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    print(connection.getsockname()[1])
