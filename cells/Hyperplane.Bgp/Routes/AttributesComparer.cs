using System.Diagnostics.CodeAnalysis;

namespace Hyperplane.Bgp;

/// <summary>Groups routes that may share an UPDATE: all but the prefix is equal, and so is the family.</summary>
internal sealed class AttributesComparer : IEqualityComparer<BgpRoute>
{
    public static readonly AttributesComparer Instance = new();

    public bool Equals(BgpRoute? x, BgpRoute? y) =>
        x is not null && y is not null && x.SameAttributes(y)
        && x.Prefix.BaseAddress.AddressFamily == y.Prefix.BaseAddress.AddressFamily;

    public int GetHashCode([DisallowNull] BgpRoute obj) => obj.AttributesHash();
}
