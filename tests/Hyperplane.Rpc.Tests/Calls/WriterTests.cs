using Hyperplane.Rpc.Tests.Hosting;

namespace Hyperplane.Rpc.Tests.Calls;

public sealed class WriterTests
{
    [Fact]
    public async Task A_client_may_not_write_twice_at_a_time_nor_after_the_end()
    {
        var read = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(Notes.WithUp(async (requests, _) =>
        {
            await read.Task;
            uint count = 0;
            await foreach (Note unused in requests.ReadAllAsync())
                count++;
            return new Note { Count = count };
        }));
        using Channel channel = server.CreateChannel(new ChannelOptions { MaxSendMessageSize = 64 * 1024 * 1024 });
        using AsyncClientStreamingCall<Note, Note> call =
            channel.CreateCallInvoker().AsyncClientStreamingCall(Notes.Up, null, default);

        uint written = 1;
        Task pending = call.RequestStream.WriteAsync(Notes.OfSize(3 * 1024 * 1024)); // beyond every window
        Assert.False(pending.IsCompleted);
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new Note()));
        Assert.Throws<InvalidOperationException>(() => { _ = call.RequestStream.CompleteAsync(); });
        read.SetResult();
        await pending;
        await call.RequestStream.CompleteAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new Note()));

        Assert.Equal(written, (await call).Count);
    }

    [Fact]
    public async Task A_handler_may_not_write_twice_at_a_time()
    {
        var tried = new TaskCompletionSource<Exception?>();
        await using TestServer server = await TestServer.StartAsync(Notes.WithDown(async (_, responses, _) =>
        {
            Task first = responses.WriteAsync(Notes.OfSize(4_000_000)); // beyond the client's window
            tried.SetResult(await Record.ExceptionAsync(() => responses.WriteAsync(new Note())));
            await first;
        }));
        using Channel channel = server.CreateChannel();
        using AsyncServerStreamingCall<Note> call =
            channel.CreateCallInvoker().AsyncServerStreamingCall(Notes.Down, null, default, new Note());

        Assert.IsType<InvalidOperationException>(await tried.Task);
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task A_reader_may_not_read_twice_at_a_time()
    {
        var release = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(Notes.WithDown(async (_, responses, _) =>
        {
            await responses.WriteAsync(new Note());
            await release.Task;
            await responses.WriteAsync(new Note { Text = "second" });
        }));
        using Channel channel = server.CreateChannel();
        using AsyncServerStreamingCall<Note> call =
            channel.CreateCallInvoker().AsyncServerStreamingCall(Notes.Down, null, default, new Note());
        Assert.Throws<InvalidOperationException>(() => call.ResponseStream.Current);
        Assert.True(await call.ResponseStream.MoveNext());

        Task<bool> pending = call.ResponseStream.MoveNext();
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.ResponseStream.MoveNext());
        Assert.Throws<InvalidOperationException>(() => call.GetStatus());
        release.SetResult();

        Assert.True(await pending);
        Assert.Equal("second", call.ResponseStream.Current.Text);
    }

    [Fact]
    public async Task A_slow_client_holds_the_server_back()
    {
        const int Messages = 300;
        int written = 0;
        await using TestServer server = await TestServer.StartAsync(Notes.WithDown(async (_, responses, _) =>
        {
            Note note = Notes.OfSize(1024 * 1024);
            for (int i = 0; i < Messages; i++)
            {
                await responses.WriteAsync(note);
                Interlocked.Increment(ref written);
            }
        }));
        using Channel channel = server.CreateChannel();
        using AsyncServerStreamingCall<Note> call =
            channel.CreateCallInvoker().AsyncServerStreamingCall(Notes.Down, null, default, new Note());

        int read = 0;
        await foreach (Note _ in call.ResponseStream.ReadAllAsync())
            Assert.InRange(Volatile.Read(ref written) - read++, 0, 24); // what all windows and buffers hold, in MiB

        Assert.Equal(Messages, read);
    }

    [Fact]
    public async Task A_slow_server_holds_the_client_back()
    {
        const int Messages = 300;
        int read = 0;
        int written = 0;
        await using TestServer server = await TestServer.StartAsync(Notes.WithUp(async (requests, _) =>
        {
            await foreach (Note unused in requests.ReadAllAsync())
            {
                if (Volatile.Read(ref written) - read++ > 24)
                    throw new RpcException(new Status(StatusCode.OutOfRange, "the client ran ahead"));
            }

            return new Note();
        }));
        using Channel channel = server.CreateChannel();
        using AsyncClientStreamingCall<Note, Note> call =
            channel.CreateCallInvoker().AsyncClientStreamingCall(Notes.Up, null, default);
        Note note = Notes.OfSize(1024 * 1024);
        for (int i = 0; i < Messages; i++)
        {
            await call.RequestStream.WriteAsync(note);
            Interlocked.Increment(ref written);
        }

        await call.RequestStream.CompleteAsync();
        await call;

        Assert.Equal(Messages, read);
    }
}
