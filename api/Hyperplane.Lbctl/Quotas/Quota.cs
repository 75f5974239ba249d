using System.Globalization;
using Hyperplane.Lbctl.Api;

namespace Hyperplane.Lbctl.Quotas;

/// <summary>How many of something a tenant may have.</summary>
internal sealed record Quota(string Name, int Value, int Default = 0, int Used = 0)
{
    /// <summary>What lbctl knows about quotas.</summary>
    public static readonly ResourceKind<Quota> Kind = new(
        "quota",
        WireJson.Default.Quota,
        static one => one.Name,
        static one => one.Name,
        [
            new("NAME", static one => one.Name),
            new("VALUE", static one => Text(one.Value)),
            new("DEFAULT", static one => Text(one.Default)),
            new("USED", static one => Text(one.Used)),
        ]);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
