namespace Hyperplane.Bgp.Messages;

/// <summary>How sound a received UPDATE is (RFC 7606 2), from best to worst.</summary>
internal enum UpdateVerdict
{
    /// <summary>Nothing wrong.</summary>
    Accepted,

    /// <summary>A minor attribute was wrong and is ignored; the routes stand.</summary>
    AttributeDiscard,

    /// <summary>An attribute that matters was wrong: its prefixes count as withdrawn.</summary>
    TreatAsWithdraw,

    /// <summary>The prefixes cannot be told: the session ends with an UPDATE message error.</summary>
    SessionReset,
}
