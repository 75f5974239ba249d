using System.Text.Json;

namespace Hyperplane.Api.Tests.LoadBalancers;

/// <summary>A server-sent event.</summary>
internal sealed record WatchEvent(string Name, string Id, JsonElement Data)
{
    public string? Provisioning => Data.GetProperty("status").GetProperty("provisioning").GetString();
}
