using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Hyperplane.Agent.Configuration;
using Hyperplane.Agent.Flows;
using Hyperplane.Agent.Health;
using Hyperplane.Agent.Model;
using Hyperplane.Agent.Routing;
using Hyperplane.Agent.Runtime;
using Hyperplane.Bgp;
using Hyperplane.Dataplane;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.FlowLogs;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Health;
using Hyperplane.Linux.Addresses;
using Hyperplane.Linux.Netlink;
using Hyperplane.Linux.Nftables;
using Hyperplane.Linux.Sysctl;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Agent.Hosting;

/// <summary>The real parts: kernel, XDP and AF_XDP, BGP sessions, probes, in the network namespace of the
/// process.</summary>
public sealed class MachineParts : INodeParts
{
    private readonly AgentConfig _config;
    private readonly byte[] _cellKey;
    private readonly ulong _start;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private string? _forwardingTold;
    private ImmutableArray<IPNetwork> _silent = [];
    private ImmutableArray<IPAddress> _probes = [];

    /// <summary>Touches nothing yet.</summary>
    /// <param name="config">Who this node is.</param>
    /// <param name="cellKey">What the nodes of the cell prove themselves with.</param>
    /// <param name="start">This incarnation, microseconds since 1970.</param>
    /// <param name="loggers">For the parts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Seeds jitter and phases.</param>
    public MachineParts(
        AgentConfig config, string cellKey, ulong start, ILoggerFactory loggers, TimeProvider time, Random random)
    {
        (_config, _start, _loggers, _time, _random) = (config, start, loggers, time, random);
        _cellKey = Encoding.UTF8.GetBytes(cellKey);
        _log = loggers.CreateLogger("Hyperplane.Agent");
    }

    /// <summary>Where the XDP program runs.</summary>
    public XdpMode XdpMode { get; init; }

    /// <summary>Health probes that may run at a time, each an open file.</summary>
    public int ProbePlaces { get; init; } = new HealthCheckerOptions().MaxConcurrentProbes;

    /// <inheritdoc/>
    public FlowLogQueue FlowLog { get; } = new();

    /// <inheritdoc/>
    public string? PrepareKernel(ImmutableArray<IPNetwork> ownPrefixes, ImmutableArray<IPAddress> probeAddresses)
    {
        string? forwarding = Forwarding.Check();
        if (forwarding is not null && !string.Equals(forwarding, _forwardingTold, StringComparison.Ordinal))
            AgentLog.KernelProblem(_log, forwarding);
        _forwardingTold = forwarding;
        if (ownPrefixes.SequenceEqual(_silent) && probeAddresses.SequenceEqual(_probes))
            return null;
        if (RawDrop.Install(ownPrefixes) is { } problem)
            return $"the kernel cannot be kept silent: {problem}";
        try
        {
            LoopbackAddresses.Set(probeAddresses);
            (_silent, _probes) = (ownPrefixes, probeAddresses);
            return null;
        }
        catch (NetlinkException e)
        {
            return $"the probe addresses cannot be set: {e.Message}";
        }
    }

    /// <inheritdoc/>
    public IFlowState MakeFlows(NodeIdentity identity, Action onChange)
    {
        try
        {
            return new CellFlows(
                new CellFlowsOptions
                {
                    Cell = _config.Cell,
                    Key = _cellKey,
                    NodeId = identity.Id,
                    Address = identity.Address,
                    Start = _start,
                    MeshPort = _config.MeshPort,
                    FlowCapacity = _config.FlowCapacity,
                    // Packets first; but a SYN-ACK waits for the directory, 5 ms at most.
                    RealTimePriority = Math.Max(0, _config.RealTimePriority - 1),
                    Bfd = _config.Bfd,
                    Routers = [.. _config.Peers.Select(peer => peer.Address)],
                    SiloSocket = _config.FlowsInOrleans ? _config.FlowSocket : null,
                },
                new SnatLeases(_config.StateDirectory, _time), _loggers, _time, new Random(_random.Next()), onChange);
        }
        catch (ArgumentException e)
        {
            throw new PartException($"flow state does not start: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public IDataplane StartDataplane(NodeIdentity identity, FlowExchange? exchange, SnatLease lease)
    {
        try
        {
            return DataplaneHost.Start(new DataplaneOptions
            {
                Interface = _config.Interface,
                Queues = _config.Queues,
                CellSeed = MemoryMarshal.Read<ulong>(SHA256.HashData([.. "pipelines"u8, .. _cellKey])),
                XdpMode = XdpMode,
                NodeId = identity.Id,
                Start = _start,
                FlowCapacity = _config.FlowCapacity,
                ChallengesPerSecond = _config.ChallengesPerSecond,
                MaglevTableSize = _config.MaglevTableSize,
                StallTimeoutMs = _config.Bfd.StandstillMs,
                RealTimePriority = _config.RealTimePriority,
                FirstSnatPort = lease.FirstPort,
                LastSnatPort = lease.LastPort,
                Exchange = exchange,
                FlowLog = FlowLog,
            });
        }
        catch (KernelException e)
        {
            throw DataplaneRefusal.Describe(e, _config.StateDirectory);
        }
        catch (ArgumentException e)
        {
            throw new PartException($"the dataplane does not start: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public IRouteSpeaker StartSpeaker(NodeIdentity identity, Action onChange)
    {
        var options = new BgpSpeakerOptions
        {
            LocalAs = _config.Asn,
            RouterId = _config.RouterId ?? identity.Address,
            Peers =
            [
                .. _config.Peers.Select(p => new BgpPeerOptions
                {
                    Address = p.Address,
                    RemoteAs = p.Asn,
                    LocalAddress = identity.Address,
                    HoldTimeSeconds = _config.HoldTimeSeconds,
                }),
            ],
        };
        try
        {
            var speaker =
                new BgpSpeaker(options, _loggers.CreateLogger<BgpSpeaker>(), _time, new Random(_random.Next()));
            return new BgpRouteSpeaker(speaker, onChange);
        }
        catch (ArgumentException e)
        {
            throw new PartException($"the BGP speaker does not start: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public IHealthChecker StartHealth(Action onChange) =>
        new NodeHealthChecker(_random.Next(), ProbePlaces, _time, onChange);
}
