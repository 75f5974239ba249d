namespace Hyperplane.Bfd;

/// <summary>Where one end of a session stands; the values are those of the wire (RFC 5880 4.1).</summary>
public enum BfdState
{
    /// <summary>Held down on purpose: no fault of the path.</summary>
    AdminDown = 0,

    /// <summary>Nothing heard, or the session failed.</summary>
    Down = 1,

    /// <summary>The peer is heard, but it has not told that it hears us.</summary>
    Init = 2,

    /// <summary>Both hear each other.</summary>
    Up = 3,
}
