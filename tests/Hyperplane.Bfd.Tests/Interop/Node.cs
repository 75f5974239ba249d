using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Hyperplane.Lab;

namespace Hyperplane.Bfd.Tests.Interop;

/// <summary>A speaker inside a namespace, what it told, and a switch for its freshness.</summary>
internal sealed class Node : IDisposable
{
    private readonly Channel<BfdChange> _changes = Channel.CreateUnbounded<BfdChange>();
    private readonly ConcurrentQueue<BfdChange> _history = new();
    private bool _fresh = true;

    public Node(NetworkNamespace space, Func<long, bool>? isFresh = null) =>
        Speaker = NamespaceThread.Run(space, () => new BfdSpeaker(
            new BfdSpeakerOptions(), TimeProvider.System, new Random(1), new BfdCallbacks
            {
                IsFresh = isFresh ?? (_ => Volatile.Read(ref _fresh)),
                Changed = OnChange,
            }));

    public BfdSpeaker Speaker { get; }

    public bool Fresh
    {
        set => Volatile.Write(ref _fresh, value);
    }

    public string History => string.Join('\n', _history);

    public static BfdPeerOptions Peer(string address, BfdIntervals? intervals = null) => new()
    {
        Address = IPAddress.Parse(address),
        Intervals = intervals ?? BfdIntervals.Fastest,
    };

    /// <summary>The next step into a state.</summary>
    public async Task<BfdChange> Until(BfdState state)
    {
        using var deadline = new CancellationTokenSource(Eventually.Deadline);
        try
        {
            while (true)
            {
                BfdChange change = await _changes.Reader.ReadAsync(deadline.Token);
                if (change.To == state)
                    return change;
            }
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"never {state}, but:\n{History}\n{Describe()}", e);
        }
    }

    public BfdPeerStatus Status() => Assert.Single(Speaker.Peers);

    public void Dispose() => Speaker.Dispose();

    private string Describe() => string.Join('\n', Speaker.Peers)
        + string.Concat(Enum.GetValues<BfdVerdict>().Select(verdict => $"\n{verdict}: {Speaker.Count(verdict)}"));

    private void OnChange(BfdChange change)
    {
        _history.Enqueue(change);
        _changes.Writer.TryWrite(change);
    }
}
