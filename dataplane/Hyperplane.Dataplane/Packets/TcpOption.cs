namespace Hyperplane.Dataplane.Packets;

/// <summary>Finds options of a TCP header (RFC 9293, section 3.1).</summary>
public static class TcpOption
{
    /// <summary>Selective acknowledgement (RFC 2018): 2 octets, then 8 a block.</summary>
    public const byte Sack = 5;

    /// <summary>Timestamps (RFC 7323): 2 octets, value, echo.</summary>
    public const byte Timestamps = 8;

    /// <summary>Length of <see cref="Timestamps"/>.</summary>
    public const int TimestampsBytes = 10;

    /// <summary>An option that only takes room.</summary>
    public const byte Nothing = 1;

    private const byte End = 0;
    private const int LeastBytes = 2;

    /// <summary>The first option of a kind, whole; empty when there is none, or when an option before it
    /// contradicts itself.</summary>
    /// <param name="options">What follows the first 20 octets of a header.</param>
    /// <param name="kind">Neither 0 nor <see cref="Nothing"/>.</param>
    public static Span<byte> Find(Span<byte> options, byte kind)
    {
        int at = 0;
        while (at < options.Length && options[at] != End)
        {
            if (options[at] == Nothing)
            {
                at++;
                continue;
            }
            int bytes = at + 1 < options.Length ? options[at + 1] : 0;
            if (bytes < LeastBytes || at + bytes > options.Length)
                return [];
            if (options[at] == kind)
                return options.Slice(at, bytes);
            at += bytes;
        }
        return [];
    }
}
