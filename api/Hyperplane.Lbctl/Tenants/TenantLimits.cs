namespace Hyperplane.Lbctl.Tenants;

/// <summary>Limits of a tenant's new flows a second, as shown and as wanted; 0 for none, null for the
/// default.</summary>
internal sealed record TenantLimits(
    int? NewFlowsPerSecond, int? NewFlowsPerSecondPerAddress, int? NewFlowsPerSecondPerSource);
