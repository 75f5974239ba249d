using System.Reflection;
using Hyperplane.Controller.Contracts.Tenants;
using Microsoft.AspNetCore.Http;

namespace Hyperplane.Api.Authentication;

/// <summary>The tenant whose key was shown; a parameter of every endpoint with <see cref="Access.Tenant"/>.</summary>
/// <param name="TenantId">Scopes everything the endpoint does.</param>
internal sealed record Caller(string TenantId)
{
    /// <summary>Taken from what <see cref="AuthenticationMiddleware"/> found; called by the framework.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        context.Features.Get<Principal>()?.TenantId is { } tenantId
            ? ValueTask.FromResult<Caller?>(new Caller(tenantId))
            : throw new InvalidOperationException("an endpoint without Access.Tenant asks for a tenant");
}
