using System.Net;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Bench.FastPath;

/// <summary>Frames of flows that the program forwards.</summary>
/// <param name="Name">Of the figure.</param>
/// <param name="Vip">Where they go.</param>
/// <param name="IsToIpv4">Whether they leave in IPv4.</param>
/// <param name="Tunnel">In mode dsr, what they leave in; null in mode nat.</param>
internal sealed record HitCase(string Name, IPAddress Vip, bool IsToIpv4, TunnelKind? Tunnel = null);
