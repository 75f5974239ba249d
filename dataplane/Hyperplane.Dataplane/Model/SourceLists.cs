using System.Collections.Immutable;
using System.Net;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Model;

/// <summary>Who may begin flows at a listener, by the source address of the client's frame.</summary>
/// <remarks>Asked for frames that would begin a flow alone: a flow that is there goes on, whatever the lists become.
/// Prepared once when it is made; models that follow each other share it.</remarks>
/// <param name="allowed">At most <see cref="DataplaneLimits.PrefixesPerList"/>; none: everybody.</param>
/// <param name="denied">As many; they win over <paramref name="allowed"/>.</param>
public sealed class SourceLists(ImmutableArray<IPNetwork> allowed, ImmutableArray<IPNetwork> denied)
{
    private readonly PrefixSet? _allowed = allowed.IsEmpty ? null : new PrefixSet(allowed);
    private readonly PrefixSet _denied = new(denied);

    /// <summary>The prefixes of either family whose clients are let in; none: everybody's.</summary>
    public ImmutableArray<IPNetwork> Allowed { get; } = allowed;

    /// <summary>Those whose clients are not.</summary>
    public ImmutableArray<IPNetwork> Denied { get; } = denied;

    /// <summary>Whether a client may begin a flow.</summary>
    public bool Admit(in PacketAddress source) =>
        (_allowed is null || _allowed.Contains(source)) && !_denied.Contains(source);
}
