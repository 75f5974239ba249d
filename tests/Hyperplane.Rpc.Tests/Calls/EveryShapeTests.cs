using Hyperplane.Rpc.Tests.Hosting;

namespace Hyperplane.Rpc.Tests.Calls;

public sealed class EveryShapeTests
{
    public static readonly TheoryData<Transport> Transports = [Transport.Plain, Transport.UnixSocket, Transport.Tls];

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_unary_call_brings_the_response(Transport transport)
    {
        await using TestServer server = await TestServer.StartAsync(Notes.Echo(), transport);
        using Channel channel = server.CreateChannel();
        var request = new Note { Text = "grüße", Tags = { ["a"] = "1" } };

        using AsyncUnaryCall<Note> call =
            channel.CreateCallInvoker().AsyncUnaryCall(Notes.One, null, default, request);

        Assert.Equal(request, await call);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_server_stream_keeps_order_and_ends(Transport transport)
    {
        await using TestServer server = await TestServer.StartAsync(Notes.Echo(), transport);
        using Channel channel = server.CreateChannel();

        using AsyncServerStreamingCall<Note> call = channel.CreateCallInvoker()
            .AsyncServerStreamingCall(Notes.Down, null, default, new Note { Text = "x", Count = 1000 });

        List<uint> counts = [];
        await foreach (Note note in call.ResponseStream.ReadAllAsync())
            counts.Add(note.Count);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (uint)i), counts);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_client_stream_is_summed_up(Transport transport)
    {
        await using TestServer server = await TestServer.StartAsync(Notes.Echo(), transport);
        using Channel channel = server.CreateChannel();

        using AsyncClientStreamingCall<Note, Note> call =
            channel.CreateCallInvoker().AsyncClientStreamingCall(Notes.Up, null, default);
        for (uint i = 0; i < 100; i++)
            await call.RequestStream.WriteAsync(new Note { Text = "a", Count = i });
        await call.RequestStream.CompleteAsync();

        Assert.Equal(new Note { Text = new string('a', 100), Count = 4950 }, await call);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Both_sides_of_a_duplex_call_take_turns(Transport transport)
    {
        await using TestServer server = await TestServer.StartAsync(Notes.Echo(), transport);
        using Channel channel = server.CreateChannel();

        using AsyncDuplexStreamingCall<Note, Note> call =
            channel.CreateCallInvoker().AsyncDuplexStreamingCall(Notes.Both, null, default);
        for (int i = 0; i < 50; i++)
        {
            Note request = Notes.OfSize(64 * 1024, seed: i);
            await call.RequestStream.WriteAsync(request);
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(request, call.ResponseStream.Current);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Messages_far_larger_than_all_windows_pass_when_the_limits_allow_them(Transport transport)
    {
        const int Limit = 24 * 1024 * 1024;
        await using TestServer server = await TestServer.StartAsync(
            Notes.Echo(), transport, new RpcServiceOptions { MaxReceiveMessageSize = Limit });
        using Channel channel = server.CreateChannel(new ChannelOptions { MaxReceiveMessageSize = Limit });
        Note request = Notes.OfSize(20 * 1024 * 1024);

        using AsyncUnaryCall<Note> call =
            channel.CreateCallInvoker().AsyncUnaryCall(Notes.One, null, default, request);

        Assert.Equal(request, await call);
    }

    [Fact]
    public async Task An_empty_message_is_a_message()
    {
        await using TestServer server = await TestServer.StartAsync(Notes.Echo());
        using Channel channel = server.CreateChannel();

        using AsyncUnaryCall<Note> call =
            channel.CreateCallInvoker().AsyncUnaryCall(Notes.One, null, default, new Note());

        Assert.Equal(new Note(), await call);
    }

    [Fact]
    public async Task Two_hundred_calls_at_once_share_a_channel()
    {
        await using TestServer server = await TestServer.StartAsync(Notes.Echo());
        using Channel channel = server.CreateChannel();
        CallInvoker invoker = channel.CreateCallInvoker();

        Note[] responses = await Task.WhenAll(Enumerable.Range(100, 200).Select(
            i => invoker.AsyncUnaryCall(Notes.One, null, default, new Note { Count = (uint)i }).ResponseAsync));

        Assert.Equal(Enumerable.Range(100, 200).Select(i => (uint)i), responses.Select(r => r.Count));
    }

    [Fact]
    public async Task Metadata_travels_with_request_response_and_end()
    {
        await using TestServer server = await TestServer.StartAsync(Notes.Echo());
        using Channel channel = server.CreateChannel();
        byte[] bytes = [0, 255, 10, 13, 37];

        using AsyncUnaryCall<Note> call = channel.CreateCallInvoker().AsyncUnaryCall(
            Notes.One, null, new CallOptions([new("x-ask", "a, b"), new("x-ask-bin", bytes)]), new Note());
        await call;

        Assert.Equal(bytes, (await call.ResponseHeadersAsync).GetValueBytes("x-head-bin"));
        Assert.Equal("a, b", call.GetTrailers().GetValue("x-tail"));
        Assert.Equal(bytes, call.GetTrailers().GetValueBytes("x-tail-bin"));
    }

    [Theory]
    [InlineData(Transport.Plain, "ipv4:127.0.0.1:")]
    [InlineData(Transport.UnixSocket, "unix:")]
    public async Task The_handler_knows_who_calls_what(Transport transport, string peer)
    {
        ServerCallContext? seen = null;
        string? seenPeer = null;
        await using TestServer server = await TestServer.StartAsync(
            Notes.WithOne((request, context) =>
            {
                (seen, seenPeer) = (context, context.Peer);
                Assert.Equal(DateTime.MaxValue, context.Deadline);
                Assert.Equal(Notes.One.FullName, context.Method);
                return Task.FromResult(request);
            }),
            transport);
        using Channel channel = server.CreateChannel();

        await channel.CreateCallInvoker().AsyncUnaryCall(Notes.One, null, default, new Note());

        Assert.NotNull(seen);
        Assert.StartsWith(peer, seenPeer, StringComparison.Ordinal);
    }
}
