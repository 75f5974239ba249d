using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperplane.Api.AddressPools;
using Hyperplane.Api.Authentication;
using Hyperplane.Api.Cells;
using Hyperplane.Api.ElasticIps;
using Hyperplane.Api.Events;
using Hyperplane.Api.Listeners;
using Hyperplane.Api.LoadBalancers;
using Hyperplane.Api.Metrics;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Placement;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Quotas;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Snapshots;
using Hyperplane.Api.Stats;
using Hyperplane.Api.TargetGroups;
using Hyperplane.Api.Targets;
using Hyperplane.Api.Tenants;
using Hyperplane.Api.Trees;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.OpenApi;

namespace Hyperplane.Api;

/// <summary>
/// Puts the REST API into a web application; the controller's interfaces must be registered beside it.
/// </summary>
public static class HyperplaneApi
{
    /// <summary>Registers what the API needs.</summary>
    public static IServiceCollection AddHyperplaneApi(this IServiceCollection services, ApiOptions? options = null)
    {
        services.AddSingleton(options ?? new ApiOptions());
        services.AddSingleton<RequestLimits>();
        services.AddSingleton<WatchLimits>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddScoped<StatusWatch>();
        services.AddScoped<WatchPlace>();
        services.AddScoped<WatchStream>();
        services.AddScoped<TenantWatchStream>();
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(o => Configure(o.SerializerOptions));
        services.AddOpenApi("v1", o =>
        {
            o.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            o.CreateSchemaReferenceId = SchemaDescription.ReferenceId;
            o.AddDocumentTransformer<DocumentDescription>();
            o.AddOperationTransformer<OperationDescription>();
            o.AddSchemaTransformer<SchemaDescription>();
        });
        return services;
    }

    /// <summary>
    /// Maps <c>/v1</c>, <c>/openapi/v1.json</c> and <c>/healthz</c>, and answers everything else with a problem.
    /// </summary>
    public static WebApplication MapHyperplaneApi(this WebApplication app)
    {
        app.UseMiddleware<ProblemMiddleware>();
        app.UseRouting();
        app.UseMiddleware<OutageMiddleware>();
        app.UseMiddleware<AuthenticationMiddleware>();
        app.UseMiddleware<IdempotencyMiddleware>();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapGet("/healthz", () => TypedResults.Ok(new { status = "ok" })).ExcludeFromDescription();

        RouteGroupBuilder v1 = app.MapGroup("/v1")
            .AddEndpointFilter<RouteGroupBuilder, ChangeConditions>()
            .AddEndpointFilter<RouteGroupBuilder, RefusalFilter>();
        v1.MapLoadBalancers();
        v1.MapListeners();
        v1.MapTargetGroups();
        v1.MapTargets();
        v1.MapTenants();
        v1.MapApiKeys();
        v1.MapCells();
        v1.MapNodes();
        v1.MapPlacement();
        v1.MapAddressPools();
        v1.MapElasticIps();
        v1.MapSnapshots();
        v1.MapEvents();
        v1.MapStats();
        v1.MapMetrics();
        v1.MapQuotas();
        v1.MapTrees();
        return app;
    }

    /// <summary>
    /// JSON as the API speaks it: camelCase, strict numbers, enumerations by their names on the wire.
    /// </summary>
    internal static void Configure(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.Converters.Add(new JsonStringEnumConverter());
    }
}
