using System.Text.Json;
using System.Text.Json.Nodes;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Applying.Planning;
using Hyperplane.Lbctl.Applying.Wanted;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.ElasticIps;
using Hyperplane.Lbctl.Listeners;
using Hyperplane.Lbctl.LoadBalancers;
using Hyperplane.Lbctl.TargetGroups;

namespace Hyperplane.Lbctl.Exporting;

/// <summary>Writes what is there as a file, in the order of names: two files of the same are the same.</summary>
internal sealed class Exporter(Session session, Existing all, bool hasAddresses)
{
    private readonly Bare _bare = new(session);
    private readonly Dictionary<string, string> _elasticIpNames = all.ElasticIps.ToDictionary(
        static one => one.Value.Id, static one => one.Value.Name ?? one.Value.Id, StringComparer.Ordinal);

    private readonly Dictionary<string, string> _groupNames = all.TargetGroups.ToDictionary(
        static one => one.Value.Id, static one => one.Value.Name, StringComparer.Ordinal);

    /// <summary>The file.</summary>
    /// <param name="chosen">The load balancers that are in it.</param>
    /// <param name="isWhole">Whether what none of them uses is in it too.</param>
    public async Task<JsonElement> RunAsync(IEnumerable<Resource<LoadBalancer>> chosen, bool isWhole)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        var loadBalancers = new JsonArray();
        foreach (Resource<LoadBalancer> one in chosen.OrderBy(static one => one.Value.Name, StringComparer.Ordinal))
            loadBalancers.Add((JsonNode)await OfAsync(one, used));
        var groups = new JsonArray();
        var exporter = new TargetGroupExporter(session, _bare);
        foreach (Resource<TargetGroup> one in all.TargetGroups
            .Where(one => isWhole || used.Contains(one.Value.Id))
            .OrderBy(static one => one.Value.Name, StringComparer.Ordinal))
            groups.Add((JsonNode)await exporter.OfAsync(one));
        var addresses = new JsonArray();
        foreach (Resource<ElasticIp> one in all.ElasticIps
            .Where(one => one.Value.Name is not null && (isWhole || used.Contains(one.Value.Id)))
            .OrderBy(static one => one.Value.Name, StringComparer.Ordinal))
            addresses.Add((JsonNode)Of(one));
        var file = new JsonObject();
        foreach ((string name, JsonArray items) in (ReadOnlySpan<(string, JsonArray)>)
            [
                (WantedTree.ElasticIpsName, addresses),
                (WantedTree.TargetGroupsName, groups),
                (WantedTree.LoadBalancersName, loadBalancers),
            ])
        {
            if (items.Count > 0)
                file[name] = items;
        }

        return JsonElement.Parse(file.ToJsonString());
    }

    private JsonObject Of(Resource<ElasticIp> one)
    {
        var said = new JsonObject { ["name"] = one.Value.Name, ["zone"] = one.Value.Zone };
        string? type = one.Json.TryGetProperty("ipAddressType", out JsonElement family) ? family.GetString() : null;
        if (type is not (null or "ipv4"))
            said["ipAddressType"] = type;
        if (hasAddresses)
            said["address"] = one.Value.Address;
        Bare.AddMember(said, one.Json, "tags");
        return said;
    }

    private async Task<JsonObject> OfAsync(Resource<LoadBalancer> one, HashSet<string> used)
    {
        string path = ApiPath.Of("load-balancers", one.Value.Id);
        ZoneAddress[] zones =
            [.. (one.Value.Zones ?? []).OrderBy(static zone => zone.Zone, StringComparer.Ordinal)];
        var said = new JsonObject
        {
            ["name"] = one.Value.Name,
            ["zones"] = new JsonArray([.. zones.Select(zone => Of(zone, used))]),
        };
        if (one.Value.Scheme is not (null or "internet-facing"))
            said["scheme"] = one.Value.Scheme;
        JsonObject least = Bare.Of(one.Json, "name", "scheme");
        least["zones"] = new JsonArray(
            [.. zones.Select(static zone => (JsonNode)new JsonObject { ["zone"] = zone.Zone })]);
        await _bare.AddAsync(said, one.Json, path, least, "ipAddressType", "attributes");
        Bare.AddMember(said, one.Json, "tags");
        IReadOnlyList<Resource<Listener>> listeners = await session.Catalogue.ListAsync(
            Listener.Kind, path + "/listeners", session.Deadline);
        var told = new JsonArray();
        foreach (Resource<Listener> listener in listeners
            .Where(static each => each.Value.Status.Provisioning != "deleting")
            .OrderBy(static each => each.Value.Port)
            .ThenBy(static each => each.Value.Protocol, StringComparer.Ordinal))
            told.Add((JsonNode)await OfAsync(listener, path, used));
        said["listeners"] = told;
        return said;
    }

    private JsonNode Of(ZoneAddress zone, HashSet<string> used)
    {
        var said = new JsonObject { ["zone"] = zone.Zone };
        foreach ((string elastic, string? id, string address, string? value) in
            (ReadOnlySpan<(string, string?, string, string?)>)
            [
                ("elasticIp", zone.ElasticIp, "address", zone.Address),
                ("ipv6ElasticIp", zone.Ipv6ElasticIp, "ipv6Address", zone.Ipv6Address),
            ])
        {
            if (id is not null)
            {
                used.Add(id);
                said[elastic] = _elasticIpNames.GetValueOrDefault(id, id);
            }
            else if (hasAddresses && value is not null)
            {
                said[address] = value;
            }
        }

        return said.Count > 1 ? said : JsonValue.Create(zone.Zone);
    }

    private async Task<JsonObject> OfAsync(Resource<Listener> one, string ownerPath, HashSet<string> used)
    {
        IReadOnlyList<WeightedGroup> shares = one.Value.TargetGroups ?? [];
        used.UnionWith(shares.Select(static share => share.TargetGroupId));
        var said = new JsonObject { ["protocol"] = one.Value.Protocol, ["port"] = one.Value.Port };
        if (shares is [{ Weight: 1 } only])
            said["targetGroup"] = _groupNames.GetValueOrDefault(only.TargetGroupId, only.TargetGroupId);
        else
            said["targetGroups"] = new JsonArray(
            [
                .. shares.Select(share => new JsonObject
                {
                    ["name"] = _groupNames.GetValueOrDefault(share.TargetGroupId, share.TargetGroupId),
                    ["weight"] = share.Weight,
                }),
            ]);
        await _bare.AddAsync(
            said, one.Json, $"{ownerPath}/listeners/{one.Value.Id}",
            Bare.Of(one.Json, "protocol", "port", "targetGroups"),
            "idleTimeoutSeconds", "allowedCidrs", "deniedCidrs");
        return said;
    }
}
