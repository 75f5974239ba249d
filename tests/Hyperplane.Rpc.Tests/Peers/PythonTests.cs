using Hyperplane.Rpc.Tests.Hosting;

namespace Hyperplane.Rpc.Tests.Peers;

public sealed class PythonTests
{
    private static readonly string[] Scenarios =
    [
        "unary", "parallel", "down", "up", "both", "large", "status", "trailers_only", "crash", "metadata", "deadline",
        "cancel", "cancel_stream", "unknown_method", "unknown_service", "over_limit", "compressed",
    ];

    public static readonly TheoryData<Transport> Transports = [Transport.Plain, Transport.UnixSocket, Transport.Tls];

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Grpcios_client_finds_nothing_unusual_in_our_server(Transport transport)
    {
        Assert.SkipUnless(PythonPeer.IsInstalled, PythonPeer.Reason);
        await using var peer = new PythonPeer();
        await using TestServer server = await TestServer.StartAsync(Notes.Echo(), transport);

        string[] lines = peer.RunClient(server);

        Assert.Equal(Scenarios.Select(name => "ok " + name), lines);
        string failure = Assert.Single(server.Log.Entries.Where(entry => entry.EventId == 3900).Select(e => e.Text));
        Assert.Contains("hunter2", failure, StringComparison.Ordinal); // the crash that was asked for
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Our_client_speaks_with_grpcios_server(Transport transport)
    {
        Assert.SkipUnless(PythonPeer.IsInstalled, PythonPeer.Reason);
        await using var peer = new PythonPeer();
        using Channel channel = await peer.StartServerAsync(transport);
        CallInvoker invoker = channel.CreateCallInvoker();
        Note request = Notes.OfSize(3 * 1024 * 1024);

        Assert.Equal(request, await invoker.AsyncUnaryCall(Notes.One, null, default, request));

        using var down = invoker.AsyncServerStreamingCall(Notes.Down, null, default, new Note { Count = 1000 });
        List<uint> counts = [];
        await foreach (Note note in down.ResponseStream.ReadAllAsync())
            counts.Add(note.Count);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (uint)i), counts);

        using var up = invoker.AsyncClientStreamingCall(Notes.Up, null, default);
        for (uint i = 0; i < 100; i++)
            await up.RequestStream.WriteAsync(new Note { Text = "a", Count = i });
        await up.RequestStream.CompleteAsync();
        Assert.Equal(new Note { Text = new string('a', 100), Count = 4950 }, await up);

        using var both = invoker.AsyncDuplexStreamingCall(Notes.Both, null, default);
        for (uint i = 0; i < 50; i++)
        {
            await both.RequestStream.WriteAsync(new Note { Count = i, Data = request.Data });
            Assert.True(await both.ResponseStream.MoveNext());
            Assert.Equal(i, both.ResponseStream.Current.Count);
        }

        await both.RequestStream.CompleteAsync();
        Assert.False(await both.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task Our_client_understands_how_grpcios_server_ends_calls()
    {
        Assert.SkipUnless(PythonPeer.IsInstalled, PythonPeer.Reason);
        await using var peer = new PythonPeer();
        using Channel channel = await peer.StartServerAsync(Transport.Plain);
        const string Detail = "100 % sure, “ünïcode” 😀 and\r\na new line";

        for (uint code = 1; code <= 16; code++)
        {
            RpcException e = await FailAsync(channel, new Note { Text = Detail, Count = code });
            Assert.Equal(new Status((StatusCode)code, Detail), e.Status);
        }

        var unknown = new Method<Note, Note>(MethodType.Unary, Notes.Service, "Nothing",
            Notes.One.RequestMarshaller, Notes.One.ResponseMarshaller);
        Assert.Equal(StatusCode.Unimplemented, (await FailAsync(channel, new Note(), unknown)).StatusCode);
        Assert.Equal(StatusCode.ResourceExhausted,
            (await FailAsync(channel, Notes.OfSize(5 * 1024 * 1024))).StatusCode); // its limit
        Assert.Equal(StatusCode.ResourceExhausted,
            (await FailAsync(channel, new Note { Text = "big", Count = 5 * 1024 * 1024 })).StatusCode); // ours
    }

    [Fact]
    public async Task Metadata_crosses_to_grpcios_server_and_back()
    {
        Assert.SkipUnless(PythonPeer.IsInstalled, PythonPeer.Reason);
        await using var peer = new PythonPeer();
        using Channel channel = await peer.StartServerAsync(Transport.Plain);
        byte[] bytes = [0, 255, 10, 13, 37];

        using AsyncUnaryCall<Note> call = channel.CreateCallInvoker().AsyncUnaryCall(
            Notes.One, null, new CallOptions([new("x-ask", "a, b"), new("x-ask-bin", bytes)]), new Note());
        await call;

        Assert.Equal(bytes, (await call.ResponseHeadersAsync).GetValueBytes("x-head-bin"));
        Assert.Equal("a, b", call.GetTrailers().GetValue("x-tail"));
        Assert.Equal(bytes, call.GetTrailers().GetValueBytes("x-tail-bin"));
    }

    [Fact]
    public async Task Deadline_cancellation_and_death_end_calls_to_grpcios_server()
    {
        Assert.SkipUnless(PythonPeer.IsInstalled, PythonPeer.Reason);
        await using var peer = new PythonPeer();
        using Channel channel = await peer.StartServerAsync(Transport.Plain);
        DateTime soon = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(300);

        RpcException late = await FailAsync(
            channel, new Note { Text = "hang" }, options: new CallOptions(deadline: soon));
        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
        Assert.Equal("hanging", await peer.ReadLineAsync());
        Assert.Equal("ended", await peer.ReadLineAsync());

        AsyncUnaryCall<Note> call = Hang(channel);
        Assert.Equal("hanging", await peer.ReadLineAsync());
        call.Dispose();
        Assert.Equal("ended", await peer.ReadLineAsync());
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);

        call = Hang(channel);
        Assert.Equal("hanging", await peer.ReadLineAsync());
        await peer.KillServerAsync();
        RpcException dead = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, dead.StatusCode);
    }

    [Fact]
    public async Task A_compressed_response_that_nobody_asked_for_is_internal()
    {
        Assert.SkipUnless(PythonPeer.IsInstalled, PythonPeer.Reason);
        await using var peer = new PythonPeer();
        using Channel channel = await peer.StartServerAsync(Transport.Plain, "--gzip");

        RpcException e = await FailAsync(channel, new Note { Text = new string('a', 1000) });

        Assert.Equal(StatusCode.Internal, e.StatusCode);
        Assert.Contains("compressed", e.Status.Detail, StringComparison.Ordinal);
    }

    private static AsyncUnaryCall<Note> Hang(Channel channel) =>
        channel.CreateCallInvoker().AsyncUnaryCall(Notes.One, null, default, new Note { Text = "hang" });

    private static async Task<RpcException> FailAsync(
        Channel channel, Note request, Method<Note, Note>? method = null, CallOptions options = default) =>
        await Assert.ThrowsAsync<RpcException>(() => channel.CreateCallInvoker()
            .AsyncUnaryCall(method ?? Notes.One, null, options, request).ResponseAsync);
}
