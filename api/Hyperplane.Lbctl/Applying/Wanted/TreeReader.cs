using Hyperplane.Lbctl.Applying.Reading;
using Hyperplane.Lbctl.ElasticIps;

namespace Hyperplane.Lbctl.Applying.Wanted;

/// <summary>Understands the documents of a file; all together are one tree.</summary>
internal sealed class TreeReader
{
    private readonly Findings _findings = new();
    private readonly List<WantedElasticIp> _elasticIps = [];
    private readonly List<WantedTargetGroup> _groups = [];
    private readonly List<WantedLoadBalancer> _loadBalancers = [];

    private TreeReader()
    {
    }

    /// <summary>What they describe; a usage failure that tells everything that is wrong.</summary>
    public static WantedTree Read(IReadOnlyList<FileNode> documents)
    {
        var reader = new TreeReader();
        foreach (FileNode document in documents)
            reader.Add(document);
        reader._findings.ThrowIfAny();
        return new WantedTree(reader._elasticIps, reader._groups, reader._loadBalancers);
    }

    private void Add(FileNode document)
    {
        if (MapReader.Of(
            document, "a file", _findings,
            WantedTree.ElasticIpsName, WantedTree.TargetGroupsName, WantedTree.LoadBalancersName) is not { } map)
            return;
        foreach (FileNode node in map.List(WantedTree.ElasticIpsName) ?? [])
        {
            if (ElasticIp(node) is { } one)
                Keep(_elasticIps, one, static known => known.Body.Name!, one.At, "an elastic IP");
        }

        foreach (FileNode node in map.List(WantedTree.TargetGroupsName) ?? [])
        {
            if (TargetGroupReader.Read(node, _findings) is { } one)
                Keep(_groups, one, static known => known.Body.Name, one.At, "a target group");
        }

        foreach (FileNode node in map.List(WantedTree.LoadBalancersName) ?? [])
        {
            if (LoadBalancerReader.Read(node, _findings) is { } one)
                Keep(_loadBalancers, one, static known => known.Body.Name, one.At, "a load balancer");
        }
    }

    private WantedElasticIp? ElasticIp(FileNode node) =>
        MapReader.Of(
            node, "an elastic IP", _findings, "name", "zone", "address", "ipAddressType", "tags") is { } map
            ? new WantedElasticIp(map.At, new ElasticIpRequest(
                map.Required("zone"),
                map.Required("name"),
                map.Text("address"),
                map.Choice("ipAddressType", "ipv4", "ipv6"),
                map.Pairs("tags")))
            : null;

    private void Keep<T>(List<T> all, T one, Func<T, string> name, Place at, string what)
    {
        if (name(one) != "" && all.Exists(known => name(known) == name(one)))
            _findings.Add(at, $"{what} '{name(one)}' is described twice");
        else
            all.Add(one);
    }
}
