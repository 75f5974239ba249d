using System.Globalization;

namespace Hyperplane.Dataplane.Kernel;

/// <summary>The capabilities of this process (capabilities(7)).</summary>
internal static class ProcessRights
{
    private const int SystemAdmin = 21;

    /// <summary>Names and bits of <c>linux/capability.h</c>; CAP_SYS_ADMIN stands for CAP_BPF too.</summary>
    private static readonly (string Name, int Bit)[] Needed =
        [("CAP_BPF", 39), ("CAP_NET_ADMIN", 12), ("CAP_NET_RAW", 13)];

    /// <summary>What the dataplane needs and the process does not have.</summary>
    public static IReadOnlyList<string> Missing() => Missing(File.ReadLines("/proc/self/status"));

    /// <summary>The same, by the lines of a <c>/proc/PID/status</c>.</summary>
    internal static IReadOnlyList<string> Missing(IEnumerable<string> status)
    {
        const string Effective = "CapEff:";
        string line = status.First(text => text.StartsWith(Effective, StringComparison.Ordinal));
        ulong held = ulong.Parse(
            line.AsSpan(Effective.Length).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return [.. Needed.Where(right => !Has(right.Bit)).Select(right => right.Name)];

        bool Has(int bit) => (held >> bit & 1) != 0 || (bit == Needed[0].Bit && (held >> SystemAdmin & 1) != 0);
    }
}
