using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>A load balancer with one target group and one listener, made and removed through lbctl.</summary>
internal sealed class Tenancy : IDisposable
{
    private readonly Region _region;
    private readonly List<string> _groups = [];

    private Tenancy(Region region, string name)
    {
        _region = region;
        Name = name;
    }

    public string Name { get; }

    public string VipA { get; private init; } = "";

    public string VipB { get; private init; } = "";

    public string[] Vips => [VipA, VipB];

    /// <summary>Creates all and waits until it is active and every target healthy.</summary>
    public static async Task<Tenancy> Create(
        Region region,
        string name,
        string protocol,
        int port,
        int targetPort,
        int delaySeconds,
        params string[] targets)
    {
        JsonElement created = region.LbctlJson("create-nlb", name, "--zones", "a,b");
        var tenancy = new Tenancy(region, name)
        {
            VipA = Address(created, "a"),
            VipB = Address(created, "b"),
        };
        tenancy._groups.Add(name);
        string[] health = protocol == "UDP"
            ? ["--health-protocol", "TCP", "--health-port", "7"]
            : [];
        region.Lbctl([
            "target-group", "create", name, "--protocol", protocol, "--port", $"{targetPort}",
            "--health-interval", "1", "--health-timeout", "1", "--healthy-threshold", "2", "--unhealthy-threshold", "2",
            "--deregistration-delay", $"{delaySeconds}", .. health]);
        region.Lbctl(["target", "register", name, .. targets, "--no-wait"]);
        region.Lbctl(
            "listener", "create", "--nlb", name, "--protocol", protocol, "--port", $"{port}", "--target-group", name);
        foreach (string target in targets)
            await tenancy.UntilTarget(target, "healthy");
        return tenancy;
    }

    public string? TargetState(string address) => Target(address)?.GetProperty("state").GetString();

    public Task UntilTarget(string address, string state) =>
        Region.Until($"target {address} {state}", () => TargetState(address) == state);

    /// <summary>Until all nodes have come to the same verdict: each follows its own checks.</summary>
    public Task UntilAllNodesFind(string address, bool healthy) =>
        Region.Until($"all nodes find {address} {(healthy ? "healthy" : "unhealthy")}", () =>
        {
            JsonElement target = Target(address)!.Value;
            int voting = target.GetProperty("votingNodes").GetInt32();
            return voting == 6 && target.GetProperty("healthyNodes").GetInt32() == (healthy ? voting : 0);
        });

    public void Dispose()
    {
        _region.TryLbctl("nlb", "delete", Name);
        foreach (string group in _groups)
            _region.TryLbctl("target-group", "delete", group);
    }

    private JsonElement? Target(string address)
    {
        JsonElement[] found = [.. _region.LbctlJson("target", "list", Name).GetProperty("items").EnumerateArray()
            .Where(target => target.GetProperty("address").GetString() == address)];
        return found.Length == 0 ? null : found[0];
    }

    public static string Address(JsonElement balancer, string zone) =>
        balancer.GetProperty("zones").EnumerateArray()
            .Single(entry => entry.GetProperty("zone").GetString() == zone)
            .GetProperty("address").GetString()!;
}
