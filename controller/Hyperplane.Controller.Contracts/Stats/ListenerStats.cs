using Hyperplane.Controller.Contracts.Listeners;

namespace Hyperplane.Controller.Contracts.Stats;

/// <summary>What was counted at a listener.</summary>
public sealed record ListenerStats(
    string Id, TransportProtocol Protocol, int Port, FlowCount Flows, IReadOnlyList<DropCount> Drops);
