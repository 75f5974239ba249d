using Hyperplane.Lab;
using Hyperplane.Lab.Tests;

[assembly: AssemblyFixture(typeof(LabFixture))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Hyperplane.Lab.Tests;

/// <summary>One region for all end-to-end tests; started only as root.</summary>
public sealed class LabFixture : IDisposable
{
    private readonly Lazy<Region> _region = new(() => Region.Up("lab-test"));

    /// <summary>The region; skips the test when it cannot be had.</summary>
    public Region Region
    {
        get
        {
            Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
            return _region.Value;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_region.IsValueCreated)
            _region.Value.Dispose();
    }
}
