namespace Hyperplane.Lbctl.Tests.Region;

/// <summary>Tests that share a region.</summary>
[CollectionDefinition(nameof(RegionCollection))]
public sealed class RegionCollection : ICollectionFixture<LbctlRegion>;
