using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Agent.Snapshots.Rules;

/// <summary>Every node has an id and addresses of its own, and this node is among them.</summary>
internal static class NodeRule
{
    /// <summary>Judges all nodes; learns their ids and this node.</summary>
    public static void Check(SnapshotFacts facts)
    {
        (Snapshot snapshot, Findings findings) = (facts.Snapshot, facts.Findings);
        if (snapshot.Nodes.Count > SnapshotLimits.Nodes)
        {
            findings.Add($"{snapshot.Nodes.Count} nodes, more than {SnapshotLimits.Nodes}");
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var addresses = new HashSet<UInt128>();
        foreach (Node node in snapshot.Nodes)
        {
            string who = $"node {Quoted.Text(node.Name)}";
            if (node.Id is 0 or > ushort.MaxValue)
                findings.Add($"{who} has id {node.Id}, not 1 to 65535");
            if (!facts.NodeIds.Add(node.Id))
                findings.Add($"node id {node.Id} appears twice");
            if (node.Name.Length is 0 or > SnapshotLimits.NameLength || !names.Add(node.Name))
                findings.Add($"{who}: the name is empty, too long or appears twice");
            CheckOutside(facts, $"{who}: address", node.Address, isIpv4: true, addresses);
            CheckOutside(facts, $"{who}: probe address", node.ProbeAddress, isIpv4: true, addresses);
            CheckIpv6(facts, who, node, addresses);
            CheckSnat(facts, who, node, addresses);
            if (string.Equals(node.Name, facts.Context.Node, StringComparison.Ordinal))
                facts.Self = node;
        }

        if (facts.Self is null)
            findings.Add(
                $"this node, {Quoted.Text(facts.Context.Node)}, is not among its {snapshot.Nodes.Count} nodes");
        else if (facts.Self.SnatAddresses.Count == 0)
            findings.Add("this node has no SNAT address");
    }

    private static void CheckSnat(SnapshotFacts facts, string who, Node node, HashSet<UInt128> addresses)
    {
        if (node.SnatAddresses.Count > DataplaneLimits.SnatAddresses)
        {
            facts.Findings.Add(
                $"{who} has {node.SnatAddresses.Count} SNAT addresses, more than {DataplaneLimits.SnatAddresses}");
            return;
        }

        foreach (ByteString bytes in node.SnatAddresses)
        {
            if (CheckAddress(facts, $"{who}: SNAT address", bytes, addresses) is { } address
                && !facts.Snat.Contains(address))
                facts.Findings.Add($"{who}: SNAT address {WireAddress.Text(address)} lies outside the SNAT prefix");
        }
    }

    private static void CheckIpv6(SnapshotFacts facts, string who, Node node, HashSet<UInt128> addresses)
    {
        if (node.Ipv6Address.IsEmpty && node.Ipv6ProbeAddress.IsEmpty)
            return;
        CheckOutside(facts, $"{who}: IPv6 address", node.Ipv6Address, isIpv4: false, addresses);
        CheckOutside(facts, $"{who}: IPv6 probe address", node.Ipv6ProbeAddress, isIpv4: false, addresses);
    }

    private static void CheckOutside(
        SnapshotFacts facts, string what, ByteString bytes, bool isIpv4, HashSet<UInt128> addresses)
    {
        if (CheckAddress(facts, what, bytes, addresses) is not { } address)
            return;
        if (WireAddress.IsIpv4(address) != isIpv4)
            facts.Findings.Add($"{what} {WireAddress.Text(address)} is no IPv{(isIpv4 ? 4 : 6)} address");
        if (facts.Own.Contains(address))
            facts.Findings.Add($"{what} {WireAddress.Text(address)} lies in an own prefix");
    }

    private static UInt128? CheckAddress(
        SnapshotFacts facts, string what, ByteString bytes, HashSet<UInt128> addresses)
    {
        if (!WireAddress.TryRead(bytes, out UInt128 address))
            facts.Findings.Add($"{what} of {bytes.Length} bytes, not 4 or 16");
        else if (!WireAddress.IsUnicast(address))
            facts.Findings.Add($"{what} {WireAddress.Text(address)} is no unicast address");
        else if (!addresses.Add(address))
            facts.Findings.Add($"{what} {WireAddress.Text(address)} appears twice");
        else
            return address;
        return null;
    }
}
