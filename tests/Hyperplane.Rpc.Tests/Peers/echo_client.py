"""Calls the service Notes with grpcio, without generated stubs.

usage: echo_client.py ADDRESS [CERTIFICATE]; prints "ok NAME" or "FAILED NAME: why" for each scenario.
"""
import sys
from concurrent import futures

import grpc
import echo_pb2

SERVICE = "/hyperplane.rpc.tests.Notes/"
Note = echo_pb2.Note
DETAIL = "100 % sure, “ünïcode” 😀 and\r\na new line"


def main():
    options = (("grpc.max_receive_message_length", 64 << 20), ("grpc.max_send_message_length", 64 << 20))
    if len(sys.argv) > 2:
        credentials = grpc.ssl_channel_credentials(open(sys.argv[2], "rb").read())
        channel = grpc.secure_channel(sys.argv[1], credentials, options)
    else:
        channel = grpc.insecure_channel(sys.argv[1], options)
    for scenario in (unary, parallel, down, up, both, large, status, trailers_only, crash, metadata, deadline,
                     cancel, cancel_stream, unknown_method, unknown_service, over_limit, compressed):
        try:
            scenario(channel)
            print("ok", scenario.__name__, flush=True)
        except Exception as error:
            print("FAILED", scenario.__name__ + ":", repr(error), flush=True)
    channel.close()


def coder(kind, channel, path):
    return getattr(channel, kind)(path, Note.SerializeToString, Note.FromString)


def one(channel):
    return coder("unary_unary", channel, SERVICE + "One")


def fails(call, code):
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, error
        return error
    raise AssertionError("no error")


def unary(channel):
    request = Note(text="grüße", data=b"\0\xff", tags={"a": "1"})
    assert one(channel)(request) == request
    assert one(channel)(Note()) == Note()


def parallel(channel):
    calls = [one(channel).future(Note(count=i)) for i in range(100, 300)]
    assert [call.result().count for call in calls] == list(range(100, 300))


def down(channel):
    notes = coder("unary_stream", channel, SERVICE + "Down")(Note(text="x", count=1000))
    assert [note.count for note in notes] == list(range(1000))


def up(channel):
    response = coder("stream_unary", channel, SERVICE + "Up")(Note(text="a", count=i) for i in range(100))
    assert response == Note(text="a" * 100, count=4950)


def both(channel):
    """Sends the next message only when the last one is back."""
    turn = [futures.Future() for _ in range(51)]
    turn[0].set_result(None)

    def requests():
        for i in range(50):
            turn[i].result(timeout=20)
            yield Note(count=i, data=bytes(64 * 1024))

    count = 0
    for note in coder("stream_stream", channel, SERVICE + "Both")(requests()):
        assert note.count == count and len(note.data) == 64 * 1024
        count += 1
        turn[count].set_result(None)
    assert count == 50


def large(channel):
    request = Note(data=bytes(range(256)) * (4 * 3 * 1024))
    assert one(channel)(request) == request


def status(channel):
    error = fails(lambda: one(channel)(Note(text=DETAIL, count=9)), grpc.StatusCode.FAILED_PRECONDITION)
    assert error.details() == DETAIL, error.details()


def trailers_only(channel):
    for code in grpc.StatusCode:
        if code.value[0]:
            fails(lambda: one(channel)(Note(count=code.value[0])), code)


def crash(channel):
    error = fails(lambda: one(channel)(Note(text="crash")), grpc.StatusCode.UNKNOWN)
    assert "hunter2" not in error.details()


def metadata(channel):
    value = bytes((0, 255, 10, 13, 37))
    response, call = one(channel).with_call(Note(), metadata=(("x-ask", "a, b"), ("x-ask-bin", value)))
    assert dict(call.initial_metadata())["x-head-bin"] == value
    trailers = dict(call.trailing_metadata())
    assert trailers["x-tail"] == "a, b" and trailers["x-tail-bin"] == value, trailers


def deadline(channel):
    fails(lambda: one(channel)(Note(text="hang"), timeout=0.3), grpc.StatusCode.DEADLINE_EXCEEDED)


def cancel(channel):
    call = one(channel).future(Note(text="hang"))
    call.cancel()
    try:
        call.result()
    except grpc.FutureCancelledError:
        return
    raise AssertionError("no error")


def cancel_stream(channel):
    notes = coder("unary_stream", channel, SERVICE + "Down")(Note(data=bytes(1024), count=4000000000))
    next(notes)
    notes.cancel()
    fails(lambda: list(notes), grpc.StatusCode.CANCELLED)
    unary(channel)


def unknown_method(channel):
    fails(lambda: coder("unary_unary", channel, SERVICE + "Nothing")(Note()), grpc.StatusCode.UNIMPLEMENTED)


def unknown_service(channel):
    fails(lambda: coder("unary_unary", channel, "/no.Service/One")(Note()), grpc.StatusCode.UNIMPLEMENTED)


def over_limit(channel):
    fails(lambda: one(channel)(Note(data=bytes(5 << 20))), grpc.StatusCode.RESOURCE_EXHAUSTED)


def compressed(channel):
    fails(lambda: one(channel)(Note(data=bytes(10000)), compression=grpc.Compression.Gzip),
          grpc.StatusCode.UNIMPLEMENTED)


main()
