namespace Hyperplane.Bench;

/// <summary>Programs that others are measured with.</summary>
internal static class Baselines
{
    /// <summary>HAProxy, in TCP mode.</summary>
    public const string Haproxy = "/usr/sbin/haproxy";

    /// <summary>The tool of the kernel's own NAT.</summary>
    public const string Nftables = "/usr/sbin/nft";

    /// <summary>Those that this machine does not have, in words.</summary>
    public static IReadOnlyList<string> Missing(params string[] programs) =>
    [
        .. programs.Where(program => !File.Exists(program)).Select(
            program => $"{Path.GetFileName(program)} is not installed here: what is measured beside it is missing"),
    ];
}
