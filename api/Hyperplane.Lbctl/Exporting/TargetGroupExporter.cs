using System.Text.Json;
using System.Text.Json.Nodes;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.TargetGroups;
using Hyperplane.Lbctl.Targets;

namespace Hyperplane.Lbctl.Exporting;

/// <summary>Writes target groups with their targets.</summary>
internal sealed class TargetGroupExporter(Session session, Bare bare)
{
    /// <summary>One of them.</summary>
    public async Task<JsonObject> OfAsync(Resource<TargetGroup> one)
    {
        string path = ApiPath.Of("target-groups", one.Value.Id);
        var said = new JsonObject
        {
            ["name"] = one.Value.Name,
            ["protocol"] = one.Value.Protocol,
            ["port"] = one.Value.Port,
        };
        if (one.Value.IpAddressType is not (null or "ipv4"))
            said["ipAddressType"] = one.Value.IpAddressType;
        JsonObject least = Bare.Of(one.Json, "name", "protocol", "port", "ipAddressType");
        // The path, the matcher and the timeout begin with what is usual for the protocol.
        if (one.Value.HealthCheck?.Protocol is not (null or "TCP"))
            least["healthCheck"] = new JsonObject { ["protocol"] = one.Value.HealthCheck.Protocol };
        await bare.AddAsync(
            said, one.Json, path, least, "healthCheck", "deregistrationDelaySeconds", "attributes");
        Bare.AddMember(said, one.Json, "tags");
        IReadOnlyList<Resource<Target>> targets = await session.Catalogue.ListAsync(
            Target.Kind, path + "/targets", session.Deadline);
        said["targets"] = new JsonArray(
        [
            .. targets.Select(static target => target.Value)
                .Where(static target => target.State != Target.Draining)
                .OrderBy(static target => target.Address, StringComparer.Ordinal)
                .ThenBy(static target => target.Port)
                .Select(target => Of(target, one.Value.Port)),
        ]);
        return said;
    }

    private static JsonObject Of(Target target, int? usualPort)
    {
        var said = new JsonObject { ["address"] = target.Address };
        if (target.Port != usualPort)
            said["port"] = target.Port;
        if (target.Weight is not (null or 1))
            said["weight"] = target.Weight;
        if (target.Zone is not null)
            said["zone"] = target.Zone;
        return said;
    }
}
