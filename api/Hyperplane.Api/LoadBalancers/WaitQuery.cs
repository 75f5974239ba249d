using System.Globalization;
using System.Reflection;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>A long poll: <c>?wait=SECONDS&amp;seen=GENERATION/PROVISIONING[/OPERATING]</c>.</summary>
internal sealed class WaitQuery : IRefusable, IEndpointParameterMetadataProvider
{
    private const int LongestSeconds = 30;
    private readonly Findings _findings = new();
    private long? _generation;
    private ProvisioningState? _provisioning;
    private OperatingState? _operating;

    /// <inheritdoc/>
    public Problem? Problem => _findings.None ? null : _findings.ToProblem();

    /// <summary>How long the answer may be held; zero: not at all.</summary>
    public TimeSpan Wait { get; private set; }

    /// <summary>Whether a load balancer is other than the caller knows it, or than it was when he came.</summary>
    public bool IsNews(LoadBalancer first, LoadBalancer now) => _provisioning is null
        ? (first.Generation, first.Status.Provisioning, first.Status.Operating, first.Status.ObservedGeneration)
            != (now.Generation, now.Status.Provisioning, now.Status.Operating, now.Status.ObservedGeneration)
        : now.Generation != _generation
            || StatusView.From(now.Status.Provisioning) != _provisioning
            || (_operating is not null && StatusView.From(now.Status.Operating) != _operating);

    /// <summary>Reads the query of a request; called by the framework.</summary>
    public static ValueTask<WaitQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var query = new WaitQuery();
        if (context.Request.Query.TryGetValue("wait", out Microsoft.Extensions.Primitives.StringValues wait))
            query.ReadWait(wait.ToString());
        if (context.Request.Query.TryGetValue("seen", out Microsoft.Extensions.Primitives.StringValues seen))
            query.ReadSeen(seen.ToString());
        return ValueTask.FromResult<WaitQuery?>(query);
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new QueryParameter(
            "wait",
            "Hold the answer until the status changes, for so many seconds at most.",
            "integer",
            Minimum: 0,
            Maximum: LongestSeconds));
        builder.Metadata.Add(new QueryParameter(
            "seen",
            "The status that the caller knows: `generation/provisioning` or `generation/provisioning/operating`. "
            + "The answer is held while it is still true; without it, until generation or status changes.",
            "string",
            Pattern: "^[0-9]+/(pending|active|failed|deleting)(/(healthy|degraded|down|no_targets))?$"));
    }

    private void ReadWait(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            && seconds <= LongestSeconds)
            Wait = TimeSpan.FromSeconds(seconds);
        else
            _findings.Invalid("query:wait", "Must be a whole number of seconds from 0 to 30.");
    }

    private void ReadSeen(string text)
    {
        string[] parts = text.Split('/');
        if (parts.Length is 2 or 3
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long generation)
            && WireNames.Of(typeof(ProvisioningState)).Find(parts[1]) is ProvisioningState provisioning
            && (parts.Length == 2 || WireNames.Of(typeof(OperatingState)).Find(parts[2]) is OperatingState))
        {
            _generation = generation;
            _provisioning = provisioning;
            _operating = parts.Length == 2
                ? null
                : (OperatingState?)WireNames.Of(typeof(OperatingState)).Find(parts[2]);
        }
        else
        {
            _findings.Invalid("query:seen", "Must be like 3/pending or 3/active/healthy.");
        }
    }
}
