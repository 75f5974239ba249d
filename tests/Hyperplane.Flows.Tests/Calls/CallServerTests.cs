using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Hyperplane.Flows.Calls;
using Hyperplane.Flows.Cells;

namespace Hyperplane.Flows.Tests.Calls;

public sealed class CallServerTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("flow-calls-test-");
    private readonly ConcurrentDictionary<ushort, TaskCompletionSource<byte[]>> _calls = new();
    private readonly ConcurrentDictionary<ushort, byte[]> _requests = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CallReader _reader = new(CallFrames.LongestAnswerBytes);
    private readonly Socket _agent;
    private readonly CallServer _server;
    private readonly Task<string?> _run;

    public CallServerTests()
    {
        var endPoint = new UnixDomainSocketEndPoint(Path.Combine(_directory.FullName, "s"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(endPoint);
        listener.Listen();
        _agent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _agent.ReceiveTimeout = (int)Limit.TotalMilliseconds;
        _agent.Connect(endPoint);
        _server = new CallServer(listener.Accept(), "cell-ä", CallAsync);
        _run = Task.Run(() => _server.RunAsync(_stopping.Token));
    }

    public void Dispose()
    {
        _agent.Dispose();
        _server.Dispose();
        _stopping.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void Calls_are_answered_as_they_end_and_a_failed_one_by_nothing()
    {
        Greet();
        Send(Frame(ReplicaAddress.First, [1, 2]), Frame(ReplicaAddress.First + 1, []), Frame(0xffff, [3]));
        Take(0xffff).SetResult([7, 8, 9]);
        Assert.Equal((0xffff, "070809"), Receive());
        Take(ReplicaAddress.First).SetResult([]);
        Assert.Equal((ReplicaAddress.First, ""), Receive());
        Take(ReplicaAddress.First + 1).SetResult([5]);
        Assert.Equal((ReplicaAddress.First + 1, "05"), Receive());
        Assert.Equal([1, 2], _requests[ReplicaAddress.First]);

        Send(Frame(ReplicaAddress.First, [4]));
        Take(ReplicaAddress.First).SetResult([6]);
        Assert.Equal((ReplicaAddress.First, "06"), Receive());
    }

    [Fact]
    public void Every_replica_may_be_called_at_once_with_the_longest_frames()
    {
        Greet();
        byte[] answer = new byte[CallFrames.LongestAnswerBytes];
        for (int index = 0; index < ReplicaAddress.Count; index++)
            Send(Frame((ushort)(ReplicaAddress.First + index), new byte[CallFrames.LongestCallBytes]));
        for (int index = 0; index < ReplicaAddress.Count; index++)
            Take((ushort)(ReplicaAddress.First + index)).SetResult(answer);
        var answered = new HashSet<int>();
        for (int index = 0; index < ReplicaAddress.Count; index++)
            answered.Add(Receive().Address);
        Assert.Equal(ReplicaAddress.Count, answered.Count);
    }

    [Fact]
    public async Task An_agent_that_hangs_up_while_calls_are_out_did_nothing_wrong()
    {
        Greet();
        Send(Frame(ReplicaAddress.First, [1]));
        TaskCompletionSource<byte[]> call = Take(ReplicaAddress.First);
        _agent.Dispose();
        Assert.Null(await Ended());
        call.SetResult([1]);
    }

    [Fact]
    public async Task A_frame_that_is_cut_off_is_none()
    {
        Greet();
        Send(Frame(ReplicaAddress.First, [1, 2, 3])[..10]);
        _agent.Dispose();
        Assert.Null(await Ended());
        Assert.Empty(_requests);
    }

    [Fact]
    public async Task The_silos_end_ends_the_connection()
    {
        Greet();
        await _stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(Ended);
    }

    [Theory]
    [InlineData("0000000000fe0100", "it does not say hello")]
    [InlineData("0100000000000100" + "61", "it is of cell 'a', not of 'cell-ä'")]
    [InlineData("0000000000000200", "version 2 is spoken, not 1")]
    [InlineData("0700000000000100" + "63656c6c2dc3a4" + "2140000000fe0100", "a frame of 16417 bytes, more than 16416")]
    [InlineData("0700000000000100" + "63656c6c2dc3a4" + "00000000fffd0100", "there is no replica 65023")]
    [InlineData("0700000000000100" + "63656c6c2dc3a4" + "0700000000000100" + "63656c6c2dc3a4", "there is no replica 0")]
    [InlineData(
        "0700000000000100" + "63656c6c2dc3a4" + "0000000000fe0100" + "0000000000fe0100",
        "it calls replica 65024 twice at a time")]
    public async Task An_agent_that_breaks_the_rules_is_left(string bytes, string defect)
    {
        Send(Convert.FromHexString(bytes));
        Assert.Equal(defect, await Ended());
    }

    private static byte[] Frame(ushort address, byte[] body)
    {
        var writer = new CallWriter(CallFrames.HeaderBytes + body.Length);
        Assert.True(writer.TryAdd(address, body));
        return writer.Waiting.ToArray();
    }

    private Task<string?> Ended() => _run.WaitAsync(Limit);

    private void Greet()
    {
        Send(Frame(CallFrames.Hello, Encoding.UTF8.GetBytes("cell-ä")));
        Assert.Equal((CallFrames.Hello, ""), Receive());
    }

    private void Send(params byte[][] frames)
    {
        foreach (byte[] frame in frames)
            _agent.Send(frame);
    }

    private (ushort Address, string Body) Receive()
    {
        ushort address;
        ReadOnlySpan<byte> body;
        while (!_reader.TryRead(out address, out body))
        {
            Assert.Null(_reader.Defect);
            int received = _agent.Receive(_reader.Space.Span);
            Assert.NotEqual(0, received);
            _reader.Add(received);
        }
        return (address, Convert.ToHexString(body).ToLowerInvariant());
    }

    /// <summary>The call that is under way to a replica, once it arrived.</summary>
    private TaskCompletionSource<byte[]> Take(ushort address)
    {
        Assert.True(SpinWait.SpinUntil(() => _requests.ContainsKey(address) && _calls.ContainsKey(address), Limit));
        Assert.True(_calls.TryRemove(address, out TaskCompletionSource<byte[]>? call));
        return call;
    }

    private Task<byte[]> CallAsync(ushort address, byte[] request)
    {
        var call = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests[address] = request;
        _calls[address] = call;
        return call.Task;
    }
}
