using System.Net.Sockets;
using Hyperplane.Rpc.Tests.Hosting;
using static Hyperplane.Rpc.Tests.Hosting.RawHttp2Peer;

namespace Hyperplane.Rpc.Tests.Calls;

/// <summary>The client against answers that no proper server gives.</summary>
public sealed class RawAnswerTests
{
    private static readonly (string, string)[] Head = [(":status", "200"), ("content-type", "application/grpc")];

    [Theory]
    [InlineData(0x2, StatusCode.Internal)] // INTERNAL_ERROR
    [InlineData(0x7, StatusCode.Unavailable)] // REFUSED_STREAM
    [InlineData(0x8, StatusCode.Cancelled)] // CANCEL
    [InlineData(0xB, StatusCode.ResourceExhausted)] // ENHANCE_YOUR_CALM
    [InlineData(0xC, StatusCode.PermissionDenied)] // INADEQUATE_SECURITY
    public async Task A_reset_before_the_headers_names_its_status(int code, StatusCode expected)
    {
        for (int i = 0; i < 20; i++)
        {
            RpcException e = await CallAsync((stream, id) => SendAsync(stream, Reset, 0, id, Code(code)));
            Assert.Equal(expected, e.StatusCode);
        }
    }

    [Theory]
    [InlineData(0x2, StatusCode.Internal)]
    [InlineData(0x7, StatusCode.Unavailable)]
    [InlineData(0x8, StatusCode.Cancelled)]
    [InlineData(0xB, StatusCode.ResourceExhausted)]
    public async Task A_reset_after_the_headers_names_its_status(int code, StatusCode expected)
    {
        RpcException e = await CallAsync(async (stream, id) =>
        {
            await SendAsync(stream, Headers, EndHeaders, id, Fields(Head));
            await SendAsync(stream, Reset, 0, id, Code(code));
        });

        Assert.Equal(expected, e.StatusCode);
    }

    [Fact]
    public async Task A_connection_that_closes_is_unavailable()
    {
        Assert.Equal(StatusCode.Unavailable, (await CallAsync((_, _) => throw new IOException())).StatusCode);
        RpcException late = await CallAsync(async (stream, id) =>
        {
            await SendAsync(stream, Headers, EndHeaders, id, Fields(Head));
            throw new IOException();
        });
        Assert.Equal(StatusCode.Unavailable, late.StatusCode);
    }

    [Theory]
    [InlineData("", StatusCode.Unknown)] // no status
    [InlineData("00", StatusCode.Internal)]
    [InlineData("0000000003", StatusCode.Internal)]
    [InlineData("000000000309", StatusCode.Internal)]
    [InlineData("0100000000", StatusCode.Internal)] // compressed
    [InlineData("0700000000", StatusCode.Internal)] // no such flag
    [InlineData("00FFFFFFFF", StatusCode.ResourceExhausted)]
    [InlineData("0000400001", StatusCode.ResourceExhausted)] // 4 MiB + 1
    [InlineData("0000000003FFFFFF", StatusCode.Internal)] // no protobuf
    public async Task A_body_that_breaks_the_rules_ends_in_a_status(string hex, StatusCode expected)
    {
        RpcException e = await CallAsync(async (stream, id) =>
        {
            await SendAsync(stream, Headers, EndHeaders, id, Fields(Head));
            await SendAsync(stream, Data, EndStream, id, Convert.FromHexString(hex));
        });

        Assert.Equal(expected, e.StatusCode);
    }

    [Theory]
    [InlineData("5", "gone", StatusCode.NotFound, "gone")]
    [InlineData("5", "%E2%82%AC %zz", StatusCode.NotFound, "€ %zz")]
    [InlineData("17", "new", StatusCode.Unknown, "new")]
    [InlineData("-1", "x", StatusCode.Unknown, "x")]
    [InlineData("five", "x", StatusCode.Unknown, "x")]
    [InlineData("99999999999", "x", StatusCode.Unknown, "x")]
    public async Task A_status_without_messages_is_read_whatever_it_holds(
        string code, string message, StatusCode expected, string detail)
    {
        byte[] fields = Fields([.. Head, ("grpc-status", code), ("grpc-message", message)]);

        RpcException alone = await CallAsync((stream, id) =>
            SendAsync(stream, Headers, EndHeaders | EndStream, id, fields));
        RpcException last = await CallAsync(async (stream, id) =>
        {
            await SendAsync(stream, Headers, EndHeaders, id, Fields(Head));
            await SendAsync(stream, Headers, EndHeaders | EndStream, id,
                Fields(("grpc-status", code), ("grpc-message", message)));
        });

        Assert.Equal(new Status(expected, detail), alone.Status);
        Assert.Equal(new Status(expected, detail), last.Status);
    }

    [Fact]
    public async Task A_message_in_many_pieces_is_put_together()
    {
        await using var peer = new RawHttp2Peer(async (stream, id) =>
        {
            await SendAsync(stream, Headers, EndHeaders, id, Fields(Head));
            foreach (byte b in Convert.FromHexString("0000000003" + "0A0178"))
                await SendAsync(stream, Data, 0, id, [b]);
            await SendAsync(stream, Headers, EndHeaders | EndStream, id, Fields(("grpc-status", "0")));
        });
        using Channel channel = Channel.ForAddress(peer.Address);

        Assert.Equal(new Note { Text = "x" },
            await channel.CreateCallInvoker().AsyncUnaryCall(Notes.One, null, default, new Note()));
    }

    [Fact]
    public async Task Any_bytes_as_a_body_end_in_a_status()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            byte[] body = new byte[random.Next(0, 200)];
            random.NextBytes(body);
            if (body.Length > 5 && random.Next(2) == 0)
                new byte[] { 0, 0, 0, 0, (byte)random.Next(body.Length) }.CopyTo(body, 0);
            RpcException e = await CallAsync(async (stream, id) =>
            {
                await SendAsync(stream, Headers, EndHeaders, id, Fields(Head));
                await SendAsync(stream, Data, EndStream, id, body);
            });
            Assert.True(e.StatusCode is StatusCode.Internal or StatusCode.ResourceExhausted or StatusCode.Unknown,
                $"seed {seed}: {e.Status}");
        }
    }

    private static async Task<RpcException> CallAsync(Func<NetworkStream, int, Task> answer)
    {
        await using var peer = new RawHttp2Peer(answer);
        using Channel channel = Channel.ForAddress(peer.Address);
        return await Assert.ThrowsAsync<RpcException>(() => channel.CreateCallInvoker()
            .AsyncUnaryCall(Notes.One, null, default, new Note { Text = "x" }).ResponseAsync);
    }
}
