using System.Net;
using System.Net.Sockets;
using Hyperplane.Rpc.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hyperplane.Rpc.Tests.Calls;

public sealed class FailureTests
{
    [Theory]
    [InlineData("plain words")]
    [InlineData("100 % sure, “ünïcode” 😀 and\r\na new line")]
    [InlineData("")]
    [InlineData("%zz %4 %")]
    public async Task A_handlers_status_arrives_whole(string detail)
    {
        await using TestServer server = await TestServer.StartAsync(Notes.Echo());
        using Channel channel = server.CreateChannel();

        RpcException e = await FailAsync(channel, new Note { Text = detail, Count = 9 });

        Assert.Equal(new Status(StatusCode.FailedPrecondition, detail), e.Status);
    }

    [Fact]
    public async Task A_detail_of_any_length_still_arrives_as_a_status()
    {
        await using TestServer server = await TestServer.StartAsync(Notes.Echo());
        using Channel channel = server.CreateChannel();

        RpcException e = await FailAsync(channel, new Note { Text = new string('ü', 100_000), Count = 5 });

        Assert.Equal(StatusCode.NotFound, e.StatusCode);
        Assert.StartsWith("üüüü", e.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trailers_of_a_failure_reach_the_caller()
    {
        await using TestServer server = await TestServer.StartAsync(Notes.WithOne((_, context) =>
        {
            context.ResponseTrailers.Add("x-one", "1");
            throw new RpcException(new Status(StatusCode.Aborted, "again"), [new("x-two-bin", new byte[] { 2 })]);
        }));
        using Channel channel = server.CreateChannel();

        RpcException e = await FailAsync(channel, new Note());

        Assert.Equal("1", e.Trailers.GetValue("x-one"));
        Assert.Equal(new byte[] { 2 }, e.Trailers.GetValueBytes("x-two-bin"));
    }

    [Fact]
    public async Task A_crash_of_the_handler_is_logged_and_tells_the_caller_nothing()
    {
        await using TestServer server = await TestServer.StartAsync(Notes.Echo());
        using Channel channel = server.CreateChannel();

        RpcException e = await FailAsync(channel, new Note { Text = "crash" });

        Assert.Equal(StatusCode.Unknown, e.StatusCode);
        Assert.DoesNotContain("hunter2", e.ToString(), StringComparison.Ordinal);
        Assert.Contains(server.Log.Entries, entry => entry.EventId == 3900
            && entry.Text.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stream_that_fails_half_way_gives_its_messages_first()
    {
        await using TestServer server = await TestServer.StartAsync(Notes.WithDown(async (_, responses, _) =>
        {
            await responses.WriteAsync(new Note { Text = "first" });
            throw new RpcException(new Status(StatusCode.DataLoss, "the rest is gone"));
        }));
        using Channel channel = server.CreateChannel();
        using AsyncServerStreamingCall<Note> call =
            channel.CreateCallInvoker().AsyncServerStreamingCall(Notes.Down, null, default, new Note());

        Assert.True(await call.ResponseStream.MoveNext());
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());

        Assert.Equal(StatusCode.DataLoss, e.StatusCode);
        Assert.Equal(StatusCode.DataLoss, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_client_that_still_writes_learns_why_the_server_ended_the_call()
    {
        await using TestServer server = await TestServer.StartAsync(Notes.WithUp(async (requests, _) =>
        {
            await requests.MoveNext();
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "enough"));
        }));
        using Channel channel = server.CreateChannel();
        using AsyncClientStreamingCall<Note, Note> call =
            channel.CreateCallInvoker().AsyncClientStreamingCall(Notes.Up, null, default);

        await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
                await call.RequestStream.WriteAsync(Notes.OfSize(100_000));
        });
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
    }

    [Theory]
    [InlineData(Notes.Service, "Nothing")]
    [InlineData(Notes.Service, "one")]
    [InlineData("no.Service", "One")]
    public async Task An_unknown_method_or_service_is_unimplemented(string service, string name)
    {
        await using TestServer server = await TestServer.StartAsync(Notes.Echo());
        using Channel channel = server.CreateChannel();
        var method = new Method<Note, Note>(
            MethodType.Unary, service, name, Notes.One.RequestMarshaller, Notes.One.ResponseMarshaller);

        RpcException e = await FailAsync(channel, new Note(), method);

        Assert.Equal(StatusCode.Unimplemented, e.StatusCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_unary_method_needs_exactly_one_request(int requests)
    {
        await using TestServer server = await TestServer.StartAsync(Notes.Echo());
        using Channel channel = server.CreateChannel();
        var wrong = new Method<Note, Note>(MethodType.ClientStreaming, Notes.Service, "One",
            Notes.One.RequestMarshaller, Notes.One.ResponseMarshaller);
        using AsyncClientStreamingCall<Note, Note> call =
            channel.CreateCallInvoker().AsyncClientStreamingCall(wrong, null, default);
        try
        {
            for (int i = 0; i < requests; i++)
                await call.RequestStream.WriteAsync(new Note());
            await call.RequestStream.CompleteAsync();
        }
        catch (RpcException)
        {
            // The server may have ended the call before this side saw its second write through.
        }

        RpcException e = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, e.StatusCode);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    public async Task A_unary_call_needs_exactly_one_response(uint responses)
    {
        await using TestServer server = await TestServer.StartAsync(Notes.Echo());
        using Channel channel = server.CreateChannel();
        var wrong = new Method<Note, Note>(
            MethodType.Unary, Notes.Service, "Down", Notes.One.RequestMarshaller, Notes.One.ResponseMarshaller);

        RpcException e = await FailAsync(channel, new Note { Count = responses }, wrong);

        Assert.Equal(StatusCode.Unimplemented, e.StatusCode);
    }

    [Fact]
    public async Task A_request_over_the_servers_limit_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync(Notes.Echo());
        using Channel channel = server.CreateChannel();

        RpcException e = await FailAsync(channel, Notes.OfSize(5 * 1024 * 1024));

        Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
        Assert.Contains("4194304", e.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_over_the_clients_limit_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync(
            Notes.Echo(), options: new RpcServiceOptions { MaxReceiveMessageSize = 8 * 1024 * 1024 });
        using Channel channel = server.CreateChannel();

        RpcException e = await FailAsync(channel, Notes.OfSize(5 * 1024 * 1024));

        Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
    }

    [Fact]
    public async Task A_message_over_the_senders_own_limit_is_not_sent()
    {
        bool called = false;
        await using TestServer server = await TestServer.StartAsync(
            Notes.WithOne((request, _) =>
            {
                called = true;
                return Task.FromResult(Notes.OfSize(2000));
            }),
            options: new RpcServiceOptions { MaxSendMessageSize = 1000 });
        using Channel sender = server.CreateChannel(new ChannelOptions { MaxSendMessageSize = 1000 });

        Assert.Equal(StatusCode.ResourceExhausted, (await FailAsync(sender, Notes.OfSize(1001))).StatusCode);
        Assert.False(called);
        Assert.Equal(StatusCode.ResourceExhausted, (await FailAsync(sender, new Note())).StatusCode);
        Assert.True(called);
    }

    [Fact]
    public async Task Bytes_that_do_not_parse_are_internal_on_both_sides()
    {
        var garbage = Marshallers.Create<Note>(_ => [0xFF, 0xFF, 0xFF], _ => new Note());
        Method<Note, Note> badResponse = new(
            MethodType.Unary, Notes.Service, "One", Notes.One.RequestMarshaller, garbage);
        await using TestServer server = await TestServer.StartAsync(ServerServiceDefinition.CreateBuilder()
            .AddMethod(badResponse, (request, _) => Task.FromResult(request)).Build());
        using Channel channel = server.CreateChannel();

        Assert.Equal(StatusCode.Internal, (await FailAsync(channel, new Note())).StatusCode);
        Assert.Equal(StatusCode.Internal, (await FailAsync(channel, new Note(), new(
            MethodType.Unary, Notes.Service, "One", garbage, Notes.One.ResponseMarshaller))).StatusCode);
    }

    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    [InlineData(500, StatusCode.Unknown)]
    [InlineData(302, StatusCode.Unknown)]
    [InlineData(200, StatusCode.Unknown)]
    public async Task An_answer_that_is_no_gRPC_gets_a_status(int http, StatusCode expected)
    {
        await using TestServer server = await TestServer.StartAsync(Notes.Echo(), configure: app =>
            app.MapPost("/web/{page}", (RequestDelegate)(context =>
            {
                context.Response.StatusCode = http;
                context.Response.ContentType = "text/html";
                return context.Response.WriteAsync("<html>");
            })));
        using Channel channel = server.CreateChannel();

        RpcException e = await FailAsync(channel, new Note(), new(
            MethodType.Unary, "web", "page", Notes.One.RequestMarshaller, Notes.One.ResponseMarshaller));

        Assert.Equal(expected, e.StatusCode);
    }

    [Fact]
    public async Task Nobody_there_is_unavailable()
    {
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using Channel tcp = Channel.ForAddress($"http://{reserved.LocalEndPoint}");
        using Channel unix = Channel.ForAddress("unix:/nonexistent/socket");

        Assert.Equal(StatusCode.Unavailable, (await FailAsync(tcp, new Note())).StatusCode);
        Assert.Equal(StatusCode.Unavailable, (await FailAsync(unix, new Note())).StatusCode);
    }

    [Fact]
    public async Task An_untrusted_certificate_is_unavailable()
    {
        await using TestServer server = await TestServer.StartAsync(Notes.Echo(), Transport.Tls);
        using Channel channel = Channel.ForAddress(server.Address);

        Assert.Equal(StatusCode.Unavailable, (await FailAsync(channel, new Note())).StatusCode);
    }

    [Fact]
    public async Task A_stopped_server_is_unavailable_and_a_new_one_on_the_channel_is_found()
    {
        string path = Path.Combine(Path.GetTempPath(), $"hprpc-{Guid.NewGuid():N}");
        using Channel channel = Channel.ForAddress("unix:" + path);
        Assert.Equal(StatusCode.Unavailable, (await FailAsync(channel, new Note())).StatusCode);
        for (int i = 0; i < 2; i++)
        {
            await using TestServer server = await TestServer.StartAsync(
                Notes.Echo(), Transport.UnixSocket, socket: path);
            Assert.Equal("x", (await channel.CreateCallInvoker()
                .AsyncUnaryCall(Notes.One, null, default, new Note { Text = "x" })).Text);
        }

        Assert.Equal(StatusCode.Unavailable, (await FailAsync(channel, new Note())).StatusCode);
    }

    [Theory]
    [InlineData("localhost:80")]
    [InlineData("ftp://localhost")]
    [InlineData("http://localhost/path")]
    [InlineData("unix:relative")]
    public void An_address_of_another_kind_is_refused_at_once(string address) =>
        Assert.Throws<ArgumentException>(() => Channel.ForAddress(address));

    private static async Task<RpcException> FailAsync(
        Channel channel, Note request, Method<Note, Note>? method = null) =>
        await Assert.ThrowsAsync<RpcException>(() => channel.CreateCallInvoker()
            .AsyncUnaryCall(method ?? Notes.One, null, default, request).ResponseAsync);
}
