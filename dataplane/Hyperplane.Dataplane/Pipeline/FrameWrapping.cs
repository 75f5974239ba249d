using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Queues;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>What else is done to a frame, prepared by the pipeline when it judges the frame, done when it
/// leaves: what changes its length, and where it goes on inside the node.</summary>
/// <param name="MtuBytes">The longest packet that leaves.</param>
/// <param name="End">This end of tunnels to other nodes; null for none.</param>
/// <param name="Commons">Shared with the node's other pipelines.</param>
internal sealed record FrameWrapping(int MtuBytes, TunnelEnd? End, NodeCommons Commons)
{
    /// <summary>Where it is counted when it does not leave.</summary>
    public required DropCounter Drops { get; init; }

    /// <summary>To senders of what is too long then.</summary>
    public TooBigAnswers TooBig { get; } = new(Commons.TooBigAnswers);

    /// <summary>What paths to targets carry.</summary>
    public PathMtus PathMtus => Commons.PathMtus;

    /// <summary>Into the other address family.</summary>
    public FamilyTranslator Translator { get; } = new();

    /// <summary>What is cut off on the way there.</summary>
    public SecondPiece SecondPiece => field ??= new SecondPiece(Translator, MtuBytes);

    /// <summary>To the other pipelines of the node; null where there is one.</summary>
    public HandOver? HandOver { get; set; }

    /// <summary>Into tunnels.</summary>
    public Encapsulator Encapsulator => field ??= new Encapsulator(TooBig);

    /// <summary>To nodes off the subnet; null for none.</summary>
    public GueTunnel? Tunnel => field ??= End is { } end ? new GueTunnel(end, Encapsulator) : null;
}
