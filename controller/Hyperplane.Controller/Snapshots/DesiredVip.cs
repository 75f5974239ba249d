using Hyperplane.Controller.Addressing;

namespace Hyperplane.Controller.Snapshots;

/// <summary>The address of a load balancer in the cell.</summary>
internal sealed record DesiredVip(uint Id, string LoadBalancer, Ip Address, int Shard, bool AnnounceAlone);
