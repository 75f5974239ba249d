using System.Runtime.InteropServices;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Remote;

/// <summary>What a node knows of one replica, and what waits for it: one call under way, the next one
/// collecting.</summary>
internal sealed class ReplicaLink(ushort address)
{
    private readonly Queue<byte[]> _waiting = new();
    private int _waitingBytes;

    public ushort Address => address;

    /// <summary>As it answered last; its start is 0 while it is unreachable.</summary>
    public ReplicaState State { get; private set; } = new(address, 0, NodeFlags.None);

    /// <summary>The machine that it answered from last, see <see cref="AnswerHeader.PlaceBe"/>.</summary>
    public uint PlaceBe { get; set; }

    /// <summary>How it stands while it is not used, once it answered in time again.</summary>
    public ReplicaState? Offer { get; set; }

    public bool IsUp => State.Start != 0;

    public bool IsCalling { get; private set; }

    /// <summary>When the call under way began; otherwise when the next one is due without need.</summary>
    public long SinceNs { get; private set; }

    /// <summary>The line it stands in for a call.</summary>
    public CallLine? Line { get; set; }

    /// <summary>The line that the call under way counts for; null for one that only asks how it stands, and for one
    /// that was given up.</summary>
    public CallLine? Counts { get; set; }

    /// <summary>Bytes of the call under way.</summary>
    public int CallBytes { get; private set; }

    /// <summary>Somebody waits for an answer to what waits here.</summary>
    public bool HasAwaited { get; private set; }

    /// <summary>More waited than may.</summary>
    public bool HasOverflown { get; private set; }

    public bool HasWaiting => _waiting.Count > 0;

    public int QueuedBytes => _waitingBytes + CallBytes;

    /// <summary>Takes a batch; false when there is no room.</summary>
    public bool TryAdd(ReadOnlySpan<byte> batch, int limitBytes)
    {
        HasOverflown |= _waitingBytes + batch.Length > limitBytes;
        if (HasOverflown)
            return false;
        HasAwaited = HasAwaited || FlowOps.IsAwaited(batch);
        _waiting.Enqueue(batch.ToArray());
        _waitingBytes += batch.Length;
        return true;
    }

    /// <summary>Begins a call with what waits, as much as fits into one.</summary>
    public byte[] Begin(RequestHeader header, long nowNs)
    {
        var taken = new List<byte[]>();
        CallBytes = 0;
        while (_waiting.TryPeek(out byte[]? next) && CallBytes + next.Length <= BatchWriter.DefaultBytes)
        {
            taken.Add(_waiting.Dequeue());
            CallBytes += next.Length;
        }
        _waitingBytes -= CallBytes;
        HasAwaited &= HasWaiting;
        byte[] request = new byte[RequestHeader.Bytes + CallBytes];
        MemoryMarshal.Write(request, header with { ReplicaStart = State.Start });
        int place = RequestHeader.Bytes;
        foreach (byte[] batch in taken)
        {
            batch.CopyTo(request, place);
            place += batch.Length;
        }
        (IsCalling, SinceNs) = (true, nowNs);
        return request;
    }

    /// <summary>The call under way ended.</summary>
    public void End(long nextNs) => (IsCalling, SinceNs, CallBytes) = (false, nextNs, 0);

    /// <summary>It answered, or did not in time; true when that is news.</summary>
    public bool Note(ReplicaState state)
    {
        if (state == State)
            return false;
        if (state.Start != State.Start)
        {
            _waiting.Clear();
            (_waitingBytes, HasOverflown, HasAwaited) = (0, false, false);
        }
        State = state;
        return true;
    }
}
