using System.Globalization;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Outcomes;

namespace Hyperplane.Controller.TargetGroups;

/// <summary>The attributes of target groups: their names, defaults and rules. Names and defaults are AWS's where it has
/// them. What was not said is not stored.</summary>
internal static class TargetGroupAttributes
{
    /// <summary>The default algorithm.</summary>
    public const string FiveTuple = "five_tuple";

    private const string Algorithm = "load_balancing.algorithm.type";
    private const string CrossZone = LoadBalancerAttributes.CrossZone;
    private const string EndsDeregistered = "deregistration_delay.connection_termination.enabled";
    private const string EndsUnhealthy = "target_health_state.unhealthy.connection_termination.enabled";
    private const string UnhealthySeconds = "target_health_state.unhealthy.draining_interval_seconds";
    private const string Mode = "forwarding.mode";
    private const string Encapsulation = "forwarding.encapsulation";
    private const string TunnelPort = "forwarding.port";
    private const string NetworkId = "forwarding.network_id";
    private const string ProxyProtocol = "proxy_protocol_v2.enabled";
    private const string ClientIp = "preserve_client_ip.enabled";
    private const string Sticky = "stickiness.enabled";
    private const string StickyType = "stickiness.type";
    private const string MinHealthyCount = "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count";
    private const string MinHealthyPercent =
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage";
    private const string Off = "off";
    private const string BySource = "source_ip";
    private const string EndpointWeight = "health_checks.endpoint_weight.enabled";
    private const string True = "true";
    private const string False = "false";
    private const string OfLoadBalancer = "use_load_balancer_configuration";
    private const string Dsr = "dsr";
    private const string Gue = "gue";
    private const string Gre = "gre";
    private const string Vxlan = "vxlan";
    private const int LargestNetworkId = (1 << 24) - 1;

    // As many as a group can have on a node.
    private const int MostTargets = 10_000;

    private static readonly Dictionary<string, string[]> Choices = new(StringComparer.Ordinal)
    {
        [Algorithm] = [FiveTuple, BySource, "two_choices", "least_flows"],
        [CrossZone] = [True, False, OfLoadBalancer],
        [EndsDeregistered] = [True, False],
        [EndsUnhealthy] = [True, False],
        [Mode] = ["nat", Dsr],
        [Encapsulation] = [Gue, "ipip", Gre, Vxlan],
        [ProxyProtocol] = [True, False],
        [EndpointWeight] = [True, False],
        [ClientIp] = [True, False],
        [Sticky] = [True, False],
        [StickyType] = [BySource],
    };

    private static readonly Dictionary<string, NumberRange> Numbers = new(StringComparer.Ordinal)
    {
        [UnhealthySeconds] = new(0, 360_000),
        [TunnelPort] = new(0, 65_535),
        [NetworkId] = new(0, LargestNetworkId),
        [MinHealthyCount] = new(1, MostTargets),
        [MinHealthyPercent] = new(1, 100, MayBeOff: true),
    };

    private static readonly RefusedAttribute NeedsDns = new(
        "needs_dns",
        "Load balancers have no names in DNS yet from which a zone could be taken; leave this out.");

    // AWS's that cannot be set here.
    private static readonly Dictionary<string, RefusedAttribute> Refused = new(StringComparer.Ordinal)
    {
        ["deregistration_delay.timeout_seconds"] = new(
            "use_member", "Use the target group's member deregistrationDelaySeconds."),
        ["target_group_health.dns_failover.minimum_healthy_targets.count"] = NeedsDns,
        ["target_group_health.dns_failover.minimum_healthy_targets.percentage"] = NeedsDns,
    };

    /// <summary>The names of all that can be set.</summary>
    public static IEnumerable<string> Names => Choices.Keys.Concat(Numbers.Keys).Order(StringComparer.Ordinal);

    /// <summary>The names of AWS's that cannot.</summary>
    public static IReadOnlyCollection<string> RefusedNames => Refused.Keys;

    /// <summary>Adds what is wrong with those of a request.</summary>
    public static void Check(List<FieldError> errors, TargetGroupConfig config)
    {
        int before = errors.Count;
        foreach ((string key, string value) in config.Attributes)
        {
            if (Choices.TryGetValue(key, out string[]? choices))
            {
                if (!choices.Contains(value, StringComparer.Ordinal))
                    errors.Add(Wrong(key, $"One of {string.Join(", ", choices)} is allowed."));
            }
            else if (Numbers.TryGetValue(key, out NumberRange? range))
            {
                if (!range.Allows(value))
                    errors.Add(Wrong(key, range.Message));
            }
            else if (Refused.TryGetValue(key, out RefusedAttribute? refused))
            {
                errors.Add(refused.ToError(key));
            }
            else
            {
                errors.Add(new FieldError(
                    "/attributes", "unknown_attribute",
                    $"There is no attribute {Refuse.Quote(key)}; known: {string.Join(", ", Names)}."));
            }
        }

        if (errors.Count == before)
            CheckTogether(errors, config, All(config.Attributes, config.Protocol));
    }

    /// <summary>Stored attributes with those of a change; with another mode what belongs to the old one goes, and of
    /// stickiness and the algorithm, which are two names of one thing, the one that the change does not
    /// name.</summary>
    public static IReadOnlyDictionary<string, string> Merge(
        IReadOnlyDictionary<string, string> stored, IReadOnlyDictionary<string, string?> change)
    {
        var merged = new Dictionary<string, string>(stored, StringComparer.Ordinal);
        if (change.TryGetValue(Mode, out string? mode) && (mode == Dsr) != (stored.GetValueOrDefault(Mode) == Dsr))
        {
            foreach (string key in new[] { Encapsulation, TunnelPort, NetworkId, ClientIp })
                merged.Remove(key);
        }

        if (change.ContainsKey(Algorithm))
            merged.Remove(Sticky);
        else if (change.TryGetValue(Sticky, out string? sticky)
            && (sticky == True) != (stored.GetValueOrDefault(Algorithm) == BySource))
            merged.Remove(Algorithm);
        return TagText.Merge(merged, change);
    }

    /// <summary>All attributes of a group, defaults too.</summary>
    public static IReadOnlyDictionary<string, string> All(
        IReadOnlyDictionary<string, string> said, TransportProtocol protocol)
    {
        bool isTcp = protocol == TransportProtocol.Tcp;
        bool isDsr = said.GetValueOrDefault(Mode) == Dsr;
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [Algorithm] = said.GetValueOrDefault(Sticky) == True ? BySource : FiveTuple,
            [Sticky] = said.GetValueOrDefault(Algorithm) == BySource ? True : False,
            [StickyType] = BySource,
            [MinHealthyCount] = "1",
            [MinHealthyPercent] = Off,
            [CrossZone] = OfLoadBalancer,
            [EndsDeregistered] = isTcp ? False : True,
            // Not AWS's: checks that time out where everything is busy must not end flows that go well.
            [EndsUnhealthy] = False,
            [UnhealthySeconds] = "0",
            [EndpointWeight] = False,
            [Mode] = "nat",
            [ProxyProtocol] = False,
            [ClientIp] = isDsr ? True : False,
        };
        if (isDsr)
            (all[Encapsulation], all[TunnelPort], all[NetworkId]) = (Gue, "0", "0");
        foreach ((string key, string value) in said)
            all[key] = value;
        return all;
    }

    /// <summary>What stored attributes come to.</summary>
    public static TargetGroupSettings Read(string stored, TransportProtocol protocol)
    {
        IReadOnlyDictionary<string, string> all = All(TagText.Read(stored), protocol);
        int seconds = Number(all, UnhealthySeconds);
        return new TargetGroupSettings
        {
            Algorithm = all[Algorithm],
            CrossZone = all[CrossZone] == OfLoadBalancer ? null : all[CrossZone] == True,
            EndsDeregistered = all[EndsDeregistered] == True,
            UnhealthySeconds = all[EndsUnhealthy] == True ? 0 : seconds > 0 ? seconds : null,
            Encapsulation = all.GetValueOrDefault(Encapsulation),
            TunnelPort = Number(all, TunnelPort),
            NetworkId = uint.Parse(all.GetValueOrDefault(NetworkId, "0"), CultureInfo.InvariantCulture),
            ProxyProtocol = all[ProxyProtocol] == True,
            MinHealthyCount = Number(all, MinHealthyCount),
            MinHealthyPercent = all[MinHealthyPercent] == Off ? 0 : Number(all, MinHealthyPercent),
            EndpointWeight = all[EndpointWeight] == True,
            HasPassiveChecks =
                protocol == TransportProtocol.Tcp && all[Algorithm] != BySource && !all.ContainsKey(Encapsulation),
        };
    }

    private static void CheckTogether(
        List<FieldError> errors, TargetGroupConfig config, IReadOnlyDictionary<string, string> all)
    {
        bool isTcp = config.Protocol == TransportProtocol.Tcp;
        bool isDsr = all[Mode] == Dsr;
        if ((all[Sticky] == True) != (all[Algorithm] == BySource))
            errors.Add(Wrong(
                Sticky, $"True is {Algorithm} {BySource}, false any other; say one of them, or both alike."));
        if (!isTcp && (all[EndsUnhealthy] == True || all[UnhealthySeconds] != "0"))
            errors.Add(Wrong(EndsUnhealthy, "Flows of targets that fail are ended in TCP groups only."));
        if (isTcp && all[EndsUnhealthy] == True && all[UnhealthySeconds] != "0")
            errors.Add(Wrong(UnhealthySeconds, $"Only with {EndsUnhealthy} false: else flows end at once."));
        if (all[ProxyProtocol] == True && isDsr)
            errors.Add(Wrong(
                ProxyProtocol, "Not in mode dsr, where targets see the client's own packets; leave it out."));
        if (all[ProxyProtocol] == True && !isTcp)
            errors.Add(Wrong(ProxyProtocol, "In TCP groups only."));
        if (all[ClientIp] == True && !isDsr)
            errors.Add(Wrong(
                ClientIp, $"Not in mode nat; use {ProxyProtocol} true, or {Mode} dsr, to know the client's address."));
        if (all[ClientIp] == False && isDsr)
            errors.Add(Wrong(ClientIp, "Mode dsr always keeps the client's address."));
        if (all[EndpointWeight] == True && config.HealthCheck.Protocol == HealthCheckProtocol.Tcp)
            errors.Add(Wrong(EndpointWeight, "Only with HTTP and HTTPS checks: the weight is a header of the answer."));
        CheckTunnel(errors, all, isDsr);
    }

    private static void CheckTunnel(List<FieldError> errors, IReadOnlyDictionary<string, string> all, bool isDsr)
    {
        foreach (string key in new[] { Encapsulation, TunnelPort, NetworkId })
        {
            if (!isDsr && all.ContainsKey(key))
                errors.Add(Wrong(key, $"Only with {Mode} dsr."));
        }

        if (!isDsr)
            return;
        string kind = all[Encapsulation];
        if (all[TunnelPort] != "0" && kind is not (Gue or Vxlan))
            errors.Add(Wrong(TunnelPort, "Only gue and vxlan have a port."));
        uint network = uint.Parse(all[NetworkId], CultureInfo.InvariantCulture);
        if (network != 0 && kind is not (Gre or Vxlan))
            errors.Add(Wrong(NetworkId, "Only gre (its key) and vxlan have one."));
    }

    private static int Number(IReadOnlyDictionary<string, string> all, string key) =>
        int.Parse(all.GetValueOrDefault(key, "0"), CultureInfo.InvariantCulture);

    private static FieldError Wrong(string key, string message) => Rules.Invalid($"/attributes/{key}", message);
}
