using Hyperplane.Api.Authentication;
using Hyperplane.Api.Problems;
using Hyperplane.Controller.Contracts.Tenants;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>What every watch has: a place among those that may be open, a key that still opens it, and an end when the
/// host stops.</summary>
internal sealed class WatchPlace(
    ITenants tenants, WatchLimits limits, ApiOptions options, IHostApplicationLifetime host)
{
    /// <summary>How long a revoked key may go on.</summary>
    private static readonly TimeSpan KeyCheck = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait for news at a time.</summary>
    public TimeSpan Slice => options.WatchKeepAlive < KeyCheck ? options.WatchKeepAlive : KeyCheck;

    /// <summary>Runs a watch, or answers why there is no place.</summary>
    public async Task<IResult> RunAsync(HttpContext http, Func<CancellationToken, Task<IResult>> watch)
    {
        string keyId = http.Features.GetRequiredFeature<Principal>().KeyId;
        if (limits.TryBegin(keyId) is { } full)
            return new ProblemResult(full);
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(
                http.RequestAborted, host.ApplicationStopping);
            return await watch(stop.Token);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            // The host stops: the answer ends here, whole events and all.
            return TypedResults.Empty;
        }
        finally
        {
            limits.End(keyId);
        }
    }

    /// <summary>Whether the key opens it still.</summary>
    public async Task<bool> MayAsync(HttpRequest request, CancellationToken cancel) =>
        AuthenticationMiddleware.Secret(request) is { } secret
        && await tenants.AuthenticateAsync(secret, cancel) is not null;
}
