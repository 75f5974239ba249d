using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Rpc;

/// <summary>Puts services into a web application.</summary>
public static class RpcEndpointRouteBuilderExtensions
{
    /// <summary>Serves all methods of a definition; other names of the service are "unimplemented".</summary>
    /// <remarks>
    /// A service that was never mapped ends in the application's own 404, which every gRPC client takes for
    /// "unimplemented": no catch-all route is added, it would change the 404 and 405 answers of the other routes.
    /// </remarks>
    public static IEndpointConventionBuilder MapRpcService(
        this IEndpointRouteBuilder endpoints, ServerServiceDefinition definition, RpcServiceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(definition);
        ILogger logger = endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("Hyperplane.Rpc");
        RouteGroupBuilder group = endpoints.MapGroup("");
        foreach (var service in definition.Methods.GroupBy(method => method.Method.ServiceName, StringComparer.Ordinal))
        {
            var endpoint = new RpcServiceEndpoint(service, options ?? new RpcServiceOptions(), logger);
            group.MapPost($"/{service.Key}/{{method}}", endpoint.InvokeAsync);
        }

        return group;
    }
}
