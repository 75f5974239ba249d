namespace Hyperplane.Lbctl.Fleet;

/// <summary>How many pairs of tenants share so many nodes.</summary>
internal sealed record OverlapCount(int SharedNodes, long Pairs);
