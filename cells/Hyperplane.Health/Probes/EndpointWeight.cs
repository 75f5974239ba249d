using System.Buffers.Text;
using System.Text;

namespace Hyperplane.Health;

/// <summary>The header in which a target tells how much it can take: Google's passthrough load balancer reads it, and
/// kube-proxy writes it.</summary>
/// <remarks>An integer, 0 to 1,000: percent of the configured weight; 0: no new flows. Anything else is as if it were
/// not there.</remarks>
public static class EndpointWeight
{
    /// <summary>What a target has that says nothing.</summary>
    public const int Usual = 100;

    /// <summary>The largest.</summary>
    public const int Largest = 1_000;

    private static ReadOnlySpan<byte> Name => "x-load-balancing-endpoint-weight:"u8;

    /// <summary>Looks in the header lines of an answer; null: not there, or not as it must be. Never throws.</summary>
    public static int? Find(ReadOnlySpan<byte> answer)
    {
        while (true)
        {
            int end = answer.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? answer : answer[..end]).TrimEnd((byte)'\r');
            if (line.Length >= Name.Length && Ascii.EqualsIgnoreCase(line[..Name.Length], Name))
                return Read(line[Name.Length..].Trim(" \t"u8));
            if (end < 0)
                return null;
            answer = answer[(end + 1)..];
        }
    }

    private static int? Read(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && char.IsAsciiDigit((char)text[0])
        && Utf8Parser.TryParse(text, out int weight, out int used) && used == text.Length && weight <= Largest
            ? weight
            : null;
}
