using Hyperplane.Controller.Contracts.Tenants;

namespace Hyperplane.Api.Tenants;

/// <summary>Between the wire and the controller.</summary>
internal static class KeyRoles
{
    public static Role ToContract(this KeyRole? role) =>
        role == KeyRole.Reader ? Role.TenantReader : Role.TenantAdmin;

    public static KeyRole From(Role role) => role == Role.TenantReader ? KeyRole.Reader : KeyRole.Admin;
}
