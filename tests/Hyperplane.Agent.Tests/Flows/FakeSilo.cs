using System.Net.Sockets;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Flows.Calls;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Remote;

namespace Hyperplane.Agent.Tests.Flows;

/// <summary>The other end of a node's flow socket: replicas of the test's thread, which answer when they are told
/// to.</summary>
internal sealed class FakeSilo : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly RemoteReplica[] _replicas =
        [.. Enumerable.Range(0, ReplicaAddress.Count).Select(index => new RemoteReplica((ulong)index + 1, 64))];
    private readonly CallReader _reader = new(CallFrames.LongestCallBytes);
    private readonly List<(ushort Address, byte[] Request)> _calls = [];
    private Socket? _listener;
    private Socket? _agent;

    public string Path => System.IO.Path.Combine(_directory.Path, "silo.sock");

    /// <summary>The cell that the agent named; null before.</summary>
    public string? Greeting { get; private set; }

    /// <summary>Calls that wait for an answer.</summary>
    public int Waiting => _calls.Count;

    public bool IsListening => _listener is not null;

    public void Listen()
    {
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        _listener.Blocking = false;
    }

    /// <summary>Takes a connection and what came over it.</summary>
    public void Read()
    {
        if (_agent is null && _listener!.Poll(0, SelectMode.SelectRead))
            (_agent = _listener.Accept()).Blocking = false;
        while (_agent is not null && _agent.Available > 0)
        {
            _reader.Add(_agent.Receive(_reader.Space.Span));
            while (_reader.TryRead(out ushort address, out ReadOnlySpan<byte> body))
            {
                if (address == CallFrames.Hello)
                    Greeting = System.Text.Encoding.UTF8.GetString(body);
                else
                    _calls.Add((address, body.ToArray()));
            }
            Assert.Null(_reader.Defect);
        }
    }

    public void SayHello() => Send(CallFrames.Hello, []);

    /// <summary>All calls that wait, the last first.</summary>
    public void Answer()
    {
        for (int i = _calls.Count - 1; i >= 0; i--)
            Send(_calls[i].Address, Handle(_calls[i].Address, _calls[i].Request));
        _calls.Clear();
    }

    public void Fail()
    {
        foreach ((ushort address, _) in _calls)
            Send(address, []);
        _calls.Clear();
    }

    public void Send(ushort address, byte[] body)
    {
        var writer = new CallWriter(CallFrames.HeaderBytes + body.Length);
        Assert.True(writer.TryAdd(address, body));
        SendRaw(writer.Waiting.ToArray());
    }

    public void SendRaw(byte[] bytes) => Assert.Equal(bytes.Length, _agent!.Send(bytes));

    /// <summary>Ends the connection, and with it what was asked.</summary>
    /// <remarks>By a shutdown: a child process that another test starts at this moment holds a copy of the descriptor
    /// until it runs its own program, and closing one of two copies tells the other end nothing.</remarks>
    public void Hang()
    {
        _agent!.Shutdown(SocketShutdown.Both);
        _agent.Dispose();
        _agent = null;
        Greeting = null;
        _calls.Clear();
        _reader.Clear();
    }

    public void Dispose()
    {
        _agent?.Dispose();
        _listener?.Dispose();
        _directory.Dispose();
    }

    private byte[] Handle(ushort address, byte[] request) =>
        _replicas[address - ReplicaAddress.First].Handle(request, 1);
}
