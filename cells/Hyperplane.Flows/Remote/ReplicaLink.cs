using System.Runtime.InteropServices;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Remote;

/// <summary>What a node knows of one replica, and what waits for it: one call under way, the next one
/// collecting.</summary>
internal sealed class ReplicaLink(ushort address)
{
    private readonly WaitingBatches _waiting = new();

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

    public bool HasWaiting => !_waiting.IsEmpty;

    public int QueuedBytes => _waiting.Bytes + CallBytes;

    /// <summary>Takes a batch; false when there is no room.</summary>
    public bool TryAdd(ReadOnlySpan<byte> batch, int limitBytes)
    {
        HasOverflown |= _waiting.Bytes + batch.Length > limitBytes;
        if (HasOverflown)
            return false;
        HasAwaited = HasAwaited || FlowOps.IsAwaited(batch);
        _waiting.Add(batch);
        return true;
    }

    /// <summary>Begins a call with what waits, as much as fits into one.</summary>
    /// <param name="header">Of the call; the replica's start is filled in.</param>
    /// <param name="request">Room for the longest request.</param>
    /// <param name="nowNs">Now.</param>
    /// <returns>Bytes of the request.</returns>
    public int Begin(RequestHeader header, Span<byte> request, long nowNs)
    {
        MemoryMarshal.Write(request, header with { ReplicaStart = State.Start });
        CallBytes = _waiting.Take(request[RequestHeader.Bytes..]);
        HasAwaited &= HasWaiting;
        (IsCalling, SinceNs) = (true, nowNs);
        return RequestHeader.Bytes + CallBytes;
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
            (HasOverflown, HasAwaited) = (false, false);
        }
        State = state;
        return true;
    }
}
