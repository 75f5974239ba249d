using System.Net;

namespace Hyperplane.Bfd;

/// <summary>How the session with one neighbour stands; each number is right by itself, not all at one
/// instant.</summary>
public sealed record BfdPeerStatus
{
    /// <summary>The neighbour.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Our state.</summary>
    public required BfdState State { get; init; }

    /// <summary>What made it so.</summary>
    public required BfdCause Cause { get; init; }

    /// <summary>How long the state lasts; for Up, the uptime.</summary>
    public required TimeSpan InState { get; init; }

    /// <summary>The state the neighbour told last.</summary>
    public required BfdState RemoteState { get; init; }

    /// <summary>The reason the neighbour told last.</summary>
    public required BfdDiagnostic RemoteDiagnostic { get; init; }

    /// <summary>Why the session last went down, also when it is up again.</summary>
    public required BfdDiagnostic LastDiagnostic { get; init; }

    /// <summary>Times the session left Up.</summary>
    public required long Flaps { get; init; }

    /// <summary>Packets given to the session.</summary>
    public required long Received { get; init; }

    /// <summary>Packets written, those the kernel refused included.</summary>
    public required long Sent { get; init; }

    /// <summary>Times a due packet was held back because the node was not fresh.</summary>
    public required long Suppressed { get; init; }

    /// <summary>Packets the kernel refused to send.</summary>
    public required long SendFailures { get; init; }

    /// <summary>Negotiated time between our packets, before jitter.</summary>
    public required TimeSpan TransmitInterval { get; init; }

    /// <summary>Negotiated silence after which the neighbour is given up; zero while nothing of it is known.</summary>
    public required TimeSpan DetectionTime { get; init; }

    /// <summary>Why packets do not leave; null: they do.</summary>
    public required string? Error { get; init; }
}
