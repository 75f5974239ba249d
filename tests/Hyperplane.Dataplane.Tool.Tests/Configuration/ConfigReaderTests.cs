using System.Net;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Tool.Configuration;

namespace Hyperplane.Dataplane.Tool.Tests.Configuration;

public sealed class ConfigReaderTests
{
    [Fact]
    public void The_example_becomes_the_model_it_describes()
    {
        DataplaneModel model = ConfigModel.Of(Sample.Config);
        VipModel vip = Assert.Single(model.Vips);
        Assert.Equal(IPAddress.Parse("198.18.0.10"), vip.Address);
        Assert.Equal(
            [(80u, IpProtocol.Tcp, (ushort)80, 5u, 350_000), (53u, IpProtocol.Udp, (ushort)53, 6u, 120_000)],
            vip.Listeners[..2]
                .Select(l => (l.Id, l.Protocol, l.Port, Assert.Single(l.Groups).GroupId, l.IdleTimeoutMs)));
        Assert.Equal(
            [new TargetGroupShare(5, 3, NearFirst: true), new TargetGroupShare(7, 1)], vip.Listeners[2].Groups);
        Assert.Equal(
            [IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("2001:db8::/32")], vip.Listeners[2].Sources!.Allowed);
        Assert.Equal([IPNetwork.Parse("192.0.2.128/25")], vip.Listeners[2].Sources!.Denied);
        Assert.Null(vip.Listeners[0].Sources);
        Assert.Equal(
            [
                new TargetModel(1, IPAddress.Parse("10.0.0.11"), 8_080, 3, true, false),
                new TargetModel(2, IPAddress.Parse("10.0.0.12"), 8_080, 1, true, false),
                new TargetModel(3, IPAddress.Parse("10.0.7.13"), 8_080, 1, false, false, Far: true),
            ],
            model.TargetGroups[0].Targets);
        Assert.True(model.TargetGroups[1].Targets[1].Draining);
        Assert.Equal(new TunnelModel(TunnelKind.Vxlan, NetworkId: 7), model.TargetGroups[2].Tunnel);
        Assert.Equal(TargetSelection.SourceAddress, model.TargetGroups[2].Selection);
        Assert.Equal([IPAddress.Parse("10.0.0.1")], model.TunnelSources);
        Assert.Equal([IPNetwork.Parse("172.30.0.0/24")], model.TunnelSourcePrefixes);
        Assert.Equal(
            new NewFlowsConfig { PerVip = 200_000, Tenant = 1, PerTenant = 400_000, PerSource = 20_000 },
            Sample.Config.Vips[0].NewFlows);
        Assert.Equal([2, 0, 0, 0, 0, 1], Sample.Config.Mac);
        Assert.Equal(
            [(2, 50), (1, 0), (1, 0)],
            model.TargetGroups.Select(group => (group.MinHealthyCount, group.MinHealthyPercent)));
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_with_its_place_and_what_to_write()
    {
        IReadOnlyList<string> errors = Sample.ErrorsAfter(json =>
        {
            json["mac"] = "02:00:00:00:00";
            json["anyMac"] = "yes";
            json["gateways"] = new JsonArray("10.0.0.254", 7);
            json["ownPrefixes"] = new JsonArray("198.18.0.1/24");
            json["speed"] = 10;
            json["vips"]![0]!["listeners"]![0]!["port"] = 65_536;
            json["vips"]![0]!["listeners"]![1]!["protocol"] = "sctp";
            json["targetGroups"]![0]!["targets"]![1]!.AsObject().Remove("address");
            json["targetGroups"]![0]!["targets"]![2] = "10.0.0.3";
            json["maglevTableSize"] = 65_536;
            json["snatPorts"]!["begin"] = 1_000;
        });
        Assert.Equal(
            [
                "$.mac: is \"02:00:00:00:00\"; write a MAC address as \"02:00:00:00:00:01\"",
                "$.anyMac: is \"yes\"; write true or false, without quotation marks",
                "$.gateways[1]: is 7; write an address as \"10.0.0.1\" or \"2001:db8::1\"",
                "$.ownPrefixes[0]: is \"198.18.0.1/24\"; write a prefix as \"198.18.0.0/24\" or \"2001:db8::/48\", "
                    + "its host bits 0",
                "$.snatPorts.begin: is 1000; write 1024 to 65535 (first to last)",
                "$.vips[0].listeners[0].port: is 65536; write a whole number from 1 to 65535",
                "$.vips[0].listeners[1].protocol: is \"sctp\"; write \"tcp\" or \"udp\"",
                "$.targetGroups[0].targets[2]: is \"10.0.0.3\"; write an object { … }",
                "$.targetGroups[0].targets[1].address: is missing",
                "$.maglevTableSize: is 65536; write a prime, as 65537",
                "$.speed: is not known here; known are anyMac, challenges, flowCapacity, gateways, "
                + "halfOpenCapacity, mac, maglevTableSize, mtuBytes, neighbours, nodeId, ownPrefixes, snatAddresses, "
                + "snatPorts, subnets, targetGroups, tunnelSourcePrefixes, tunnelSources, vips",
            ],
            errors);
    }

    [Fact]
    public void Groups_tunnels_and_limits_are_told_with_what_to_write()
    {
        IReadOnlyList<string> errors = Sample.ErrorsAfter(json =>
        {
            json["vips"]![0]!["newFlows"]!["nodes"] = 0;
            json["vips"]![0]!["listeners"]![1]!.AsObject().Remove("targetGroup");
            json["vips"]![0]!["listeners"]![2]!["targetGroup"] = 5;
            json["vips"]![0]!["listeners"]![2]!["allow"]![1] = "2001:db8::1";
            json["vips"]![0]!["listeners"]![2]!["deny"] =
                new JsonArray([.. Enumerable.Range(0, 65).Select(i => JsonValue.Create($"10.{i}.0.0/16"))]);
            json["targetGroups"]![0]!["selection"] = "random";
            json["targetGroups"]![2]!["tunnel"]!["kind"] = "geneve";
        });
        Assert.Equal(
            [
                "$.vips[0].newFlows.nodes: is 0; write a whole number from 1 to 64",
                "$.vips[0].listeners[1].targetGroup: is missing, or is there beside targetGroups; write one of the two",
                "$.vips[0].listeners[2].allow[1]: is \"2001:db8::1\"; write a prefix as \"198.18.0.0/24\" or "
                + "\"2001:db8::/48\", its host bits 0",
                "$.vips[0].listeners[2].deny: has 65 entries; write 0 to 64 of them",
                "$.vips[0].listeners[2].targetGroup: is missing, or is there beside targetGroups; write one of the two",
                "$.targetGroups[0].selection: is \"random\"; write \"five_tuple\", \"source_ip\", \"two_choices\", "
                + "\"least_flows\"",
                "$.targetGroups[2].tunnel.kind: is \"geneve\"; write \"gue\", \"ipip\", \"gre\", \"vxlan\"",
            ],
            errors);
        Assert.Equal(
            ["$: Target 6 of group 7 (10.0.7.16): the node has no address of that family to begin a tunnel at"],
            Sample.ErrorsAfter(json => json.Remove("tunnelSources")));
    }

    [Fact]
    public void Contradictions_are_told_at_once()
    {
        IReadOnlyList<string> errors = Sample.ErrorsAfter(json =>
        {
            json["snatAddresses"] = new JsonArray("198.19.0.1", "198.20.0.1", "198.18.0.10");
            json["neighbours"]![1]!["address"] = "10.9.9.9";
            json["vips"]![0]!["listeners"]![1]!["id"] = 80;
            json["vips"]![0]!["listeners"]![1]!["targetGroup"] = 70;
            json["targetGroups"]![1]!["targets"]![0]!["id"] = 1;
            json["targetGroups"]![0]!["targets"]![1]!["address"] = "10.0.0.11";
            json["targetGroups"]![0]!["targets"]![2]!["address"] = "224.0.0.1";
        });
        Assert.Equal(
            [
                "$.snatAddresses[1]: 198.20.0.1 lies in none of the ownPrefixes; add a prefix that has it",
                "$.neighbours[1].address: 10.9.9.9 is neither a gateway nor on one of the subnets; add its subnet to "
                + "subnets or leave it out",
                "$.targetGroups[0].targets[1]: 10.0.0.11:8080 stands in [0] already; keep one",
                "$.targetGroups[0].targets[2].address: 224.0.0.1 is no host's address; write a unicast one",
                "$.targetGroups[1].targets[0].id: 1 is another target's; write one of its own",
                "$.vips[0].address: 198.18.0.10 is in snatAddresses too; take it out of one of the two",
                "$.vips[0].listeners[1].id: 80 is another listener's; write one of its own",
                "$.vips[0].listeners[1].targetGroup: there is no target group 70; there are 5, 6, 7",
            ],
            errors);
    }

    [Theory]
    [InlineData("", "no JSON at line 1, byte 1: ")]
    [InlineData("{\n \"mac\": ,}", "no JSON at line 2, byte 9: ")]
    [InlineData("[]", "$: write an object { … }")]
    public void What_is_no_JSON_object_is_told_with_its_place(string text, string begin) =>
        Assert.StartsWith(begin, Assert.Single(Sample.Errors(text)), StringComparison.Ordinal);

    [Fact]
    public void A_member_that_stands_there_twice_is_told() =>
        Assert.Contains("$.mac: stands there twice; keep one", Sample.Errors("""{ "mac": "", "mac": "" }"""));

    [Fact]
    public void A_byte_order_mark_does_no_harm() =>
        Assert.Empty(Sample.Errors("\uFEFF" + Sample.Json.ToJsonString()));

    [Fact]
    public void Any_text_gives_a_configuration_or_errors() => Prop.ForAll<string>(text =>
    {
        (HpdpConfig? config, IReadOnlyList<string> errors) =
            ConfigReader.Read(System.Text.Encoding.UTF8.GetBytes(text ?? ""));
        Assert.Equal(config is null, errors.Count > 0);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_member_replaced_by_anything_gives_a_configuration_or_errors()
    {
        JsonNode?[] values = [null, true, -1, 1.5, "", "x", new JsonArray(), new JsonArray(1, "a"), new JsonObject()];
        int members = 0;
        foreach (string name in Sample.Json.Select(member => member.Key))
        {
            foreach (JsonNode? value in values)
                _ = Sample.ErrorsAfter(json => json[name] = value?.DeepClone());
            members++;
        }
        Assert.Equal(19, members);
    }
}
