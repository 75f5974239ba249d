namespace Hyperplane.Dataplane.Tool.Configuration;

/// <summary>A target group's part of a listener's new flows.</summary>
internal sealed record GroupShareConfig
{
    /// <summary>A target group's id.</summary>
    public required uint TargetGroup { get; init; }

    /// <summary>Its part beside other groups', 0 to 999.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>To far targets only while no near one is usable.</summary>
    public bool NearFirst { get; init; }
}
