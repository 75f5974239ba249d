using System.ComponentModel.DataAnnotations.Schema;
using Hyperplane.Controller.Contracts.Tenants;

namespace Hyperplane.Controller.Tenants;

/// <summary>A tenant.</summary>
[Table("tenants")]
internal sealed class TenantRow
{
    public required string Id { get; init; }

    public long Serial { get; init; }

    public required string Name { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null, like the two limits below: the default.</summary>
    public int? NewFlowsPerSecond { get; set; }

    public int? NewFlowsPerSecondPerAddress { get; set; }

    public int? NewFlowsPerSecondPerSource { get; set; }

    /// <summary>As <see cref="Controller.Quotas.QuotaText"/> writes them.</summary>
    public string Quotas { get; set; } = "{}";

    /// <summary>What the limits come to.</summary>
    [NotMapped]
    public TenantLimits Limits
    {
        get => LimitsOf(NewFlowsPerSecond, NewFlowsPerSecondPerAddress, NewFlowsPerSecondPerSource);
        set
        {
            NewFlowsPerSecond = Said(value.NewFlowsPerSecond, Usual.NewFlowsPerSecond);
            NewFlowsPerSecondPerAddress = Said(value.NewFlowsPerSecondPerAddress, Usual.NewFlowsPerSecondPerAddress);
            NewFlowsPerSecondPerSource = Said(value.NewFlowsPerSecondPerSource, Usual.NewFlowsPerSecondPerSource);
        }
    }

    private static TenantLimits Usual { get; } = new();

    /// <summary>What stored limits come to.</summary>
    public static TenantLimits LimitsOf(int? all, int? perAddress, int? perSource) => new()
    {
        NewFlowsPerSecond = all ?? Usual.NewFlowsPerSecond,
        NewFlowsPerSecondPerAddress = perAddress ?? Usual.NewFlowsPerSecondPerAddress,
        NewFlowsPerSecondPerSource = perSource ?? Usual.NewFlowsPerSecondPerSource,
    };

    private static int? Said(int limit, int usual) => limit == usual ? null : limit;
}
