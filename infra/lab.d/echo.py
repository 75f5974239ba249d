"""Echoes TCP and UDP on port 7; a TCP connection is greeted with the host's name, a line, first."""
import asyncio
import socket
import sys

NAME = sys.argv[1].encode() + b"\n"


async def tcp(reader, writer):
    writer.write(NAME)
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


class Udp(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        self.transport.sendto(data, address)


async def main():
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(Udp, local_addr=("0.0.0.0", 7))
    six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    six.bind(("::", 7))
    await loop.create_datagram_endpoint(Udp, sock=six)
    server = await asyncio.start_server(tcp, ["0.0.0.0", "::"], 7, backlog=4096)
    await server.serve_forever()


asyncio.run(main())
