"""The service Notes on grpcio, without generated stubs.

usage: echo_server.py ADDRESS [CERTIFICATE KEY] [--gzip]; prints the port it got, ends when its input ends.
"""
import sys
from concurrent import futures

import grpc
import echo_pb2

SERVICE = "hyperplane.rpc.tests.Notes"


def one(request, context):
    if request.text == "hang":
        ended = futures.Future()
        context.add_callback(lambda: ended.set_result(None))
        print("hanging", flush=True)
        ended.result()
        print("ended", flush=True)
        return request
    if request.text == "big":
        return echo_pb2.Note(data=bytes(request.count))
    if 0 < request.count <= 16:
        code = next(c for c in grpc.StatusCode if c.value[0] == request.count)
        context.abort(code, request.text)
    metadata = dict(context.invocation_metadata())
    if "x-ask-bin" in metadata:
        context.send_initial_metadata((("x-head-bin", metadata["x-ask-bin"]),))
        context.set_trailing_metadata((("x-tail", metadata["x-ask"]), ("x-tail-bin", metadata["x-ask-bin"])))
    return request


def down(request, context):
    for count in range(request.count):
        yield echo_pb2.Note(text=request.text, data=request.data, count=count)


def up(requests, context):
    text, count = "", 0
    for request in requests:
        text += request.text
        count += request.count
    return echo_pb2.Note(text=text, count=count)


def both(requests, context):
    yield from requests


def main():
    parse, write = echo_pb2.Note.FromString, echo_pb2.Note.SerializeToString
    gzip = sys.argv[-1] == "--gzip"
    server = grpc.server(
        futures.ThreadPoolExecutor(16),
        compression=grpc.Compression.Gzip if gzip else grpc.Compression.NoCompression)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {
        "One": grpc.unary_unary_rpc_method_handler(one, parse, write),
        "Down": grpc.unary_stream_rpc_method_handler(down, parse, write),
        "Up": grpc.stream_unary_rpc_method_handler(up, parse, write),
        "Both": grpc.stream_stream_rpc_method_handler(both, parse, write),
    }),))
    if len(sys.argv) > 3:
        certificate, key = (open(path, "rb").read() for path in sys.argv[2:4])
        port = server.add_secure_port(sys.argv[1], grpc.ssl_server_credentials([(key, certificate)]))
    else:
        port = server.add_insecure_port(sys.argv[1])
    server.start()
    print(port, flush=True)
    sys.stdin.read()
    server.stop(0).wait()


main()
