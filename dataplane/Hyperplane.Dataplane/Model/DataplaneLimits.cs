namespace Hyperplane.Dataplane.Model;

/// <summary>The sizes that a model may not exceed; a larger one is refused whole.</summary>
public static class DataplaneLimits
{
    /// <summary>Prefixes that are ours.</summary>
    public const int OwnPrefixes = 1_024;

    /// <summary>VIPs of one node.</summary>
    public const int Vips = 131_072;

    /// <summary>Listeners of one node.</summary>
    public const int Listeners = 262_144;

    /// <summary>Target groups of one node.</summary>
    public const int TargetGroups = 131_072;

    /// <summary>Target groups of one listener.</summary>
    public const int GroupsPerListener = 8;

    /// <summary>Prefixes of a listener's list of allowed sources, and of its list of denied ones.</summary>
    public const int PrefixesPerList = 64;

    /// <summary>Targets of one group.</summary>
    public const int TargetsPerGroup = 10_000;

    /// <summary>Targets of one node, all groups together.</summary>
    public const int Targets = 1_048_576;

    /// <summary>Targets of one node whose cached frames are counted; of those beyond, in order of coming, only frames
    /// that pass a pipeline are.</summary>
    public const int CountedTargets = 131_072;

    /// <summary>Source addresses of one node.</summary>
    public const int SnatAddresses = 16;

    /// <summary>Next hops (gateways and hosts on the same subnet) of one node.</summary>
    public const int NextHops = 4_096;
}
