using Hyperplane.Rpc.Tests.Hosting;

namespace Hyperplane.Rpc.Tests.Calls;

/// <summary>Deadlines and cancellation, seen from both sides.</summary>
public sealed class EndingTests
{
    [Fact]
    public async Task The_server_sees_the_clients_deadline_and_ends_the_call_by_it()
    {
        var ended = new TaskCompletionSource<(DateTime Deadline, bool Aborted)>();
        await using TestServer server = await TestServer.StartAsync(Notes.WithOne(async (request, context) =>
        {
            await Cancelled(context.CancellationToken);
            ended.SetResult((context.Deadline, context.GetHttpContext().RequestAborted.IsCancellationRequested));
            return request;
        }));
        // The client's own clock stands still, so that only the server can end the call.
        var frozen = new FrozenTime();
        using Channel channel = server.CreateChannel(new ChannelOptions { TimeProvider = frozen });
        var options = new CallOptions(deadline: frozen.GetUtcNow().UtcDateTime.AddMilliseconds(150));

        RpcException e = await Assert.ThrowsAsync<RpcException>(() => channel.CreateCallInvoker()
            .AsyncUnaryCall(Notes.One, null, options, new Note()).ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, e.StatusCode);
        (DateTime deadline, bool aborted) = await ended.Task;
        Assert.NotEqual(DateTime.MaxValue, deadline);
        Assert.False(aborted);
    }

    [Fact]
    public async Task The_client_keeps_its_own_deadline_when_the_server_does_not()
    {
        var release = new TaskCompletionSource();
        // The server's clock stands still and its handler waits for the test.
        await using TestServer server = await TestServer.StartAsync(
            Notes.WithOne(async (request, _) =>
            {
                await release.Task;
                return request;
            }),
            options: new RpcServiceOptions { TimeProvider = new FrozenTime() });
        using Channel channel = server.CreateChannel();
        var options = new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(150));

        RpcException e = await Assert.ThrowsAsync<RpcException>(() => channel.CreateCallInvoker()
            .AsyncUnaryCall(Notes.One, null, options, new Note()).ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, e.StatusCode);
        release.SetResult();
    }

    [Fact]
    public async Task A_deadline_in_the_past_does_not_reach_the_server()
    {
        bool called = false;
        await using TestServer server = await TestServer.StartAsync(Notes.WithOne((request, _) =>
        {
            called = true;
            return Task.FromResult(request);
        }));
        using Channel channel = server.CreateChannel();
        var options = new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(-1));

        RpcException e = await Assert.ThrowsAsync<RpcException>(() => channel.CreateCallInvoker()
            .AsyncUnaryCall(Notes.One, null, options, new Note()).ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, e.StatusCode);
        Assert.False(called);
    }

    [Theory]
    [InlineData(60L)]
    [InlineData(60L * 60 * 24 * 365)]
    [InlineData(long.MaxValue / TimeSpan.TicksPerSecond)]
    public async Task A_deadline_far_away_does_not_matter(long seconds)
    {
        await using TestServer server = await TestServer.StartAsync(Notes.Echo());
        using Channel channel = server.CreateChannel();
        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        TimeSpan limit = DateTime.MaxValue - now;
        TimeSpan wait = seconds < limit.TotalSeconds ? TimeSpan.FromSeconds(seconds) : limit;
        var options = new CallOptions(deadline: now + wait);

        Note response = await channel.CreateCallInvoker()
            .AsyncUnaryCall(Notes.One, null, options, new Note { Text = "x" });

        Assert.Equal("x", response.Text);
    }

    [Fact]
    public async Task A_token_of_the_client_ends_the_handler()
    {
        var started = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(Notes.WithOne(async (request, context) =>
        {
            started.SetResult();
            await Cancelled(context.CancellationToken);
            ended.SetResult();
            return request;
        }));
        using Channel channel = server.CreateChannel();
        using var source = new CancellationTokenSource();
        Task<Note> response = channel.CreateCallInvoker().AsyncUnaryCall(
            Notes.One, null, new CallOptions(cancellationToken: source.Token), new Note()).ResponseAsync;
        await started.Task;

        await source.CancelAsync();

        RpcException e = await Assert.ThrowsAsync<RpcException>(() => response);
        Assert.Equal(StatusCode.Cancelled, e.StatusCode);
        await ended.Task;
    }

    [Fact]
    public async Task A_token_given_to_a_read_ends_the_call()
    {
        var ended = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(Notes.WithDown(async (_, responses, context) =>
        {
            await responses.WriteAsync(new Note());
            await Cancelled(context.CancellationToken);
            ended.SetResult();
        }));
        using Channel channel = server.CreateChannel();
        using AsyncServerStreamingCall<Note> call =
            channel.CreateCallInvoker().AsyncServerStreamingCall(Notes.Down, null, default, new Note());
        Assert.True(await call.ResponseStream.MoveNext());
        using var source = new CancellationTokenSource();
        Task<bool> next = call.ResponseStream.MoveNext(source.Token);

        await source.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => next)).StatusCode);
        await ended.Task;
    }

    [Fact]
    public async Task Disposing_a_duplex_call_ends_a_handler_that_reads_and_is_no_error()
    {
        var started = new TaskCompletionSource();
        var ended = new TaskCompletionSource<Exception>();
        await using TestServer server = await TestServer.StartAsync(Notes.WithBoth(async (requests, _, _) =>
        {
            Assert.True(await requests.MoveNext());
            started.SetResult();
            try
            {
                await requests.MoveNext();
            }
            catch (OperationCanceledException e)
            {
                ended.SetResult(e);
                throw;
            }
        }));
        using Channel channel = server.CreateChannel();
        AsyncDuplexStreamingCall<Note, Note> call =
            channel.CreateCallInvoker().AsyncDuplexStreamingCall(Notes.Both, null, default);
        await call.RequestStream.WriteAsync(new Note());
        await started.Task;

        call.Dispose();

        await ended.Task;
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(new Note()));
        await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
        Assert.DoesNotContain(server.Log.Entries, entry => entry.EventId == 3900);
    }

    [Fact]
    public async Task A_server_that_goes_away_ends_the_clients_stream()
    {
        var started = new TaskCompletionSource();
        TestServer server = await TestServer.StartAsync(Notes.WithDown(async (_, responses, context) =>
        {
            await responses.WriteAsync(new Note());
            started.SetResult();
            context.GetHttpContext().Abort();
        }));
        using Channel channel = server.CreateChannel();
        using AsyncServerStreamingCall<Note> call =
            channel.CreateCallInvoker().AsyncServerStreamingCall(Notes.Down, null, default, new Note());
        await started.Task;

        RpcException e = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext())
            {
            }
        });

        Assert.NotEqual(StatusCode.OK, e.StatusCode);
        await server.DisposeAsync();
    }

    private static Task Cancelled(CancellationToken token)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(source.SetResult);
        return source.Task;
    }

    private sealed class FrozenTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new NeverTimer();

        private sealed class NeverTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
