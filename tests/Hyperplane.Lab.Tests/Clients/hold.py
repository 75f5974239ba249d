"""hold.py ADDRESS PORT COUNT: holds TCP connections to an echo service, each sending a numbered line every 50 ms and checking
what comes back. Prints "open" once all are up; at end of input prints one JSON object and ends."""
import asyncio
import collections
import json
import sys

ADDRESS, PORT, COUNT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
names = collections.Counter()
broken = []
echoed = 0
stopping = asyncio.Event()


async def connection(up):
    global echoed
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(ADDRESS, PORT), 10)
        name = (await asyncio.wait_for(reader.readline(), 10)).decode().strip()
        names[name] += 1
        up.set_result(name)
        number = 0
        while not stopping.is_set():
            line = b"%d\n" % number
            writer.write(line)
            answer = await asyncio.wait_for(reader.readline(), 10)
            if answer != line:
                raise ConnectionError(f"sent {line!r}, got {answer!r}")
            echoed += 1
            number += 1
            await asyncio.sleep(0.05)
        writer.close()
    except Exception as error:
        broken.append(repr(error))
        if not up.done():
            up.set_result(None)


async def main():
    loop = asyncio.get_running_loop()
    ups = [loop.create_future() for _ in range(COUNT)]
    tasks = [asyncio.create_task(connection(up)) for up in ups]
    await asyncio.gather(*ups)
    print("open", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    stopping.set()
    await asyncio.gather(*tasks)
    print(json.dumps({"names": names, "broken": broken, "echoed": echoed}), flush=True)


asyncio.run(main())
