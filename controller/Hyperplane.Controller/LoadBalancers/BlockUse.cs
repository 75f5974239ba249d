using System.Net;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>How many addresses of a block are taken.</summary>
internal sealed record BlockUse(IPAddress Block, int Used);
