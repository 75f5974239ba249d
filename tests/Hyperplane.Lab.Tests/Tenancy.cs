using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>A load balancer with its target groups and listeners, made and removed through lbctl.</summary>
internal sealed class Tenancy : IDisposable
{
    private readonly Region _region;
    private readonly JsonElement _zones;
    private readonly List<string> _groups = [];

    private Tenancy(Region region, string name, JsonElement zones)
    {
        _region = region;
        _zones = zones;
        Name = name;
    }

    public string Name { get; }

    public IReadOnlyList<string> Groups => _groups;

    public string VipA => Vip("a", 4);

    public string VipB => Vip("b", 4);

    public string[] Vips => [VipA, VipB];

    /// <summary>Creates the load balancer alone; an address, or an elastic IP, is the one in zone a.</summary>
    public static Tenancy Open(
        Region region,
        string name,
        string zones = "a,b",
        bool isDualstack = false,
        string? address = null,
        string? elasticIp = null) => new(
        region, name,
        region.LbctlJson(
            [
                "create-nlb", name, "--zones", zones, "--ip-address-type", isDualstack ? "dualstack" : "ipv4",
                .. address is null ? (string[])[] : ["--address", address],
                .. elasticIp is null ? (string[])[] : ["--elastic-ip", $"a={elasticIp}"],
            ])
            .GetProperty("zones"));

    /// <summary>One with a group and a listener; waits until every target is healthy.</summary>
    public static async Task<Tenancy> Create(
        Region region, string name, string protocol, int port, int targetPort, int delaySeconds,
        params string[] targets)
    {
        Tenancy tenancy = Open(region, name);
        string[] health = protocol == "UDP" ? ["--health-protocol", "TCP", "--health-port", "7"] : [];
        tenancy.AddGroup(
            name, protocol, targetPort, targets,
            [
                "--health-timeout", "1", "--healthy-threshold", "2", "--unhealthy-threshold", "2",
                "--deregistration-delay", $"{delaySeconds}", .. health,
            ]);
        tenancy.Listen(protocol, port, name);
        await tenancy.UntilHealthy(name, 1);
        return tenancy;
    }

    /// <summary>The address in a zone, as it stands in a URL without brackets.</summary>
    public string Vip(string zone, int version) => _zones.EnumerateArray()
        .Single(entry => entry.GetProperty("zone").GetString() == zone)
        .GetProperty(version == 4 ? "address" : "ipv6Address").GetString()!;

    /// <summary>Creates a target group, of the family of its targets; checked each second unless the options say
    /// otherwise.</summary>
    public void AddGroup(string group, string protocol, int port, string[] targets, params string[] options)
    {
        _groups.Add(group);
        string[] interval = options.Contains("--health-interval") ? [] : ["--health-interval", "1"];
        _region.Lbctl([
            "target-group", "create", group, "--protocol", protocol, "--port", $"{port}", "--ip-address-type",
            targets[0].Contains(':', StringComparison.Ordinal) ? "ipv6" : "ipv4", .. interval, .. options]);
        _region.Lbctl(["target", "register", group, .. targets, "--no-wait"]);
    }

    /// <summary>Creates a listener; a group may have "=WEIGHT" behind it.</summary>
    public void Listen(string protocol, int port, params string[] groups) => _region.Lbctl(
    [
        "listener", "create", "--nlb", Name, "--protocol", protocol, "--port", $"{port}",
        .. groups.SelectMany(group => new[] { "--target-group", group }),
    ]);

    /// <summary>Until at least so many nodes find every target of a group healthy.</summary>
    public Task UntilHealthy(string group, int nodes) => Region.Until(
        $"the targets of {group} are healthy",
        () => Targets(group).All(target => target.GetProperty("state").GetString() == "healthy"
            && target.GetProperty("healthyNodes").GetInt32() >= nodes));

    public string? TargetState(string address) => Target(address)?.GetProperty("state").GetString();

    public Task UntilTarget(string address, string state) =>
        Region.Until($"target {address} {state}", () => TargetState(address) == state);

    /// <summary>Until the checks of all nodes find the same.</summary>
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
        JsonElement[] found =
            [.. Targets(Name).Where(target => target.GetProperty("address").GetString() == address)];
        return found.Length == 0 ? null : found[0];
    }

    private JsonElement[] Targets(string group) =>
        [.. _region.LbctlJson("target", "list", group).GetProperty("items").EnumerateArray()];
}
