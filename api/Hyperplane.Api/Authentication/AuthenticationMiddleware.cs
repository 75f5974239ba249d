using Hyperplane.Api.Problems;
using Hyperplane.Controller.Contracts.Tenants;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hyperplane.Api.Authentication;

/// <summary>Asks for a bearer key (RFC 6750) wherever the endpoint has an <see cref="AccessRule"/>.</summary>
internal sealed class AuthenticationMiddleware(RequestDelegate next, RequestLimits limits)
{
    private const string Scheme = "Bearer ";
    private const int LongestSecret = 256;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<AccessRule>() is not { } rule)
        {
            await next(context);
            return;
        }

        string? secret = Secret(context.Request);
        Principal? principal = secret is null
            ? null
            : await context.RequestServices.GetRequiredService<ITenants>()
                .AuthenticateAsync(secret, context.RequestAborted);
        if (principal is null && !limits.TryRefuse(context.Connection.RemoteIpAddress?.ToString() ?? ""))
            await TooManyAsync(context, "Too many requests with a wrong key came from your address; wait a second.");
        else if (principal is null)
            await RefuseAsync(context, secret is not null);
        else if (!limits.TryTake(principal.KeyId))
            await TooManyAsync(context, "This key asks too often; slow down, or share the work among several keys.");
        else if (Objection(rule.Access, principal, context.Request) is { } detail)
            await new ProblemResult(Problem.Of(403, ProblemCodes.Forbidden, detail)).ExecuteAsync(context);
        else
        {
            context.Features.Set(principal);
            await next(context);
        }
    }

    /// <summary>The secret that a request shows; null when it shows none that could be.</summary>
    public static string? Secret(HttpRequest request)
    {
        if (request.Headers.Authorization is not [{ } header]
            || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;

        string secret = header[Scheme.Length..].Trim(' ');
        return secret.Length is > 0 and <= LongestSecret && secret.All(c => c is > ' ' and <= '~') ? secret : null;
    }

    private static Task RefuseAsync(HttpContext context, bool shown)
    {
        context.Response.Headers.WWWAuthenticate =
            shown ? "Bearer realm=\"hyperplane\", error=\"invalid_token\"" : "Bearer realm=\"hyperplane\"";
        return new ProblemResult(Problem.Of(
            401,
            ProblemCodes.Unauthenticated,
            shown
                ? "This key is not known; it may have been revoked."
                : "Send an API key: Authorization: Bearer KEY.")).ExecuteAsync(context);
    }

    private static Task TooManyAsync(HttpContext context, string detail) =>
        new ProblemResult(Problem.Of(429, ProblemCodes.RateLimited, detail)).ExecuteAsync(context);

    private static string? Objection(Access access, Principal principal, HttpRequest request) => access switch
    {
        Access.Tenant when principal.TenantId is null =>
            "This path belongs to tenants and an operator's key names none; use a tenant's key.",
        Access.Operator when principal.Role != Role.Operator =>
            "This path is the operator's business; a tenant's key does not open it.",
        _ when principal.Role == Role.TenantReader && !HttpMethods.IsGet(request.Method) =>
            "This key may look and not change anything; use a key with the role admin.",
        _ => null,
    };
}
